-- id: world_bank_military_share_is_sipris_but_for_few
-- severity: error
-- question: resemblance
-- reason: a release of SIPRI that is not held may move a tenth of the shares by 0.005 points, and one of
--   core.membership by 0.74 (2024 to 2025); a column of another year, a rounded or sorted one moves more

-- The nearest of all that SIPRI has printed, from below and from above: not every pair of editions is compared.
WITH sipri AS (
    SELECT DISTINCT entity, year, value FROM core_observation
    WHERE source_id = 'sipri' AND indicator = 'defence_share_of_gdp' AND value IS NOT NULL),
  nearest AS (
    SELECT w.edition_id, w.entity, w.locator, least(w.value - below.value, above.value - w.value) AS difference_pp
    FROM {batch} w
    ASOF LEFT JOIN sipri below ON below.entity = w.entity AND below.year = w.year AND below.value <= w.value
    ASOF LEFT JOIN sipri above ON above.entity = w.entity AND above.year = w.year AND above.value >= w.value
    WHERE w.derived_from = 'sipri' AND w.indicator = 'defence_share_of_gdp' AND w.value IS NOT NULL)
  SELECT edition_id, count(*) AS figures, count(*) FILTER (WHERE difference_pp > 0.005) AS others,
         max(difference_pp) FILTER (WHERE entity IN (SELECT iso3 FROM core_membership)) AS largest_of_members_pp,
         arg_max(locator, difference_pp) AS locator
  FROM nearest WHERE difference_pp IS NOT NULL
  GROUP BY edition_id HAVING (figures >= 20 AND others > 0.4 * figures) OR largest_of_members_pp > 0.8
