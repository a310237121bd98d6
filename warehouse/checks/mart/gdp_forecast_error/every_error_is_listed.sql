-- id: every_error_is_listed
-- severity: error
-- question: structure
-- reason: the mean is that of the listed figures

SELECT * FROM {batch} WHERE len(entities) <> n OR len(errors_pct) <> n OR abs(list_avg(errors_pct) - mean_pct) > 1e-9
