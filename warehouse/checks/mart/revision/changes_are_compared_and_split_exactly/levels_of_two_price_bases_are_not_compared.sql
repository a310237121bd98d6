-- id: levels_of_two_price_bases_are_not_compared
-- severity: error
-- question: structure
-- reason: constant prices of two years are two units

SELECT * FROM {batch} WHERE kind = 'rebased' AND (change IS NOT NULL OR old_value IS NOT NULL)
