"""What the report asks of a publication: one query a table or chart.

Belongs here: SQL over core and mart, with `$edition` the newest edition of NATO. Does not belong here: metrics (marts),
wording, layout. Money is in billions of the unit that a column names.
"""

from __future__ import annotations

from typing import Final

LEAGUE: Final = """
SELECT m.entity, c.name, m.year, m.value AS share_pct, m.status, two.verdict AS two_verdict, m.verdict, m.gap_pp,
       m.gap_usd_current_m / 1000 AS gap_usd_bn, m.gap_national_currency_m / 1000 AS gap_national_bn, m.currency,
       equipment.value AS equipment_pct, equipment.verdict AS equipment_verdict, m.flags, m.edition_id
FROM mart.compliance AS m
JOIN core.country AS c ON c.iso3 = m.entity
JOIN mart.compliance AS two USING (edition_id, entity, year)
LEFT JOIN mart.compliance AS equipment
    ON equipment.edition_id = m.edition_id AND equipment.entity = m.entity AND equipment.year = m.year
   AND equipment.rule_id = 'wales_equipment_20pct'
WHERE m.rule_id = 'hague_core_3_5pct' AND two.rule_id = 'wales_2pct' AND m.edition_id = $edition
  AND m.verdict <> 'not_applicable'
  AND m.year = (SELECT max(year) FROM mart.compliance WHERE edition_id = $edition AND value IS NOT NULL)
ORDER BY m.value DESC NULLS LAST, c.name
"""

THRESHOLDS: Final = """
SELECT rule_id, title, threshold_pct, due_year FROM core.guideline
WHERE rule_id IN ('wales_2pct', 'hague_core_3_5pct', 'hague_total_5pct', 'wales_equipment_20pct')
"""

# Editions that judge all members of a year: a partial one counts most as not reported.
COUNTS: Final = """
SELECT edition_id, year, met, members FROM mart.compliance_count
WHERE rule_id = 'wales_2pct' AND not_reported = 0 ORDER BY edition_id, year
"""

SHARES: Final = """
SELECT o.entity, coalesce(c.name, o.entity) AS name, o.year, o.value AS share_pct, o.status, o.edition_id
FROM core.observation AS o LEFT JOIN core.country AS c ON c.iso3 = o.entity
WHERE o.source_id = 'nato' AND o.indicator = 'defence_share_of_gdp' AND o.availability = 'reported'
ORDER BY o.edition_id, o.entity, o.year
"""

PATHS: Final = """
SELECT p.entity, coalesce(c.name, p.entity) AS name, p.rule_id, p.year, p.required_share_pct AS share_pct, p.step_pp,
       p.required_spending_national_currency_m / 1000 AS required_national_bn, p.currency,
       p.extra_against_share_usd_constant_m / 1000 AS extra_against_share_usd_constant_bn,
       p.cumulated_against_share_usd_constant_m / 1000 AS cumulated_usd_constant_bn, p.base_year,
       p.gdp_edition_id, p.gdp_basis
FROM mart.path AS p LEFT JOIN core.country AS c ON c.iso3 = p.entity
WHERE p.edition_id = $edition AND p.path_kind = 'linear' ORDER BY p.rule_id, p.entity, p.year
"""

