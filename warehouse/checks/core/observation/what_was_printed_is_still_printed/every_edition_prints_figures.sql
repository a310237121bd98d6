-- id: every_edition_prints_figures
-- severity: error
-- question: structure
-- reason: an edition without a figure, or one of NATO without a share of GDP, was not read

SELECT o.edition_id, count(*) FILTER (WHERE o.availability = 'reported') AS figures,
         count(*) FILTER (WHERE o.availability = 'reported' AND o.indicator = 'defence_share_of_gdp') AS shares
  FROM {batch} o JOIN core_edition e USING (edition_id) GROUP BY o.edition_id, o.source_id, e.completeness
  HAVING figures = 0 OR (o.source_id = 'nato' AND e.completeness = 'complete' AND shares = 0)
