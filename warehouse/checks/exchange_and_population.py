"""What exchange rates, populations, years and statuses must look like, as SQL expectations over core.observation.

Belongs here: relations that show a figure in the wrong row, year, currency or price block although each cell alone is
possible. Does not belong here: sums and ratios of the accounts (identities), relations between sources (cross_source).
`{batch}` is core.observation; `core_check_exception` and `core_yearly_rate` stand beside it.
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.reviewed import reviewed, reviewed_in_all_editions
from warehouse.contracts.model import Expectation, offending_rows

# National currency for one US dollar, as an edition's Tables 1 and 2 imply it; `rounding` is what whole units may hide
# (half of one in each), as a fraction of the rate.
_RATES: Final = """
  SELECT n.edition_id, n.indicator, n.entity, n.year, n.price_basis, n.currency, n.value / u.value AS rate,
         0.5 / n.value + 0.5 / u.value AS rounding, n.locator
  FROM {batch} n JOIN {batch} u ON u.edition_id = n.edition_id AND u.entity = n.entity AND u.year = n.year
   AND u.indicator = n.indicator AND u.price_basis = n.price_basis
  WHERE n.source_id = 'nato' AND n.indicator = 'defence_expenditure' AND n.currency <> 'USD' AND u.currency = 'USD'
    AND n.value > 0 AND u.value > 0
"""
_EURO_RATES: Final = f"""
  SELECT *, median(rate) OVER (PARTITION BY edition_id, year) AS euro_rate, abs(rate / euro_rate - 1) AS deviation,
         0.0001 + 2 * rounding AS tolerance
  FROM ({_RATES}) WHERE price_basis = 'current' AND currency = 'EUR'
"""
_ECB: Final = f"""
  SELECT r.*, coalesce(n.units_per_eur, 1) / u.units_per_eur AS ecb_rate, abs(rate / ecb_rate - 1) AS deviation,
         0.01 + rounding AS tolerance
  FROM ({_RATES}) r
  JOIN core_edition e ON e.edition_id = r.edition_id
  JOIN core_yearly_rate u ON u.currency = 'USD' AND u.year = r.year
  LEFT JOIN core_yearly_rate n ON n.currency = r.currency AND n.year = r.year
  WHERE r.price_basis = 'current' AND r.year < year(e.published_on) AND (r.currency = 'EUR' OR n.currency IS NOT NULL)
"""
# A country's euros before it had the euro are its former currency at the irrevocable rate: the ECB's euro says nothing.
_SIPRI_RATES: Final = """
  SELECT n.edition_id, n.source_id, n.indicator, n.entity, n.year, n.currency, n.value / u.value AS rate, n.locator,
         coalesce(y.units_per_eur, 1) / d.units_per_eur AS ecb_rate, abs(rate / ecb_rate - 1) AS deviation, 0.05 AS tolerance
  FROM {batch} n JOIN {batch} u ON u.edition_id = n.edition_id AND u.entity = n.entity AND u.year = n.year
   AND u.indicator = n.indicator AND u.year_basis = n.year_basis AND u.currency = 'USD' AND u.price_basis = 'current'
  JOIN core_yearly_rate d ON d.currency = 'USD' AND d.year = n.year
  LEFT JOIN core_yearly_rate y ON y.currency = n.currency AND y.year = n.year
  LEFT JOIN core_national_currency e ON e.iso3 = n.entity AND e.currency = 'EUR'
  WHERE n.source_id = 'sipri' AND n.indicator = 'defence_expenditure' AND n.variant = 'national' AND n.year_basis = 'calendar'
    AND n.entity IN (SELECT iso3 FROM core_country) AND u.value > 0 AND n.value > 0
    AND ((n.currency = 'EUR' AND n.year >= coalesce(year(e.valid_from), 2002)) OR y.currency IS NOT NULL)
