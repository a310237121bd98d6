-- Every rule, with what it is measured on.
SELECT rule_id, title, threshold_pct, indicator, adopted_on, due_year, kind, scope, note, citation
FROM core.guideline ORDER BY adopted_on, rule_id
