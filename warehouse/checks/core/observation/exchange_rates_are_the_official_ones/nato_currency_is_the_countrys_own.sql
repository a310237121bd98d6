-- id: nato_currency_is_the_countrys_own
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, currency
-- reason: an edition prints the whole history in the currency of the day on which it is published

SELECT DISTINCT o.edition_id, o.indicator, o.entity, o.currency, n.currency AS own_currency FROM {batch} o
  JOIN core_edition e ON e.edition_id = o.edition_id
  JOIN core_national_currency n ON n.iso3 = o.entity AND n.valid_from <= e.published_on
   AND (n.valid_to IS NULL OR n.valid_to >= e.published_on)
  WHERE o.source_id = 'nato' AND o.currency <> 'USD' AND o.currency <> n.currency
