-- id: outturns_are_hardly_revised
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- exceptions: by edition
-- reason: what an edition no longer estimates is settled: of NATO's 306 shares of GDP none moved by more than 0.13
--   points, of its 1 116 shares of spending none by 2 (2023 to 2026), of SIPRI's shares since 2000 none by 0.25 (2024 to
--   2025); a larger move is reviewed

SELECT edition_id, before_id, indicator, entity, year, before_value, value, locator, abs(value - before_value) / 100 AS deviation,
         CASE WHEN indicator <> 'defence_share_of_gdp' THEN 0.02 WHEN source_id = 'nato' THEN 0.0015 ELSE 0.0025 END AS tolerance
  FROM relation.against_the_edition_before
  WHERE source_id IN ('nato', 'sipri', 'eurostat') AND availability = 'reported' AND before_value IS NOT NULL
    AND year BETWEEN 2000 AND year(published_before) - 2 AND entity IN (SELECT iso3 FROM core_membership)
    AND indicator IN ('defence_share_of_gdp', 'equipment_share', 'personnel_share', 'infrastructure_share', 'other_share')
