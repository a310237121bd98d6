-- id: value_where_reported
-- severity: error
-- question: structure
-- reason: missing never becomes a number, and a number is never lost

SELECT * FROM {batch} WHERE (availability = 'reported') <> (value IS NOT NULL)
