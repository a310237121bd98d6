-- id: contradicted_money_is_not_served
-- severity: warn
-- question: resemblance
-- reason: what the rates contradict is read under another code or is withheld in core.observation, unless only rates
--   of a later edition of the World Bank contradict it: a person reviews it

SELECT p.edition_id, p.entity, p.currency, o.year, o.locator FROM {batch} p JOIN core_observation o
    ON o.edition_id = p.edition_id AND o.entity = p.entity AND o.currency = p.currency
   AND o.year BETWEEN p.year_from AND p.year_to
  WHERE p.consequence IN ('recoded', 'withheld') AND o.indicator = 'defence_expenditure' AND o.value IS NOT NULL
    AND o.year_basis = 'calendar'
