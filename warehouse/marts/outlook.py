"""The rows of mart.path, mart.outlook and mart.outlook_share: inputs through the formulas, one frame each.

Belongs here: which formula meets which series, and the assumptions of each row in words. Does not belong here:
formulas (transforms), the choice of figures (transforms.outlook.inputs), the draws (transforms.outlook.draws),
Dagster (orchestration.defs.paths).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from transforms.normalise.release_calendar import age_of_input
from transforms.outlook import arrival, rating, required_path, scenario
from transforms.outlook.draws import SEED, Fan, Place, fans
from transforms.outlook.inputs import Inputs, Tables
from transforms.outlook.revision import DRAWS
from warehouse.contracts.mart_path import OUTLOOK, OUTLOOK_SHARE, OWN_RATING, PATH

_SERIES: Final = ("core", "equipment")
_UNTESTED: Final = "no simulation: the model is tested on shares of GDP, not on equipment shares"


def path_rows(inputs: Inputs) -> pl.DataFrame:
    """mart.path."""
    rows = required_path.with_gdp_band(required_path.paths(inputs.starts, inputs.growth), inputs.gdp_bands)
    labels = inputs.starts.select(
        *required_path.KEY, "measured_on", "membership_basis", "series", no_gdp=pl.col("recomputed_share_pct").is_null()
    )
    equipment = pl.col("series") == "equipment"
    return (
        rows.join(labels, on=required_path.KEY)
        .with_columns(_basis(name, equipment) for name in ("gdp_basis", "real_growth_basis"))
        .with_columns(
            pl.when(pl.col(basis).is_in(_UNUSED)).then(None).otherwise(pl.col(name)).alias(name)
            for basis, names in _ORIGINS.items()
            for name in names
        )
        .select(PATH.column_names)
        .sort(*required_path.KEY, "year", "path_kind")
    )


_UNUSED: Final = ("not_on_gdp", "no_gdp_in_edition")
_ORIGINS: Final = {
    "gdp_basis": ("gdp_edition_id", "usd_growth_pct"),
    "real_growth_basis": ("real_growth_edition_id", "real_growth_pct"),
}


def _basis(name: str, equipment: pl.Expr) -> pl.Expr:
    return (
        pl.when(equipment)
        .then(pl.lit("not_on_gdp"))
        .when(pl.col("no_gdp"))
        .then(pl.lit("no_gdp_in_edition"))
        .otherwise(pl.col(name))
        .alias(name)
    )


def outlook_share_rows(inputs: Inputs, tables: Tables, *, seed: int = SEED, draws: int = DRAWS) -> pl.DataFrame:
    """mart.outlook_share: the fan of each country and group of each edition, from its last figure to the horizon."""
    return fan_rows(fans(inputs, tables, seed=seed, draws=draws), seed=seed)


def fan_rows(drawn: Mapping[Place, Fan], *, seed: int) -> pl.DataFrame:
    """The quantiles of each fan, a row a year; nothing where none could be drawn."""
    rows = [
        (*place, fan.start_year + ahead, fan.start_year, *shares, fan.sorted_pct.shape[1], seed)
        for place, fan in drawn.items()
        if fan.sorted_pct is not None
        for ahead, shares in enumerate(arrival.quantiles(fan.sorted_pct).tolist())
    ]
    schema = OUTLOOK_SHARE.polars_schema
    return pl.DataFrame(rows, schema=schema, orient="row").sort(OUTLOOK_SHARE.grain)


def outlook_rows(
    inputs: Inputs, path: pl.DataFrame, tables: Tables, *, seed: int = SEED, draws: int = DRAWS
) -> pl.DataFrame:
    """mart.outlook; `path` is what `path_rows` gave for the same inputs."""
    return outlooks_of(inputs, path, tables, fans(inputs, tables, seed=seed, draws=draws), seed=seed, draws=draws)


def outlooks_of(
    inputs: Inputs, path: pl.DataFrame, tables: Tables, drawn: Mapping[Place, Fan], *, seed: int, draws: int
) -> pl.DataFrame:
    """mart.outlook of draws that are made already."""
    starts = inputs.starts
    years = pl.col("due_year") - pl.col("start_year")
    share, threshold = pl.col("share_pct"), pl.col("threshold_pct")
    parts = [_of_series(inputs, path, series) for series in _SERIES]
    rows = starts.with_columns(
        required_pp_per_year=required_path.required_pp_per_year(share, threshold, years),
        excess_growth_pct_per_year=required_path.excess_growth_pct_per_year(share, threshold, years),
    )
    rows = rows.join(pl.concat(parts), on=required_path.KEY)
    rows = rows.join(_assumed_growth(path), on=required_path.KEY, how="left")
    rows = rows.join(_read_off(starts, drawn), on=required_path.KEY)
    rows = _with_plan(rows, path, tables["core.national_plan"])
    excess, growth = pl.col("excess_growth_pct_per_year"), pl.col("assumed_real_growth_pct")
    rows = rows.with_columns(
        current_share_pct=share,
        draws=pl.lit(draws),
        seed=pl.lit(seed),
        horizon_year=pl.lit(arrival.HORIZON, pl.Int16),
        likelihood=arrival.likelihood_of(pl.col("p_reached_by_due")),
        required_real_growth_pct_per_year=required_path.required_real_growth_pct_per_year(excess, growth),
    )
    calendar = {row["edition_id"]: row for row in tables["core.edition"].iter_rows(named=True)}
    wordings = pl.Series(
        "assumptions", [_assumptions(row, calendar) for row in rows.iter_rows(named=True)], dtype=pl.String
    )
    return rows.with_columns(wordings).select(OUTLOOK.column_names).sort(required_path.KEY)


def _of_series(inputs: Inputs, path: pl.DataFrame, series: str) -> pl.DataFrame:
    """Scenarios and rating: each share has its own history and its own breaks."""
    starts, history, breaks = (
        frame.filter(pl.col("series") == series) for frame in (inputs.starts, inputs.history, inputs.break_years)
    )
    scenarios = scenario.scenario_years(history, starts, breaks)
    rated = rating.ratings(starts, history, path, breaks)
    rows = scenarios.join(rated, on=required_path.KEY).join(
        starts.select(*required_path.KEY, "measured_on", "share_pct"), on=required_path.KEY
    )
    open_total = (pl.col("measured_on") == "core_share_alone") & (pl.col("rating") != "arrived")
    why = pl.format("the related leg is in no table: core spending alone is {} %", pl.col("share_pct").round(2))
    return rows.with_columns(
        rating=pl.when(open_total).then(pl.lit("unrated")).otherwise("rating"),
        rating_arithmetic=pl.when(open_total).then(why).otherwise("rating_arithmetic"),
    ).drop("measured_on", "share_pct")


def _assumed_growth(path: pl.DataFrame) -> pl.DataFrame:
    """Mean growth of real GDP over the path's years, and where the path's GDP comes from."""
    ahead = path.filter(pl.col("path_kind") == "linear", pl.col("year") > pl.col("start_year")).sort("year")
    mean = 100 * ((1 + pl.col("real_growth_pct") / 100).log().mean().exp() - 1)
    known = pl.col("real_growth_pct").is_not_null().all()
    return ahead.group_by(required_path.KEY).agg(
        assumed_real_growth_pct=pl.when(known).then(mean),
        gdp_bases=pl.col("gdp_basis").unique(maintain_order=True),
        gdp_editions=pl.col("gdp_edition_id").drop_nulls().unique(maintain_order=True),
        real_bases=pl.col("real_growth_basis").unique(maintain_order=True),
        real_editions=pl.col("real_growth_edition_id").drop_nulls().unique(maintain_order=True),
    )


def _read_off(starts: pl.DataFrame, drawn: Mapping[Place, Fan]) -> pl.DataFrame:
    """The answers for each row's threshold and due year, from the draws of its edition and entity."""
    rows = [_answer(row, drawn) for row in starts.iter_rows(named=True)]
    return pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(required_path.KEY, pl.String),
            **dict.fromkeys(("p_met_after_revision", "p_reached_by_due"), pl.Float64),
            **{f"arrival_p{percent}": pl.Int16 for percent in arrival.ARRIVAL_PERCENTS},
            **dict.fromkeys(("errors_n", "steps_n", "panel_n"), pl.Int32),
            "evidence": pl.String,
        },
    )


