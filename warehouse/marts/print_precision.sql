-- To how many decimals an edition prints a series: as many as any of its figures carries. Source: METRICS, section 4.
-- One figure may end in a zero by chance; that six do, and hide a decimal, happens once in a million. Sources' units of a
-- thousand or a million give negative decimals in ours.
WITH carried AS (
    SELECT
        edition_id, indicator, unit, price_basis, variant, value,
        -- Nine stand for all that follow: a computed figure that nobody rounded.
        coalesce(list_min(list_filter(range(-6, 9), lambda d: abs(value - round(value, d::INTEGER)) <= 1e-12 * greatest(1, abs(value)))), 9) AS decimals
    FROM core.observation
    WHERE availability = 'reported' AND value <> 0
)

SELECT
    edition_id, indicator, unit, price_basis, variant,
    count(*) AS figures,
    CASE WHEN count(*) >= 6 THEN max(decimals) END AS decimals,
    CASE WHEN count(*) >= 6 THEN 0.5 * 10.0 ** -max(decimals) END AS half_unit
FROM carried
GROUP BY edition_id, indicator, unit, price_basis, variant
ORDER BY edition_id, indicator, unit, price_basis, variant
