-- A sum does not say which of its members is at fault: those are in doubt as well whose share is not the ratio.
SELECT edition_id, entity, year, price_basis, locator FROM relation.nato_share_differences
WHERE price_basis = 'constant' AND abs(difference_pp) > 0.005 + rounding_pp AND exception_id IS NULL
