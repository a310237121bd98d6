-- id: world_bank_military_share_is_sipris_but_for_few
-- severity: error
-- question: resemblance
-- reason: a release of SIPRI that is not held may move a tenth of the shares by 0.005 points, and one of
--   core.membership by 0.74 (2024 to 2025); a column of another year, a rounded or sorted one moves more

WITH paired AS (
    SELECT w.edition_id, w.entity, w.year, w.locator, min(abs(w.value - s.value)) AS difference_pp
    FROM {batch} w JOIN core_observation s ON s.entity = w.entity AND s.year = w.year AND s.indicator = w.indicator
    WHERE w.derived_from = 'sipri' AND w.indicator = 'defence_share_of_gdp' AND s.source_id = 'sipri'
      AND w.value IS NOT NULL AND s.value IS NOT NULL GROUP BY ALL)
  SELECT edition_id, count(*) AS figures, count(*) FILTER (WHERE difference_pp > 0.005) AS others,
         max(difference_pp) FILTER (WHERE entity IN (SELECT iso3 FROM core_membership)) AS largest_of_members_pp,
         arg_max(locator, difference_pp) AS locator
  FROM paired GROUP BY edition_id HAVING (figures >= 20 AND others > 0.4 * figures) OR largest_of_members_pp > 0.8
