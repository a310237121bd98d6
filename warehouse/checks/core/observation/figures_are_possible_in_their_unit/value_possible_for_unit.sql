-- id: value_possible_for_unit
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, currency, price_basis, year_basis
-- exceptions: in the query
-- reason: spending is not negative (net investment may be: Slovakia sold in 2022) and no share exceeds the whole,
--   but for those reviewed in core.check_exception

-- The World Bank republishes figures of SIPRI, and with them what is excepted there.

WITH impossible AS (
  SELECT * FROM {batch}
  WHERE (unit IN ('million', 'thousand_persons', 'persons', 'currency_per_head') AND value < 0
         AND indicator <> 'defence_investment')
     OR (unit = 'currency_per_usd' AND value <= 0)
     OR (indicator IN ('defence_share_of_gdp', 'equipment_share', 'personnel_share', 'infrastructure_share', 'other_share',
                       'government_share') AND value NOT BETWEEN 0 AND 100)
     OR (indicator = 'gdp_real_growth' AND value NOT BETWEEN -100 AND 200)
     OR (indicator IN ('gdp', 'gdp_per_capita') AND value <= 0))
SELECT * FROM impossible o
  WHERE NOT (indicator = 'defence_share_of_gdp' AND EXISTS (
           SELECT 1 FROM core_check_exception x
           WHERE x.check_id = 'value_possible_for_unit' AND x.source_id = coalesce(o.derived_from, o.source_id) AND x.entity = o.entity AND x.indicator = o.indicator AND o.year BETWEEN x.year_from AND x.year_to AND o.value BETWEEN 0 AND x.largest + 0.005))
