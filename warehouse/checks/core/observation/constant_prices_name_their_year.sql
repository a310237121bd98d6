-- id: constant_prices_name_their_year
-- severity: error
-- question: structure
-- reason: price bases are never mixed

SELECT * FROM {batch} WHERE (price_basis = 'constant') <> (base_year IS NOT NULL)
