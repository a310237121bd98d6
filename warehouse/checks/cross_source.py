"""Relations within and between the sources beside NATO, as SQL expectations over core.observation.

Belongs here: what SIPRI, the World Bank, the IMF and Eurostat must keep. Does not belong here: NATO's own accounting
(identities), what an edition keeps of the one before (edition_before). `{batch}` is core.observation.
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.reviewed import reviewed
from warehouse.contracts.model import Expectation, expired_exceptions, offending_rows

# Totals leave out the countries that SIPRI's own column "Omitted countries" names beside them (in 2026 the United Arab
# Emirates: 3 % of the world's spending in 2008); it stands in the notes of the totals.
_SIPRI_WORLD: Final = """
  WITH omitted AS (
    SELECT DISTINCT o.edition_id, k.iso3 FROM {batch} o JOIN core_country k ON contains(o.note, k.name)
    WHERE o.source_id = 'sipri' AND o.note LIKE '%Omitted countries:%'),
  country AS (
    SELECT edition_id, year, price_basis, sum(value) AS countries_m, count(value) AS countries,
           sum(value) FILTER (WHERE (edition_id, entity) NOT IN (SELECT (edition_id, iso3) FROM omitted)) AS not_omitted_m FROM {batch}
    WHERE source_id = 'sipri' AND indicator = 'defence_expenditure' AND currency = 'USD' AND unit = 'million'
      AND year_basis = 'calendar' AND entity IN (SELECT iso3 FROM core_country) GROUP BY ALL)
  SELECT country.*, w.indicator, w.entity, w.value AS world_m, w.locator FROM country
  JOIN {batch} w ON w.edition_id = country.edition_id AND w.year = country.year AND w.price_basis = country.price_basis
  WHERE w.entity = 'WORLD' AND w.indicator = 'defence_expenditure' AND w.source_id = 'sipri' AND w.value IS NOT NULL
"""

_SIPRI_BASE_YEAR: Final = """
  SELECT c.edition_id, c.indicator, c.entity, c.year, c.currency, c.value AS constant_value, n.value AS current_value,
         abs(c.value - n.value) > 1e-6 * n.value AS differs, 100 * (c.value / n.value - 1) AS difference_pct, x.exception_id, x.largest, c.locator
  FROM {batch} c JOIN {batch} n ON n.edition_id = c.edition_id AND n.indicator = c.indicator AND n.entity = c.entity
   AND n.year = c.year AND n.currency = c.currency AND n.year_basis = c.year_basis
  LEFT JOIN core_check_exception x ON x.check_id = 'sipri_constant_equals_current_in_base_year' AND x.source_id = c.source_id
   AND x.entity = c.entity AND x.indicator = c.indicator AND c.year BETWEEN x.year_from AND x.year_to
  WHERE c.source_id = 'sipri' AND c.price_basis = 'constant' AND n.price_basis = 'current' AND c.year = c.base_year
    AND c.unit = 'million' AND c.entity IN (SELECT iso3 FROM core_country)
"""

# GDP in million US$ at current prices that other sources print, without forecasts of later years, by their newest edition.
# `core_observation` is what is held: in a run the batch itself, at intake what was built last. For the countries of
# core.membership; a break to gross national income (Luxembourg in NATO's tables) is no GDP.
_GDP_ELSEWHERE: Final = """
  SELECT o.source_id, o.entity, o.year, o.value AS gdp_m, o.edition_id FROM core_observation o
  WHERE o.indicator = 'gdp' AND o.currency = 'USD' AND o.price_basis = 'current' AND o.year_basis <> 'fiscal'
    AND o.known_until = DATE '9999-12-31' AND o.availability = 'reported' AND o.year <= year(o.known_from)
    AND NOT list_contains(o.flags, 'gni_denominator') AND o.entity IN (SELECT iso3 FROM core_membership)
"""
_GDP: Final = f"""
  SELECT o.edition_id, o.indicator, o.entity, o.year, o.currency, o.price_basis, o.value AS gdp_m, o.locator, min_by(g.edition_id, abs(o.value / g.gdp_m - 1)) AS nearest,
         min(abs(o.value / g.gdp_m - 1)) AS deviation, 0.15 AS tolerance
  FROM {{batch}} o JOIN core_edition e ON e.edition_id = o.edition_id
  JOIN ({_GDP_ELSEWHERE}) g ON g.entity = o.entity AND g.year = o.year AND g.source_id <> o.source_id
  WHERE o.indicator = 'gdp' AND o.currency = 'USD' AND o.price_basis = 'current' AND o.year < year(e.published_on)
    AND o.availability = 'reported' AND NOT list_contains(o.flags, 'gni_denominator')
  GROUP BY ALL
