"""From tables of the warehouse to the frames that paths and outlooks are computed from.

Belongs here: which figures, breaks, forecasts and past errors belong to which rule, edition and entity.
Does not belong here: formulas (transforms), the rows of the marts (warehouse.marts.outlook).

Nothing that was published after an edition enters its rows: forecasts, breaks, plans and errors are those known then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.outlook.gdp_error import gdp_bands
from transforms.outlook.growth import forecast_editions, growth_of_countries, growth_of_groups
from transforms.outlook.required_path import GROWTH_COLUMNS, due_year_of, ratio_of_constant_prices

Tables = Mapping[str, pl.DataFrame]

PLACE: Final = ["edition_id", "entity"]
# what a rule is measured on -> (series that its path starts from, measured_on of the marts)
_MEASURES: Final = {
    "defence_share_of_gdp": ("core", "core_share"),
    "total_share_of_gdp": ("core", "core_share_alone"),
    "equipment_share": ("equipment", "equipment_share"),
}
_INDICATORS: Final = {"core": "defence_share_of_gdp", "equipment": "equipment_share"}
# What a path on GDP needs in addition to the share: all null for a share of something else.
_MONEY: Final = (
    "recomputed_share_pct",
    "expenditure_national_currency_m",
    "expenditure_usd_current_m",
    "expenditure_usd_constant_m",
    "gdp_usd_current_m",
    "gdp_usd_constant_m",
)
_HORIZON: Final = 2060  # the last year that a due year may name (warehouse.contracts.columns.YEAR)


@dataclass(frozen=True, slots=True)
class Inputs:
    """`starts`, `growth`, `history` and `break_years` as transforms.outlook wants them, the last two also by `series`.

    `series` is `core` or `equipment`: the share that a rule is measured on. `panel`: the shares of all countries of the
    edition on the core definition (edition_id, entity, year, share_pct, status, gdp_usd_constant_m), whatever the rules
    ask of them: what the simulation pools. `members`: group_id, start_year, entity. `gdp_bands`: as gdp_error.py gives
    them.
    """

    starts: pl.DataFrame
    history: pl.DataFrame
    break_years: pl.DataFrame
    growth: pl.DataFrame
    panel: pl.DataFrame
    members: pl.DataFrame
    gdp_bands: pl.DataFrame


def inputs_of_nato(tables: Tables, rules: pl.DataFrame) -> Inputs:
    """Inputs for every edition of NATO, Ally and group under `rules` (rows as in core.guideline)."""
    countries, groups = _country_figures(tables), _group_figures(tables["mart.aggregate"])
    newest = pl.concat([_newest(countries), _newest(groups.filter(pl.col("is_start")).drop("is_start"))])
    spans = _break_spans(tables)
    starts = _under_rules(_as_members(newest, tables["core.membership"]), rules, tables)
    history = pl.concat([countries, _like_for_like(groups)], how="diagonal")
    growth = _growth(tables, countries, newest, starts)
    return Inputs(
        _with_break_flags(starts, spans),
        history,
        _break_years(spans),
        growth,
        _panel(countries),
        _members_in_start_years(newest, tables["core.membership"]),
        _gdp_bands(tables, growth, newest, countries),
    )


def _gdp_bands(tables: Tables, growth: pl.DataFrame, newest: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    core = pl.col("series") == "core"
    return gdp_bands(
        growth,
        newest.filter(core),
        history=countries.filter(core),
        gdp_breaks=_break_spans(tables).filter(pl.col("series") == "gdp").select(*PLACE, year="year_from"),
        forecast_errors=tables["mart.gdp_forecast_error"],
        editions=tables["core.edition"],
    )


def _panel(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.filter(pl.col("series") == "core").select(
        *PLACE, "year", "share_pct", "status", "gdp_usd_constant_m"
    )


def _country_figures(tables: Tables) -> pl.DataFrame:
    """Each share of each country-year of NATO's editions, with its money, in a row of its own."""
    allies = tables["core.membership"].filter(pl.col("group_id") == "NATO")["iso3"].unique()
    observed = tables["core.observation"].filter(
        pl.col("source_id") == "nato", pl.col("availability") == "reported", pl.col("entity").is_in(allies.implode())
    )
    indicator, constant = pl.col("indicator"), pl.col("price_basis") == "constant"
    usd, spending, gdp = pl.col("currency") == "USD", indicator == "defence_expenditure", indicator == "gdp"
    national = spending & ~constant & (~usd | (pl.col("entity") == "USA"))

    def first(name: str, condition: pl.Expr) -> pl.Expr:
        return pl.col(name).filter(condition).first()

    wide = (
        observed.group_by(*PLACE, "year")
        .agg(
            *(
                first(name, indicator == code).alias(f"{series}_{name}")
                for series, code in _INDICATORS.items()
                for name in ("value", "status", "flags")
            ),
            currency=first("currency", national),
            expenditure_national_currency_m=first("value", national),
            expenditure_usd_current_m=first("value", spending & usd & ~constant),
            expenditure_usd_constant_m=first("value", spending & usd & constant),
            gdp_usd_current_m=first("value", gdp & usd & ~constant),
            gdp_usd_constant_m=first("value", gdp & usd & constant),
            base_year=first("base_year", gdp & usd & constant),
        )
        .with_columns(
            recomputed_share_pct=ratio_of_constant_prices(
                pl.col("expenditure_usd_constant_m"), pl.col("gdp_usd_constant_m")
            ),
            membership_basis=pl.lit(None, pl.String),
        )
    )
    return pl.concat([_of_series(wide, series) for series in _INDICATORS]).drop_nulls("share_pct")


