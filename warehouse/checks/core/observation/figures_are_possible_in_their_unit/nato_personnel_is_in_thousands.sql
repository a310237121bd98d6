-- id: nato_personnel_is_in_thousands
-- severity: error
-- question: resemblance
-- concerns: indicator, year
-- reason: NATO has had 3.0 to 3.5 million soldiers since 2014: 3 000 to 3 500 thousand

SELECT edition_id, indicator, year, value, locator FROM {batch}
  WHERE source_id = 'nato' AND indicator = 'personnel' AND entity = 'NATO' AND value NOT BETWEEN 1000 AND 10000
