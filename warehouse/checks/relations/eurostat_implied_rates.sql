-- National currency for one euro, as Eurostat's figures imply it; `rounding` is what tenths of a million may hide.
SELECT n.edition_id, n.entity, n.year, n.indicator, n.currency, n.value / e.value AS rate, 0.05 / abs(n.value) + 0.05 / abs(e.value) AS rounding, n.locator
FROM {batch} n JOIN {batch} e ON e.edition_id = n.edition_id AND e.entity = n.entity AND e.year = n.year
 AND e.indicator = n.indicator AND e.currency = 'EUR'
WHERE n.source_id = 'eurostat' AND n.currency <> 'EUR' AND n.value <> 0 AND e.value <> 0
