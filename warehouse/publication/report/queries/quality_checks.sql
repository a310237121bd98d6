-- Checks of this build, those that did not hold first; and how each came out in the builds before.
SELECT c.table_id, c.expectation_id, c.severity, c.question, c.passed, c.unexpected_count, c.row_count, c.reason, c.sample,
       count(h.build_id) AS builds,
       count(h.build_id) FILTER (WHERE NOT h.passed) AS builds_broken,
       max(h.evaluated_at) FILTER (WHERE h.passed) AS last_held_at
FROM quality.expectation_result AS c
SEMI JOIN meta.build USING (build_id)
JOIN quality.expectation_result AS h USING (table_id, expectation_id)
GROUP BY ALL
ORDER BY c.passed, c.severity, c.table_id, c.expectation_id
