-- How far forecasts of GDP were from what later editions print, in percent of the forecast level. Source: docs/metrics.md#gdp-forecast-error.
-- Nominal: GDP in US$ as forecast. Real: the product of the forecast growth rates since the year before publication; the
-- later level is the same product of a later edition of the IMF, or NATO's real GDP over that of the year before publication.
-- Only years that were over when the later edition was published; what a source has withdrawn is on neither side.
WITH figure AS (
    SELECT o.*, e.published_on, year(e.published_on) AS published_in, e.completeness = 'partial' AS is_partial
    FROM core.observation AS o JOIN core.edition AS e USING (edition_id)
    WHERE o.availability = 'reported' AND e.withdrawn_on IS NULL AND o.entity IN (SELECT iso3 FROM core.country)
      AND o.indicator IN ('gdp', 'gdp_real_growth')
),

forecast AS (SELECT * FROM figure WHERE source_id = 'imf' AND status = 'forecast' AND year >= published_in),

nominal AS (
    SELECT
        f.edition_id AS from_edition_id, l.edition_id AS to_edition_id, 'gdp' AS indicator, f.year - f.published_in AS horizon,
        f.entity, mart.growth_pct(l.value, f.value) AS error_pct, l.status = 'actual' AS is_outturn, f.is_partial OR l.is_partial AS is_partial
    FROM forecast AS f
    JOIN figure AS l ON l.source_id = 'imf' AND l.indicator = 'gdp' AND l.currency = f.currency AND l.price_basis = f.price_basis
        AND l.entity = f.entity AND l.year = f.year AND l.published_on > f.published_on AND l.year < l.published_in
    WHERE f.indicator = 'gdp'
),

-- One row a forecast year and each later edition of the IMF; the chain breaks with the first year that either lacks.
growth AS (
    SELECT
        f.edition_id AS from_edition_id, l.edition_id AS to_edition_id, f.entity, f.year, f.published_in, l.status,
        f.is_partial OR l.is_partial AS is_partial,
        sum(mart.log_growth(f.value)) OVER chain AS forecast_log, sum(mart.log_growth(l.value)) OVER chain AS later_log,
        count(*) OVER chain AS years
    FROM forecast AS f
    JOIN figure AS l ON l.source_id = 'imf' AND l.indicator = 'gdp_real_growth' AND l.entity = f.entity AND l.year = f.year
        AND l.published_on > f.published_on AND l.year < l.published_in
    WHERE f.indicator = 'gdp_real_growth'
    WINDOW chain AS (PARTITION BY f.edition_id, l.edition_id, f.entity ORDER BY f.year)
),

forecast_level AS (
    SELECT
        edition_id, entity, year, published_in, published_on, is_partial,
        exp(sum(mart.log_growth(value)) OVER chain) AS level, count(*) OVER chain AS years
    FROM forecast WHERE indicator = 'gdp_real_growth'
    WINDOW chain AS (PARTITION BY edition_id, entity ORDER BY year)
),

-- A break in NATO's GDP (Luxembourg's income for its product) is no error of a forecast.
nato_level AS (
    SELECT edition_id, entity, year, value, status, published_on, published_in, is_partial
    FROM figure
    WHERE source_id = 'nato' AND indicator = 'gdp' AND price_basis = 'constant' AND currency = 'USD' AND len(break_ids) = 0
),

error AS (
    SELECT * FROM nominal
    UNION ALL
    SELECT
        from_edition_id, to_edition_id, 'gdp_real_growth', year - published_in, entity,
        mart.growth_pct(exp(later_log - forecast_log), 1), status = 'actual', is_partial
    FROM growth WHERE years = year - published_in + 1
    UNION ALL
    SELECT
        f.edition_id, l.edition_id, 'gdp_real_growth', f.year - f.published_in, f.entity,
        mart.growth_pct(l.value / base.value, f.level), l.status = 'actual', f.is_partial OR l.is_partial
    FROM forecast_level AS f
    JOIN nato_level AS l ON l.entity = f.entity AND l.year = f.year AND l.published_on > f.published_on AND l.year < l.published_in
    JOIN nato_level AS base ON base.edition_id = l.edition_id AND base.entity = l.entity AND base.year = f.published_in - 1
    WHERE f.years = f.year - f.published_in + 1
)

SELECT
    from_edition_id, to_edition_id, indicator, horizon,
    count(*) AS n,
    count(*) FILTER (WHERE is_outturn) AS n_outturns,
    avg(error_pct) AS mean_pct,
    mart.mean_size(error_pct) AS mean_absolute_pct,
    mart.below_zero_pct(error_pct) AS too_high_pct,
    bool_or(is_partial) AS rests_on_partial_edition,
    list(entity ORDER BY entity) AS entities,
    list(error_pct ORDER BY entity) AS errors_pct
FROM error
GROUP BY from_edition_id, to_edition_id, indicator, horizon
ORDER BY from_edition_id, to_edition_id, indicator, horizon
