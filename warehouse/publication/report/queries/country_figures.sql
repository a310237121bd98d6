-- The newest figures of every source, since the last outturn year, each with the cell that prints it.
SELECT
    o.entity AS iso3, o.source_id, o.indicator, o.year, o.value, o.unit, o.currency, o.price_basis, o.base_year, o.definition,
    o.status, o.availability, o.flags, o.edition_id, o.locator, e.url, e.citation
FROM observation_latest AS o JOIN core.edition AS e USING (edition_id)
WHERE o.year BETWEEN $outturn_year AND $last_year AND o.entity IN (SELECT iso3 FROM core.country)
ORDER BY o.entity, o.indicator, o.year, o.source_id, o.price_basis, o.currency
