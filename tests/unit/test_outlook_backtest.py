"""The backtest on histories whose answer is known, and the committed tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from transforms.outlook.backtest import (
    CHOOSING,
    GRID,
    HORIZONS,
    MEAN_OF_ALLIES,
    MODEL,
    SCORING,
    History,
    calibration,
    crps,
    judged,
    pooled,
    summary,
)
from transforms.outlook.rivals import RIVALS
from transforms.outlook.simulation import Model
from transforms.registers.reader import outlook_model

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def walks() -> History:
    """Shares that neither drift nor share shocks: 12 countries, steps of 5 % in logs, forty years."""
    random = np.random.default_rng(7)
    shares = 2 * np.exp(np.cumsum(random.normal(0, 0.05, (12, 60)), axis=1))
    return History(tuple(f"A{n:02}" for n in range(12)), 1965, shares)


def test_the_score_of_two_draws_is_worked_by_hand() -> None:
    # draws 1 and 3 against 2: mean distance 1, half of the mean distance between two draws (0, 2, 2, 0) 0.5
    assert crps(np.array([[1.0, 3.0]]), np.array([2.0])) == pytest.approx([0.5])
    assert crps(np.array([[2.5, 2.5]]), np.array([2.0])) == pytest.approx([0.5])  # one point: the distance itself


def test_where_nothing_drifts_no_change_is_hard_to_beat_and_the_last_step_is_not(walks: History) -> None:
    methods = {**RIVALS, MODEL: pooled(Model.of_register(), ())}
    rows = judged(walks, range(1985, 2014, 2), methods, draws=400, seed=1)
    scores = {(row["method"], row["horizon"]): row for row in summary(rows).iter_rows(named=True)}
    for horizon in HORIZONS[1:]:
        best = scores["no_change", horizon]["crps_pp"]
        assert scores["last_step", horizon]["crps_pp"] > 1.2 * best
        assert scores[MODEL, horizon]["crps_pp"] < 1.2 * best
    assert scores["no_change", 1]["coverage_80"] == pytest.approx(0.8, abs=0.06)


def test_a_forecast_uses_nothing_after_its_origin(walks: History) -> None:
    later = walks.shares_pct.copy()
    later[:, 31:] *= 3  # from 1996 on
    other = History(walks.entities, walks.first_year, later)
    draw = pooled(Model.of_register(), ())
    assert (draw(walks.until(1995), 3, 50, 1) == draw(other.until(1995), 3, 50, 1)).all()
    assert (
        RIVALS["least_squares"](walks.until(1995), 3, 50, 1) == RIVALS["least_squares"](other.until(1995), 3, 50, 1)
    ).all()


def test_a_country_without_figures_at_the_origin_or_the_horizon_is_not_scored(walks: History) -> None:
    shares = walks.shares_pct.copy()
    shares[0, 1990 - 1965] = np.nan
    shares[1, 1993 - 1965] = np.nan
    history = History(walks.entities, walks.first_year, shares)
    rows = judged(history, [1990], {"no_change": RIVALS["no_change"]}, draws=50, seed=1)
    scored = {h: set(rows.filter(pl.col("horizon") == h)["entity"]) for h in (1, 3)}
    all_entities = {*walks.entities, MEAN_OF_ALLIES}
    assert scored == {1: all_entities - {"A00"}, 3: all_entities - {"A00", "A01"}}


def test_calibration_counts_what_came_true() -> None:
    made = pl.DataFrame(
        {"method": [MODEL] * 2, "entity": ["AAA", "BBB"], "outcome_pct": [2.1, 1.9]}
        | {f"p_at_{threshold}": [0.95, 0.05] for threshold in ("1.5", "2", "2.5", "3.5")}
    )
    curve = {row["from_probability"]: row for row in calibration(made).iter_rows(named=True)}
    assert (curve[0.9]["n"], curve[0.9]["came_true"]) == (4, 0.5)  # 2.1 is above 1.5 and 2, not above 2.5 and 3.5
    assert (curve[0.0]["n"], curve[0.0]["came_true"]) == (4, 0.25)  # 1.9 is above 1.5 alone


def table(name: str) -> pl.DataFrame:
    return pl.read_csv(DOCS / "outlook" / f"{name}.csv")


def test_the_model_is_the_one_that_the_backtest_chose() -> None:
    chosen = table("choices").filter("chosen").row(0, named=True)
    held = dict(outlook_model().select("parameter", "value").iter_rows())
    assert {name: chosen[name] for name in GRID} == {name: held[name] for name in GRID}


def test_parameters_were_chosen_on_other_origins_than_those_that_score_them() -> None:
    assert set(CHOOSING).isdisjoint(SCORING)


def test_held_out_the_model_beats_every_rival_at_every_horizon_and_covers_what_it_says() -> None:
    held_out = table("scores").filter(pl.col("origins").str.ends_with("held out"))
    for _, rows in held_out.group_by("horizon"):
        own = rows.filter(pl.col("method") == MODEL).row(0, named=True)
        assert own["crps_pp"] < rows.filter(pl.col("method") != MODEL)["crps_pp"].min()
        assert 0.75 <= own["coverage_80"] <= 0.85


@pytest.mark.parametrize("name", ["scores", "calibration", "choices", "editions"])
def test_the_documentation_shows_the_committed_table(name: str) -> None:
    documented = (DOCS / "outlook.md").read_text(encoding="utf-8")
    frame = table(name).head(20) if name == "choices" else table(name)
    lines = [f"| {' | '.join(map(str, row))} |" for row in frame.iter_rows()]
    assert [line for line in lines if line not in documented] == []
