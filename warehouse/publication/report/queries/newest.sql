-- The edition of the headline: its last year, and its last year that is no estimate.
SELECT
    e.edition_id, e.title, e.published_on, e.definition, e.citation, e.url,
    max(o.year) AS last_year, max(o.year) FILTER (WHERE o.status = 'actual') AS outturn_year,
    (SELECT max(base_year) FROM mart.compliance AS c WHERE c.edition_id = e.edition_id) AS base_year
FROM core.edition AS e
JOIN core.observation AS o USING (edition_id)
WHERE e.edition_id = $edition AND o.indicator = 'defence_share_of_gdp' AND o.availability = 'reported'
GROUP BY ALL
