-- id: yearly_changes_stay_within_the_reviewed_bounds
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year, price_basis, variant
-- exceptions: by source
-- reason: a year that differs from the one before by more than core.yearly_change_bound allows is reviewed; nothing is
--   withheld

-- For the countries of core.membership: what happens elsewhere (wars, hyperinflation) is printed as it is.

SELECT o.edition_id, o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.variant, o.value, o.locator,
       lag(o.value) OVER series AS value_before, b.measure,
       CASE b.measure WHEN 'change' THEN abs(o.value - value_before) / 100 ELSE abs(o.value / value_before - 1) END AS deviation,
       b.largest / 100 AS tolerance
FROM {batch} o JOIN core_yearly_change_bound b ON b.source_id = o.source_id AND b.indicator = o.indicator
 AND b.price_basis = o.price_basis
WHERE o.availability = 'reported' AND o.variant <> 'national' AND o.entity IN (SELECT iso3 FROM core_membership)
WINDOW series AS (PARTITION BY o.edition_id, o.indicator, o.entity, o.price_basis, o.year_basis, o.variant, b.measure ORDER BY o.year)
QUALIFY lag(o.year) OVER series = o.year - 1 AND value_before > 0 AND o.year >= b.year_from
