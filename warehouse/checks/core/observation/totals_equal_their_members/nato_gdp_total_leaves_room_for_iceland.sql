-- id: nato_gdp_total_leaves_room_for_iceland
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, price_basis
-- reason: where an edition does not print Iceland, the total less the other members is Iceland's GDP: 18 to 43
--   billion US$ from 2014 to 2026 (July 2026)

WITH totals AS (SELECT * FROM relation.nato_member_sums s WHERE indicator = 'gdp' AND present = members - 1
          AND NOT EXISTS (SELECT 1 FROM {batch} o WHERE o.edition_id = s.edition_id AND o.indicator = 'gdp' AND o.entity = 'ISL')
          AND published - member_sum NOT BETWEEN 10000 AND 60000)
SELECT * FROM totals UNION ALL BY NAME
SELECT t.* REPLACE (u.entity AS entity, u.locator AS locator) FROM totals t JOIN core_membership m ON m.group_id = t.entity
JOIN relation.nato_shares_in_doubt u ON u.entity = m.iso3 AND u.edition_id = t.edition_id AND u.year = t.year AND u.price_basis = t.price_basis
