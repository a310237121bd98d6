-- id: no_verdict_without_a_figure
-- severity: error
-- question: structure
-- reason: a missing figure is never `not_met`

SELECT * FROM {batch} WHERE (verdict IN ('met', 'not_met')) <> (value IS NOT NULL)
