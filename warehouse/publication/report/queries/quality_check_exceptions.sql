SELECT check_id, coalesce(edition_id, source_id) AS held_in, entity, indicator, year_from, year_to, largest, reason, citation,
       reviewed_on
FROM core.check_exception ORDER BY check_id, held_in, entity, year_from
