-- id: no_probability_without_evidence
-- severity: error
-- question: structure
-- reason: a probability is based on past figures

SELECT * FROM {batch} WHERE (p_met_after_revision IS NOT NULL AND (errors_n = 0 OR status = 'actual'))
  OR (panel_n = 0 AND (p_reached_by_due IS NOT NULL OR arrival_p10 IS NOT NULL))
  OR (p_reached_by_due IS NULL) <> (likelihood IS NULL)
