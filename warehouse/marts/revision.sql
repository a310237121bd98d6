-- What changed between an edition and the one before it that printed the same series. Source: docs/metrics.md#revisions-in-three-parts.
-- Pairs are formed series by series, so that a partial edition neither hides an older figure nor invents a change.
-- An edition that was withdrawn before the later one was published is no predecessor. The newest that never was withdrawn
-- is a running maximum, and only withdrawn ones are joined to what followed: all pairs grow with the square of the editions.
WITH printed AS (
    SELECT
        o.*, e.data_set, e.vintage_seq, e.published_on, e.withdrawn_on, p.half_unit,
        mart.full_unit(o.unit, o.currency, o.base_year) AS full_unit
    FROM core.observation AS o
    JOIN core.edition AS e USING (edition_id)
    LEFT JOIN mart.print_precision AS p USING (edition_id, indicator, unit, price_basis, variant)
    WHERE o.availability = 'reported'
),

withdrawn_afterwards AS (
    SELECT
        earlier.edition_id AS old_edition_id, earlier.vintage_seq AS old_vintage_seq, later.edition_id,
        earlier.completeness = 'complete' AND later.completeness = 'complete' AS both_complete
    FROM core.edition AS earlier
    JOIN core.edition AS later ON later.source_id = earlier.source_id AND later.data_set = earlier.data_set
     AND later.vintage_seq > earlier.vintage_seq AND later.published_on < earlier.withdrawn_on
),

