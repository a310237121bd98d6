-- Spending, GDP, share and growth of groups of Allies, on three membership bases. Source: docs/metrics.md#groups.
-- A sum is null as soon as one member's figure is missing: a missing figure is never zero.
-- The last digit of a sum depends on the order of its terms, and that on DuckDB's plan: read directly, mart.nato_year is
-- joined in another order, and the sums come out otherwise in the sixteenth digit.
WITH figure AS (
    FROM mart.nato_year
),

-- Groups are summed in the editions and years that print a total in money at all.
edition_year AS (
    SELECT edition_id, year, max(year) OVER (PARTITION BY edition_id) AS last_year
    FROM figure
    WHERE entity = 'NATO' AND expenditure_usd_current_m IS NOT NULL
),

-- Groups that consist of Allies only; the others have no figures on NATO's definition.
covered_group AS (
    SELECT group_id FROM core.membership
    GROUP BY group_id
    HAVING bool_and(iso3 IN (SELECT iso3 FROM core.membership WHERE group_id = 'NATO'))
),

membership AS (
    SELECT membership.group_id, membership.iso3, member_from, member_to
    FROM core.membership JOIN covered_group USING (group_id)
),

-- Who belongs to the group in a year, on each basis.
member AS (
    SELECT edition_id, group_id, year, 'members_at_date' AS membership_basis, iso3
    FROM edition_year JOIN membership ON mart.is_member(edition_year.year, member_from, member_to)
    UNION ALL
    SELECT edition_id, group_id, year, 'fixed_members', iso3
    FROM edition_year JOIN membership ON mart.is_member(edition_year.last_year, member_from, member_to)
),

summed AS (
    SELECT
        member.edition_id, member.group_id, member.year, member.membership_basis,
        count(*) AS members,
        mart.complete_sum(now.expenditure_usd_current_m) AS expenditure_usd_current_m,
        mart.complete_sum(now.expenditure_usd_constant_m) AS expenditure_usd_constant_m,
        mart.complete_sum(now.gdp_usd_current_m) AS gdp_usd_current_m,
        mart.complete_sum(now.gdp_usd_constant_m) AS gdp_usd_constant_m,
        mart.growth_pct(
            mart.complete_sum(now.expenditure_usd_constant_m), mart.complete_sum(before.expenditure_usd_constant_m)
        ) AS like_for_like_pct,
        sum(now.expenditure_usd_current_m) FILTER (WHERE member.iso3 = 'USA') AS usa_current,
        sum(now.expenditure_usd_constant_m) FILTER (WHERE member.iso3 = 'USA') AS usa_constant,
        max(now.base_year) AS base_year,
        max(now.status) AS status,
        flatten(list(coalesce(now.flags, []))) AS flags,
        flatten(list(coalesce(now.break_ids, []))) AS break_ids
    FROM member
    LEFT JOIN figure AS now
        ON now.edition_id = member.edition_id AND now.entity = member.iso3 AND now.year = member.year
    LEFT JOIN figure AS before
        ON before.edition_id = member.edition_id AND before.entity = member.iso3 AND before.year = member.year - 1
    WHERE NOT coalesce(now.has_no_forces, false)
    GROUP BY member.edition_id, member.group_id, member.year, member.membership_basis
),

-- Do richer Allies carry more? With and without the United States: the ranks are taken twice, because without the largest
-- economy all others move up.
weighed AS (
    SELECT member.edition_id, member.group_id, member.year, member.membership_basis, member.iso3,
           figure.core_share_pct AS share, figure.gdp_usd_current_m AS gdp, excluded.without_us
    FROM member
    JOIN figure ON figure.edition_id = member.edition_id AND figure.entity = member.iso3 AND figure.year = member.year
    CROSS JOIN (VALUES (false), (true)) AS excluded (without_us)
    WHERE share IS NOT NULL AND gdp IS NOT NULL AND NOT (without_us AND member.iso3 = 'USA')
),

ranked AS (
    SELECT
        edition_id, group_id, year, membership_basis, without_us,
        mart.mean_rank(rank() OVER (unit ORDER BY share), count(*) OVER unit_ties_share) AS share_rank,
        mart.mean_rank(rank() OVER (unit ORDER BY gdp), count(*) OVER unit_ties_gdp) AS gdp_rank
    FROM weighed
    WINDOW unit AS (PARTITION BY edition_id, group_id, year, membership_basis, without_us),
           unit_ties_share AS (PARTITION BY edition_id, group_id, year, membership_basis, without_us, share),
           unit_ties_gdp AS (PARTITION BY edition_id, group_id, year, membership_basis, without_us, gdp)
),

