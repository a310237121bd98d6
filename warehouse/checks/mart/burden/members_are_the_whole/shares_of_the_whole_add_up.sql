-- id: shares_of_the_whole_add_up
-- severity: error
-- question: structure
-- reason: the members are the whole, where each prints its share

SELECT edition_id, year, sum(share_of_nato_expenditure_pct) AS spending_pct, sum(share_of_nato_gdp_pct) AS gdp_pct
  FROM {batch} WHERE (edition_id, year) NOT IN (
    SELECT (edition_id, year) FROM mart_compliance WHERE rule_id = 'wales_2pct' AND verdict = 'not_reported')
  GROUP BY ALL
  HAVING count(share_of_nato_expenditure_pct) = count(*) AND abs(spending_pct - 100) > 1e-6
      OR count(share_of_nato_gdp_pct) = count(*) AND abs(gdp_pct - 100) > 1e-6
