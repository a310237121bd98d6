-- Every Ally, whether it has forces or not.
SELECT c.iso3, c.name, min(m.member_from) AS member_from
FROM core.membership AS m JOIN core.country AS c USING (iso3)
WHERE m.group_id = 'NATO' AND m.member_to IS NULL
GROUP BY ALL ORDER BY c.name