"""
_POPULATIONS: Final = """
  SELECT g.edition_id, g.indicator, g.entity, g.year, g.value / h.value AS population_m, g.locator,
         lag(population_m) OVER (PARTITION BY g.edition_id, g.entity ORDER BY g.year) AS population_before_m,
         abs(population_m / population_before_m - 1) AS deviation,
         0.05 AS tolerance
  FROM {batch} g JOIN {batch} h ON h.edition_id = g.edition_id AND h.entity = g.entity AND h.year = g.year
   AND h.indicator = 'gdp_per_capita'
  WHERE g.source_id = 'nato' AND g.indicator = 'gdp' AND g.price_basis = 'constant' AND g.entity IN (SELECT iso3 FROM core_country) AND h.value > 0
"""
_EUROSTAT_RATES: Final = """
  SELECT n.edition_id, n.entity, n.year, n.indicator, n.currency, n.value / e.value AS rate, 0.05 / abs(n.value) + 0.05 / abs(e.value) AS rounding, n.locator
  FROM {batch} n JOIN {batch} e ON e.edition_id = n.edition_id AND e.entity = n.entity AND e.year = n.year
   AND e.indicator = n.indicator AND e.currency = 'EUR'
  WHERE n.source_id = 'eurostat' AND n.currency <> 'EUR' AND n.value <> 0 AND e.value <> 0
