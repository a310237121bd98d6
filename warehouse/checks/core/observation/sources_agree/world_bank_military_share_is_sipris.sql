-- id: world_bank_military_share_is_sipris
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- reason: the World Bank republishes SIPRI's share: a difference beyond rounding is a mix-up of editions or units

WITH before AS (
    SELECT w.edition_id, max_by(s.edition_id, s.published_on) AS sipri_edition
    FROM core_edition w JOIN core_edition s ON s.source_id = 'sipri' AND s.published_on <= w.published_on
    WHERE w.source_id = 'world_bank' GROUP BY ALL)
  SELECT w.edition_id, w.indicator, w.entity, w.year, w.value AS world_bank_pct, s.value AS sipri_pct, w.locator
  FROM {batch} w JOIN before ON before.edition_id = w.edition_id
  JOIN {batch} s ON s.edition_id = before.sipri_edition AND s.entity = w.entity AND s.year = w.year
   AND s.indicator = w.indicator
  WHERE w.derived_from = 'sipri' AND w.indicator = 'defence_share_of_gdp' AND abs(w.value - s.value) > 5e-5
