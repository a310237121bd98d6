-- id: withheld_figures_are_listed
-- severity: error
-- question: structure
-- reason: nothing of a source is withheld without a row of core.decision that says why

SELECT o.edition_id, o.indicator, o.entity, o.year, o.locator FROM {batch} o
  WHERE list_contains(o.flags, 'withheld') AND NOT EXISTS (
    SELECT 1 FROM core_decision d WHERE d.action = 'withhold' AND d.indicator IS NOT DISTINCT FROM o.indicator AND d.entity IS NOT DISTINCT FROM o.entity AND d.year IS NOT DISTINCT FROM o.year AND d.currency IS NOT DISTINCT FROM o.currency AND d.price_basis IS NOT DISTINCT FROM o.price_basis AND d.year_basis IS NOT DISTINCT FROM o.year_basis)
