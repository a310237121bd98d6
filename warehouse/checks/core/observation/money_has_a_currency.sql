-- id: money_has_a_currency
-- severity: error
-- question: structure
-- reason: money without a currency, or a currency without money

SELECT * FROM {batch} WHERE (unit IN ('million', 'currency_per_head', 'currency_per_usd')) <> (currency IS NOT NULL)