def _of_series(wide: pl.DataFrame, series: str) -> pl.DataFrame:
    nothing = {name: pl.lit(None, pl.Float64) for name in _MONEY if series != "core"}
    return wide.with_columns(**nothing).select(
        *PLACE,
        "year",
        pl.lit(series).alias("series"),
        *(
            pl.col(f"{series}_{old}").alias(new)
            for old, new in (("value", "share_pct"), ("status", "status"), ("flags", "flags"))
        ),
        *_MONEY,
        "currency",
        "base_year",
        "membership_basis",
    )


def _group_figures(aggregate: pl.DataFrame) -> pl.DataFrame:
    """Groups on all bases; `is_start` marks the printed aggregate, or the computed sum where the source prints none."""
    printed = aggregate.filter(pl.col("membership_basis") == "published").select("edition_id", "group_id", "year")
    rows = aggregate.join(printed.with_columns(printed=True), on=["edition_id", "group_id", "year"], how="left")
    is_start = pl.col("membership_basis") == pl.when("printed").then(pl.lit("published")).otherwise(
        pl.lit("members_at_date")
    )
    return rows.drop_nulls("share_of_gdp_pct").select(
        "edition_id",
        pl.col("group_id").alias("entity"),
        "year",
        pl.lit("core").alias("series"),
        pl.col("share_of_gdp_pct").alias("share_pct"),
        "status",
        pl.lit([], pl.List(pl.String)).alias("flags"),
        ratio_of_constant_prices(pl.col("expenditure_usd_constant_m"), pl.col("gdp_usd_constant_m")).alias(
            "recomputed_share_pct"
        ),
        pl.lit(None, pl.Float64).alias("expenditure_national_currency_m"),
        *_MONEY[2:],
        pl.lit(None, pl.String).alias("currency"),
        "base_year",
        "membership_basis",
        is_start.alias("is_start"),
    )


def with_group(tables: Tables, group_id: str, members: Sequence[str]) -> Tables:
    """The tables with one more group: its sums of the years in which every member has figures, and its membership."""
    figures = _country_figures(tables).filter(pl.col("series") == "core", pl.col("entity").is_in(list(members)))
    sums = ("expenditure_usd_current_m", "expenditure_usd_constant_m", "gdp_usd_current_m", "gdp_usd_constant_m")
    ordered = figures.drop_nulls(sums).sort("edition_id", "year", "entity")
    summed = ordered.group_by("edition_id", "year", maintain_order=True).agg(
        pl.col(*sums).sum(), pl.col("status").max(), pl.col("base_year").first(), n=pl.len()
    )  # in order of letters estimate is the weaker of actual and estimate
    whole = summed.filter(pl.col("n") == len(members)).with_columns(
        group_id=pl.lit(group_id),
        share_of_gdp_pct=ratio_of_constant_prices(pl.col("expenditure_usd_constant_m"), pl.col("gdp_usd_constant_m")),
    )
    rows = [whole.with_columns(membership_basis=pl.lit(basis)) for basis in ("members_at_date", "fixed_members")]
    belongs = pl.DataFrame({"iso3": list(members)}).select(
        "iso3", group_id=pl.lit(group_id), member_from=pl.lit(dt.date(1949, 4, 4))
    )
    return {
        **tables,
        "mart.aggregate": pl.concat([tables["mart.aggregate"], *rows], how="diagonal_relaxed"),
        "core.membership": pl.concat([tables["core.membership"], belongs], how="diagonal_relaxed"),
    }


