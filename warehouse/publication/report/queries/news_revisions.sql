-- Every share of GDP that the edition prints otherwise than the edition before that has it, the largest change first.
SELECT
    c.iso3, c.name, r.year, r.from_edition_id, r.old_value, r.old_status, r.new_value, r.new_status, r.change AS change_pp, r.kind,
    r.spending_part_pp, r.gdp_part_pp, r.method_part_pp, r.flags
FROM mart.revision AS r JOIN core.country AS c ON c.iso3 = r.entity
WHERE r.to_edition_id = $edition AND r.indicator = 'defence_share_of_gdp' AND r.change IS NOT NULL AND NOT r.same_at_print
ORDER BY abs(r.change) DESC, c.name, r.year
