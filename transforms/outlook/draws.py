"""The draws of each edition: the figures, past errors and breaks that the simulation starts from.

Belongs here: one set of draws an edition, from which every rule's outlook and the fan are read. Does not belong here:
the model (transforms.outlook.simulation), what is read off the draws (transforms.outlook.arrival), the rows of the
marts (warehouse.marts.outlook).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from transforms.outlook.arrival import HORIZON
from transforms.outlook.inputs import Inputs, Tables
from transforms.outlook.revision import DRAWS, Floats, revised
from transforms.outlook.revision_evidence import PastErrors
from transforms.outlook.simulation import LEAST_COUNTRIES, LEAST_GROWTHS, Estimates, Model, Panel, estimate, simulate
from transforms.registers.reader import outlook_regimes

SEED: Final = 2035
_AT_A_TIME: Final = 2  # start years: each takes some ten megabytes
Place = tuple[str, str]  # edition_id, entity


@dataclass(frozen=True, slots=True)
class Fan:
    """Sorted draws of an entity's share in percent, years by draws from `start_year` on, and what they are based on.

    `sorted_pct` is None where none could be drawn: `evidence` says why. `errors_n` past errors of first estimates and
    `steps_n` own yearly changes are behind it.
    """

    start_year: int
    sorted_pct: Floats | None
    errors_n: int
    steps_n: int
    panel_n: int
    evidence: str


def fans(inputs: Inputs, tables: Tables, *, seed: int, draws: int = DRAWS) -> dict[Place, Fan]:
    """The fan of every country and group that a rule on a share of GDP asks for, by edition and entity.

    Two start years of editions are drawn at a time: numpy computes without Python's lock.
    """
    past = PastErrors.of(tables["mart.first_estimate_error"], tables["core.edition"], tables["core.break"])
    asked = inputs.starts.filter(pl.col("series") == "core").select(
        "edition_id", "entity", "start_year", "share_pct", "membership_basis"
    )

    def of_a_start(rows: pl.DataFrame) -> dict[Place, Fan]:
        edition_id, start_year = rows.select("edition_id", "start_year").row(0)
        drawn = _Drawn.of(inputs, past, edition_id, start_year, seed=seed, draws=draws)
        return {
            (edition_id, row["entity"]): drawn.of_country(row["entity"])
            if row["membership_basis"] is None
            else drawn.of_group(row, inputs.members)
            for row in rows.iter_rows(named=True)
        }

    starts = asked.unique().sort("entity").partition_by("edition_id", "start_year")
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return {place: fan for found in pool.map(of_a_start, starts) for place, fan in found.items()}


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The draws of all countries of one edition from one start year."""

    panel: Panel
    gdp: Mapping[str, float | None]
    estimates: Estimates | None
    draws: Floats
    errors: Mapping[str, tuple[int, str]]

    @classmethod
    def of(cls, inputs: Inputs, past: PastErrors, edition_id: str, start_year: int, *, seed: int, draws: int) -> _Drawn:
        here = inputs.panel.filter(pl.col("edition_id") == edition_id, pl.col("year") <= start_year)
        panel = _panel(here, inputs.break_years.filter(pl.col("edition_id") == edition_id), start_year)
        now = {row["entity"]: row for row in here.filter(pl.col("year") == start_year).iter_rows(named=True)}
        known = {entity: _errors(row["status"], edition_id, start_year, past) for entity, row in now.items()}
        starts = np.full((len(panel.entities), draws), np.nan)
        for row, entity in enumerate(panel.entities):
            if entity in now:
                errors = known[entity][0]
                starts[row] = revised(entity, now[entity]["share_pct"], errors, draws=draws, seed=seed)
        model = Model.of_register()
        estimates = estimate(panel, model, outlook_regimes()["year_from"].sort().to_list())
        simulated = (
            np.empty((0, *starts.shape))
            if estimates is None
            else simulate(panel, estimates, model, starts, years=HORIZON - start_year, seed=seed)
        )
        gdp = {entity: row["gdp_usd_constant_m"] for entity, row in now.items()}
        return cls(panel, gdp, estimates, simulated, {name: (len(e), words) for name, (e, words) in known.items()})

    def of_country(self, entity: str) -> Fan:
        row = self.panel.entities.index(entity)
        errors_n, errors = self.errors[entity]
        if self.estimates is None:
            return self._none(f"{_THIN}; {errors}")
        steps = int(self.estimates.growths_n[row])
        said = f"{errors}; {_steps(steps, self.estimates)}"
        return self._fan(self.draws[:, row], errors_n, steps, said)

    def of_group(self, start: Mapping[str, object], members: pl.DataFrame) -> Fan:
        """The members' draws, weighed by their GDP of the start year, at the level of the group's own share."""
        belongs = (pl.col("group_id") == start["entity"]) & (pl.col("start_year") == start["start_year"])
        names = [name for name in sorted(members.filter(belongs)["entity"]) if name in self.gdp]
        weights = [self.gdp[name] for name in names]
        if self.estimates is None:
            return self._none(_THIN)
        if not names or any(weight is None for weight in weights):
            return self._none("the edition prints no GDP to weigh the members by")
        rows = [self.panel.entities.index(name) for name in names]
        shares = np.array([float(w or 0.0) for w in weights])
        shares /= shares.sum()
        level = float(str(start["share_pct"])) / float(shares @ self.panel.shares_pct[rows, -1])
        summed = level * np.einsum("m,ymd->yd", shares, self.draws[:, rows])
        steps = int(self.estimates.growths_n[rows].sum())
        errors_n = max((self.errors[name][0] for name in names), default=0)
        said = f"the draws of {len(names)} members, weighed by their GDP of {start['start_year']}"
        return self._fan(summed, errors_n, steps, f"{said}; {_steps(steps, self.estimates)}")

    def _fan(self, drawn: Floats, errors_n: int, steps_n: int, said: str) -> Fan:
        n = 0 if self.estimates is None else self.estimates.countries_n
        return Fan(self.panel.start_year, np.sort(drawn, axis=1), errors_n, steps_n, n, said)

    def _none(self, said: str) -> Fan:
        return Fan(self.panel.start_year, None, 0, 0, 0, said)


