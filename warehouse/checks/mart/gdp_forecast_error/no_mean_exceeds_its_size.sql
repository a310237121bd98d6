-- id: no_mean_exceeds_its_size
-- severity: error
-- question: structure
-- reason: errors that cancel each other are not smaller than none

SELECT * FROM {batch} WHERE abs(mean_pct) > mean_absolute_pct + 1e-9
