"""What the prose of the documentation states of the figures, each with the query that gives it.

Belongs here: a sentence's words with places for figures, and SQL over the published warehouse whose one row fills them.
Does not belong here: fenced blocks (test_documentation runs them); figures that are written down by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Statement:
    """`words` with the columns of `query`'s one row in place of {0}, {1} … are in the document, spaces apart."""

    document: str
    words: str
    query: str

    @property
    def id(self) -> str:
        return f"{self.document}: {self.words[:50]}"


def sentence(words: str, row: tuple[Any, ...]) -> str:
    """The words with the row's figures; minus signs as the documentation writes them are the caller's."""
    return words.format(*row)


_CORE: Final = "rule_id = 'hague_core_3_5pct' AND edition_id = 'nato:2026-07-10'"
_GERMANY: Final = f"FROM mart.outlook WHERE {_CORE} AND entity = 'DEU'"
_GERMAN_PATH: Final = f"FROM mart.path WHERE {_CORE} AND entity = 'DEU' AND path_kind = 'linear'"
_AGGREGATE: Final = "FROM mart.aggregate WHERE edition_id = 'nato:2026-07-10' AND group_id = 'NATO_EUR_CAN'"
_GDP: Final = """FROM core.observation WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' AND indicator = 'gdp'
    AND price_basis = 'constant'"""
_IMF_USA: Final = "FROM core.observation WHERE edition_id = 'imf:2024-10' AND entity = 'USA' AND indicator = 'gdp'"
_BULGARIA: Final = """(SELECT
    max(value) FILTER (WHERE edition_id = 'nato:2024-06-17' AND currency = 'BGN') AS lev,
    max(value) FILTER (WHERE edition_id = 'nato:2024-06-17' AND currency = 'BGN') / 1.95583 AS e0,
    max(value) FILTER (WHERE edition_id = 'nato:2026-07-10' AND currency = 'EUR') AS e1,
    max(value) FILTER (WHERE edition_id = 'nato:2024-06-17' AND currency = 'USD' AND indicator = 'gdp') AS y0_usd,
    max(value) FILTER (WHERE edition_id = 'nato:2026-07-10' AND currency = 'USD' AND indicator = 'gdp') AS y1_usd,
    max(value) FILTER (WHERE edition_id = 'nato:2024-06-17' AND currency = 'USD' AND indicator <> 'gdp') AS e0_usd,
    max(value) FILTER (WHERE edition_id = 'nato:2026-07-10' AND currency = 'USD' AND indicator <> 'gdp') AS e1_usd
  FROM core.observation WHERE entity = 'BGR' AND year = 2024 AND price_basis = 'current'
    AND indicator IN ('gdp', 'defence_expenditure') AND source_id = 'nato')"""
_LEFT: Final = """FROM mart.headline_audit WHERE rule_id = 'wales_2pct' AND year = 2024 AND edition_id = 'nato:2026-07-10'
    AND change = 'left' AND from_edition_id = 'nato:2024-06-17'"""

_OUTTURNS_UNDER_BOTH: Final = """
    SELECT min(year), max(year), min(unchanged), max(compared) FROM mart.definition_change
    WHERE to_edition_id = 'nato:2026-07-10' AND outturns_in_both"""
