"""A made sixth source, added to a copy of the packages by the recipe of docs/extending.md and by nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("transforms", "warehouse", "orchestration")

TERMS = {
    "source_id": "made",
    "name": "Made defence statistics",
    "publisher": "Nobody",
    "homepage": "https://made.example/defence",
    "licence": "CC BY 4.0",
    "redistribution": "public",
    "release_windows": "3",
    "release_pattern": "March",
    "public_bundle": "passed_on",
    "public_bundle_reason": "CC BY 4.0 with attribution",
    "citation": '"Nobody, Made defence statistics"',
}
LABELS = """source,label,entity,kind,valid_from,valid_to,note
made,Norge,NOR,country,,,
made,Sverige,SWE,country,,,
"""
PARSER = '''"""A made source: one CSV of shares of GDP in percent, with the day of publication in each row."""

import datetime as dt

import polars as pl

from transforms.parse.frame import RawFigure, raw_frame
from transforms.parse.identity import Identity
from transforms.parse.printed_number import figure_at
from transforms.payload import table


def parse_made(payload: bytes) -> pl.DataFrame:
    """Raw frame of a file; raises like `transforms.payload.table`."""
    _, rows = table(payload, expected="made figures")
    return raw_frame(
        RawFigure(
            indicator="defence_share_of_gdp", entity_label=row["land"], year=int(row["year"]),
            value=figure_at(place, row["share"], expected="a share"), availability="reported", unit="percent",
            currency=None, price_basis="current", base_year=None, year_basis="calendar", status="actual", flags=(),
            note=None, locator=place,
        )
        for place, row in rows
    )


def made_identity(payload: bytes) -> Identity:
    """The printed day."""
    _, rows = table(payload, expected="made figures")
    return Identity(definition="made", days=(dt.date.fromisoformat(rows[0].cells["published"]),))
'''
RECORD = '''"""A made source: where its file is, and when to ask."""

from collections.abc import Iterator

from orchestration.ingest.http import Client
from orchestration.ingest.landing_store import CSV
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import Arrival, Format, Source
from transforms.parse.made import made_identity, parse_made


def fetch(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """Nothing: this source is handed in."""
    yield from ()


TABLE = Format(
    name="made_csv", parse=lambda payload, _: parse_made(payload), media_types=(CSV,), identity=made_identity
)
SOURCE = Source(
    source_id="made", title="Made defence statistics", hosts=frozenset({"made.example"}), cron=("55 7 * * 1",),
    stale_after_days=10, fetch=fetch, formats=(TABLE,),
)
'''
# What a user does: hands the file in; it lands, and is rows of core.observation with their edition.
LANDED = """
import json, sys
from pathlib import Path
from orchestration.definitions import defs
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.parsing import edition_rows, layout_of, observations, prove_identity
from transforms.normalise.names import entity_names
from warehouse.contracts.core import OBSERVATION

store, payload = LandingStore(Path(sys.argv[1])), Path(sys.argv[2]).read_bytes()
store.deposit(payload, provenance_of("made", payload, Claims(name="made.csv"), url="https://made.example/made.csv"))
(waiting,) = store.incoming("made")
prove_identity(waiting.read(), waiting.provenance)
store.accept(waiting, layout_of(waiting.read(), waiting.provenance))
editions = edition_rows(landed.provenance for landed in store.landed())
rows = observations(store.landed(), editions)
graph = defs().resolve_asset_graph()
print(json.dumps({
    "editions": editions.select("edition_id", "definition", "licence", "next_due_on").cast(str).rows(),
    "rows": rows.select("edition_id", "entity", "year", "value", "unit", "definition", "locator").rows(),
    "columns": rows.columns == OBSERVATION.column_names,
    "vocabulary": "made" in next(c.values for c in OBSERVATION.columns if c.name == "source_id"),
    "asset": "landing/made" in {key.to_user_string() for key in graph.get_all_asset_keys()},
    "schedule": "poll_made_by_calendar" in {s.name for s in defs().schedules},
    "name": "Sverige" in set(entity_names()["name"]),
}))
"""
PAYLOAD = "land,year,share,published\nNorge,2025,3.35,2026-03-02\nSverige,2025,2.51,2026-03-02\n"


def added_by_the_recipe(folder: Path) -> set[str]:
    """The packages with the made source; the places that were touched, as the recipe writes them."""
    for package in PACKAGES:
        shutil.copytree(REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    register = folder / "transforms/registers/sources.csv"
    header, *_ = register.read_text().splitlines()
    files = {
        "transforms/registers/sources.csv": f"{register.read_text()}{','.join(TERMS[c] for c in header.split(','))}\n",
        "transforms/registers/labels/made.csv": LABELS,
        "transforms/parse/made.py": PARSER,
        "orchestration/ingest/sources/made.py": RECORD,
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    return {name.replace("made", "<source>") for name in files}


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    folder = tmp_path_factory.mktemp("sixth")
    return folder, added_by_the_recipe(folder)


def test_the_recipe_names_exactly_the_four_places_that_are_touched(added: tuple[Path, set[str]]) -> None:
    recipe = (REPOSITORY / "docs/extending.md").read_text().partition("## A source\n")[2]
    assert set(re.findall(r"^\d+\. `([^`]+)`:", recipe, re.MULTILINE)) == added[1]
    assert len(added[1]) == 4


def test_a_source_that_was_added_by_the_recipe_goes_from_landed_bytes_to_rows_of_observations(
    added: tuple[Path, set[str]], tmp_path: Path
) -> None:
    (tmp_path / "made.csv").write_text(PAYLOAD)
    (tmp_path / "landed.py").write_text(LANDED)
    ran = subprocess.run(  # noqa: S603 (our own interpreter and files)
        [sys.executable, "-W", "ignore", tmp_path / "landed.py", tmp_path / "data", tmp_path / "made.csv"],
        env={"PYTHONPATH": str(added[0]), "PATH": "", "DAGSTER_HOME": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "editions": [["made:2026-03-02", "made", "CC BY 4.0", "2027-03-31"]],
        "rows": [
            ["made:2026-03-02", "NOR", 2025, 3.35, "percent", "made", "row 2"],
            ["made:2026-03-02", "SWE", 2025, 2.51, "percent", "made", "row 3"],
        ],
        "columns": True,
        "vocabulary": True,
        "asset": True,
        "schedule": True,
        "name": True,
    }
