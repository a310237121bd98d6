-- The newest edition of NATO: its last year, and its last year that is no estimate.
WITH newest AS (SELECT * FROM core.edition WHERE source_id = 'nato' ORDER BY vintage_seq DESC LIMIT 1)
SELECT
    newest.edition_id, newest.title, newest.published_on, newest.definition, newest.citation, newest.url,
    max(o.year) AS last_year, max(o.year) FILTER (WHERE o.status = 'actual') AS outturn_year,
    (SELECT max(base_year) FROM mart.compliance AS c WHERE c.edition_id = newest.edition_id) AS base_year
FROM newest
JOIN core.observation AS o USING (edition_id)
WHERE o.indicator = 'defence_share_of_gdp' AND o.availability = 'reported'
GROUP BY ALL
