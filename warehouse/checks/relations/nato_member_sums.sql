-- NATO's printed totals, and the sums of the figures of that year's members.
SELECT p.edition_id, p.indicator, p.year, p.price_basis, p.entity, p.locator, p.value AS published, sum(o.value) AS member_sum,
       bool_and(coalesce(o.value = round(o.value), true)) AS in_whole_units,
       count(*) AS members, count(*) FILTER (WHERE o.availability IN ('reported', 'not_applicable')) AS present,
       count(*) FILTER (WHERE list_contains(o.flags, 'withheld')) AS withheld
FROM {batch} p
JOIN core_membership m ON m.group_id = p.entity AND year(m.member_from) <= p.year
                      AND (m.member_to IS NULL OR year(m.member_to) >= p.year)
LEFT JOIN {batch} o ON o.edition_id = p.edition_id AND o.indicator = p.indicator AND o.year = p.year
                   AND o.price_basis = p.price_basis AND o.unit = p.unit
                   AND o.currency IS NOT DISTINCT FROM p.currency AND o.entity = m.iso3
WHERE p.source_id = 'nato' AND p.entity IN ('NATO', 'NATO_EUR_CAN') AND p.availability = 'reported'
  AND (p.currency = 'USD' OR p.indicator = 'personnel')
GROUP BY ALL
