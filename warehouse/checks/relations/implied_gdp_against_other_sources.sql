-- SIPRI's and Eurostat's spending over its share of GDP; Eurostat prints shares with one decimal.
WITH implied AS (
  SELECT s.edition_id, s.source_id, s.indicator AS share, m.indicator AS money, s.entity, s.year, s.locator,
         100 * m.value / s.value * CASE s.source_id WHEN 'eurostat' THEN y.units_per_eur ELSE 1 END AS implied_gdp_m,
         CASE s.source_id WHEN 'eurostat' THEN 0.05 / s.value ELSE 0 END AS rounding
  FROM {batch} s
  JOIN {batch} m ON m.edition_id = s.edition_id AND m.entity = s.entity AND m.year = s.year AND m.year_basis = s.year_basis
   AND m.indicator = 'defence_expenditure' AND m.price_basis = 'current'
   AND m.currency = CASE s.source_id WHEN 'eurostat' THEN 'EUR' ELSE 'USD' END
  LEFT JOIN core_yearly_rate y ON y.currency = 'USD' AND y.year = s.year
  WHERE s.source_id IN ('sipri', 'eurostat') AND s.indicator = 'defence_share_of_gdp' AND s.value > 0 AND m.value > 0)
SELECT i.edition_id, i.share, i.money, i.entity, i.year, i.implied_gdp_m, i.rounding, i.locator,
       min_by(g.edition_id, abs(i.implied_gdp_m / g.gdp_m - 1)) AS nearest, min(abs(i.implied_gdp_m / g.gdp_m - 1)) AS deviation,
       0.05 + i.rounding AS tolerance
FROM implied i JOIN relation.gdp_of_all_sources g ON g.entity = i.entity AND g.year = i.year AND g.source_id <> i.source_id
WHERE i.implied_gdp_m IS NOT NULL GROUP BY ALL
