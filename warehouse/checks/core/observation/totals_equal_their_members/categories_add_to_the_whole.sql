-- id: categories_add_to_the_whole
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: four categories are the whole of defence spending, within rounding

SELECT edition_id, unnest(list(indicator)) AS indicator, entity, year, sum(value) AS total_pct, any_value(locator) AS locator FROM {batch}
  WHERE indicator IN ('equipment_share', 'personnel_share', 'infrastructure_share', 'other_share')
    AND source_id = 'nato' AND availability = 'reported'
  GROUP BY edition_id, entity, year HAVING count(*) = 4 AND abs(sum(value) - 100) > 0.03
