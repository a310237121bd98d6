-- What the share of each Ally may be in each year to the due year of 3.5 %.
SELECT f.entity AS iso3, f.year, f.p10, f.p25, f.p50, f.p75, f.p90
FROM mart.outlook_share AS f
JOIN mart.outlook AS o ON o.edition_id = f.edition_id AND o.entity = f.entity AND o.rule_id = 'hague_core_3_5pct'
WHERE f.edition_id = $edition AND f.year <= o.due_year AND o.membership_basis IS NULL
ORDER BY f.entity, f.year
