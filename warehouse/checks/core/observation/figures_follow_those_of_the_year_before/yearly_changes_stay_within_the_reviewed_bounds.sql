-- id: yearly_changes_stay_within_the_reviewed_bounds
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year, price_basis, variant
-- exceptions: by source
-- reason: a year that differs from the one before by more than core.yearly_change_bound allows is reviewed; nothing is
--   withheld

-- For the countries of core.membership: what happens elsewhere (wars, hyperinflation) is printed as it is.

SELECT o.edition_id, o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.variant, o.value, o.locator, b.value AS value_before, c.measure,
       CASE c.measure WHEN 'change' THEN abs(o.value - b.value) / 100 ELSE abs(o.value / b.value - 1) END AS deviation,
       c.largest / 100 AS tolerance
FROM {batch} o JOIN core_yearly_change_bound c ON c.source_id = o.source_id AND c.indicator = o.indicator AND c.price_basis = o.price_basis
JOIN {batch} b ON b.edition_id = o.edition_id AND b.indicator = o.indicator AND b.entity = o.entity AND b.year = o.year - 1
 AND b.price_basis = o.price_basis AND b.year_basis = o.year_basis AND b.variant = o.variant
WHERE o.availability = 'reported' AND b.availability = 'reported' AND o.variant <> 'national' AND o.year >= c.year_from
  AND o.entity IN (SELECT iso3 FROM core_membership) AND b.value > 0
