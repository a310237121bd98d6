-- id: path_ends_at_the_threshold
-- severity: error
-- question: structure
-- reason: a path leads to its target

SELECT p.* FROM {batch} p JOIN core_guideline g USING (rule_id)
  WHERE p.year = CASE WHEN g.due_at_once THEN p.start_year ELSE g.due_year END
    AND p.required_share_pct < g.threshold_pct - 1e-9
