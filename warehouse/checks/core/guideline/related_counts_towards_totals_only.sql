-- id: related_counts_towards_totals_only
-- severity: error
-- question: structure
-- reason: a total without the most that its related leg counts has no range of gaps

SELECT * FROM {batch}
  WHERE (related_counted_at_most_pct IS NOT NULL) <> (indicator = 'total_share_of_gdp')
