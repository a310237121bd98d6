-- Each year against the one before, within the newest edition: spending, its prices, GDP, and what they make of the share.
-- The parts of a share split 100 E / Y exactly, as those of a revision do: each factor at the mean of the other's two values.
WITH printed AS (
    SELECT o.entity, o.year,
        max(o.value) FILTER (o.indicator = 'defence_share_of_gdp') AS share_pct,
        max(o.value) FILTER (o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND o.currency = n.currency) AS nominal,
        max(o.value) FILTER (o.indicator = 'defence_expenditure' AND o.price_basis = 'constant' AND o.currency = n.currency) AS real,
        max(o.value) FILTER (o.indicator = 'defence_expenditure' AND o.price_basis = 'constant' AND o.currency = 'USD') AS spending,
        max(o.value) FILTER (o.indicator = 'gdp' AND o.price_basis = 'constant' AND o.currency = 'USD') AS gdp,
        max(o.status) AS status
    FROM core.observation AS o
    JOIN (SELECT DISTINCT entity, year, currency FROM mart.compliance
          WHERE edition_id = $edition AND rule_id = 'hague_core_3_5pct' AND currency IS NOT NULL) AS n USING (entity, year)
    WHERE o.edition_id = $edition AND o.availability = 'reported'
    GROUP BY ALL
),
pairs AS (
    SELECT b.*, a.share_pct AS share_before, a.nominal AS nominal_before, a.real AS real_before, a.spending AS e0, a.gdp AS y0
    FROM printed AS a JOIN printed AS b ON b.entity = a.entity AND b.year = a.year + 1
)
SELECT
    entity AS iso3, year, status, share_pct, share_pct - share_before AS change_pp,
    100 * (spending - e0) * (1 / y0 + 1 / gdp) / 2 AS spending_part_pp,
    100 * (1 / gdp - 1 / y0) * (e0 + spending) / 2 AS gdp_part_pp,
    100 * (nominal / nominal_before - 1) AS nominal_change_pct,
    100 * (real / real_before - 1) AS real_change_pct,
    100 * ((nominal / nominal_before) / (real / real_before) - 1) AS price_change_pct,
    100 * (gdp / y0 - 1) AS gdp_real_change_pct
FROM pairs ORDER BY entity, year
