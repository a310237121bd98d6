-- id: gap_is_minus_margin
-- severity: error
-- question: structure
-- reason: two signs of one number

SELECT * FROM {batch} WHERE abs(gap_pp + margin_pp) > 1e-9 OR (gap_pp IS NULL) <> (margin_pp IS NULL)
