-- Who changed sides of a rule in force, by every edition that stands. Rules of one measure and threshold change together.
SELECT
    a.edition_id, a.from_edition_id, c.iso3, c.name, a.year, g.indicator, a.threshold, a.change, a.in_force, a.old_value, a.new_value,
    string_agg(g.title, '; ' ORDER BY g.adopted_on) AS titles,
    a.spending_part_pp, a.gdp_part_pp, a.method_part_pp
FROM mart.headline_audit AS a
JOIN core.guideline AS g USING (rule_id)
JOIN core.country AS c ON c.iso3 = a.entity
JOIN core.edition AS e USING (edition_id)
WHERE g.scope = 'NATO' AND a.in_force AND e.withdrawn_on IS NULL
GROUP BY ALL
ORDER BY a.edition_id, a.year DESC, a.threshold, c.name
