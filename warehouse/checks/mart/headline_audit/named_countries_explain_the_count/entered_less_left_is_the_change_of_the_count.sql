-- id: entered_less_left_is_the_change_of_the_count
-- severity: error
-- question: structure
-- reason: every country that moves the count is named

SELECT rule_id, edition_id, year, any_value(met_after) - any_value(met_before) AS count_change,
    count(*) FILTER (WHERE change = 'entered') - count(*) FILTER (WHERE change = 'left') AS names_change
  FROM {batch} GROUP BY ALL HAVING count_change <> names_change
