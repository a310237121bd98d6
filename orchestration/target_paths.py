"""The rows of mart.path and mart.outlook: inputs through the formulas, one frame each.

Belongs here: which formula meets which series, and the assumptions of each row in words. Does not belong here:
formulas (transforms), the choice of figures (orchestration.path_inputs), Dagster (orchestration.defs.paths).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from orchestration.path_inputs import Inputs, Tables
from transforms import paths
from transforms.release_calendar import age_of_input
from transforms.revision_evidence import PastErrors
from transforms.uncertainty import DRAWS, probability_met_after_revision, probability_reached_by
from warehouse.contracts.mart_path import OUTLOOK, OWN_RATING, PATH

SEED: Final = 2035
_SERIES: Final = ("core", "equipment")
_NOTHING_KNOWN: Final[tuple[float, ...]] = ()


def path_rows(inputs: Inputs) -> pl.DataFrame:
    """mart.path."""
    rows = paths.paths(inputs.starts, inputs.growth)
    labels = inputs.starts.select(
        *paths.KEY, "measured_on", "membership_basis", "series", no_gdp=pl.col("recomputed_share_pct").is_null()
    )
    equipment = pl.col("series") == "equipment"
    return (
        rows.join(labels, on=paths.KEY)
        .with_columns(_basis(name, equipment) for name in ("gdp_basis", "real_growth_basis"))
        .with_columns(
            pl.when(pl.col(basis).is_in(_UNUSED)).then(None).otherwise(pl.col(name)).alias(name)
            for basis, names in _ORIGINS.items()
            for name in names
        )
        .select(PATH.column_names)
        .sort(*paths.KEY, "year", "path_kind")
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


def outlook_rows(
    inputs: Inputs, path: pl.DataFrame, tables: Tables, *, seed: int = SEED, draws: int = DRAWS
) -> pl.DataFrame:
    """mart.outlook; `path` is what `path_rows` gave for the same inputs."""
    starts = inputs.starts
    years = pl.col("due_year") - pl.col("start_year")
    share, threshold = pl.col("share_pct"), pl.col("threshold_pct")
    parts = [_of_series(inputs, path, series) for series in _SERIES]
    rows = starts.with_columns(
        required_pp_per_year=paths.required_pp_per_year(share, threshold, years),
        excess_growth_pct_per_year=paths.excess_growth_pct_per_year(share, threshold, years),
    )
    rows = rows.join(pl.concat(parts), on=paths.KEY).join(_assumed_growth(path), on=paths.KEY, how="left")
    rows = rows.join(_probabilities(inputs, tables, seed=seed, draws=draws), on=paths.KEY)
    rows = _with_plan(rows, path, tables["core.national_plan"])
    excess, growth = pl.col("excess_growth_pct_per_year"), pl.col("assumed_real_growth_pct")
    rows = rows.with_columns(
        current_share_pct=share,
        draws=pl.lit(draws),
        seed=pl.lit(seed),
        required_real_growth_pct_per_year=100 * ((1 + excess / 100) * (1 + growth / 100) - 1),
    )
    calendar = {row["edition_id"]: row for row in tables["core.edition"].iter_rows(named=True)}
    wordings = pl.Series(
        "assumptions", [_assumptions(row, calendar) for row in rows.iter_rows(named=True)], dtype=pl.String
    )
    return rows.with_columns(wordings).select(OUTLOOK.column_names).sort(paths.KEY)


def _of_series(inputs: Inputs, path: pl.DataFrame, series: str) -> pl.DataFrame:
    """Arrival years and rating: each share has its own history and its own breaks."""
    starts, history, breaks = (
        frame.filter(pl.col("series") == series) for frame in (inputs.starts, inputs.history, inputs.break_years)
    )
    arrivals = paths.arrival_years(history, starts, breaks)
    ratings = paths.ratings(starts, history, path, breaks)
    rows = arrivals.join(ratings, on=paths.KEY).join(
        starts.select(*paths.KEY, "measured_on", "share_pct"), on=paths.KEY
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
    return ahead.group_by(paths.KEY).agg(
        assumed_real_growth_pct=pl.when(known).then(mean),
        gdp_bases=pl.col("gdp_basis").unique(maintain_order=True),
        gdp_editions=pl.col("gdp_edition_id").drop_nulls().unique(maintain_order=True),
        real_bases=pl.col("real_growth_basis").unique(maintain_order=True),
        real_editions=pl.col("real_growth_edition_id").drop_nulls().unique(maintain_order=True),
    )


def _probabilities(inputs: Inputs, tables: Tables, *, seed: int, draws: int) -> pl.DataFrame:
    past = PastErrors.of(tables["mart.first_estimate_error"], tables["core.edition"], tables["core.break"])
    is_group = pl.col("membership_basis").is_not_null()
    told = inputs.starts.with_columns(is_group=is_group).partition_by(
        "edition_id", "series", "status", "start_year", "is_group"
    )
    found = [_probabilities_of_batch(rows, inputs, past, seed=seed, draws=draws) for rows in told]
    return pl.concat(found)


def _probabilities_of_batch(
    rows: pl.DataFrame, inputs: Inputs, past: PastErrors, *, seed: int, draws: int
) -> pl.DataFrame:
    """Rows of one edition, series, status and year: they share the errors that are drawn from."""
    first = rows.row(0, named=True)
    errors, wording = _errors(first, past)
    of_series = pl.col("series") == first["series"]
    windows = paths.windows(inputs.history.filter(of_series), rows, inputs.break_years.filter(of_series)).drop_nulls(
        "step_pp"
    )
    steps = {
        str(entity): own.unique("year", maintain_order=True)["step_pp"].to_numpy()
        for (entity,), own in windows.group_by("entity")
    }
    shares, thresholds = rows["share_pct"].to_numpy(), rows["threshold_pct"].to_numpy()
    entities = rows["entity"].to_list()
    met = probability_met_after_revision(
        entities, shares_pct=shares, thresholds_pct=thresholds, errors_pp=errors, seed=seed, draws=draws
    )
    reached = probability_reached_by(
        entities,
        shares_pct=shares,
        thresholds_pct=thresholds,
        years_left=(rows["due_year"] - rows["start_year"]).cast(pl.Float64).to_numpy(),
        steps_by_entity=steps,
        errors_pp=errors,
        seed=seed,
        draws=draws,
    )
    told = pl.col("measured_on") != "core_share_alone"
    estimate = told & pl.lit(first["status"] == "estimate" and not first["is_group"])
    steps_n = pl.Series([len(steps.get(entity, ())) for entity in entities], dtype=pl.Int32)
    return rows.with_columns(pl.Series("met", met).fill_nan(None), pl.Series("reached", reached).fill_nan(None)).select(
        *paths.KEY,
        p_met_after_revision=pl.when(estimate).then("met"),
        p_reached_by_due=pl.when(told).then("reached"),
        errors_n=pl.lit(past.count(first["edition_id"], _horizon(first)) if _has_errors(first) else 0),
        steps_n=steps_n,
        evidence=pl.lit(wording),
    )


def _horizon(row: dict[str, object]) -> int:
    return int(str(row["published_on"])[:4]) - int(str(row["start_year"]))


def _has_errors(row: dict[str, object]) -> bool:
    return row["status"] == "estimate" and row["series"] == "core" and not row["is_group"]


def _errors(row: dict[str, object], past: PastErrors) -> tuple[tuple[float, ...], str]:
    """What to draw revisions from, and in words."""
    if row["is_group"]:
        return (0.0,), "no first-estimate errors of aggregates are held: yearly steps alone"
    if row["status"] == "actual":
        return (0.0,), "an outturn: no revision is drawn"
    if row["series"] == "equipment":
        return _NOTHING_KNOWN, "no first-estimate errors of equipment shares are held"
    return past.known(str(row["edition_id"]), _horizon(row))


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
        .unique(paths.KEY, keep="first", maintain_order=True)
        .select(*paths.KEY, "national_plan_id", "national_plan_year", "national_plan_share_pct")
    )
    linear = path.filter(pl.col("path_kind") == "linear").select(
        *paths.KEY, national_plan_year="year", on_the_path="required_share_pct"
    )
    planned = farthest.join(linear, on=[*paths.KEY, "national_plan_year"], how="left")
    less = pl.col("national_plan_share_pct") - pl.col("on_the_path")
    return rows.join(planned, on=paths.KEY, how="left").with_columns(national_plan_less_path_pp=less)


_REAL_WORDINGS: Final = {
    "own_mean": "the mean growth of the edition's own real GDP in the past, since no forecast of real growth is held",
    "forecast": "forecast of the IMF",
    "forecast_mean": "past its horizon the mean of its forecast years",
    "mixed": "members differ",
    "assumed": "as asked for",
}
_GDP_WORDINGS: Final = {
    "forecast": "forecast of nominal GDP in US$",
    "forecast_mean": "past its horizon the mean of its forecast years",
    "no_forecast_in_time": "none: no edition of the IMF was published by then",
    "not_forecast": "none: the IMF's edition does not forecast it",
    "no_gdp_in_edition": "none: the edition as held prints no GDP",
    "not_on_gdp": "none: the rule is not on GDP",
}


def _aged(used: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """The edition that a row rests on beside its own, as old as it was when the row's came out."""
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
        ("GDP in US$ grows by", row["gdp_bases"], row["gdp_editions"], _GDP_WORDINGS),
        ("real GDP grows by", row["real_bases"], row["real_editions"], _REAL_WORDINGS | _GDP_WORDINGS),
    ):
        if bases:
            origin = ", ".join(_aged(editions[each], row) for each in names) if isinstance(names, list) else ""
            how = ", ".join(wordings[basis] for basis in bases) if isinstance(bases, list) else ""
            said.append(f"{name} {how}{f' ({origin})' if origin else ''}")
    if row["assumed_real_growth_pct"] is not None:
        said.append(f"real growth of GDP {row['assumed_real_growth_pct']:.2f} % a year on average")
        said.append(f"national currency at prices of {row['start_year']}: no inflation is assumed")
    said.append("probabilities: yearly steps as in the past, independent of one another, GDP forecast errors not drawn")
    said.append(f"rating: {OWN_RATING}")
    return "; ".join(said)
