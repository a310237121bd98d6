-- id: corrected_figures_are_listed
-- severity: error
-- question: structure
-- reason: nothing of a source is changed without a row of core.correction that says why

SELECT o.edition_id, o.indicator, o.entity, o.year, o.locator FROM {batch} o
  WHERE list_contains(o.flags, 'corrected') AND NOT EXISTS (SELECT 1 FROM core_correction c WHERE c.edition_id = split_part(o.edition_id, ':issue-', 1) AND c.indicator = o.indicator AND c.entity = o.entity AND o.year BETWEEN c.year_from AND c.year_to)
