-- id: share_of_gdp_is_in_percent_and_not_a_fraction
-- severity: error
-- question: resemblance
-- reason: a fraction read as percent, or percent as a fraction, moves the median of every edition out of range (for a
--   few countries the median proves nothing: Kuwait and Nicaragua at war spent half of their GDP)

SELECT edition_id, median(value) AS median_pct, count(*) AS figures FROM {batch}
  WHERE indicator = 'defence_share_of_gdp' AND availability = 'reported' AND entity IN (SELECT iso3 FROM core_country)
  GROUP BY edition_id HAVING figures >= 10 AND median(value) NOT BETWEEN 0.3 AND 6
