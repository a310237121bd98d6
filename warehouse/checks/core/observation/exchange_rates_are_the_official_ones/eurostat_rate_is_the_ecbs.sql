-- id: eurostat_rate_is_the_ecbs
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, currency
-- reason: national currency (that of the day of publication) over euros is the ECB's yearly mean within 1 %, and
--   one in the euro area

SELECT r.*, coalesce(y.units_per_eur, 1) AS ecb_rate FROM relation.eurostat_implied_rates r
  JOIN core_edition e ON e.edition_id = r.edition_id
  JOIN core_national_currency n ON n.iso3 = r.entity AND n.valid_from <= e.published_on
   AND (n.valid_to IS NULL OR n.valid_to >= e.published_on)
  LEFT JOIN core_yearly_rate y ON y.currency = n.currency AND y.year = r.year
  WHERE (n.currency = 'EUR' OR y.currency IS NOT NULL) AND abs(r.rate / ecb_rate - 1) > 0.01 + r.rounding
