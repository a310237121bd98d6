-- id: quantiles_are_in_order
-- severity: error
-- question: structure
-- reason: quantiles of one set of draws

SELECT * FROM {batch} WHERE NOT (p05 <= p10 AND p10 <= p25 AND p25 <= p50 AND p50 <= p75 AND p75 <= p90 AND p90 <= p95)
