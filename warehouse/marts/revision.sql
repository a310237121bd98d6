-- What changed between an edition and the one before it that printed the same series. Source: METRICS, section 4.
-- Pairs are told series by series, so that a partial edition neither hides an older figure nor invents a change.
WITH printed AS (
    SELECT
        o.*, e.vintage_seq, e.published_on, e.completeness,
        -- A national currency that became the euro stays one series; Eurostat prints the euro and the national currency.
        CASE WHEN o.currency IS NULL THEN 'none'
             WHEN o.currency = 'USD' OR o.source_id = 'eurostat' THEN o.currency ELSE 'national' END AS series_currency,
        CASE o.unit WHEN 'million' THEN 'million ' || o.currency
                    WHEN 'currency_per_head' THEN o.currency || ' per head'
                    WHEN 'currency_per_usd' THEN o.currency || ' per USD' ELSE o.unit
        END || CASE WHEN o.base_year IS NOT NULL AND o.currency IS NOT NULL THEN ' of ' || o.base_year ELSE '' END AS full_unit
    FROM core.observation AS o JOIN core.edition AS e USING (edition_id)
    WHERE o.availability = 'reported'
),

-- The figure before, in the newest earlier edition that prints the series.
followed AS (
    SELECT
        *,
        lag({'edition_id': edition_id, 'value': value, 'full_unit': full_unit, 'currency': currency, 'status': status,
             'flags': flags, 'definition': definition, 'base_year': base_year, 'published_on': published_on}) OVER series AS old
    FROM printed
    WINDOW series AS (PARTITION BY source_id, indicator, entity, year, price_basis, year_basis, series_currency
                      ORDER BY vintage_seq)
),

-- Irrevocable rate from the old currency to the new one; 1 where the currency is the same.
converted AS (
    SELECT
        followed.*,
        CASE WHEN followed.currency IS NOT DISTINCT FROM old.currency THEN 1.0
             WHEN followed.unit = 'million' AND former.currency = old.currency THEN 1 / rate.irrevocable_rate END AS old_to_new
    FROM followed
    LEFT JOIN core.national_currency AS rate
        ON rate.iso3 = followed.entity AND rate.currency = followed.currency AND rate.irrevocable_rate IS NOT NULL
    LEFT JOIN core.national_currency AS former
        ON former.iso3 = rate.iso3 AND former.valid_to = rate.valid_from - 1
    WHERE followed.old IS NOT NULL
),

-- Nominal spending and GDP behind a share: national currency where the edition prints it, US dollars for aggregates.
-- NATO prints no GDP in national currency: it follows at the rate that the edition's own spending implies.
nominal AS (
    SELECT
        edition_id, entity, year,
        coalesce(max(value) FILTER (WHERE indicator = 'defence_expenditure' AND series_currency = 'national'),
                 max(value) FILTER (WHERE indicator = 'defence_expenditure' AND currency = 'USD')) AS spending,
        coalesce(max(currency) FILTER (WHERE indicator = 'defence_expenditure' AND series_currency = 'national'), 'USD') AS currency,
        max(value) FILTER (WHERE indicator = 'gdp' AND currency = 'USD')
            * spending / max(value) FILTER (WHERE indicator = 'defence_expenditure' AND currency = 'USD') AS gdp
    FROM printed
    WHERE source_id = 'nato' AND price_basis = 'current' AND indicator IN ('defence_expenditure', 'gdp')
    GROUP BY edition_id, entity, year
),

-- Both editions' spending and GDP in the new edition's currency.
factors AS (
    SELECT
        n.edition_id, o.edition_id AS old_edition_id, n.entity, n.year, n.spending AS e1, n.gdp AS y1,
        o.spending * rate.old_to_new AS e0, o.gdp * rate.old_to_new AS y0
    FROM nominal AS n
    JOIN nominal AS o USING (entity, year)
    JOIN (
        SELECT DISTINCT edition_id, old.edition_id AS old_edition_id, entity, year, currency, old.currency AS old_currency, old_to_new
        FROM converted
        WHERE source_id = 'nato' AND indicator = 'defence_expenditure' AND price_basis = 'current'
    ) AS rate ON rate.edition_id = n.edition_id AND rate.old_edition_id = o.edition_id AND rate.entity = n.entity
             AND rate.year = n.year AND rate.currency = n.currency AND rate.old_currency = o.currency
),

compared AS (
    SELECT
        c.source_id, c.old.edition_id AS from_edition_id, c.edition_id AS to_edition_id, c.indicator, c.entity, c.year,
        c.full_unit AS unit, c.price_basis, c.year_basis, c.published_on, c.old.published_on AS old_published_on,
        c.old.value * coalesce(c.old_to_new, 1) AS old_value, c.value AS new_value,
        c.old.value AS old_value_as_printed, c.old.full_unit AS old_unit,
        -- Levels in prices of two years, or in two currencies without an irrevocable rate, are not comparable.
        (c.currency IS NOT NULL AND c.base_year IS DISTINCT FROM c.old.base_year) AS is_rebased,
        c.old_to_new IS NULL AS is_incomparable,
        c.currency IS DISTINCT FROM c.old.currency AS is_redenominated,
        c.old.status <> 'actual' AND c.status = 'actual' AS outturn_replaces_estimate,
        c.old.status AS old_status, c.status AS new_status,
        c.definition <> c.old.definition AS definition_differs,
        list_concat(coalesce(c.flags, []), coalesce(c.old.flags, [])) AS printed_flags
    FROM converted AS c
),

