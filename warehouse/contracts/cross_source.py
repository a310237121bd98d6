"""Relations within and between the sources beside NATO, as SQL expectations over core.observation.

Belongs here: what SIPRI, the World Bank, the IMF and Eurostat must keep. Does not belong here: NATO's own accounting
(identities), what an edition keeps of the one before (edition_before). `{batch}` is core.observation.
"""

from __future__ import annotations

from typing import Final

from warehouse.contracts.model import Expectation, offending_rows

_SIPRI_WORLD: Final = """
  WITH country AS (
    SELECT edition_id, year, price_basis, sum(value) AS countries_m, count(value) AS countries FROM {batch}
    WHERE source_id = 'sipri' AND indicator = 'defence_expenditure' AND currency = 'USD' AND unit = 'million'
      AND year_basis = 'calendar' AND length(entity) = 3 GROUP BY ALL)
  SELECT country.*, w.value AS world_m FROM country
  JOIN {batch} w ON w.edition_id = country.edition_id AND w.year = country.year AND w.price_basis = country.price_basis
  WHERE w.entity = 'WORLD' AND w.indicator = 'defence_expenditure' AND w.source_id = 'sipri' AND w.value IS NOT NULL
"""

_SIPRI_BASE_YEAR: Final = """
  SELECT c.edition_id, c.entity, c.year, c.value AS constant_value, n.value AS current_value,
         abs(c.value - n.value) > 1e-6 * n.value AS differs, 100 * (c.value / n.value - 1) AS difference_pct, x.exception_id, x.largest, c.locator
  FROM {batch} c JOIN {batch} n ON n.edition_id = c.edition_id AND n.indicator = c.indicator AND n.entity = c.entity
   AND n.year = c.year AND n.currency = c.currency AND n.year_basis = c.year_basis
  LEFT JOIN core_check_exception x ON x.check_id = 'sipri_constant_equals_current_in_base_year' AND x.source_id = c.source_id
   AND x.entity = c.entity AND x.indicator = c.indicator AND c.year BETWEEN x.year_from AND x.year_to
  WHERE c.source_id = 'sipri' AND c.price_basis = 'constant' AND n.price_basis = 'current' AND c.year = c.base_year
    AND c.unit = 'million' AND length(c.entity) = 3
"""

CROSS_SOURCE: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "sipri_constant_equals_current_in_base_year",
        f"""SELECT * FROM ({_SIPRI_BASE_YEAR})
            WHERE differs AND (exception_id IS NULL OR abs(difference_pct) > largest + 0.005)""",
        "what a base year means; full precision, so to a millionth, but for those reviewed in core.check_exception",
    ),
    offending_rows(
        "exceptions_of_sipri_constant_equals_current_still_apply",
        f"""SELECT * FROM ({_SIPRI_BASE_YEAR}) WHERE exception_id IS NOT NULL AND NOT differs""",
        "an exception that no longer explains anything is removed",
    ),
    offending_rows(
        "sipri_world_is_not_below_its_countries",
        f"""SELECT * FROM ({_SIPRI_WORLD}) WHERE countries_m > 1.01 * world_m""",
        "the world total holds the countries, and SIPRI's estimates for those without a figure; 2003-2009 it lies up to "
        "0.4 % below their sum, because regional totals omit countries (release of 2024; 0.3 % in that of 2025)",
    ),
    offending_rows(
        "sipri_world_is_hardly_above_its_countries",
        f"""SELECT * FROM ({_SIPRI_WORLD}) WHERE countries >= 100 AND world_m > 1.1 * countries_m""",
        "where the countries are all there, estimates for the others add at most 3 % (releases of 2024 and 2025)",
    ),
    offending_rows(
        "world_bank_military_share_is_sipris",
        """WITH before AS (
             SELECT w.edition_id, max_by(s.edition_id, s.published_on) AS sipri_edition
             FROM core_edition w JOIN core_edition s ON s.source_id = 'sipri' AND s.published_on <= w.published_on
             WHERE w.source_id = 'world_bank' GROUP BY ALL)
           SELECT w.edition_id, w.entity, w.year, w.value AS world_bank_pct, s.value AS sipri_pct, w.locator
           FROM {batch} w JOIN before ON before.edition_id = w.edition_id
           JOIN {batch} s ON s.edition_id = before.sipri_edition AND s.entity = w.entity AND s.year = w.year
            AND s.indicator = w.indicator
           WHERE w.derived_from = 'sipri' AND w.indicator = 'defence_share_of_gdp' AND abs(w.value - s.value) > 5e-5""",
        "the World Bank republishes SIPRI's share: a difference beyond rounding is a mix-up of editions or units",
        severity="warn",
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
           WHERE indicator = 'defence_share_of_gdp' AND availability = 'reported' AND length(entity) = 3
           GROUP BY edition_id HAVING median(value) NOT BETWEEN 0.3 AND 6""",
        "a fraction read as percent, or percent as a fraction, moves the median of every edition out of range",
    ),
)