"""

EXCHANGE_AND_POPULATION: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "nato_constant_prices_use_one_rate",
        f"""SELECT *, median(rate) OVER (PARTITION BY edition_id, entity) AS base_year_rate FROM ({_RATES})
            WHERE price_basis = 'constant' QUALIFY abs(rate / base_year_rate - 1) > 1e-9 + 2 * rounding""",
        "constant prices are converted at the base year's rate in every year: a swapped block, row or cell is not",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    *reviewed(
        "nato_euro_members_share_one_rate",
        _EURO_RATES,
        "spending printed in euros converts at one rate in a year; the kuna before the euro floated by 1.5 %",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    *reviewed(
        "nato_rate_is_the_ecbs",
        _ECB,
        "in years that were over, the implied rate is the ECB's yearly mean within 1 %: a shifted year or column is not",
        # NATO's own choice of a rate moves it as well (Türkiye 2018, 2021, 2023): a new edition is looked at, not refused.
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    offending_rows(
        "nato_rate_is_near_the_ecbs",
        f"SELECT * FROM ({_ECB}) WHERE deviation > 0.05 + rounding",
        "NATO's own choice of a rate lies within 2.5 % of the ECB's mean (the lira of 2018): money in another unit or row does not",
        question="resemblance",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    *reviewed(
        "nato_population_moves_slowly",
        _POPULATIONS,
        "GDP over GDP a head is the population, in million: it moves by less than 5 % a year",
        # A census moves it as well (North Macedonia 2021, Bulgaria 2022): a new edition is looked at, not refused.
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "nato_currency_is_the_countrys_own",
        """SELECT DISTINCT o.edition_id, o.indicator, o.entity, o.currency, n.currency AS own_currency FROM {batch} o
           JOIN core_edition e ON e.edition_id = o.edition_id
           JOIN core_national_currency n ON n.iso3 = o.entity AND n.valid_from <= e.published_on
            AND (n.valid_to IS NULL OR n.valid_to >= e.published_on)
           WHERE o.source_id = 'nato' AND o.currency <> 'USD' AND o.currency <> n.currency""",
        "an edition prints the whole history in the currency of the day on which it is published",
        question="resemblance",
        concerns=("indicator", "entity", "currency"),
    ),
    offending_rows(
        "nato_estimates_are_of_the_last_two_years",
        """SELECT o.edition_id, o.indicator, o.entity, o.year, o.status, o.locator FROM {batch} o
           JOIN core_edition e ON e.edition_id = o.edition_id
           WHERE o.source_id = 'nato' AND o.availability = 'reported'
             AND ((o.status <> 'estimate' AND o.year >= year(e.published_on) - 1)
                  OR (o.status = 'estimate' AND o.year < year(e.published_on) - CASE WHEN month(e.published_on) < 6 THEN 2 ELSE 1 END))""",
        "the notes of the five editions from 2023 to 2026 name the year of publication and the one before; a report of spring, before "
        "the yearly collection, may still estimate the two years before: a mark was lost or added",
        question="resemblance",
    ),
    *reviewed_in_all_editions(
        "sipri_rate_is_the_ecbs",
        _SIPRI_RATES,
        "national currency over US$ is the ECB's yearly mean within 5 %: of the rates that six releases imply, 3 in 10 000 are "
        "not (the baht of 2007, the pound of 2025), but for those reviewed in core.check_exception",
        question="resemblance",
        concerns=("indicator", "entity", "year", "currency"),
    ),
    offending_rows(
        "sipri_rates_are_mostly_the_ecbs",
        f"""SELECT edition_id, count(*) AS rates, count(*) FILTER (WHERE deviation > tolerance) AS others,
                   arg_max(locator, deviation) AS locator
            FROM ({_SIPRI_RATES}) GROUP BY edition_id HAVING rates >= 20 AND others > 0.05 * rates""",
        "a column, a year or a sheet out of place moves many rates; of six releases at most 2 in 1 000 are off by 5 %",
        question="resemblance",
    ),
    offending_rows(
        "money_contradicted_by_official_rates_is_looked_at",
        """SELECT edition_id, entity, currency, min(year) AS year_from, max(year) AS year_to, any_value(note) AS note,
                  min(locator) AS locator
           FROM {batch} WHERE list_contains(flags, 'currency_contradicted') GROUP BY edition_id, entity, currency""",
        "money at another rate than its code's is withheld (core.currency_proof says which): a person looks for the reason",
        severity="warn",
        question="resemblance",
        concerns=("entity", "currency"),
    ),
    offending_rows(
        "sipri_currencies_are_seldom_contradicted",
        """SELECT edition_id, count(DISTINCT entity) AS countries,
                  count(DISTINCT entity) FILTER (WHERE list_contains(flags, 'currency_contradicted')) AS contradicted,
                  min(locator) FILTER (WHERE list_contains(flags, 'currency_contradicted')) AS locator
           FROM {batch} WHERE source_id = 'sipri' AND indicator = 'defence_expenditure' AND variant = 'national'
           GROUP BY edition_id HAVING countries >= 20 AND contradicted > 0.1 * countries""",
        "money of a country that official rates contradict is withheld: two countries of 162 at most in six releases; where "
        "it is many, the sheet is on another scale",
        question="resemblance",
    ),
    offending_rows(
        "eurostat_money_keeps_one_rate",
        f"""SELECT *, max(rate) OVER series / min(rate) OVER series - 1 AS spread FROM ({_EUROSTAT_RATES})
            WINDOW series AS (PARTITION BY edition_id, entity, year) QUALIFY spread > 0.001 + 2 * max(rounding) OVER series""",
        "expenditure and investment of a country and year are converted at the same rate",
        question="arithmetic",
        concerns=("entity", "year", "currency"),
    ),
    offending_rows(
        "eurostat_rate_is_the_ecbs",
        f"""SELECT r.*, coalesce(y.units_per_eur, 1) AS ecb_rate FROM ({_EUROSTAT_RATES}) r
            JOIN core_edition e ON e.edition_id = r.edition_id
            JOIN core_national_currency n ON n.iso3 = r.entity AND n.valid_from <= e.published_on
             AND (n.valid_to IS NULL OR n.valid_to >= e.published_on)
            LEFT JOIN core_yearly_rate y ON y.currency = n.currency AND y.year = r.year
            WHERE (n.currency = 'EUR' OR y.currency IS NOT NULL) AND abs(r.rate / ecb_rate - 1) > 0.01 + r.rounding""",
        "national currency (that of the day of publication) over euros is the ECB's yearly mean within 1 %, and one in the euro area",
        question="resemblance",
        concerns=("indicator", "entity", "year", "currency"),
    ),
)
