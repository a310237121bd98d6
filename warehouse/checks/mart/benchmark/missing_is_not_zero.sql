-- id: missing_is_not_zero
-- severity: error
-- question: structure
-- reason: North Korea has no series: not_reported with its note

SELECT * FROM {batch} WHERE (availability = 'reported') <> (share_of_gdp_pct IS NOT NULL)