never_withdrawn AS (
    SELECT *, max(CASE WHEN withdrawn_on IS NULL THEN vintage_seq END) OVER earlier AS old_vintage_seq
    FROM printed
    WINDOW earlier AS (
        PARTITION BY source_id, data_set, indicator, entity, year, price_basis, year_basis, variant
        ORDER BY vintage_seq RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

withdrawn AS (
    SELECT
        pair.edition_id, p.indicator, p.entity, p.year, p.price_basis, p.year_basis, p.variant,
        max(pair.old_vintage_seq) AS old_vintage_seq
    FROM withdrawn_afterwards AS pair
    JOIN printed AS p ON p.edition_id = pair.old_edition_id
    GROUP BY ALL
),

-- The figure before, in the newest of them that prints the series.
followed AS (
    SELECT
        later.* EXCLUDE (old_vintage_seq), earlier.published_on AS old_published_on,
        earlier.edition_id AS old_edition_id, earlier.value AS old_printed, earlier.full_unit AS old_unit,
        earlier.currency AS old_currency, earlier.base_year AS old_base_year, earlier.status AS old_status,
        earlier.flags AS old_flags, earlier.break_ids AS old_break_ids, earlier.definition AS old_definition,
        earlier.half_unit AS old_half_unit
    FROM never_withdrawn AS later
    LEFT JOIN withdrawn USING (edition_id, indicator, entity, year, price_basis, year_basis, variant)
    JOIN printed AS earlier
        ON earlier.vintage_seq = greatest(coalesce(later.old_vintage_seq, 0), coalesce(withdrawn.old_vintage_seq, 0))
       AND earlier.indicator = later.indicator AND earlier.entity = later.entity
       AND earlier.year = later.year AND earlier.price_basis = later.price_basis AND earlier.year_basis = later.year_basis
       AND earlier.variant = later.variant
),

-- One unit of a former national currency in the currency that succeeded it, by the irrevocable rate.
conversion AS (
    SELECT former.iso3, former.currency AS old_currency, successor.currency, successor.irrevocable_rate
    FROM core.national_currency AS successor
    JOIN core.national_currency AS former ON former.iso3 = successor.iso3 AND former.valid_to = successor.valid_from - 1
    WHERE successor.irrevocable_rate IS NOT NULL
),

-- Nominal spending and GDP behind a share: national currency where the edition prints it, US dollars for aggregates.
nominal AS (
    SELECT
        edition_id, entity, year,
        coalesce(expenditure_national_m, expenditure_usd_current_m) AS spending,
        CASE WHEN expenditure_national_m IS NULL THEN 'USD' ELSE currency END AS currency,
        mart.gdp_at_implied_rate(gdp_usd_current_m, spending, expenditure_usd_current_m) AS gdp
    FROM mart.nato_year
    WHERE expenditure_usd_current_m IS NOT NULL OR expenditure_national_m IS NOT NULL OR gdp_usd_current_m IS NOT NULL
),

compared AS (
    SELECT
        f.*,
        CASE WHEN f.currency IS NOT DISTINCT FROM f.old_currency THEN 1.0 ELSE conversion.irrevocable_rate END AS rate,
        -- Levels in prices of two years, or in two currencies without an irrevocable rate, are not comparable.
        f.currency IS NOT NULL AND f.base_year IS DISTINCT FROM f.old_base_year AS is_rebased,
        f.currency IS DISTINCT FROM f.old_currency AS is_redenominated,
        CASE WHEN NOT is_rebased THEN mart.in_successor_currency(f.old_printed, rate) END AS old_value,
        -- Where one edition's print is not known, that of the other decides.
        CASE WHEN old_value IS NOT NULL THEN greatest(f.half_unit, mart.in_successor_currency(f.old_half_unit, rate)) END AS half_print_unit,
        mart.is_same_at_print(f.value, old_value, half_print_unit) AS same_at_print,
        f.old_status <> 'actual' AND f.status = 'actual' AS outturn_replaces_estimate,
        f.definition <> f.old_definition AS definition_differs
    FROM followed AS f
    LEFT JOIN conversion
        ON conversion.iso3 = f.entity AND conversion.currency = f.currency AND conversion.old_currency = f.old_currency
),

-- A definition that changed for the whole Alliance is in the register once, at the Alliance.
redefined AS (
    SELECT
        c.old_edition_id, c.edition_id, c.indicator, c.entity, c.year, list(DISTINCT b.break_id) AS break_ids
    FROM compared AS c
    JOIN core.break AS b
        ON b.source_id = c.source_id AND b.flag = 'definition_differs' AND b.indicator IS NULL
       AND b.entity IN (SELECT group_id FROM core.membership)
       AND b.edition_from > c.old_published_on AND b.edition_from <= c.published_on
    WHERE c.definition_differs AND (c.indicator LIKE 'defence%' OR c.indicator LIKE '%share')
    GROUP BY ALL
),

-- What one complete edition prints and the next complete one of the same data set does not, and the other way round.
complete AS (
    SELECT *, max(CASE WHEN withdrawn_on IS NULL THEN vintage_seq END) OVER earlier AS old_vintage_seq
    FROM core.edition
    WHERE completeness = 'complete'
    WINDOW earlier AS (
        PARTITION BY source_id, data_set ORDER BY vintage_seq RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

complete_withdrawn AS (
    SELECT edition_id, max(old_vintage_seq) AS old_vintage_seq
    FROM withdrawn_afterwards
    WHERE both_complete
    GROUP BY edition_id
),

complete_pair AS (
    SELECT later.source_id, earlier.edition_id AS from_edition_id, later.edition_id AS to_edition_id
    FROM complete AS later
    LEFT JOIN complete_withdrawn AS withdrawn USING (edition_id)
    JOIN core.edition AS earlier
        ON earlier.vintage_seq = greatest(coalesce(later.old_vintage_seq, 0), coalesce(withdrawn.old_vintage_seq, 0))
),

side AS (
    SELECT *, 'dropped' AS kind, from_edition_id AS edition_id, to_edition_id AS other_edition_id FROM complete_pair
    UNION ALL
    SELECT *, 'new' AS kind, to_edition_id AS edition_id, from_edition_id AS other_edition_id FROM complete_pair
),

appeared AS (
    SELECT
        side.source_id, side.from_edition_id, side.to_edition_id, p.indicator, p.entity, p.year, p.full_unit AS unit,
        p.price_basis, p.year_basis,
        CASE WHEN side.kind = 'dropped' THEN p.value END AS old_value,
        CASE WHEN side.kind = 'new' THEN p.value END AS new_value,
        side.kind,
        CASE WHEN side.kind = 'dropped' THEN p.status END AS old_status,
        CASE WHEN side.kind = 'new' THEN p.status END AS new_status,
        p.flags, p.break_ids
    FROM side
    JOIN printed AS p USING (edition_id)
    WHERE NOT EXISTS (
        SELECT 1 FROM printed AS q
        WHERE q.edition_id = side.other_edition_id
          AND q.indicator = p.indicator AND q.entity = p.entity AND q.year = p.year
          AND q.price_basis = p.price_basis AND q.year_basis = p.year_basis AND q.variant = p.variant
    )
),

-- Both editions' spending and GDP in the new edition's currency.
factors AS (
    SELECT
        later.edition_id, earlier.edition_id AS old_edition_id, later.entity, later.year,
        later.spending AS e1, later.gdp AS y1,
        CASE WHEN later.currency = earlier.currency THEN 1.0 ELSE conversion.irrevocable_rate END AS rate,
        mart.in_successor_currency(earlier.spending, rate) AS e0, mart.in_successor_currency(earlier.gdp, rate) AS y0
    FROM (
        SELECT DISTINCT edition_id, old_edition_id, entity, year FROM compared
        WHERE source_id = 'nato' AND indicator = 'defence_share_of_gdp'
    ) AS pair
    JOIN nominal AS later USING (edition_id, entity, year)
    JOIN nominal AS earlier
        ON earlier.edition_id = pair.old_edition_id AND earlier.entity = pair.entity AND earlier.year = pair.year
    LEFT JOIN conversion
        ON conversion.iso3 = later.entity AND conversion.currency = later.currency AND conversion.old_currency = earlier.currency
),

-- The split of a published share: exact, because the two nominal parts add up to the change of the nominal ratio and
-- method is the rest.
split AS (
    SELECT
        compared.*,
        mart.spending_part_pp(f.e0, f.y0, f.e1, f.y1) AS spending_part_pp,
        mart.gdp_part_pp(f.e0, f.y0, f.e1, f.y1) AS gdp_part_pp,
        mart.method_part_pp(compared.old_value, compared.value, f.e0, f.y0, f.e1, f.y1) AS method_part_pp
    FROM compared
    LEFT JOIN factors AS f
        ON compared.source_id = 'nato' AND compared.indicator = 'defence_share_of_gdp'
       AND f.edition_id = compared.edition_id AND f.old_edition_id = compared.old_edition_id
       AND f.entity = compared.entity AND f.year = compared.year
)

SELECT
    s.source_id, s.old_edition_id AS from_edition_id, s.edition_id AS to_edition_id, s.indicator, s.entity, s.year,
    s.full_unit AS unit, s.price_basis, s.year_basis,
    s.old_value, s.value AS new_value,
    mart.change(s.old_value, s.value) AS change,
    mart.growth_pct(s.value, nullif(s.old_value, 0)) AS change_pct,
    CASE WHEN is_rebased THEN 'rebased'
         WHEN is_redenominated THEN 'redenominated'
         WHEN outturn_replaces_estimate THEN 'outturn_replaces_estimate'
         WHEN same_at_print THEN 'same_at_print'
         ELSE 'revised' END AS kind,
    coalesce(same_at_print, false) AS same_at_print, half_print_unit,
    spending_part_pp, gdp_part_pp, method_part_pp,
    s.old_printed AS old_value_as_printed, s.old_unit, s.old_status, s.status AS new_status,
    list_sort(list_distinct(list_concat(
        s.flags, s.old_flags,
        CASE WHEN definition_differs THEN ['definition_differs'] ELSE [] END,
        CASE WHEN is_redenominated THEN ['redenominated'] ELSE [] END))) AS flags,
    list_sort(list_distinct(list_concat(
        list_filter(s.break_ids, lambda shown: NOT list_contains(s.old_break_ids, shown)),
        coalesce(redefined.break_ids, [])))) AS break_ids
FROM split AS s
LEFT JOIN redefined
    ON redefined.old_edition_id = s.old_edition_id AND redefined.edition_id = s.edition_id
   AND redefined.indicator = s.indicator AND redefined.entity = s.entity AND redefined.year = s.year
-- A figure that comes again as it was is no revision; figures are printed with six digits or fewer.
WHERE is_rebased OR is_redenominated OR outturn_replaces_estimate OR abs(s.value - s.old_value) > 1e-9 * abs(s.old_value)
UNION ALL BY NAME
SELECT *, NULL::DOUBLE AS change, false AS same_at_print FROM appeared
ORDER BY source_id, to_edition_id, from_edition_id, indicator, entity, year, unit