-- Breaks of the register that the new edition shows and the old one does not.
broken AS (
    SELECT
        c.from_edition_id, c.to_edition_id, c.indicator, c.entity, c.year,
        list(DISTINCT b.break_id ORDER BY b.break_id) AS break_ids, list(DISTINCT b.flag) AS flags
    FROM compared AS c
    JOIN core.break AS b
        ON b.source_id = c.source_id AND b.entity = c.entity AND c.year BETWEEN b.year_from AND coalesce(b.year_to, 9999)
       AND (b.indicator = c.indicator OR (b.indicator IS NULL AND c.indicator LIKE 'defence%'))
       AND b.edition_from > c.old_published_on AND b.edition_from <= c.published_on
    GROUP BY ALL
),

-- What one complete edition prints and the next complete one does not, and the other way round.
complete_pair AS (
    SELECT source_id, edition_id AS to_edition_id, published_on,
           lag(edition_id) OVER (PARTITION BY source_id ORDER BY vintage_seq) AS from_edition_id
    FROM core.edition WHERE completeness = 'complete'
),

appeared AS (
    SELECT
        pair.source_id, pair.from_edition_id, pair.to_edition_id, p.indicator, p.entity, p.year, p.full_unit AS unit,
        p.price_basis, p.year_basis,
        CASE WHEN p.edition_id = pair.from_edition_id THEN p.value END AS old_value,
        CASE WHEN p.edition_id = pair.to_edition_id THEN p.value END AS new_value,
        CASE WHEN p.edition_id = pair.from_edition_id THEN 'dropped' ELSE 'new' END AS kind,
        p.flags
    FROM complete_pair AS pair
    JOIN printed AS p ON p.edition_id IN (pair.from_edition_id, pair.to_edition_id)
    WHERE pair.from_edition_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM printed AS q
        WHERE q.edition_id IN (pair.from_edition_id, pair.to_edition_id) AND q.edition_id <> p.edition_id
          AND q.indicator = p.indicator AND q.entity = p.entity AND q.year = p.year
          AND q.price_basis = p.price_basis AND q.year_basis = p.year_basis AND q.series_currency = p.series_currency
    )
),

-- The split of a published share: exact, because the two nominal parts add up to the change of the nominal ratio and
-- method is the rest.
split AS (
    SELECT
        compared.*,
        (f.e1 - f.e0) * (1 / f.y0 + 1 / f.y1) / 2 * 100 AS spending_part_pp,
        (1 / f.y1 - 1 / f.y0) * (f.e0 + f.e1) / 2 * 100 AS gdp_part_pp,
        (new_value - 100 * f.e1 / f.y1) - (old_value - 100 * f.e0 / f.y0) AS method_part_pp
    FROM compared
    LEFT JOIN factors AS f
        ON compared.indicator = 'defence_share_of_gdp' AND f.edition_id = compared.to_edition_id
       AND f.old_edition_id = compared.from_edition_id AND f.entity = compared.entity AND f.year = compared.year
)

SELECT
    s.source_id, s.from_edition_id, s.to_edition_id, s.indicator, s.entity, s.year, s.unit, s.price_basis, s.year_basis,
    s.old_value, s.new_value,
    CASE WHEN NOT (is_rebased OR is_incomparable) THEN s.new_value - s.old_value END AS change,
    CASE WHEN NOT (is_rebased OR is_incomparable) AND s.old_value <> 0 THEN 100 * (s.new_value / s.old_value - 1) END AS change_pct,
    CASE WHEN is_rebased THEN 'rebased'
         WHEN is_redenominated THEN 'redenominated'
         WHEN outturn_replaces_estimate THEN 'outturn_replaces_estimate'
         ELSE 'revised' END AS kind,
    spending_part_pp, gdp_part_pp, method_part_pp,
    old_value_as_printed, old_unit, old_status, new_status,
    list_sort(list_distinct(list_concat(
        printed_flags, coalesce(broken.flags, []),
        CASE WHEN definition_differs THEN ['definition_differs'] ELSE [] END,
        CASE WHEN is_redenominated THEN ['redenominated'] ELSE [] END))) AS flags,
    coalesce(break_ids, []) AS break_ids
FROM split AS s
LEFT JOIN broken USING (from_edition_id, to_edition_id, indicator, entity, year)
-- A figure that comes again as it was is no revision; figures are printed with six digits or fewer.
WHERE is_rebased OR is_redenominated OR outturn_replaces_estimate OR abs(new_value - old_value) > 1e-9 * abs(old_value)
UNION ALL BY NAME
SELECT *, NULL::DOUBLE AS change, []::VARCHAR[] AS break_ids FROM appeared
ORDER BY source_id, to_edition_id, from_edition_id, indicator, entity, year, unit
