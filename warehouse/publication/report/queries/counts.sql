-- How many Allies met 2 %, by edition and year, where the edition judges more than half of them.
SELECT
    n.edition_id, e.published_on, e.completeness, n.year, n.met, n.not_met, n.not_reported, n.members,
    (SELECT max(status) FROM mart.compliance AS c
     WHERE c.rule_id = n.rule_id AND c.edition_id = n.edition_id AND c.year = n.year) AS status
FROM mart.compliance_count AS n JOIN core.edition AS e USING (edition_id)
WHERE n.rule_id = 'wales_2pct' AND e.withdrawn_on IS NULL AND n.met + n.not_met > n.members / 2
ORDER BY n.year, e.vintage_seq
