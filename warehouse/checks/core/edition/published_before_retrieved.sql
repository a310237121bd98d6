-- id: published_before_retrieved
-- severity: error
-- question: structure
-- reason: nothing is retrieved before it exists

SELECT * FROM {batch} WHERE published_on > retrieved_at::DATE
