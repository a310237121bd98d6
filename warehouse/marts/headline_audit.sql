-- Who changed sides of a rule between an edition and the newest earlier one that judges the same country and year, and
-- why. Source: METRICS, section 4.
WITH judged AS (
    SELECT c.*, e.vintage_seq, e.published_on
    FROM mart.compliance AS c JOIN core.edition AS e USING (edition_id)
    WHERE c.verdict IN ('met', 'not_met')
),

followed AS (
    SELECT
        *,
        lag({'edition_id': edition_id, 'verdict': verdict, 'value': value, 'status': status}) OVER (
            PARTITION BY rule_id, entity, year ORDER BY vintage_seq
        ) AS old
    FROM judged
),

-- The two counts, over the countries that both editions judge: they differ by those who entered less those who left.
counted AS (
    SELECT
        rule_id, edition_id, year, count(*) AS judged_in_both,
        count(*) FILTER (WHERE old.verdict = 'met') AS met_before, count(*) FILTER (WHERE verdict = 'met') AS met_after
    FROM followed
    WHERE old IS NOT NULL
    GROUP BY rule_id, edition_id, year
)

SELECT
    f.rule_id, f.edition_id, f.year, f.entity, f.old.edition_id AS from_edition_id,
    CASE WHEN f.verdict = 'met' THEN 'entered' ELSE 'left' END AS change,
    f.old.value AS old_value, f.value AS new_value, f.threshold,
    r.spending_part_pp, r.gdp_part_pp, r.method_part_pp,
    f.old.status AS old_status, f.status AS new_status,
    c.judged_in_both, c.met_before, c.met_after,
    f.in_force, coalesce(r.flags, f.flags) AS flags, coalesce(r.break_ids, []) AS break_ids
FROM followed AS f
JOIN counted AS c USING (rule_id, edition_id, year)
JOIN core.guideline AS g USING (rule_id)
LEFT JOIN mart.revision AS r
    ON r.source_id = 'nato' AND r.to_edition_id = f.edition_id AND r.from_edition_id = f.old.edition_id
   AND r.entity = f.entity AND r.year = f.year
   AND r.indicator = CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
WHERE f.verdict <> f.old.verdict
ORDER BY f.rule_id, f.edition_id, f.year, change, f.entity
