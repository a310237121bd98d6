-- Spending, GDP, share and growth of groups of Allies, on three membership bases. Source: METRICS, section 3.
-- A sum is null as soon as one member's figure is missing: a missing figure is never zero.
WITH figure AS (
    SELECT
        edition_id, entity, year,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current') AS expenditure_current,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'constant') AS expenditure_constant,
        max(value) FILTER (WHERE indicator = 'gdp' AND price_basis = 'current') AS gdp_current,
        max(value) FILTER (WHERE indicator = 'gdp' AND price_basis = 'constant') AS gdp_constant,
        max(value) FILTER (WHERE indicator = 'defence_share_of_gdp') AS share_of_gdp_pct,
        max(value) FILTER (WHERE indicator = 'defence_real_change') AS real_change_pct,
        max(base_year) AS base_year,
        bool_or(availability = 'not_applicable') AS has_no_forces,
        -- In the alphabet actual < estimate < forecast, which is also the order of weakness.
        max(status) FILTER (WHERE availability = 'reported') AS status,
        flatten(list(flags)) AS flags,
        flatten(list(break_ids)) AS break_ids
    FROM core.observation
    WHERE source_id = 'nato' AND (currency = 'USD' OR currency IS NULL)
      AND indicator IN ('defence_expenditure', 'gdp', 'defence_share_of_gdp', 'defence_real_change')
    GROUP BY edition_id, entity, year
),

-- Groups are summed in the editions and years that print a total in money at all.
edition_year AS (
    SELECT edition_id, year, max(year) OVER (PARTITION BY edition_id) AS last_year
    FROM figure
    WHERE entity = 'NATO' AND expenditure_current IS NOT NULL
),

-- Groups that consist of Allies only; the others have no figures on NATO's definition.
covered_group AS (
    SELECT group_id FROM core.membership
    GROUP BY group_id
    HAVING bool_and(iso3 IN (SELECT iso3 FROM core.membership WHERE group_id = 'NATO'))
),

membership AS (
    SELECT membership.group_id, membership.iso3, year(member_from) AS first_year, coalesce(year(member_to), 9999) AS last_year
    FROM core.membership JOIN covered_group USING (group_id)
),

-- Who belongs to the group in a year, on each basis.
member AS (
    SELECT edition_id, group_id, year, 'members_at_date' AS membership_basis, iso3
    FROM edition_year JOIN membership ON year BETWEEN membership.first_year AND membership.last_year
    UNION ALL
    SELECT edition_id, group_id, year, 'fixed_members', iso3
    FROM edition_year JOIN membership ON edition_year.last_year BETWEEN membership.first_year AND membership.last_year
),

-- count(figure) < count(*) says that a member with forces has no figure: the sum is then null.
summed AS (
    SELECT
        member.edition_id, member.group_id, member.year, member.membership_basis,
        count(*) AS members,
        CASE WHEN count(now.expenditure_current) = count(*) THEN sum(now.expenditure_current) END AS expenditure_usd_current_m,
        CASE WHEN count(now.expenditure_constant) = count(*) THEN sum(now.expenditure_constant) END AS expenditure_usd_constant_m,
        CASE WHEN count(now.gdp_current) = count(*) THEN sum(now.gdp_current) END AS gdp_usd_current_m,
        CASE WHEN count(now.gdp_constant) = count(*) THEN sum(now.gdp_constant) END AS gdp_usd_constant_m,
        CASE WHEN count(now.expenditure_constant) = count(*) AND count(before.expenditure_constant) = count(*)
             THEN 100 * (sum(now.expenditure_constant) / sum(before.expenditure_constant) - 1) END AS like_for_like_pct,
        sum(now.expenditure_current) FILTER (WHERE member.iso3 = 'USA') AS usa_current,
        sum(now.expenditure_constant) FILTER (WHERE member.iso3 = 'USA') AS usa_constant,
        max(now.base_year) AS base_year,
        max(now.status) AS status,
        flatten(list(coalesce(now.flags, []))) AS flags,
        flatten(list(coalesce(now.break_ids, []))) AS break_ids
    FROM member
    LEFT JOIN figure AS now ON now.edition_id = member.edition_id AND now.entity = member.iso3 AND now.year = member.year
    LEFT JOIN figure AS before
        ON before.edition_id = member.edition_id AND before.entity = member.iso3 AND before.year = member.year - 1
    WHERE NOT coalesce(now.has_no_forces, false)
    GROUP BY member.edition_id, member.group_id, member.year, member.membership_basis
),