OUTLOOK: Final = """
SELECT o.rule_id, o.entity, coalesce(c.name, g.name, o.entity) AS name, c.iso3 IS NOT NULL AS is_country,
       o.start_year, o.due_year,
       o.current_share_pct AS share_pct, o.status, o.required_pp_per_year, o.excess_growth_pct_per_year,
       o.arrival_earliest, o.arrival_median, o.arrival_latest,
       CASE WHEN o.never_at_trend IS NULL THEN 'cannot be told' WHEN o.never_at_trend THEN 'never'
            WHEN o.arrival_latest IS NULL THEN 'some trends never' ELSE 'all trends' END AS at_trend,
       o.p_reached_by_due, o.rating, o.rating_arithmetic, o.feasible,
       p.cumulated_against_share_usd_constant_m / 1000 AS cumulated_usd_constant_bn, p.base_year,
       CASE WHEN o.national_plan_id IS NOT NULL
            THEN format('{:.2g} % in {}', o.national_plan_share_pct, o.national_plan_year) END AS national_plan,
       o.assumptions, o.evidence, o.measured_on
FROM mart.outlook AS o
LEFT JOIN core.country AS c ON c.iso3 = o.entity
LEFT JOIN core.country_group AS g ON g.group_id = o.entity
LEFT JOIN mart.path AS p
    ON p.rule_id = o.rule_id AND p.edition_id = o.edition_id AND p.entity = o.entity AND p.year = o.due_year
   AND p.path_kind = 'linear'
WHERE o.edition_id = $edition AND o.rule_id IN ('hague_core_3_5pct', 'hague_total_5pct')
ORDER BY o.rule_id, c.name IS NULL, name
"""

CHANGED_SIDES: Final = """
SELECT h.rule_id, g.title, h.entity, c.name, h.year, h.change, h.old_value AS old_pct, h.new_value AS new_pct,
       h.spending_part_pp, h.gdp_part_pp, h.method_part_pp, h.from_edition_id, h.edition_id, h.flags
FROM mart.headline_audit AS h
JOIN core.guideline AS g USING (rule_id)
JOIN core.country AS c ON c.iso3 = h.entity
WHERE h.edition_id = $edition AND h.in_force AND g.scope = 'NATO'
  AND g.rule_id IN ('wales_2pct', 'wales_equipment_20pct', 'hague_core_3_5pct', 'hague_total_5pct')
ORDER BY h.year DESC, g.threshold_pct, c.name
"""

LARGEST_REVISIONS: Final = """
SELECT r.entity, coalesce(c.name, r.entity) AS name, r.year, r.old_value AS old_pct, r.new_value AS new_pct,
       r.change AS change_pp, r.spending_part_pp, r.gdp_part_pp, r.method_part_pp, replace(r.kind, '_', ' ') AS kind,
       r.from_edition_id, r.flags
FROM mart.revision AS r LEFT JOIN core.country AS c ON c.iso3 = r.entity
WHERE r.to_edition_id = $edition AND r.indicator = 'defence_share_of_gdp' AND r.change IS NOT NULL
ORDER BY abs(r.change) DESC, r.entity, r.year LIMIT 15
"""

ALLIANCE: Final = """
SELECT nato.year, nato.status, nato.us_share_current_pct, nato.us_share_constant_pct,
       published.real_change_pct AS published_change_pct, published.real_change_like_for_like_pct AS like_for_like_pct,
       nato.edition_id
FROM mart.aggregate AS nato
JOIN mart.aggregate AS published
    ON published.edition_id = nato.edition_id AND published.year = nato.year AND published.group_id = 'NATO_EUR_CAN'
   AND published.membership_basis = 'published'
WHERE nato.group_id = 'NATO' AND nato.membership_basis = 'members_at_date' AND nato.edition_id = $edition
ORDER BY nato.year
"""

BENCHMARK: Final = """
SELECT b.entity, c.name, b.year, coalesce(b.group_id, 'other') AS group_id, b.share_of_gdp_pct AS share_pct,
       replace(b.availability, '_', ' ') AS availability, b.rank_in_year, b.expenditure_usd_current_m / 1000 AS usd_bn,
       b.flags, b.note, b.edition_id
FROM mart.benchmark AS b JOIN core.country AS c ON c.iso3 = b.entity
WHERE b.year = (SELECT max(year) FROM mart.benchmark WHERE share_of_gdp_pct IS NOT NULL)
ORDER BY b.share_of_gdp_pct DESC NULLS LAST, c.name
"""

