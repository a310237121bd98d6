-- How far first estimates were from what later editions print.
SELECT from_edition_id, to_edition_id, horizon, n, n_outturns, mean_pp, mean_absolute_pp, revised_down_pct, rests_on_partial_edition
FROM mart.first_estimate_error WHERE n > 1 ORDER BY ALL