def _like_for_like(groups: pl.DataFrame) -> pl.DataFrame:
    """A country that accedes is no step of the group."""
    return groups.filter(pl.col("membership_basis") == "fixed_members").drop("is_start")


def _newest(figures: pl.DataFrame) -> pl.DataFrame:
    last = pl.col("year") == pl.col("year").max().over(*PLACE, "series")
    return figures.filter(last).rename({"year": "start_year"})


def _as_members(newest: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    """Without countries that were no Allies in the year; groups pass."""
    allies = membership.filter(pl.col("group_id") == "NATO")
    is_country = pl.col("membership_basis").is_null()
    members = newest.filter(is_country).join(
        _members_in_start_years(newest, allies), on=["entity", "start_year"], how="semi"
    )
    return pl.concat([members, newest.filter(~is_country)])


def _members_in_start_years(starts: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    """group_id, entity, start_year: who belonged to which group in the years in which paths begin."""
    years = starts.select("start_year").unique()
    first, last = pl.col("member_from").dt.year(), pl.col("member_to").dt.year()
    in_year = (first <= pl.col("start_year")) & (last.is_null() | (last >= pl.col("start_year")))
    return membership.join(years, how="cross").filter(in_year).select("group_id", "start_year", entity="iso3").unique()


def _under_rules(newest: pl.DataFrame, rules: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    measured = pl.DataFrame(
        [(code, *names) for code, names in _MEASURES.items()], ["indicator", "series", "measured_on"], orient="row"
    )
    asked = rules.filter(pl.col("comparison") == "at_least").join(measured, on="indicator")
    published = tables["core.edition"].select("edition_id", "published_on", "completeness", "vintage_seq")
    rule = (pl.col(name) for name in ("due_at_once", "adopted_on", "due_year"))
    return (
        newest.join(asked, on="series")
        .join(published, on="edition_id")
        .join(_scopes(newest, tables["core.membership"]), on=["scope", "entity", "start_year"], how="semi")
        .select(
            "rule_id",
            *newest.columns,
            "measured_on",
            "threshold_pct",
            "published_on",
            "completeness",
            "vintage_seq",
            due_year=due_year_of(*rule, start_year=pl.col("start_year")),
            baseline_year=pl.col("adopted_on").dt.year().cast(pl.Int16),
            in_force=(pl.col("adopted_on") <= pl.col("published_on")).fill_null(value=True),
        )
        .sort("rule_id", "edition_id", "entity")
    )


def _scopes(newest: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    """Whom a scope binds in each start year: the group's members, every group of members only, a country itself.

    As in mart.compliance: a country is bound by its membership of the year.
    """
    members = _members_in_start_years(newest, membership)
    pairs = members.join(members.rename({"group_id": "scope"}), on=["entity", "start_year"])
    size = members.group_by("group_id", "start_year").len("size")
    counted = pairs.group_by("scope", "group_id", "start_year").len().join(size, on=["group_id", "start_year"])
    within = counted.filter(pl.col("len") == pl.col("size")).select("scope", "start_year", entity="group_id")
    alone = members.select("start_year", scope="entity", entity="entity").unique()
    of_group = members.select("start_year", "entity", scope="group_id")
    columns = ["scope", "start_year", "entity"]
    return pl.concat([frame.select(columns) for frame in (of_group, within, alone)]).unique()


def _break_spans(tables: Tables) -> pl.DataFrame:
    """Breaks of the register in the editions that show them, by the series that they concern (`gdp` too)."""
    editions = tables["core.edition"].select("edition_id", "source_id", "published_on")
    series = pl.DataFrame(
        [("core", "defence_share_of_gdp"), ("equipment", "equipment_share"), ("gdp", "gdp")],
        ["series", "of"],
        orient="row",
    )
    shown = pl.col("published_on") >= pl.col("edition_from").fill_null(dt.date.min)
    concerned = (pl.col("indicator") == pl.col("of")) | (pl.col("indicator").is_null() & (pl.col("series") != "gdp"))
    return (
        tables["core.break"]
        .join(editions, on="source_id")
        .join(series, how="cross")
        .filter(shown, concerned)
        .select(*PLACE, "series", "year_from", "year_to", "flag")
    )


def _break_years(spans: pl.DataFrame) -> pl.DataFrame:
    """A series is new from the first year of a break and, where the break ended, from the year after its last."""
    after = spans.drop_nulls("year_to").select(*PLACE, "series", year=pl.col("year_to") + 1)
    return pl.concat([spans.select(*PLACE, "series", year="year_from"), after]).unique().cast({"year": pl.Int16})


def _with_break_flags(starts: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    covers = (pl.col("start_year") >= pl.col("year_from")) & (
        pl.col("year_to").is_null() | (pl.col("start_year") <= pl.col("year_to"))
    )
    key = [*PLACE, "series"]
    found = starts.select(*key, "start_year").unique().join(spans, on=key).filter(covers)
    flags = found.group_by(key).agg(pl.col("flag").alias("break_flags"))
    united = pl.concat_list("flags", pl.col("break_flags").fill_null([])).list.unique().list.sort()
    return starts.join(flags, on=key, how="left").with_columns(flags=united).drop("break_flags")


def _growth(tables: Tables, countries: pl.DataFrame, newest: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    until = int(str(starts["due_year"].max() or 0))
    forecasts = tables["core.observation"].filter(
        pl.col("source_id") == "imf",
        pl.col("indicator").is_in(["gdp", "gdp_real_growth"]),
        pl.col("availability") == "reported",
    )
    core = countries.filter(pl.col("series") == "core")
    begins = newest.filter(pl.col("series") == "core", pl.col("membership_basis").is_null())
    spans = _break_spans(tables).filter(pl.col("series") == "gdp")
    growth = growth_of_countries(
        begins,
        forecasts,
        forecast_editions(tables["core.edition"], source_id="imf"),
        core,
        spans.select(*PLACE, year="year_from"),
        until=min(until, _HORIZON),
    )
    members = _members_in_start_years(begins, tables["core.membership"])
    weighed = begins.join(members, on=["entity", "start_year"])
    complete = weighed.join(
        newest.filter(pl.col("membership_basis").is_not_null()).select("edition_id", group_id="entity"),
        on=["edition_id", "group_id"],
        how="semi",
    )
    rows = pl.concat([growth, growth_of_groups(complete, growth).select(growth.columns)])
    return rows.select(*PLACE, "year", *GROWTH_COLUMNS)


def inputs_of_benchmark(tables: Tables, rules: pl.DataFrame) -> Inputs:
    """Inputs for the Indo-Pacific partners on SIPRI's definition: the newest figures, GDP as SIPRI's ratio implies it.

    Its real GDP is thus in consumer prices, as SIPRI deflates spending. Breaks and first-estimate errors are not held.
    The panel are partners and Allies on the same definition.
    """
    rows = tables["mart.benchmark"].filter(_in_panel(), pl.col("share_of_gdp_pct") > 0)
    gdp = {
        f"gdp_{basis}": 100 * pl.col(f"expenditure_{basis}") / pl.col("share_of_gdp_pct")
        for basis in ("usd_current_m", "usd_constant_m")
    }
    estimate = pl.col("flags").list.contains("source_estimate")
    figures = rows.select(
        *PLACE,
        "year",
        "group_id",
        pl.lit("core").alias("series"),
        pl.col("share_of_gdp_pct").alias("share_pct"),
        pl.when(estimate).then(pl.lit("estimate")).otherwise(pl.lit("actual")).alias("status"),
        "flags",
        pl.col("share_of_gdp_pct").alias("recomputed_share_pct"),
        pl.lit(None, pl.Float64).alias("expenditure_national_currency_m"),
        "expenditure_usd_current_m",
        "expenditure_usd_constant_m",
        pl.lit(None, pl.String).alias("currency"),
        "base_year",
        pl.lit(None, pl.String).alias("membership_basis"),
        **gdp,
    ).with_columns(pl.col("edition_id").sort_by("year").last().over("entity"))
    panel, figures = figures, figures.filter(pl.col("group_id") == "IP4")
    newest = _newest(figures)
    unrated = pl.lit(None, pl.Int16)  # no rule was adopted for them
    starts = _under_rules(newest, rules, tables).with_columns(baseline_year=unrated)
    no_breaks = pl.DataFrame(
        schema={"edition_id": pl.String, "entity": pl.String, "series": pl.String, "year": pl.Int16}
    )
    members = _members_in_start_years(newest, tables["core.membership"])
    growth = _growth(tables, figures, newest, starts)
    bands = _gdp_bands(tables, growth, newest, figures)
    return Inputs(starts, figures, no_breaks, growth, _panel(panel), members, bands)


def _in_panel() -> pl.Expr:
    """Partners and Allies, also in years before they were; group_id is null then."""
    return pl.col("group_id").is_in(["IP4", "NATO"]).any().over("entity")
