-- Every edition held: terms, citation, freshness.
SELECT edition_id, source_id, title, published_on, withdrawn_on, retrieved_at, completeness, origin, definition, price_base_year, url, licence,
       citation, note, sha256, next_due_on,
       edition_id IN (SELECT edition_id FROM edition_latest) AND next_due_on < (SELECT built_at::DATE FROM meta.build) AS overdue
FROM core.edition ORDER BY source_id, vintage_seq
