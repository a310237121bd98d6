-- How far the first published estimates of a share were from what later editions print. Source: docs/metrics.md#first-estimate-error.
-- What the source has withdrawn is neither an estimate nor a later figure. Horizon: 0 is an estimate of the year of publication, 1 of the year before.
WITH share AS (
    SELECT
        o.edition_id, o.entity, o.year, o.value, o.status, o.break_ids, o.definition, e.vintage_seq, e.completeness,
        p.half_unit, year(e.published_on) - o.year AS horizon
    FROM core.observation AS o
    JOIN core.edition AS e USING (edition_id)
    LEFT JOIN mart.print_precision AS p USING (edition_id, indicator, unit, price_basis, variant)
    WHERE o.source_id = 'nato' AND o.indicator = 'defence_share_of_gdp' AND o.availability = 'reported'
      AND o.entity IN (SELECT iso3 FROM core.country) AND e.withdrawn_on IS NULL
),

first_estimate AS (
    SELECT * FROM share
    WHERE status = 'estimate' AND horizon BETWEEN 0 AND 1
    QUALIFY row_number() OVER (PARTITION BY entity, year, horizon ORDER BY vintage_seq) = 1
),

error AS (
    SELECT
        f.edition_id AS from_edition_id, l.edition_id AS to_edition_id, f.horizon, f.entity,
        -- What print precision alone explains is no error.
        mart.estimate_error(l.value, f.value, coalesce(greatest(f.half_unit, l.half_unit), 0)) AS error_pp,
        l.status = 'actual' AS is_outturn,
        f.completeness = 'partial' OR l.completeness = 'partial' AS rests_on_partial_edition,
        l.definition <> f.definition AS definition_differs,
        len(list_filter(l.break_ids, lambda shown: NOT list_contains(f.break_ids, shown))) > 0 AS break_between
    FROM first_estimate AS f
    JOIN share AS l ON l.entity = f.entity AND l.year = f.year AND l.vintage_seq > f.vintage_seq
)

SELECT
    from_edition_id, to_edition_id, horizon,
    count(*) AS n,
    count(*) FILTER (WHERE is_outturn) AS n_outturns,
    avg(error_pp) AS mean_pp,
    mart.mean_size(error_pp) AS mean_absolute_pp,
    mart.below_zero_pct(error_pp) AS revised_down_pct,
    bool_or(rests_on_partial_edition) AS rests_on_partial_edition,
    list(entity ORDER BY entity) AS entities,
    list(error_pp ORDER BY entity) AS errors_pp,
    bool_or(definition_differs) AS definition_differs,
    coalesce(list(entity ORDER BY entity) FILTER (WHERE break_between), []) AS entities_with_break
FROM error
GROUP BY from_edition_id, to_edition_id, horizon
ORDER BY from_edition_id, to_edition_id, horizon
