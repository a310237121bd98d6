-- To how many decimals an edition prints a series: as many as any of its figures carries. Sources' units of a thousand or
-- a million give negative decimals in the warehouse's unit. Source: docs/metrics.md#print-precision.
SELECT
    edition_id, indicator, unit, price_basis, variant,
    count(*) AS figures,
    mart.decimals_printed(value) AS decimals,
    mart.half_unit(mart.decimals_printed(value)) AS half_unit
FROM core.observation
WHERE availability = 'reported' AND value <> 0
GROUP BY edition_id, indicator, unit, price_basis, variant
ORDER BY edition_id, indicator, unit, price_basis, variant