BRIDGE: Final = """
SELECT b.entity, c.name, b.year, b.nato_share_pct, b.sipri_share_pct, b.eurostat_share_pct, b.world_bank_share_pct,
       b.sipri_less_nato_pp, b.eurostat_less_nato_pp, b.nato_edition_id, b.sipri_edition_id, b.eurostat_edition_id
FROM mart.definition_bridge AS b JOIN core.country AS c ON c.iso3 = b.entity
WHERE b.year = (
    SELECT max(year) FROM mart.definition_bridge WHERE nato_share_pct IS NOT NULL AND sipri_share_pct IS NOT NULL
)
  AND b.nato_share_pct IS NOT NULL
ORDER BY c.name
"""

EDITIONS: Final = """
SELECT edition_id, source_id, title, published_on, retrieved_at::DATE AS retrieved_on, origin, completeness, url,
       licence, note
FROM core.edition ORDER BY source_id, vintage_seq
"""

CAVEATS: Final = """
SELECT table_id, caveats FROM meta."table"
WHERE caveats IS NOT NULL AND (table_id LIKE 'mart.%' OR table_id = 'core.observation')
ORDER BY table_id
"""

COUNTRIES: Final = """
SELECT DISTINCT c.iso3 AS entity, c.name FROM core.country AS c
WHERE c.iso3 IN (SELECT entity FROM mart.compliance WHERE edition_id = $edition)
   OR c.iso3 IN (SELECT entity FROM mart.benchmark) ORDER BY c.name
"""

VERDICTS: Final = """
SELECT m.entity, g.title, m.year, m.value AS share_pct, m.threshold AS threshold_pct, m.verdict, m.gap_pp,
       m.gap_national_currency_m / 1000 AS gap_national_bn, m.currency, m.status, m.flags, m.edition_id
FROM mart.compliance AS m JOIN core.guideline AS g USING (rule_id)
WHERE m.edition_id = $edition AND (g.scope = 'NATO' OR g.scope = m.entity) AND g.comparison = 'at_least'
  AND m.year = (SELECT max(year) FROM mart.compliance WHERE edition_id = $edition AND value IS NOT NULL)
ORDER BY g.adopted_on, g.rule_id
"""

COUNTRY_REVISIONS: Final = """
SELECT r.entity, r.year, r.old_value AS old_pct, r.new_value AS new_pct, r.change AS change_pp, r.spending_part_pp,
       r.gdp_part_pp, r.method_part_pp, replace(r.kind, '_', ' ') AS kind, r.from_edition_id, r.to_edition_id, r.flags
FROM mart.revision AS r
WHERE r.source_id = 'nato' AND r.indicator = 'defence_share_of_gdp' AND abs(r.change) >= 0.005
ORDER BY r.to_edition_id DESC, r.year DESC
"""

COUNTRY_BENCHMARK: Final = """
SELECT b.entity, b.year, b.share_of_gdp_pct AS share_pct, replace(b.availability, '_', ' ') AS availability,
       b.expenditure_usd_current_m / 1000 AS usd_bn, b.rank_in_year, b.flags, b.note, b.edition_id
FROM mart.benchmark AS b ORDER BY b.year DESC
"""

# The last years of the figures that decide: where each stands in the source's own file.
PROVENANCE: Final = """
SELECT o.entity, replace(o.indicator, '_', ' ') AS indicator, o.year, o.value, o.unit,
       concat_ws(' ', o.currency, CASE WHEN o.price_basis = 'constant' THEN 'of ' || o.base_year
                                       WHEN o.price_basis = 'current' THEN 'at current prices' END) AS money,
       o.status, o.edition_id, o.locator, e.url, o.flags
FROM observation_latest AS o JOIN core.edition AS e USING (edition_id)
WHERE o.availability = 'reported' AND o.source_id IN ('nato', 'sipri') AND o.indicator IN
      ('defence_share_of_gdp', 'equipment_share', 'defence_expenditure', 'gdp', 'personnel')
  AND o.year >= (SELECT max(year) - 2 FROM mart.compliance WHERE edition_id = $edition AND value IS NOT NULL)
ORDER BY o.source_id, o.indicator, o.currency, o.price_basis, o.year DESC
"""
