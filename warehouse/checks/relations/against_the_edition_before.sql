-- Every figure with the newest earlier edition's of the same series and year. An edition that its source withdrew is
-- never compared with. `comparable` are the figures that may be divided by those of before: above zero, in the same currency
-- and base year.
WITH followed AS (
  SELECT o.edition_id, o.source_id, o.indicator, o.entity, o.year, o.currency, o.price_basis, o.year_basis, o.variant, o.value, o.unit, o.base_year,
         o.status, o.availability, o.locator, lag(e.published_on) OVER series AS published_before,
         lag(o.status) OVER series AS status_before, lag(o.edition_id) OVER series AS before_id, lag(o.value) OVER series AS before_value,
         lag(o.currency) OVER series AS before_currency, lag(o.base_year) OVER series AS before_base_year
  FROM {batch} o JOIN core_edition e USING (edition_id) WHERE e.withdrawn_on IS NULL
  WINDOW series AS (PARTITION BY o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.year_basis, o.variant ORDER BY e.vintage_seq))
SELECT *, coalesce(value > 0 AND before_value > 0, false) AND currency IS NOT DISTINCT FROM before_currency
       AND base_year IS NOT DISTINCT FROM before_base_year AS comparable
FROM followed
