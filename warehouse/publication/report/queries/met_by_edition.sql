-- Each Ally's share in each edition that prints it, in the recent years, and whether it met 2 %.
SELECT c.iso3, c.name, m.year, m.edition_id, e.published_on, m.value AS share_pct, m.verdict, m.status
FROM mart.compliance AS m
JOIN core.edition AS e USING (edition_id)
JOIN core.country AS c ON c.iso3 = m.entity
WHERE m.rule_id = 'wales_2pct' AND e.withdrawn_on IS NULL AND m.year >= $outturn_year - 1 AND m.verdict <> 'not_applicable'
ORDER BY c.name, m.year, e.vintage_seq
