-- id: money_contradicted_by_official_rates_is_looked_at
-- severity: warn
-- question: resemblance
-- concerns: entity, currency
-- reason: money at another rate than its code's is withheld (core.currency_proof says which): a person finds the
--   reason

SELECT edition_id, entity, currency, min(year) AS year_from, max(year) AS year_to, any_value(note) AS note,
         min(locator) AS locator
  FROM {batch} WHERE list_contains(flags, 'currency_contradicted') GROUP BY edition_id, entity, currency
