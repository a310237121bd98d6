-- Whose verdict by a rule changed between an edition and the newest earlier one that judges the same country and year, and
-- why. Source: docs/metrics.md#headline-counts.
WITH judged AS (
    SELECT c.*, e.vintage_seq, e.published_on, e.withdrawn_on, e.definition
    FROM mart.compliance AS c JOIN core.edition AS e USING (edition_id)
    WHERE c.verdict IN ('met', 'not_met')
),

-- An edition that was withdrawn before the later one was published is no predecessor.
followed AS (
    SELECT
        later.*, earlier.edition_id AS from_edition_id, earlier.verdict AS old_verdict, earlier.value AS old_value,
        earlier.status AS old_status, earlier.definition AS old_definition, list_concat(earlier.flags, later.flags) AS both_flags
    FROM judged AS later
    JOIN judged AS earlier USING (rule_id, entity, year)
    WHERE earlier.vintage_seq < later.vintage_seq
      AND (earlier.withdrawn_on IS NULL OR earlier.withdrawn_on > later.published_on)
    QUALIFY row_number() OVER (
        PARTITION BY rule_id, entity, year, later.edition_id ORDER BY earlier.vintage_seq DESC
    ) = 1
),

-- The two counts, over the countries that both editions judge: they differ by those who entered less those who left.
counted AS (
    SELECT
        rule_id, edition_id, year, count(*) AS judged_in_both,
        count(*) FILTER (WHERE old_verdict = 'met') AS met_before, count(*) FILTER (WHERE verdict = 'met') AS met_after
    FROM followed
    GROUP BY rule_id, edition_id, year
)

SELECT
    f.rule_id, f.edition_id, f.year, f.entity, f.from_edition_id,
    CASE WHEN f.verdict = 'met' THEN 'entered' ELSE 'left' END AS change,
    f.old_value, f.value AS new_value, f.threshold,
    r.spending_part_pp, r.gdp_part_pp, r.method_part_pp,
    f.old_status, f.status AS new_status,
    c.judged_in_both, c.met_before, c.met_after,
    f.in_force,
    list_sort(list_distinct(list_concat(f.both_flags, coalesce(r.flags, [])))) AS flags,
    coalesce(r.break_ids, []) AS break_ids,
    f.old_definition, f.definition AS new_definition
FROM followed AS f
JOIN counted AS c USING (rule_id, edition_id, year)
JOIN core.guideline AS g USING (rule_id)
LEFT JOIN mart.revision AS r
    ON r.source_id = 'nato' AND r.to_edition_id = f.edition_id AND r.from_edition_id = f.from_edition_id
   AND r.entity = f.entity AND r.year = f.year
   AND r.indicator = CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
WHERE f.verdict <> f.old_verdict
ORDER BY f.rule_id, f.edition_id, f.year, change, f.entity
