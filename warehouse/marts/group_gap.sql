-- What the members of a group lack together to a rule's threshold. Source: METRICS, section 2.
-- Each member's own gap is summed: a total of shares would let one member's spending fill another's gap.
WITH ally AS (
    SELECT DISTINCT iso3 FROM core.membership WHERE group_id = 'NATO'
),

-- Groups that consist of Allies only.
membership AS (
    SELECT group_id, iso3 AS entity, year(member_from) AS first_year, coalesce(year(member_to), 9999) AS last_year
    FROM core.membership
    WHERE group_id NOT IN (SELECT group_id FROM core.membership WHERE iso3 NOT IN (FROM ally))
),

spending AS (
    SELECT
        edition_id, entity, year,
        max(value) FILTER (WHERE price_basis = 'current') AS expenditure_current,
        max(value) FILTER (WHERE price_basis = 'constant') AS expenditure_constant
    FROM core.observation
    WHERE source_id = 'nato' AND indicator = 'defence_expenditure' AND currency = 'USD'
    GROUP BY edition_id, entity, year
),

bound AS (
    SELECT judged.*, membership.group_id, spending.expenditure_current, spending.expenditure_constant
    FROM mart.compliance AS judged
    JOIN core.guideline AS rule USING (rule_id)
    JOIN membership ON membership.entity = judged.entity AND judged.year BETWEEN membership.first_year AND membership.last_year
    LEFT JOIN spending
        ON spending.edition_id = judged.edition_id AND spending.entity = judged.entity AND spending.year = judged.year
    WHERE judged.verdict <> 'not_applicable' AND rule.comparison = 'at_least'
)

-- count(figure) < count(*) says that a member has no figure: the sum is then null.
SELECT
    rule_id, edition_id, group_id, year,
    count(*) AS members,
    count(*) FILTER (WHERE gap_most_pp > 0) AS below,
    count(*) FILTER (WHERE gap_most_pp IS NULL) AS not_reported,
    CASE WHEN count(expenditure_current) = count(*) THEN sum(expenditure_current) END AS expenditure_usd_current_m,
    CASE WHEN count(gap_least_usd_current_m) = count(*) THEN sum(gap_least_usd_current_m) END AS gap_least_usd_current_m,
    CASE WHEN count(gap_least_usd_current_m) = count(*) THEN sum(greatest(gap_least_usd_current_m, 0)) END AS shortfall_least_usd_current_m,
    CASE WHEN count(gap_most_usd_current_m) = count(*) THEN sum(gap_most_usd_current_m) END AS gap_most_usd_current_m,
    CASE WHEN count(gap_most_usd_current_m) = count(*) THEN sum(greatest(gap_most_usd_current_m, 0)) END AS shortfall_most_usd_current_m,
    CASE WHEN count(expenditure_constant) = count(*) THEN sum(expenditure_constant) END AS expenditure_usd_constant_m,
    CASE WHEN count(gap_least_usd_constant_m) = count(*) THEN sum(gap_least_usd_constant_m) END AS gap_least_usd_constant_m,
    CASE WHEN count(gap_least_usd_constant_m) = count(*) THEN sum(greatest(gap_least_usd_constant_m, 0)) END AS shortfall_least_usd_constant_m,
    CASE WHEN count(gap_most_usd_constant_m) = count(*) THEN sum(gap_most_usd_constant_m) END AS gap_most_usd_constant_m,
    CASE WHEN count(gap_most_usd_constant_m) = count(*) THEN sum(greatest(gap_most_usd_constant_m, 0)) END AS shortfall_most_usd_constant_m,
    max(base_year) AS base_year,
    -- In the alphabet actual < estimate < forecast, which is also the order of weakness.
    max(status) AS status,
    list_sort(list_distinct(flatten(list(flags)))) AS flags
FROM bound
GROUP BY rule_id, edition_id, group_id, year
ORDER BY rule_id, edition_id, group_id, year
