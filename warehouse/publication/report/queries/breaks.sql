-- Breaks and changes of definition that a reader must know.
SELECT b.entity, coalesce(c.name, 'All Allies') AS name, b.description, b.size_pp, b.citation
FROM core."break" AS b LEFT JOIN core.country AS c ON c.iso3 = b.entity
ORDER BY name, b.break_id
