"""Which currency the money of an edition is in: the rates that it implies, held to official ones.

Belongs here: implied rates, what their ratio to an official rate says, and what follows for the money of a series.
Does not belong here: the rates (exchange_rates), the labels (registers), rates as bounds on single figures
(exchange_rates_are_the_official_ones in warehouse/checks).

A series is the money of one country in one edition under one currency label. Its implied rate in a year is national
currency over US$ of the same edition, indicator and year, at current prices. Where it is a multiple of the official
rate in most years, the money is in another unit than its code says: in a currency that the country had before or after
(SIPRI's leones of April 2024 are a thousand times the SLE's rate, hence SLL), or in none (its Belarusian roubles of
1995 to 2021 are ten times the BYN's).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from transforms.normalise.exchange_rates import EVIDENCE, currency_links, rates_of_the_registers
from transforms.registers.reader import countries

SERIES: Final = ("edition_id", "entity", "currency")

# How far an implied rate may lie from a multiple of the official one and still be it. Codes and scales differ by more:
# the nearest two are the Irish pound (0.79 of a euro) and par. Measured on six releases of SIPRI, 32 714 rates
# (docs/audit.md): 3.0 % lie farther from any multiple, nearly all in countries with several rates or in hyperinflation.
TOLERANCE: Final = 0.08
# A series says what it is in where at least half of its tested years do; where not even a quarter agrees with any one
# multiple, it is another row's or in another currency. Of 971 real series only Myanmar's lie between (several rates:
# 8 of 17 years), and none below.
_MOST: Final = 0.5
_FEW: Final = 0.25
# Fewer tested years than this prove a rate, but do not contradict a code.
_YEARS_TO_CONTRADICT: Final = 3
# Sources that print a currency as a word and restate whole histories at a redenomination. The codes of the others are
# held by checks that refuse (exchange_rates_are_the_official_ones in warehouse/checks).
_SETTLED: Final = ("sipri",)
_POWERS_OF_TEN: Final = range(-12, 13)

OFFICIAL: Final = "official"
REDENOMINATION: Final = "redenomination"
EURO_CONVERSION: Final = "euro_conversion"
POWER_OF_TEN: Final = "power_of_ten"
OTHER: Final = "other"
NOT_PROVEN: Final = "not_proven"
FINDINGS: Final = (OFFICIAL, REDENOMINATION, EURO_CONVERSION, POWER_OF_TEN, OTHER, NOT_PROVEN)

ACCEPTED: Final = "accepted"
RECODED: Final = "recoded"
WITHHELD: Final = "withheld"
CONSEQUENCES: Final = (ACCEPTED, RECODED, WITHHELD, NOT_PROVEN)


def implied_rates(observations: pl.DataFrame, published_on: dt.date) -> pl.DataFrame:
    """National currency for one US$ by series and year: SERIES, source_id, year, implied_rate, locator.

    From rows of core.observation that report the same current money in both currencies. Codes that name no currency
    (the World Bank's LCU, Eurostat's NAC) imply nothing. One rate a year: spending before GDP, calendar years before
    others. A year that was not over on the day of publication has no rate yet.
    """
    money = observations.filter(
        (pl.col("unit") == "million")
        & (pl.col("price_basis") == "current")
        & (pl.col("value") > 0)
        & (pl.col("year") < published_on.year)
        & pl.col("indicator").is_in(["defence_expenditure", "gdp"])
        & ~pl.col("currency").is_in(["LCU", "NAC", "INT"])
        & pl.col("entity").is_in(countries()["iso3"].implode())
    )
    same = ["edition_id", "source_id", "indicator", "entity", "year", "year_basis"]
    dollars = money.filter(pl.col("currency") == "USD").select(*same, dollars_m="value")
    national = money.filter(pl.col("currency") != "USD")
    return (
        national.join(dollars, on=same)
        .sort("indicator", "year_basis")
        .unique([*SERIES, "year"], keep="first", maintain_order=True)
        .select(*SERIES, "source_id", "year", "locator", implied_rate=pl.col("value") / pl.col("dollars_m"))
        .sort(*SERIES, "year")
    )


def held_to_official_rates(implied: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """The implied rates with official_rate, evidence, citation, ratio, finding, multiple and currency_found.

    `official_rate` is in the series' currency, of the first of EVIDENCE that holds one; null with finding `not_proven`
    where none does. `multiple` is what the rate is of the official one (1 where they agree, null for `other`);
    `currency_found` the code in which the money would be at the official rate.
    """
    official = _official(implied.select("entity", "currency", "year").unique(), rates)
    tested = implied.join(official, on=["entity", "currency", "year"], how="left").with_columns(
        ratio=pl.col("implied_rate") / pl.col("official_rate")
    )
    named = _nearest_multiples(tested)
    return (
        tested.join(named, on=[*SERIES, "year"], how="left")
        .with_columns(
            finding=pl.when(pl.col("ratio").is_null())
            .then(pl.lit(NOT_PROVEN))
            .otherwise(pl.col("finding").fill_null(OTHER))
        )
        .sort(*SERIES, "year")
    )


def verdicts(years: pl.DataFrame) -> pl.DataFrame:
    """What each series is in: SERIES, consequence, and the finding, multiple, currency_found and counts it is based on.

    `years` is what `held_to_official_rates` gives.
    """
    tested = years.filter(pl.col("finding") != NOT_PROVEN)
    counted = tested.group_by(*SERIES).agg(years_tested=pl.len())
    alike = (
        tested.filter(pl.col("multiple").is_not_null())
        .group_by(*SERIES, "finding", "multiple", "currency_found")
        .agg(years_alike=pl.len())
        .sort("years_alike", pl.col("finding") == OFFICIAL, descending=True)
        .unique(SERIES, keep="first", maintain_order=True)
    )
    series = years.select(*SERIES, "source_id").unique().join(counted, on=list(SERIES), how="left")
    return (
        series.join(alike, on=list(SERIES), how="left")
        .with_columns(pl.col("years_tested", "years_alike").fill_null(0))
        .with_columns(consequence=_consequence())
        .sort(SERIES)
    )


def _consequence() -> pl.Expr:
    alike = pl.col("years_alike") / pl.col("years_tested")
    enough = pl.col("years_tested") >= _YEARS_TO_CONTRADICT
    most = alike >= _MOST
    return (
        pl.when(pl.col("years_tested") == 0)
        .then(pl.lit(NOT_PROVEN))
        .when(most & (pl.col("finding") == OFFICIAL))
        .then(pl.lit(ACCEPTED))
        .when(most & enough & pl.col("currency_found").is_not_null())
        .then(pl.lit(RECODED))
        .when((most | (alike < _FEW)) & enough)
        .then(pl.lit(WITHHELD))
        .otherwise(pl.lit(NOT_PROVEN))
    )


def settled(years: pl.DataFrame) -> pl.DataFrame:
    """`years` with what follows for the money of each: consequence, and years_tested and years_alike of the series.

    A single year is withheld where the ECB's mean contradicts it within a series that is proven; other rates are not
    precise enough for that (countries with several rates). Of the sources that are not settled here, a contradicted
    series is `not_proven`.
    """
    found = verdicts(years).select(
        *SERIES, "consequence", "years_tested", "years_alike", said_multiple="multiple", read_as="currency_found"
    )
    joined = years.join(found, on=list(SERIES), maintain_order="left")
    alone = (
        (pl.col("consequence") == ACCEPTED)
        & (pl.col("evidence") == "ecb")
        & ~pl.col("finding").is_in([OFFICIAL, NOT_PROVEN])
    ).fill_null(value=False)
    concerned = pl.col("source_id").is_in(_SETTLED) | (pl.col("consequence") == ACCEPTED) & ~alone
    return joined.with_columns(
        alone=alone,
        consequence=pl.when(~concerned)
        .then(pl.lit(NOT_PROVEN))
        .when(alone)
        .then(pl.lit(WITHHELD))
        .otherwise(pl.col("consequence")),
    )


def with_proven_currencies(observations: pl.DataFrame, published_on: dt.date) -> pl.DataFrame:
    """An edition's rows with the money of each contradicted series under the code it is in, or withheld.

    By the rates of the registers alone, so that what an edition says does not depend on what else is held. The note of
    a row names what was found; a withheld one is missing and carries the flag `currency_contradicted`.
    """
    years = settled(held_to_official_rates(implied_rates(observations, published_on), rates_of_the_registers()))
    changed = years.filter(pl.col("consequence").is_in([RECODED, WITHHELD]))
    if changed.is_empty():
        return observations
    series = changed.filter(~pl.col("alone")).unique(SERIES, maintain_order=True)
    single = changed.filter(pl.col("alone"))
    marked = observations.join(
        series.select(*SERIES, "consequence", "read_as", said=_said_of_series()),
        on=list(SERIES),
        how="left",
        maintain_order="left",
    ).join(
        single.select(*SERIES, "year", "locator", said_alone=_said_of_year()),
        on=[*SERIES, "year", "locator"],
        how="left",
        maintain_order="left",
    )
    money = pl.col("value").is_not_null()
    recoded = (pl.col("consequence") == RECODED).fill_null(value=False)
    withheld = money & ((pl.col("consequence") == WITHHELD).fill_null(value=False) | pl.col("said_alone").is_not_null())
    flags = pl.col("flags").list.set_union(["currency_contradicted"]).list.sort()
    note = pl.concat_str("note", pl.coalesce("said", "said_alone"), separator="; ", ignore_nulls=True)
    return marked.with_columns(
        currency=pl.when(recoded).then("read_as").otherwise("currency"),
        value=pl.when(~withheld).then("value"),
        availability=pl.when(withheld).then(pl.lit("missing")).otherwise("availability"),
        flags=pl.when(withheld).then(flags).otherwise("flags"),
        note=pl.when(recoded | withheld).then(note).otherwise("note"),
    ).select(observations.columns)


def _said_of_series() -> pl.Expr:
    """What the note of a row says of its series."""
    times = pl.format(
        "{} times the official rate of the {} in {} of {} years tested",
        _printed("said_multiple"),
        "currency",
        "years_alike",
        "years_tested",
    )
    return (
        pl.when(pl.col("consequence") == RECODED)
        .then(pl.format("coded {}, read as {}: {}", "currency", "read_as", times))
        .when(pl.col("years_alike") >= _MOST * pl.col("years_tested"))
        .then(pl.format("withheld: {}", times))
        .otherwise(
            pl.format("withheld: at no official rate of the {} or of any other currency of the country", "currency")
        )
    )


def _said_of_year() -> pl.Expr:
    return pl.format(
        "withheld: {} times the official rate of the {} ({})",
        pl.col("ratio").round_sig_figs(4),
        "currency",
        "citation",
    )


def _printed(column: str) -> pl.Expr:
    """A multiple as people write it: 10, 0.001, 7.5345."""
    number = pl.col(column).round_sig_figs(7)
    whole = (number >= 1) & (number == number.round(0))
    return pl.when(whole).then(number.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(number.cast(pl.String))


def runs(years: pl.DataFrame) -> pl.DataFrame:
    """Years of each series in runs of one finding, multiple and consequence: rows of core.currency_proof.

    `years` is what `settled` gives. A run goes on over years without a figure. `ratio_…` and `multiple` are null where
    no official rate is held, `multiple` also for `other`.
    """
    rounded = years.sort(*SERIES, "year").with_columns(pl.col("multiple").round_sig_figs(7))
    alike = ("finding", "multiple", "consequence")
    changes = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in alike)
    numbered = rounded.with_columns(run=changes.cum_sum().over(SERIES))
    gathered = numbered.group_by(*SERIES, "run", maintain_order=True).agg(
        pl.col("source_id", *alike, "currency_found", "years_tested", "years_alike").first(),
        year_from=pl.col("year").min(),
        year_to=pl.col("year").max(),
        years=pl.len(),
        ratio_median=pl.col("ratio").median(),
        ratio_smallest=pl.col("ratio").min(),
        ratio_largest=pl.col("ratio").max(),
        evidence=pl.col("evidence").drop_nulls().unique().sort(),
    )
    named = gathered.join(countries().select(entity="iso3", country="name"), on="entity", how="left").with_columns(
        pl.col("country").fill_null(pl.col("entity"))
    )
    return named.with_columns(statement=_statement()).drop("run", "country").sort(*SERIES, "year_from")


def _statement() -> pl.Expr:
    """One sentence a run, for people: "Belarus: 10 times the official rate of the BYN in 1995 to 2021"."""
    one_year = pl.col("year_from") == pl.col("year_to")
    span = pl.when(one_year).then("year_from").otherwise(pl.format("{} to {}", "year_from", "year_to"))
    smallest, largest = pl.col("ratio_smallest").round_sig_figs(3), pl.col("ratio_largest").round_sig_figs(3)
    between = (
        pl.when(smallest == largest).then(smallest.cast(pl.String)).otherwise(pl.format("{} to {}", smallest, largest))
    )
    of_its_code = pl.format("official rate of the {} in {}", "currency", span)
    times = pl.format("{}: {} times the {}", "country", _printed("multiple"), of_its_code)
    return (
        pl.when(pl.col("finding") == OFFICIAL)
        .then(pl.format("{}: the {}", "country", of_its_code))
        .when(pl.col("finding") == NOT_PROVEN)
        .then(pl.format("{}: no {} is held", "country", of_its_code))
        .when(pl.col("finding") == OTHER)
        .then(pl.format("{}: {} times the {}", "country", between, of_its_code))
        .when(pl.col("finding") == POWER_OF_TEN)
        .then(times)
        .otherwise(pl.format("{}, the rate of the {}", times, "currency_found"))
    )


def _official(wanted: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """entity, currency, year, official_rate, evidence, citation: of the first of EVIDENCE that holds one."""
    links = currency_links()
    # A rate of a country is in the currency of the day on which it was stated; one that never changed it has no links.
    of_countries = rates.filter(pl.col("entity").is_not_null()).drop("currency")
    stated = (
        of_countries.sort("stated_on")
        .join_asof(
            links.select("entity", pl.col("introduced_on").fill_null(dt.date.min), stated_units="units").sort(
                "introduced_on"
            ),
            left_on="stated_on",
            right_on="introduced_on",
            by="entity",
            check_sortedness=False,
        )
        .with_columns(pl.col("stated_units").fill_null(1.0))
    )
    by_country = wanted.join(stated, on=["entity", "year"])
    # A rate of a currency holds for every country that uses it, from the year in which it was introduced there, and for
    # what that country had before and after.
    of_currencies = rates.filter(pl.col("entity").is_null()).drop("entity")
    linked = links.select("entity", "introduced_on", rated="currency", stated_units="units")
    unlinked = (
        wanted.select(
            "entity", pl.lit(None, pl.Date).alias("introduced_on"), rated="currency", stated_units=pl.lit(1.0)
        )
        .unique()
        .join(linked, on=["entity", "rated"], how="anti")
    )
    by_currency = (
        wanted.join(pl.concat([linked, unlinked]), on="entity")
        .filter((pl.col("introduced_on").dt.year() <= pl.col("year")).fill_null(value=True))
        .join(of_currencies, left_on=["rated", "year"], right_on=["currency", "year"])
    )
    columns = ["entity", "currency", "year", "units_per_usd", "stated_units", "evidence", "citation"]
    both = pl.concat([by_country.select(columns), by_currency.select(columns)])
    converted = both.join(links.drop("introduced_on"), on=["entity", "currency"], how="left").with_columns(
        official_rate=pl.col("units_per_usd") * pl.col("stated_units") / pl.col("units").fill_null(1.0)
    )
    return (
        converted.sort(pl.col("evidence").cast(pl.Enum(EVIDENCE)), pl.col("stated_units") != pl.col("units"))
        .unique(["entity", "currency", "year"], keep="first", maintain_order=True)
        .select("entity", "currency", "year", "official_rate", "evidence", "citation")
    )


def _nearest_multiples(tested: pl.DataFrame) -> pl.DataFrame:
    """SERIES, year, finding, multiple, currency_found of the ratios that a multiple explains; the simplest first."""
    ratios = tested.filter(pl.col("ratio").is_not_null()).select(*SERIES, "year", "ratio")
    powers = pl.DataFrame({"multiple": [10.0**power for power in _POWERS_OF_TEN if power]}).with_columns(
        finding=pl.lit(POWER_OF_TEN), currency_found=pl.lit(None, pl.String)
    )
    at_par = ratios.with_columns(multiple=1.0, finding=pl.lit(OFFICIAL), currency_found=pl.col("currency"))
    linked = ratios.join(_multiples_of_links(), on=["entity", "currency"])
    scaled = ratios.join(powers, how="cross")
    columns = [*SERIES, "year", "ratio", "multiple", "finding", "currency_found"]
    candidates = pl.concat([frame.select(columns) for frame in (at_par, linked, scaled)])
    # A redenomination of 1 000 is a power of ten as well: between equals the order of the candidates decides.
    off = (pl.col("ratio") / pl.col("multiple") - 1).abs().round(9)
    return (
        candidates.with_columns(off=off)
        .filter(pl.col("off") <= TOLERANCE)
        .sort("off", maintain_order=True)
        .unique([*SERIES, "year"], keep="first", maintain_order=True)
        .select(*SERIES, "year", "finding", "multiple", "currency_found")
    )


def _multiples_of_links() -> pl.DataFrame:
    """entity, currency, multiple, finding, currency_found: money in another currency that the country has had."""
    units = currency_links().drop("introduced_on")
    pairs = units.join(units, on="entity", suffix="_found").filter(pl.col("currency") != pl.col("currency_found"))
    euro = (pl.col("currency") == "EUR") | (pl.col("currency_found") == "EUR")
    return pairs.select(
        "entity",
        "currency",
        "currency_found",
        multiple=pl.col("units") / pl.col("units_found"),
        finding=pl.when(euro).then(pl.lit(EURO_CONVERSION)).otherwise(pl.lit(REDENOMINATION)),
    ).filter(pl.col("multiple") != 1)