coefficient AS (
    SELECT
        edition_id, group_id, year, membership_basis, without_us, count(*) AS n,
        mart.rank_correlation(share_rank, gdp_rank) AS correlation
    FROM ranked
    GROUP BY edition_id, group_id, year, membership_basis, without_us
),

correlated AS (
    SELECT
        edition_id, group_id, year, membership_basis,
        max(correlation) FILTER (WHERE NOT without_us) AS rank_correlation,
        max(correlation) FILTER (WHERE without_us) AS rank_correlation_without_us,
        max(n) FILTER (WHERE NOT without_us) AS rank_correlation_n
    FROM coefficient
    GROUP BY edition_id, group_id, year, membership_basis
),

ours AS (
    SELECT
        edition_id, group_id, year, membership_basis, members,
        expenditure_usd_current_m, expenditure_usd_constant_m, gdp_usd_current_m, gdp_usd_constant_m, base_year,
        mart.percent_of(expenditure_usd_constant_m, gdp_usd_constant_m) AS share_of_gdp_pct,
        CASE WHEN lag(year) OVER series = year - 1
             THEN mart.growth_pct(expenditure_usd_constant_m, lag(expenditure_usd_constant_m) OVER series) END AS real_change_pct,
        like_for_like_pct AS real_change_like_for_like_pct,
        mart.percent_of(usa_current, expenditure_usd_current_m) AS us_share_current_pct,
        mart.percent_of(usa_constant, expenditure_usd_constant_m) AS us_share_constant_pct,
        status, flags, break_ids
    FROM summed
    WINDOW series AS (PARTITION BY edition_id, group_id, membership_basis ORDER BY year)
),

published AS (
    SELECT
        total.edition_id, total.entity AS group_id, total.year, 'published' AS membership_basis, ours.members,
        total.expenditure_usd_current_m, total.expenditure_usd_constant_m,
        total.gdp_usd_current_m, total.gdp_usd_constant_m, total.base_year,
        total.core_share_pct AS share_of_gdp_pct, total.real_change_pct, ours.real_change_like_for_like_pct,
        CASE WHEN usa.iso3 IS NOT NULL
             THEN mart.percent_of(ally.expenditure_usd_current_m, total.expenditure_usd_current_m) END AS us_share_current_pct,
        CASE WHEN usa.iso3 IS NOT NULL
             THEN mart.percent_of(ally.expenditure_usd_constant_m, total.expenditure_usd_constant_m) END AS us_share_constant_pct,
        total.status, list_concat(total.flags, ours.flags) AS flags, list_concat(total.break_ids, ours.break_ids) AS break_ids
    FROM figure AS total
    JOIN ours ON ours.edition_id = total.edition_id AND ours.group_id = total.entity AND ours.year = total.year
             AND ours.membership_basis = 'members_at_date'
    LEFT JOIN membership AS usa ON usa.group_id = total.entity AND usa.iso3 = 'USA'
    LEFT JOIN figure AS ally
        ON ally.edition_id = total.edition_id AND ally.entity = 'USA' AND ally.year = total.year
),

combined AS (
    SELECT * FROM published
    UNION ALL BY NAME
    SELECT * FROM ours
)

SELECT
    combined.* EXCLUDE (flags, break_ids),
    mart.burden_ratio(combined.share_of_gdp_pct, nato.core_share_pct) AS burden_ratio,
    correlated.rank_correlation,
    correlated.rank_correlation_without_us,
    correlated.rank_correlation_n,
    list_sort(list_distinct(combined.flags)) AS flags,
    list_sort(list_distinct(combined.break_ids)) AS break_ids
FROM combined
LEFT JOIN figure AS nato
    ON nato.edition_id = combined.edition_id AND nato.entity = 'NATO' AND nato.year = combined.year
LEFT JOIN correlated
    ON correlated.edition_id = combined.edition_id AND correlated.group_id = combined.group_id
   AND correlated.year = combined.year AND correlated.membership_basis = combined.membership_basis
ORDER BY combined.edition_id, combined.group_id, combined.year, combined.membership_basis
