-- How many Allies meet a rule: of the members of that year that have forces.
SELECT
    rule_id, edition_id, year,
    count(*) FILTER (WHERE verdict <> 'not_applicable') AS members,
    count(*) FILTER (WHERE verdict = 'met') AS met,
    count(*) FILTER (WHERE verdict = 'not_met') AS not_met,
    count(*) FILTER (WHERE verdict = 'not_reported') AS not_reported
FROM mart.compliance
GROUP BY rule_id, edition_id, year
HAVING count(*) FILTER (WHERE verdict <> 'not_applicable') > 0
ORDER BY rule_id, edition_id, year
