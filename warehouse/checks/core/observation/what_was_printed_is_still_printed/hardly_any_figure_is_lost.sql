-- id: hardly_any_figure_is_lost
-- severity: error
-- question: resemblance
-- reason: of a table that the editions before printed, a complete edition leaves out a twentieth at most (Iceland's
--   GDP in July 2026: 11 of 374 figures; SIPRI 2025: 11 of 8 868), or one country (SIPRI 2022: Zimbabwe's fiscal
--   years, 51 of 356)

SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, year_basis,
         count(*) FILTER (WHERE lost) AS figures_lost, count(DISTINCT entity) FILTER (WHERE lost) AS countries_lost,
         count(*) AS figures_before, min(locator_before) FILTER (WHERE lost) AS locator_before
  FROM relation.figures_of_earlier_editions WHERE NOT table_lost GROUP BY ALL
  HAVING figures_lost > 0.05 * figures_before AND figures_lost >= 5 AND countries_lost > 1
