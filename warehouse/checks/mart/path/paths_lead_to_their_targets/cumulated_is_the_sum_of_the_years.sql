-- id: cumulated_is_the_sum_of_the_years
-- severity: error
-- question: structure
-- reason: constant prices only: a sum over years of current prices means nothing

SELECT rule_id, edition_id, entity, path_kind, max_by(cumulated_against_share_usd_constant_m, year) AS cumulated,
    sum(extra_against_share_usd_constant_m) FILTER (WHERE year > start_year) AS summed
  FROM {batch} GROUP BY ALL HAVING abs(cumulated - summed) > 1e-6 * greatest(1, abs(summed))