"""
# SIPRI's and Eurostat's spending over its share of GDP; Eurostat prints shares with one decimal.
_IMPLIED_GDP: Final = f"""
  WITH implied AS (
    SELECT s.edition_id, s.source_id, s.indicator AS share, m.indicator AS money, s.entity, s.year, s.locator,
           100 * m.value / s.value * CASE s.source_id WHEN 'eurostat' THEN y.units_per_eur ELSE 1 END AS implied_gdp_m,
           CASE s.source_id WHEN 'eurostat' THEN 0.05 / s.value ELSE 0 END AS rounding
    FROM {{batch}} s
    JOIN {{batch}} m ON m.edition_id = s.edition_id AND m.entity = s.entity AND m.year = s.year AND m.year_basis = s.year_basis
     AND m.indicator = 'defence_expenditure' AND m.price_basis = 'current'
     AND m.currency = CASE s.source_id WHEN 'eurostat' THEN 'EUR' ELSE 'USD' END
    LEFT JOIN core_yearly_rate y ON y.currency = 'USD' AND y.year = s.year
    WHERE s.source_id IN ('sipri', 'eurostat') AND s.indicator = 'defence_share_of_gdp' AND s.value > 0 AND m.value > 0)
  SELECT i.edition_id, i.share, i.money, i.entity, i.year, i.implied_gdp_m, i.rounding, i.locator,
         min_by(g.edition_id, abs(i.implied_gdp_m / g.gdp_m - 1)) AS nearest, min(abs(i.implied_gdp_m / g.gdp_m - 1)) AS deviation,
         0.05 + i.rounding AS tolerance
  FROM implied i JOIN ({_GDP_ELSEWHERE}) g ON g.entity = i.entity AND g.year = i.year AND g.source_id <> i.source_id
  WHERE i.implied_gdp_m IS NOT NULL GROUP BY ALL
