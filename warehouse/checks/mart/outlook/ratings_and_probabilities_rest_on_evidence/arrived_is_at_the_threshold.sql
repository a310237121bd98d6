-- id: arrived_is_at_the_threshold
-- severity: error
-- question: structure
-- reason: the published share decides

SELECT * FROM {batch} WHERE (rating = 'arrived') <> (current_share_pct >= threshold_pct)