-- Do richer Allies carry more? Spearman's correlation of the published share with GDP, with and without the United States.
-- The ranks are taken twice, because without the largest economy all others move up.
weighed AS (
    SELECT member.edition_id, member.group_id, member.year, member.membership_basis, member.iso3,
           figure.share_of_gdp_pct AS share, figure.gdp_current AS gdp, excluded.without_us
    FROM member
    JOIN figure ON figure.edition_id = member.edition_id AND figure.entity = member.iso3 AND figure.year = member.year
    CROSS JOIN (VALUES (false), (true)) AS excluded (without_us)
    WHERE figure.share_of_gdp_pct IS NOT NULL AND figure.gdp_current IS NOT NULL
      AND NOT (without_us AND member.iso3 = 'USA')
),

ranked AS (
    SELECT
        edition_id, group_id, year, membership_basis, without_us,
        -- Ties share the mean of their ranks.
        rank() OVER (unit ORDER BY share) + (count(*) OVER (unit_ties_share) - 1) / 2 AS share_rank,
        rank() OVER (unit ORDER BY gdp) + (count(*) OVER (unit_ties_gdp) - 1) / 2 AS gdp_rank
    FROM weighed
    WINDOW unit AS (PARTITION BY edition_id, group_id, year, membership_basis, without_us),
           unit_ties_share AS (PARTITION BY edition_id, group_id, year, membership_basis, without_us, share),
           unit_ties_gdp AS (PARTITION BY edition_id, group_id, year, membership_basis, without_us, gdp)
),

-- Two members are always in perfect order, and figures that all are equal in none: neither says anything. Binary
-- fractions may overshoot 1.
coefficient AS (
    SELECT
        edition_id, group_id, year, membership_basis, without_us, count(*) AS n,
        CASE WHEN count(*) >= 3 AND count(DISTINCT share_rank) > 1 AND count(DISTINCT gdp_rank) > 1
             THEN greatest(-1.0, least(1.0, corr(share_rank, gdp_rank))) END AS correlation
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
        100 * expenditure_usd_constant_m / gdp_usd_constant_m AS share_of_gdp_pct,
        CASE WHEN lag(year) OVER series = year - 1
             THEN 100 * (expenditure_usd_constant_m / lag(expenditure_usd_constant_m) OVER series - 1) END AS real_change_pct,
        like_for_like_pct AS real_change_like_for_like_pct,
        100 * usa_current / expenditure_usd_current_m AS us_share_current_pct,
        100 * usa_constant / expenditure_usd_constant_m AS us_share_constant_pct,
        status, flags, break_ids
    FROM summed
    WINDOW series AS (PARTITION BY edition_id, group_id, membership_basis ORDER BY year)
),

published AS (
    SELECT
        total.edition_id, total.entity AS group_id, total.year, 'published' AS membership_basis, ours.members,
        total.expenditure_current AS expenditure_usd_current_m, total.expenditure_constant AS expenditure_usd_constant_m,
        total.gdp_current AS gdp_usd_current_m, total.gdp_constant AS gdp_usd_constant_m, total.base_year,
        total.share_of_gdp_pct, total.real_change_pct, ours.real_change_like_for_like_pct,
        CASE WHEN usa.iso3 IS NOT NULL THEN 100 * ally.expenditure_current / total.expenditure_current END AS us_share_current_pct,
        CASE WHEN usa.iso3 IS NOT NULL THEN 100 * ally.expenditure_constant / total.expenditure_constant END AS us_share_constant_pct,
        total.status, list_concat(total.flags, ours.flags) AS flags, list_concat(total.break_ids, ours.break_ids) AS break_ids
    FROM figure AS total
    JOIN ours ON ours.edition_id = total.edition_id AND ours.group_id = total.entity AND ours.year = total.year
             AND ours.membership_basis = 'members_at_date'
    LEFT JOIN membership AS usa ON usa.group_id = total.entity AND usa.iso3 = 'USA'
    LEFT JOIN figure AS ally ON ally.edition_id = total.edition_id AND ally.entity = 'USA' AND ally.year = total.year
),

combined AS (
    SELECT * FROM published
    UNION ALL BY NAME
    SELECT * FROM ours
)

SELECT
    combined.* EXCLUDE (flags, break_ids),
    -- Beside NATO's own share of the same edition and year.
    combined.share_of_gdp_pct / total.share_of_gdp_pct AS burden_ratio,
    correlated.rank_correlation,
    correlated.rank_correlation_without_us,
    correlated.rank_correlation_n,
    list_sort(list_distinct(combined.flags)) AS flags,
    list_sort(list_distinct(combined.break_ids)) AS break_ids
FROM combined
LEFT JOIN figure AS total ON total.edition_id = combined.edition_id AND total.entity = 'NATO' AND total.year = combined.year
LEFT JOIN correlated
    ON correlated.edition_id = combined.edition_id AND correlated.group_id = combined.group_id
   AND correlated.year = combined.year AND correlated.membership_basis = combined.membership_basis
ORDER BY combined.edition_id, combined.group_id, combined.year, combined.membership_basis