def _answer(row: Mapping[str, object], drawn: Mapping[Place, Fan]) -> dict[str, object]:
    key = {name: row[name] for name in required_path.KEY}
    if row["series"] != "core":
        return key | {"errors_n": 0, "steps_n": 0, "panel_n": 0, "evidence": _UNTESTED}
    fan = drawn[str(row["edition_id"]), str(row["entity"])]
    rests_on = {name: getattr(fan, name) for name in ("errors_n", "steps_n", "panel_n", "evidence")}
    if fan.sorted_pct is None:
        return key | rests_on
    draws = fan.sorted_pct.shape[1]
    counts = arrival.at_or_above(fan.sorted_pct, float(str(row["threshold_pct"])))
    due = None if row["due_year"] is None else int(str(row["due_year"]))
    ahead = due is not None and fan.start_year <= due <= arrival.HORIZON
    years = {
        f"arrival_p{percent}": arrival.arrival_year(counts, draws, percent, start_year=fan.start_year, due_year=due)
        for percent in arrival.ARRIVAL_PERCENTS
    }
    revised = row["status"] == "estimate" and row["membership_basis"] is None and fan.errors_n > 0
    return (
        key
        | rests_on
        | years
        | {
            "p_met_after_revision": arrival.probability(int(counts[0]), draws) if revised else None,
            "p_reached_by_due": arrival.probability(int(counts[(due or 0) - fan.start_year]), draws) if ahead else None,
        }
    )