STATEMENTS: Final = (
    Statement(
        "concepts.md",
        "Czechia's share of 2024 was {0:.2f} % in June 2024 and is {1:.2f} % now",
        """SELECT max(value) FILTER (WHERE edition_id = 'nato:2024-06-17'), max(value) FILTER (WHERE edition_id = 'nato:2026-07-10')
           FROM mart.compliance WHERE rule_id = 'wales_2pct' AND entity = 'CZE' AND year = 2024""",
    ),
    Statement(
        "README.md",
        "Europe and Canada grew by {0:.2f} % in 2024 as published, by {1:.2f} % like for like",
        f"SELECT real_change_pct, real_change_like_for_like_pct {_AGGREGATE} AND year = 2024 AND membership_basis = 'published'",
    ),
    Statement(
        "README.md",
        "Germany needs {0:.3f} points of GDP more each year",
        "SELECT (3.5 - value) / (2032 - year) FROM compliance_latest WHERE rule_id = 'hague_core_3_5pct' AND entity = 'DEU' "
        "AND year = 2026",
    ),
    Statement(
        "metrics.md",
        "`(3.5 / (100 · {0:,.0f} / {1:,.0f}) - 1) · {2:,.0f} = {3:,.0f}` million euro",
        """SELECT max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'constant' AND currency = 'USD'),
             max(value) FILTER (WHERE indicator = 'gdp' AND price_basis = 'constant'),
             max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current' AND currency = 'EUR'),
             (SELECT gap_national_currency_m FROM mart.compliance WHERE rule_id = 'hague_core_3_5pct' AND entity = 'DEU'
                AND edition_id = 'nato:2026-07-10' AND year = 2025)
           FROM core.observation WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' AND year = 2025""",
    ),
    Statement(
        "metrics.md",
        "2025 for all Allies: {0:,.0f} billion US$ more at most than the {1:,.0f} that were spent, {2:,.0f} in all",
        """SELECT gap_most_usd_current_m / 1000, expenditure_usd_current_m / 1000,
             (gap_most_usd_current_m + expenditure_usd_current_m) / 1000 FROM mart.group_gap
           WHERE rule_id = 'hague_total_5pct' AND edition_id = 'nato:2026-07-10' AND group_id = 'NATO' AND year = 2025""",
    ),
    Statement(
        "metrics.md",
        "{0:.2f} % and {1:.2f} % for Europe and Canada in 2024",
        f"SELECT real_change_pct, real_change_like_for_like_pct {_AGGREGATE} AND year = 2024 AND membership_basis = 'published'",
    ),
    Statement(
        "metrics.md",
        "Poland 2026: `{0:.2f} / {1:.2f} = {2:.2f}`",
        """SELECT share_of_gdp_pct, nato_share_of_gdp_pct, burden_ratio FROM mart.burden
           WHERE edition_id = 'nato:2026-07-10' AND entity = 'POL' AND year = 2026""",
    ),
    Statement(
        "metrics.md",
        "set by hand, while `E/Y` gives {0:.2f}: met",
        """SELECT recomputed_value FROM mart.compliance WHERE rule_id = 'wales_2pct' AND edition_id = 'nato:2024-06-17'
             AND entity = 'SVK' AND year = 2024""",
    ),
    Statement(
        "metrics.md",
        "Italy, from {0:.2f} % in 2026 to 3.5 % in 2035, linear: `{0:.2f} + {1:.2f} · 1/9 = {2:.2f}` in 2027",
        f"""SELECT max(required_share_pct) FILTER (WHERE year = 2026), 3.5 - max(required_share_pct) FILTER (WHERE year = 2026),
              max(required_share_pct) FILTER (WHERE year = 2027)
            FROM mart.path WHERE {_CORE} AND entity = 'ITA' AND path_kind = 'linear'""",
    ),
    Statement(
        "questions.md",
        "{0:.1f} billion euro in 2025, at current prices",
        "SELECT gap_national_currency_m / 1000 FROM compliance_latest "
        "WHERE rule_id = 'hague_core_3_5pct' AND entity = 'DEU' AND year = 2025",
    ),
    Statement(
        "editions.md",
        "Spending was {0:,.0f} million lev, which is {1:,.1f} million euro, and became {2:,.0f}; GDP follows from NATO's GDP "
        "in dollars at the rate that spending implies: {1:,.1f} × {3:,.1f} / {4:,.1f} = {5:,.0f} million euro, and became "
        "{2:,.0f} × {6:,.0f} / {7:,.0f} = {8:,.0f}",
        f"SELECT lev, e0, e1, y0_usd, e0_usd, y0_usd * e0 / e0_usd, y1_usd, e1_usd, y1_usd * e1 / e1_usd FROM {_BULGARIA}",
    ),
    Statement(
        "editions.md",
        "{0:,} of the {1:,} figures that differ between these two editions in one status, currency and price base, all {2:,} "
        "shares of categories among them",
        """SELECT count(*) FILTER (WHERE kind = 'same_at_print'), count(*),
              count(*) FILTER (WHERE kind = 'same_at_print' AND indicator IN
                ('equipment_share', 'personnel_share', 'infrastructure_share', 'other_share'))
           FROM mart.revision WHERE from_edition_id = 'nato:2024-06-17' AND to_edition_id = 'nato:2026-07-10'
             AND kind IN ('revised', 'same_at_print')
           HAVING bool_and(kind = 'same_at_print') FILTER (WHERE indicator IN ('equipment_share', 'personnel_share', 'infrastructure_share', 'other_share'))""",
    ),
    Statement(
        "README.md",
        "which left the outturns of {0} to {1} as they were in {2} of {3} countries",
        _OUTTURNS_UNDER_BOTH,
    ),
    Statement(
        "questions.md",
        "Outturns of {0} to {1} are the same under both in {2} of {3} countries",
        _OUTTURNS_UNDER_BOTH,
    ),
    Statement(
        "questions.md",
        "Of {0} shares of GDP that both `nato:2024-06-17` and this edition print, {1} are the same at the digits that are printed",
        """SELECT count(*), count(*) FILTER (WHERE same_at_print) FROM mart.revision WHERE indicator = 'defence_share_of_gdp'
             AND from_edition_id = 'nato:2024-06-17' AND to_edition_id = 'nato:2026-07-10' AND kind NOT IN ('new', 'dropped')""",
    ),
    Statement(
        "editions.md",
        "Six left and none entered: Albania ({0:.2f} → {1:.2f}, spending), Bulgaria ({2:.2f} → {3:.2f}, spending and GDP "
        "equally), Czechia ({4:.2f} → {5:.2f}, GDP), Montenegro ({6:.2f} → {7:.2f}, spending), North Macedonia ({8:.2f} → {9:.2f}, "
        "spending more than GDP), Slovakia ({10:.2f}, set by hand, → {11:.2f})",
        "SELECT "
        + ", ".join(
            f"max(CASE entity WHEN '{iso3}' THEN {column} END)"
            for iso3 in ("ALB", "BGR", "CZE", "MNE", "MKD", "SVK")
            for column in ("old_value", "new_value")
        )
        + f" {_LEFT} HAVING count(*) = 6",
    ),
    Statement(
        "editions.md",
        "| 2023 | +{0:.2f} % (Finland acceded) | +{1:.2f} % | +{2:.2f} % |",
        f"""SELECT max(real_change_pct) FILTER (WHERE membership_basis = 'published'),
              max(real_change_like_for_like_pct) FILTER (WHERE membership_basis = 'members_at_date'),
              max(real_change_pct) FILTER (WHERE membership_basis = 'fixed_members') {_AGGREGATE} AND year = 2023""",
    ),
    Statement(
        "editions.md",
        "| 2024 | +{0:.2f} % (Sweden acceded) | +{1:.2f} % | +{2:.2f} % |",
        f"""SELECT max(real_change_pct) FILTER (WHERE membership_basis = 'published'),
              max(real_change_like_for_like_pct) FILTER (WHERE membership_basis = 'members_at_date'),
              max(real_change_pct) FILTER (WHERE membership_basis = 'fixed_members') {_AGGREGATE} AND year = 2024""",
    ),
    Statement(
        "paths.md",
        "United States, `imf:2024-10`: {0:,.1f} bn in 2023 and {1:,.1f} in 2029, so from 2030 on ({1:,.1f} / {0:,.1f})^(1/6) − 1 "
        "= {2:.2f} % a year",
        f"""SELECT a, b, 100 * ((b / a) ** (1 / 6) - 1) FROM (SELECT max(value) FILTER (WHERE year = 2023) / 1000 AS a,
              max(value) FILTER (WHERE year = 2029) / 1000 AS b {_IMF_USA})""",
    ),
    Statement(
        "paths.md",
        "Germany: ({0:,.0f} / {1:,.0f})^(1/12) − 1 = {2:.2f} % a year",
        f"""SELECT b, a, 100 * ((b / a) ** (1 / 12) - 1) FROM (SELECT max(value) FILTER (WHERE year = 2014) AS a,
              max(value) FILTER (WHERE year = 2026) AS b {_GDP})""",
    ),
    Statement(
        "paths.md",
        "Germany to 3.5 % in 2035, from {0:.2f} % in 2026",
        f"SELECT current_share_pct {_GERMANY}",
    ),
    Statement(
        "paths.md",
        "(3.5 − {0:.2f}) / 9 = {1:.3f} pp a year",
        f"SELECT current_share_pct, required_pp_per_year {_GERMANY}",
    ),
    Statement(
        "paths.md",
        "(3.5 / {0:.2f})^(1/9) − 1 = {1:.2f} % a year beyond GDP",
        f"SELECT current_share_pct, excess_growth_pct_per_year {_GERMANY}",
    ),
    Statement(
        "paths.md",
        "{0:.4f} · {1:.4f} − 1 = {2:.2f} % a year",
        f"""SELECT 1 + excess_growth_pct_per_year / 100, 1 + assumed_real_growth_pct / 100, required_real_growth_pct_per_year
            {_GERMANY}""",
    ),
    Statement(
        "paths.md",
        "s_r = {0:.4f} %: f = {1:.4f} in 2035, {2:.4f} in 2027 (linear)",
        f"""SELECT recomputed_value, 3.5 / recomputed_value, 1 + (3.5 / recomputed_value - 1) / 9
            FROM mart.compliance WHERE {_CORE} AND entity = 'DEU' AND year = 2026""",
    ),
    Statement(
        "paths.md",
        "2027, linear: {0:.1f} · 1.0332 · {1:.4f} = {2:.1f} bn US$ of 2021",
        f"""SELECT max(required_spending_usd_constant_m) FILTER (WHERE year = 2026) / 1000,
              1 + max(real_growth_pct) FILTER (WHERE year = 2027) / 100,
              max(required_spending_usd_constant_m) FILTER (WHERE year = 2027) / 1000 {_GERMAN_PATH}""",
    ),
    Statement(
        "paths.md",
        "2027: {0:.1f} · 0.0332 · {1:.4f} = {2:.1f} bn US$ of 2021",
        f"""SELECT max(required_spending_usd_constant_m) FILTER (WHERE year = 2026) / 1000,
              1 + max(real_growth_pct) FILTER (WHERE year = 2027) / 100,
              max(extra_against_share_usd_constant_m) FILTER (WHERE year = 2027) / 1000 {_GERMAN_PATH}""",
    ),
    Statement(
        "paths.md",
        "2027: {0:.1f} − {1:.1f} = {2:.1f} bn US$ of 2021",
        f"""SELECT max(required_spending_usd_constant_m) FILTER (WHERE year = 2027) / 1000,
              max(required_spending_usd_constant_m) FILTER (WHERE year = 2026) / 1000,
              max(extra_against_frozen_usd_constant_m) FILTER (WHERE year = 2027) / 1000 {_GERMAN_PATH}""",
    ),
    Statement(
        "paths.md",
        "{0:,.0f} bn US$ of 2021 in 2026, {1:,.0f} bn in 2035; {2:,.0f} bn more over nine years than at today's share, "
        "{3:,.0f} bn more than frozen",
        f"""SELECT max(required_spending_usd_constant_m) FILTER (WHERE year = 2026) / 1000,
              max(required_spending_usd_constant_m) FILTER (WHERE year = 2035) / 1000,
              max(cumulated_against_share_usd_constant_m) / 1000, max(cumulated_against_frozen_usd_constant_m) / 1000
            FROM mart.path WHERE {_CORE} AND entity = 'NATO_EUR_CAN' AND path_kind = 'linear'""",
    ),
    Statement(
        "paths.md",
        "({0:.2f} − {1:.2f}) / 3 = {2:.3f} pp | {3:.2f} / {2:.3f} = {4:.1f}, so {5}",
        f"""SELECT current_share_pct, (SELECT value FROM mart.compliance WHERE {_CORE} AND entity = 'DEU' AND year = 2023),
              three_year_step_pp, 3.5 - current_share_pct, (3.5 - current_share_pct) / three_year_step_pp,
              scenario_three_year_step_year {_GERMANY}""",
    ),
    Statement(
        "paths.md",
        "| {0:.3f} pp a year | {1:.2f} / {0:.3f} = {2:.1f}, so {3} |",
        f"""SELECT ols_slope_pp, 3.5 - current_share_pct, (3.5 - current_share_pct) / ols_slope_pp, scenario_least_squares_year
            {_GERMANY}""",
    ),
    Statement(
        "paths.md",
        "| {0:.1f} % | ln(3.5/{1:.2f}) / {2:.3f} = {3:.1f}, so {4} |",
        f"""SELECT log_excess_growth_pct, current_share_pct, log_excess_growth_pct / 100,
              100 * ln(3.5 / current_share_pct) / log_excess_growth_pct, scenario_log_growth_year {_GERMANY}""",
    ),
    Statement(
        "paths.md",
        "Germany: {0:.2f} % in 2026; the line from {1:.2f} % in 2025 asks {2:.2f} %: `{3}`",
        f"""SELECT current_share_pct, b, b + (3.5 - b) / 10, rating FROM (SELECT *, (SELECT value FROM mart.compliance
              WHERE {_CORE} AND entity = 'DEU' AND year = 2025) AS b {_GERMANY})""",
    ),
    Statement(
        "paths.md",
        "Of {0} Allies {1} are above the line, {2} below, {3} arrived, {4} falling (Finland, {5:.2f} to {6:.2f} %)",
        f"""SELECT count(*), count(*) FILTER (WHERE rating = 'above_line'), count(*) FILTER (WHERE rating = 'below_line'),
              count(*) FILTER (WHERE rating = 'arrived'), count(*) FILTER (WHERE rating = 'falling'),
              (SELECT value FROM mart.compliance WHERE {_CORE} AND entity = 'FIN' AND year = 2025),
              max(current_share_pct) FILTER (WHERE rating = 'falling' AND entity = 'FIN')
            FROM mart.outlook WHERE {_CORE} AND membership_basis IS NULL""",
    ),
    Statement(
        "paths.md",
        "(Germany: {0:.2f} against {1:.2f} pp)",
        f"SELECT largest_required_step_pp, own_p90_step_pp {_GERMANY}",
    ),
    Statement(
        "paths.md",
        "Germany {0:.2f}.",
        f"SELECT p_reached_by_due {_GERMANY}",
    ),
    Statement(
        "paths.md",
        "Denmark's {0:.2f} % in 2026 would be at 3.5 % or above with {1:.2f}",
        f"SELECT current_share_pct, p_met_after_revision FROM mart.outlook WHERE {_CORE} AND entity = 'DNK'",
    ),
    Statement(
        "paths.md",
        "of the {0} Allies at 2 % or above in 2026, {1:.0f} are expected to be there after revision",
        """SELECT count(*) FILTER (WHERE current_share_pct >= 2), sum(p_met_after_revision) FROM mart.outlook
           WHERE rule_id = 'wales_2pct' AND edition_id = 'nato:2026-07-10' AND membership_basis IS NULL""",
    ),
    Statement(
        "paths.md",
        "{0} errors, {1} of the estimates of 2019, {2} of the estimates of 2023 (partial edition, as transcribed) and {3} of those of 2024",
        f"""SELECT errors_n, regexp_extract(evidence, 'nato:2019-06-25 → nato:2026-07-10: n (\\d+)', 1),
              regexp_extract(evidence, 'nato:2023-07-07 → nato:2026-07-10: n (\\d+)', 1),
              regexp_extract(evidence, 'nato:2024-06-17 → nato:2026-07-10: n (\\d+)', 1) {_GERMANY}""",
    ),
    Statement(
        "paths.md",
        "Japan spends {0:.2f} % (2024): to 2 % {1:.1f} bn US$ are missing, to 3.5 % {2:.1f}, to 5 % {3:.1f}, at current prices",
        """SELECT max(share_of_gdp_pct), max(gap_usd_current_m) FILTER (WHERE threshold_pct = 2) / 1000,
             max(gap_usd_current_m) FILTER (WHERE threshold_pct = 3.5) / 1000,
             max(gap_usd_current_m) FILTER (WHERE threshold_pct = 5) / 1000
           FROM mart.benchmark_target WHERE entity = 'JPN' AND year = 2024""",
    ),
    Statement(
        "outlook.md",
        "Germany, {0:.2f} % in 2026, is at 3.5 % or more in 2035 with a probability of {1:.2f}: `{2}`",
        f"SELECT current_share_pct, p_reached_by_due, likelihood {_GERMANY}",
    ),
    Statement(
        "outlook.md",
        "lie between {0:.2f} and {1:.2f} % in 2035, eight of ten between {2:.2f} and {3:.2f} %; the median is {4:.2f} %",
        """SELECT p25, p75, p10, p90, p50 FROM mart.outlook_share
           WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' AND year = 2035""",
    ),
    Statement(
        "outlook.md",
        "Greece, {0:.2f} %, has `{1}` and holds 3.5 % in 2035 with {2:.2f}",
        f"SELECT current_share_pct, rating, p_reached_by_due FROM mart.outlook WHERE {_CORE} AND entity = 'GRC'",
    ),
    Statement(
        "outlook.md",
        "(Italy: {0} own yearly change, Luxembourg and Greece: {1})",
        f"""SELECT max(steps_n) FILTER (WHERE entity = 'ITA'), max(steps_n) FILTER (WHERE entity IN ('LUX', 'GRC'))
            FROM mart.outlook WHERE {_CORE}""",
    ),
)
