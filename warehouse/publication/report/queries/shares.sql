-- The share of every Ally in every year of the newest edition, and next to it that of the Alliance as it is published.
SELECT c.iso3, c.name, m.year, m.value AS share_pct, m.status, m.threshold AS core_threshold, m.verdict,
       nato.value AS alliance_share_pct
FROM mart.compliance AS m
JOIN core.country AS c ON c.iso3 = m.entity
LEFT JOIN core.observation AS nato
    ON nato.edition_id = m.edition_id AND nato.entity = 'NATO' AND nato.year = m.year AND nato.indicator = 'defence_share_of_gdp'
WHERE m.rule_id = 'hague_core_3_5pct' AND m.edition_id = $edition AND m.value IS NOT NULL
ORDER BY c.name, m.year