_THIN: Final = (
    f"no simulation: the edition holds {LEAST_GROWTHS} yearly changes of fewer than {LEAST_COUNTRIES} countries"
)


def _panel(figures: pl.DataFrame, break_years: pl.DataFrame, start_year: int) -> Panel:
    wide = figures.pivot("year", index="entity", values="share_pct").sort("entity")
    first = int(str(figures["year"].min()))
    years = [str(year) for year in range(first, start_year + 1)]
    absent = [pl.lit(None, pl.Float64).alias(year) for year in years if year not in wide.columns]
    shares = wide.with_columns(absent).select(years).cast(pl.Float64).to_numpy()
    cut = break_years.filter(pl.col("series") == "core", pl.col("year") <= start_year)
    breaks = dict(cut.group_by("entity").agg(pl.col("year").max()).iter_rows())
    entities = tuple(wide["entity"])
    return Panel(
        entities, start_year, np.array(shares, dtype=np.float64), np.array([breaks.get(e, first) for e in entities])
    )


def _errors(status: str, edition_id: str, start_year: int, past: PastErrors) -> tuple[tuple[float, ...], str]:
    """What to draw a country's revision from, and in words."""
    if status == "actual":
        return (), "an outturn: no revision is drawn"
    return past.known(edition_id, past.published[edition_id].year - start_year)


def _steps(steps: int, estimates: Estimates) -> str:
    own = f"{steps} yearly changes of its own" if steps != 1 else "1 yearly change of its own"
    return f"{own}, pooled with a panel of {estimates.countries_n} countries; drift of {estimates.drift_from} and later"
