-- What changed between an edition and the one before it that printed the same series. Source: docs/metrics.md#revisions-in-three-parts.
-- Pairs are formed series by series, so that a partial edition neither hides an older figure nor invents a change.
WITH printed AS (
    SELECT
        o.*, e.vintage_seq, e.published_on, p.half_unit,
        mart.full_unit(o.unit, o.currency, o.base_year) AS full_unit
    FROM core.observation AS o
    JOIN core.edition AS e USING (edition_id)
    LEFT JOIN mart.print_precision AS p USING (edition_id, indicator, unit, price_basis, variant)
    WHERE o.availability = 'reported'
),

-- Earlier editions not withdrawn when the later one was published: a withdrawn one is no predecessor.
edition_pair AS (
    SELECT
        later.source_id, earlier.edition_id AS old_edition_id, later.edition_id, earlier.vintage_seq AS old_vintage_seq,
        earlier.published_on AS old_published_on, later.published_on,
        earlier.completeness = 'complete' AND later.completeness = 'complete' AS both_complete
    FROM core.edition AS later
    JOIN core.edition AS earlier ON earlier.source_id = later.source_id AND earlier.data_set = later.data_set
     AND earlier.vintage_seq < later.vintage_seq
     AND (earlier.withdrawn_on IS NULL OR earlier.withdrawn_on > later.published_on)
),

-- The figure before, in the newest of them that prints the series.
followed AS (
    SELECT
        later.*, pair.old_published_on,
        earlier.edition_id AS old_edition_id, earlier.value AS old_printed, earlier.full_unit AS old_unit,
        earlier.currency AS old_currency, earlier.base_year AS old_base_year, earlier.status AS old_status,
        earlier.flags AS old_flags, earlier.break_ids AS old_break_ids, earlier.definition AS old_definition,
        earlier.half_unit AS old_half_unit
    FROM printed AS later
    JOIN edition_pair AS pair ON pair.edition_id = later.edition_id
    JOIN printed AS earlier
        ON earlier.edition_id = pair.old_edition_id AND earlier.indicator = later.indicator AND earlier.entity = later.entity
       AND earlier.year = later.year AND earlier.price_basis = later.price_basis AND earlier.year_basis = later.year_basis
       AND earlier.variant = later.variant
    QUALIFY row_number() OVER (
        PARTITION BY later.edition_id, later.indicator, later.entity, later.year, later.price_basis, later.year_basis, later.variant
        ORDER BY pair.old_vintage_seq DESC
    ) = 1
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
complete_pair AS (
    SELECT pair.source_id, pair.old_edition_id AS from_edition_id, pair.edition_id AS to_edition_id
    FROM edition_pair AS pair
    WHERE pair.both_complete
    QUALIFY row_number() OVER (PARTITION BY pair.edition_id ORDER BY pair.old_vintage_seq DESC) = 1
),

appeared AS (
    SELECT
        pair.source_id, pair.from_edition_id, pair.to_edition_id, p.indicator, p.entity, p.year, p.full_unit AS unit,
        p.price_basis, p.year_basis,
        CASE WHEN p.edition_id = pair.from_edition_id THEN p.value END AS old_value,
        CASE WHEN p.edition_id = pair.to_edition_id THEN p.value END AS new_value,
        CASE WHEN p.edition_id = pair.from_edition_id THEN 'dropped' ELSE 'new' END AS kind,
        CASE WHEN p.edition_id = pair.from_edition_id THEN p.status END AS old_status,
        CASE WHEN p.edition_id = pair.to_edition_id THEN p.status END AS new_status,
        p.flags, p.break_ids
    FROM complete_pair AS pair
    JOIN printed AS p ON p.edition_id IN (pair.from_edition_id, pair.to_edition_id)
    WHERE NOT EXISTS (
        SELECT 1 FROM printed AS q
        WHERE q.edition_id IN (pair.from_edition_id, pair.to_edition_id) AND q.edition_id <> p.edition_id
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
    FROM nominal AS later
    JOIN nominal AS earlier USING (entity, year)
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