def _with_plan(rows: pl.DataFrame, path: pl.DataFrame, plans: pl.DataFrame) -> pl.DataFrame:
    """The plan, announced by the edition's day and not past, that reaches farthest."""
    named = plans.select(
        entity="iso3",
        national_plan_id="plan_id",
        national_plan_year="year",
        national_plan_share_pct="planned_share_pct",
        announced_on="announced_on",
    )
    ahead = (pl.col("national_plan_year") >= pl.col("start_year")) & (pl.col("announced_on") <= pl.col("published_on"))
    on_gdp = pl.col("measured_on") != "equipment_share"
    farthest = (
        rows.filter(on_gdp)
        .join(named, on="entity")
        .filter(ahead)
        .sort("national_plan_year", "announced_on", descending=True)
        .unique(required_path.KEY, keep="first", maintain_order=True)
        .select(*required_path.KEY, "national_plan_id", "national_plan_year", "national_plan_share_pct")
    )
    linear = path.filter(pl.col("path_kind") == "linear").select(
        *required_path.KEY, national_plan_year="year", on_the_path="required_share_pct"
    )
    planned = farthest.join(linear, on=[*required_path.KEY, "national_plan_year"], how="left")
    less = pl.col("national_plan_share_pct") - pl.col("on_the_path")
    return rows.join(planned, on=required_path.KEY, how="left").with_columns(national_plan_less_path_pp=less)


REAL_WORDINGS: Final = {
    "own_mean": "the mean growth of the edition's own real GDP in the past, since no forecast of real growth is held",
    "forecast": "forecast of the IMF",
    "forecast_mean": "past its horizon the mean of its forecast years",
    "mixed": "members differ",
    "assumed": "as asked for",
}
GDP_WORDINGS: Final = {
    "forecast": "forecast of nominal GDP in US$",
    "forecast_mean": "past its horizon the mean of its forecast years",
    "no_forecast_in_time": "none: no edition of the IMF was published by then",
    "not_forecast": "none: the IMF's edition does not forecast it",
    "no_gdp_in_edition": "none: the edition as held prints no GDP",
    "not_on_gdp": "none: the rule is not on GDP",
}


def _aged(used: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Another edition that a row uses, with its age when the row's own edition was published."""
    if used["edition_id"] == row["edition_id"]:
        return str(row["edition_id"])
    return age_of_input(
        used["edition_id"],
        published_on=used["published_on"],
        due_on=used["next_due_on"],
        used_on=row["published_on"],
    )


def _assumptions(row: dict[str, object], editions: Mapping[str, dict[str, Any]]) -> str:
    """Semicolons part the assumptions of a row; `editions` are the rows of core.edition by edition_id."""
    said = [f"levels of {row['start_year']} from {row['edition_id']}"]
    for name, bases, names, wordings in (
        ("GDP in US$ grows by", row["gdp_bases"], row["gdp_editions"], GDP_WORDINGS),
        ("real GDP grows by", row["real_bases"], row["real_editions"], REAL_WORDINGS | GDP_WORDINGS),
    ):
        if bases:
            origin = ", ".join(_aged(editions[each], row) for each in names) if isinstance(names, list) else ""
            how = ", ".join(wordings[basis] for basis in bases) if isinstance(bases, list) else ""
            said.append(f"{name} {how}{f' ({origin})' if origin else ''}")
    if row["assumed_real_growth_pct"] is not None:
        said.append(f"real growth of GDP {row['assumed_real_growth_pct']:.2f} % a year on average")
        said.append(f"national currency at prices of {row['start_year']}: no inflation is assumed")
    said.append(
        "outlook: simulated shares, which do not foresee decisions, laws or wars; costs are those of the GDP "
        "that is assumed, and mart.path has their 10th and 90th percentile"
    )
    said.append(f"rating: {OWN_RATING}")
    return "; ".join(said)
