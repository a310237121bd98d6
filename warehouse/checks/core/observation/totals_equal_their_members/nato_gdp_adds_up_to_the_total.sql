-- id: nato_gdp_adds_up_to_the_total
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, price_basis
-- reason: NATO's GDP total includes Iceland, so only editions that print Iceland can be compared with it

WITH totals AS (SELECT * FROM relation.nato_member_sums WHERE indicator = 'gdp' AND present = members
          AND abs(member_sum - published) > 17)
SELECT * FROM totals UNION ALL BY NAME
SELECT t.* REPLACE (u.entity AS entity, u.locator AS locator) FROM totals t JOIN core_membership m ON m.group_id = t.entity
JOIN relation.nato_shares_in_doubt u ON u.entity = m.iso3 AND u.edition_id = t.edition_id AND u.year = t.year AND u.price_basis = t.price_basis
