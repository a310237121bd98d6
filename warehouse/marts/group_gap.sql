-- What the members of a group lack together to a rule's threshold. Source: docs/metrics.md#the-range-of-a-total.
-- Each member's own gap is summed: a total of shares would let one member's spending fill another's gap.
WITH ally AS (
    SELECT DISTINCT iso3 FROM core.membership WHERE group_id = 'NATO'
),

-- Groups that consist of Allies only.
membership AS (
    SELECT group_id, iso3 AS entity, member_from, member_to
    FROM core.membership
    WHERE group_id NOT IN (SELECT group_id FROM core.membership WHERE iso3 NOT IN (FROM ally))
),

bound AS (
    SELECT judged.*, membership.group_id, spending.expenditure_usd_current_m, spending.expenditure_usd_constant_m
    FROM mart.compliance AS judged
    JOIN core.guideline AS rule USING (rule_id)
    JOIN membership ON membership.entity = judged.entity AND mart.is_member(judged.year, member_from, member_to)
    LEFT JOIN mart.nato_year AS spending
        ON spending.edition_id = judged.edition_id AND spending.entity = judged.entity AND spending.year = judged.year
    WHERE judged.verdict <> 'not_applicable' AND rule.comparison = 'at_least'
)

SELECT
    rule_id, edition_id, group_id, year,
    count(*) AS members,
    count(*) FILTER (WHERE gap_most_pp > 0) AS below,
    count(*) FILTER (WHERE gap_most_pp IS NULL) AS not_reported,
    mart.complete_sum(expenditure_usd_current_m) AS expenditure_usd_current_m,
    mart.complete_sum(gap_least_usd_current_m) AS gap_least_usd_current_m,
    mart.complete_shortfall(gap_least_usd_current_m) AS shortfall_least_usd_current_m,
    mart.complete_sum(gap_most_usd_current_m) AS gap_most_usd_current_m,
    mart.complete_shortfall(gap_most_usd_current_m) AS shortfall_most_usd_current_m,
    mart.complete_sum(expenditure_usd_constant_m) AS expenditure_usd_constant_m,
    mart.complete_sum(gap_least_usd_constant_m) AS gap_least_usd_constant_m,
    mart.complete_shortfall(gap_least_usd_constant_m) AS shortfall_least_usd_constant_m,
    mart.complete_sum(gap_most_usd_constant_m) AS gap_most_usd_constant_m,
    mart.complete_shortfall(gap_most_usd_constant_m) AS shortfall_most_usd_constant_m,
    max(base_year) AS base_year,
    -- In the alphabet actual < estimate < forecast, which is also the order of weakness.
    max(status) AS status,
    list_sort(list_distinct(flatten(list(flags)))) AS flags
FROM bound
GROUP BY rule_id, edition_id, group_id, year
ORDER BY rule_id, edition_id, group_id, year
