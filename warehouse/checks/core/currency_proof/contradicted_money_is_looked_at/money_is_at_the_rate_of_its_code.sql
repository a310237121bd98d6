-- id: money_is_at_the_rate_of_its_code
-- severity: warn
-- question: resemblance
-- reason: money at a multiple of its currency's official rate is in another currency or on another scale: a person
--   reviews it

SELECT edition_id, entity, currency, statement FROM {batch}
  WHERE finding IN ('redenomination', 'euro_conversion', 'power_of_ten') AND consequence NOT IN ('recoded', 'withheld')
    AND evidence <> ['imf_gdp']
