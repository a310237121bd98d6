-- id: nato_members_add_up_to_the_total
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, price_basis
-- reason: the printed total is the sum of that year's members, within 3 million US$; 31 figures printed in whole
--   millions miss it by 3 in one edition of two, by 6 in one of a thousand (drawn uniformly within their rounding)

WITH totals AS (SELECT * FROM relation.nato_member_sums WHERE indicator = 'defence_expenditure'
          AND present = members AND abs(member_sum - published) > CASE WHEN in_whole_units THEN 6 ELSE 3 END)
SELECT * FROM totals UNION ALL BY NAME
SELECT t.* REPLACE (u.entity AS entity, u.locator AS locator) FROM totals t JOIN core_membership m ON m.group_id = t.entity
JOIN relation.nato_shares_in_doubt u ON u.entity = m.iso3 AND u.edition_id = t.edition_id AND u.year = t.year AND u.price_basis = t.price_basis
