-- What each edition that stands changed in the shares of GDP that earlier editions print: one row an edition.
SELECT
    e.edition_id, e.source_id, e.title, e.published_on, e.retrieved_at, e.completeness, e.url, e.citation,
    count(r.to_edition_id) FILTER (WHERE r.old_value IS NOT NULL AND r.new_value IS NOT NULL) AS compared,
    count(r.change) FILTER (WHERE NOT r.same_at_print AND r.kind NOT IN ('new', 'dropped')) AS revised,
    count(r.to_edition_id) FILTER (WHERE r.kind = 'new') AS new_figures,
    avg(abs(r.change)) FILTER (WHERE NOT r.same_at_print AND r.kind NOT IN ('new', 'dropped')) AS mean_size_pp
FROM core.edition AS e
LEFT JOIN mart.revision AS r ON r.to_edition_id = e.edition_id AND r.indicator = 'defence_share_of_gdp'
WHERE e.withdrawn_on IS NULL
GROUP BY ALL
ORDER BY e.published_on DESC, e.edition_id
