-- id: verdict_follows_the_published_figure
-- severity: error
-- question: structure
-- reason: the published share decides

SELECT * FROM {batch} WHERE (verdict = 'met' AND value < threshold) OR (verdict = 'not_met' AND value >= threshold)
