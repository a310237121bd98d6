-- id: sipri_shares_move_with_the_gdp_of_their_neighbouring_years
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year
-- reason: a share whose money stayed, within 1 %, and whose GDP was revised differently from that of the years before
--   and after, by more than 5 %: none of 3 844 of SIPRI's releases of 2021 to 2026, from 2000 on (3 % would have doubted
--   six, of Luxembourg and Latvia)

-- Spending over its share is GDP. A revision of GDP moves neighbouring years alike; a mistyped share moves its year
-- alone, by the same factor in whatever direction. Where the money itself was revised, share and money may move together.

WITH implied AS (
  SELECT s.edition_id, s.before_id, s.indicator, s.entity, s.year, s.value, s.before_value, s.locator,
         m.value / m.before_value AS money_revised, (m.value / s.value) / (m.before_value / s.before_value) AS gdp_revised
  FROM relation.against_the_edition_before s
  JOIN relation.against_the_edition_before m ON m.edition_id = s.edition_id AND m.before_id = s.before_id AND m.entity = s.entity AND m.year = s.year
  WHERE s.source_id = 'sipri' AND s.indicator = 'defence_share_of_gdp' AND m.indicator = 'defence_expenditure' AND m.price_basis = 'current'
    AND m.variant = 'USD' AND m.year_basis = 'calendar' AND s.value > 0 AND s.before_value > 0 AND m.value > 0 AND m.before_value > 0),
compared AS (
  SELECT *, least(abs(gdp_revised / lag(gdp_revised) OVER row_years - 1), abs(gdp_revised / lead(gdp_revised) OVER row_years - 1)) AS deviation
  FROM implied
  WINDOW row_years AS (PARTITION BY edition_id, before_id, entity ORDER BY year)
  QUALIFY lag(year) OVER row_years = year - 1 AND lead(year) OVER row_years = year + 1)
SELECT * FROM compared
WHERE deviation > 0.05 AND abs(money_revised - 1) < 0.01 AND year >= 2000 AND entity IN (SELECT iso3 FROM core_membership)
