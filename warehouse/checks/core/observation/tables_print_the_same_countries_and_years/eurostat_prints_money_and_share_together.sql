-- id: eurostat_prints_money_and_share_together
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: expenditure in euro, in national currency and as a share of GDP, as far as they were requested, are printed
--   together or not at all

WITH printed AS (
    SELECT edition_id, indicator, entity, year, availability, locator, list_contains(flags, 'withheld') AS withheld,
           concat_ws(' ', indicator, currency) AS measure
    FROM {batch} WHERE source_id = 'eurostat' AND indicator IN ('defence_expenditure', 'defence_share_of_gdp'))
  SELECT p.edition_id, unnest(list(DISTINCT p.indicator)) AS indicator, p.entity, p.year, count(*) AS figures,
         list(DISTINCT p.availability) AS availabilities, min(p.locator) AS locator
  FROM printed p JOIN (SELECT edition_id, count(DISTINCT measure) AS asked_for FROM printed GROUP BY ALL) USING (edition_id)
  GROUP BY p.edition_id, p.entity, p.year, asked_for
  HAVING (count(*) <> asked_for OR count(DISTINCT p.availability) > 1) AND NOT bool_or(p.withheld)