"""
# Either of the two may be at fault.
_SHARE_AND_MONEY: Final = f"SELECT unnest([share, money]) AS indicator, * FROM ({_IMPLIED_GDP})"

CROSS_SOURCE: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "sipri_constant_equals_current_in_base_year",
        f"""SELECT * FROM ({_SIPRI_BASE_YEAR})
            WHERE differs AND (exception_id IS NULL OR abs(difference_pct) > largest + 0.005)""",
        "what a base year means; full precision, so to a millionth, but for those reviewed in core.check_exception",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "currency"),
    ),
    expired_exceptions(
        "exceptions_of_sipri_constant_equals_current_still_apply",
        f"""SELECT * FROM ({_SIPRI_BASE_YEAR}) WHERE exception_id IS NOT NULL AND NOT differs""",
        "an exception that no longer explains anything is removed",
    ),
    offending_rows(
        "sipri_share_of_nothing_has_money_of_nothing",
        """SELECT s.edition_id, s.indicator, s.entity, s.year, m.value AS expenditure_usd_m, s.locator FROM {batch} s
           LEFT JOIN {batch} m ON m.edition_id = s.edition_id AND m.entity = s.entity AND m.year = s.year AND m.year_basis = s.year_basis
            AND m.indicator = 'defence_expenditure' AND m.currency = 'USD' AND m.price_basis = 'current'
           WHERE s.source_id = 'sipri' AND s.indicator = 'defence_share_of_gdp' AND s.value = 0 AND m.value IS DISTINCT FROM 0""",
        "who spends nothing is printed with no money (Costa Rica): a share of zero beside money, or beside none, is a missing figure "
        "that was filled in",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "sipri_world_is_not_below_its_countries",
        f"""SELECT * FROM ({_SIPRI_WORLD}) WHERE not_omitted_m > 1.01 * world_m""",
        "the world total holds the countries but those that SIPRI says it omits, and estimates for those without a figure",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    offending_rows(
        "sipri_world_is_hardly_above_its_countries",
        f"""SELECT * FROM ({_SIPRI_WORLD}) WHERE countries >= 100 AND world_m > 1.1 * countries_m""",
        "where the countries are all there, estimates for the others add at most 3 % (releases of 2024 and 2025)",
        question="resemblance",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    offending_rows(
        "world_bank_military_share_is_sipris",
        """WITH before AS (
             SELECT w.edition_id, max_by(s.edition_id, s.published_on) AS sipri_edition
             FROM core_edition w JOIN core_edition s ON s.source_id = 'sipri' AND s.published_on <= w.published_on
             WHERE w.source_id = 'world_bank' GROUP BY ALL)
           SELECT w.edition_id, w.indicator, w.entity, w.year, w.value AS world_bank_pct, s.value AS sipri_pct, w.locator
           FROM {batch} w JOIN before ON before.edition_id = w.edition_id
           JOIN {batch} s ON s.edition_id = before.sipri_edition AND s.entity = w.entity AND s.year = w.year
            AND s.indicator = w.indicator
           WHERE w.derived_from = 'sipri' AND w.indicator = 'defence_share_of_gdp' AND abs(w.value - s.value) > 5e-5""",
        "the World Bank republishes SIPRI's share: a difference beyond rounding is a mix-up of editions or units",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "world_bank_military_share_is_sipris_but_for_few",
        """WITH beside AS (
             SELECT w.edition_id, w.entity, w.year, w.locator, min(abs(w.value - s.value)) AS difference_pp
             FROM {batch} w JOIN core_observation s ON s.entity = w.entity AND s.year = w.year AND s.indicator = w.indicator
             WHERE w.derived_from = 'sipri' AND w.indicator = 'defence_share_of_gdp' AND s.source_id = 'sipri'
               AND w.value IS NOT NULL AND s.value IS NOT NULL GROUP BY ALL)
           SELECT edition_id, count(*) AS figures, count(*) FILTER (WHERE difference_pp > 0.005) AS others,
                  max(difference_pp) FILTER (WHERE entity IN (SELECT iso3 FROM core_membership)) AS largest_of_members_pp,
                  arg_max(locator, difference_pp) AS locator
           FROM beside GROUP BY edition_id HAVING (figures >= 20 AND others > 0.4 * figures) OR largest_of_members_pp > 0.8""",
        "a release of SIPRI that is not held may move a tenth of the shares by 0.005 points, and one of core.membership by 0.74 (2024 to "
        "2025); a column of another year, a rounded or sorted one moves more",
        question="resemblance",
    ),
    offending_rows(
        "imf_years_after_publication_are_forecasts",
        """SELECT o.edition_id, o.entity, o.year, o.status, o.locator FROM {batch} o
           JOIN core_edition e ON e.edition_id = o.edition_id
           WHERE o.source_id = 'imf' AND o.availability = 'reported' AND o.year > year(e.published_on) AND o.status <> 'forecast'""",
        "a figure of a year that had not begun is a forecast",
    ),
    offending_rows(
        "outturns_are_not_of_the_future",
        """SELECT o.edition_id, o.indicator, o.entity, o.year, o.locator FROM {batch} o
           JOIN core_edition e ON e.edition_id = o.edition_id
           WHERE o.availability = 'reported' AND o.status = 'actual' AND o.year > year(e.published_on)""",
        "no source knows an outturn before the year has begun",
    ),
    offending_rows(
        "share_of_gdp_is_in_percent_and_not_a_fraction",
        """SELECT edition_id, median(value) AS median_pct, count(*) AS figures FROM {batch}
           WHERE indicator = 'defence_share_of_gdp' AND availability = 'reported' AND entity IN (SELECT iso3 FROM core_country)
           GROUP BY edition_id HAVING figures >= 10 AND median(value) NOT BETWEEN 0.3 AND 6""",
        "a fraction read as percent, or percent as a fraction, moves the median of every edition out of range (of a few countries "
        "the median says nothing: Kuwait and Nicaragua at war spent half of their GDP)",
        question="resemblance",
    ),
    *reviewed(
        "gdp_is_near_that_of_other_sources",
        _GDP,
        "of years that were over, GDP in current US$ lies within 9.5 % of the nearest other source's (Australia's of 2015, whose year "
        "ends in June, in the World Bank's); a statistical office that rebases GDP moves it by more",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year", "currency", "price_basis"),
    ),
    offending_rows(
        "gdp_is_not_far_from_that_of_other_sources",
        f"SELECT * FROM ({_GDP}) WHERE deviation > 0.4",
        "no country of core.membership rebased its GDP by 40 %: another country's, year's or unit's",
        question="resemblance",
        concerns=("indicator", "entity", "year", "currency", "price_basis"),
    ),
    offending_rows(
        "gdp_is_near_that_of_other_sources_but_for_few",
        f"""SELECT edition_id, year, count(*) AS figures, count(*) FILTER (WHERE deviation > tolerance) AS far, arg_max(locator, deviation) AS locator
            FROM ({_GDP}) GROUP BY edition_id, year HAVING figures >= 10 AND far > 0.2 * figures""",
        "countries rebase their GDP one by one: where a fifth of a year's figures lie far from all other sources, years or rows were exchanged",
        question="resemblance",
    ),
    *reviewed(
        "share_and_money_imply_the_gdp_of_other_sources",
        _SHARE_AND_MONEY,
        "spending over its share is GDP: within 5 % of the nearest other source's, and Eurostat's rounding; a share or money that "
        "was mistyped is looked at, as is a GDP that was revised",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "share_and_money_are_not_far_from_the_gdp_of_other_sources",
        f"SELECT * FROM ({_SHARE_AND_MONEY}) WHERE deviation > 0.15 + rounding",
        "spending over its share is GDP: no first estimate lay further than 7.4 % from the nearest other source's",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
)
