SELECT c.edition_id, c.entity, c.indicator, c.year_from, c.year_to, c.action, c.reason, c.citation, c.reviewed_on,
       count(o.edition_id) AS figures
FROM core.correction AS c
LEFT JOIN core.observation AS o ON split_part(o.edition_id, ':issue-', 1) = c.edition_id AND o.indicator = c.indicator
  AND o.entity = c.entity AND o.year BETWEEN c.year_from AND c.year_to AND list_contains(o.flags, 'corrected')
GROUP BY ALL ORDER BY c.edition_id, c.entity, c.indicator
