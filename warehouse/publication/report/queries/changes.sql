-- Whose verdict by a rule changed in the newest edition, and why. Rules of one measure and threshold change together.
SELECT
    string_agg(g.title, '; ' ORDER BY g.adopted_on) AS titles, c.iso3, c.name, a.year, g.indicator, a.from_edition_id, a.change,
    a.old_value, a.old_status, a.new_value, a.new_status, a.threshold,
    a.spending_part_pp, a.gdp_part_pp, a.method_part_pp, bool_or(a.in_force) AS in_force, a.flags,
    (SELECT string_agg(b.description, '. ' ORDER BY b.break_id) FROM core."break" AS b WHERE b.break_id IN (SELECT unnest(a.break_ids))) AS breaks
FROM mart.headline_audit AS a
JOIN core.guideline AS g USING (rule_id)
JOIN core.country AS c ON c.iso3 = a.entity
WHERE a.edition_id = $edition AND g.scope = 'NATO'
GROUP BY ALL
ORDER BY a.year DESC, a.threshold, c.name
