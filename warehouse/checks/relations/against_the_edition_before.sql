-- Every figure with the newest earlier edition's of the same series and year. An edition that its source withdrew is
-- never compared with.
SELECT o.edition_id, o.source_id, o.indicator, o.entity, o.year, o.currency, o.price_basis, o.year_basis, o.variant, o.value, o.unit, o.base_year,
       o.status, o.availability, o.locator, e.published_on, lag(e.published_on) OVER series AS published_before,
       lag(o.status) OVER series AS status_before, lag(o.edition_id) OVER series AS before_id, lag(o.value) OVER series AS before_value,
       lag(o.currency) OVER series AS before_currency, lag(o.base_year) OVER series AS before_base_year
FROM {batch} o JOIN core_edition e USING (edition_id) WHERE e.withdrawn_on IS NULL
WINDOW series AS (PARTITION BY o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.year_basis, o.variant ORDER BY e.vintage_seq)
