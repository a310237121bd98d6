-- Every edition held: terms, citation, freshness.
SELECT edition_id, source_id, title, published_on, withdrawn_on, retrieved_at, completeness, origin, definition, price_base_year, url, licence,
       citation, note, sha256
FROM core.edition ORDER BY source_id, vintage_seq
