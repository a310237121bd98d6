"""`python -m tests.faults.successions`: every real edition held arrives in order, as the checks of now would judge it.

Belongs here: which real editions there are, and what each check says of each: tests/faults/successions.csv, and its
section of docs/audit.md. Does not belong here: corruptions (catalogue).

An edition is the source's own file where it is held whole, else its bundled figures. What is held or refused lands all
the same, so that the next is compared with it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

import polars as pl
import typer

from orchestration.ingest import acceptance, parsing
from orchestration.ingest.acceptance import ingest_waiting
from orchestration.ingest.bundle import ORIGINS
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.ingest.parsing import edition_rows, observations
from orchestration.ingest.sources.source import FIGURES
from tests.faults.model import PAYLOADS, REPOSITORY, Edition, as_published
from transforms.normalise.withholding import FIGURE
from transforms.parse.frame import Reading
from warehouse.checks.expectations import ExpectationResult, validate
from warehouse.contracts.core import DECISION, EDITION, OBSERVATION
from warehouse.settings import data_dir
from warehouse.table_store import TableStore

SUCCESSIONS: Final = Path(__file__).with_name("successions.csv")
PAGE: Final = REPOSITORY / "docs" / "audit.md"
_BEGIN, _END = "<!-- successions -->", "<!-- /successions -->"
LANDED: Final = "landed"


@dataclass(frozen=True, slots=True)
class Said:
    """What one check said of one real edition; of an edition that no check spoke of, a row without a check.

    `verdict` is of the edition: landed, held or refused. `withheld` counts the figures that the check withheld, `rows`
    those of its query that concern the edition.
    """

    edition_id: str
    whole_file: bool
    figures: int
    verdict: str
    check_id: str = ""
    question: str = ""
    severity: str = ""
    withheld: int = 0
    rows: int = 0


def main(*, page_only: bool = typer.Option(False, "--page", help="Only the section of docs/audit.md.")) -> None:  # noqa: FBT003
    """Let every real edition arrive; write tests/faults/successions.csv and the section of docs/audit.md."""
    if not page_only:
        with TemporaryDirectory() as folder:
            _write(said for said in _arrivals(Path(folder)))
    text = PAGE.read_text()
    PAGE.write_text(re.sub(f"{_BEGIN}.*{_END}", lambda _: section(read_successions()), text, flags=re.DOTALL))


def read_successions() -> list[Said]:
    """The committed table."""
    with SUCCESSIONS.open(newline="") as file:
        return [_said(row) for row in csv.DictReader(file)]


def section(rows: Iterable[Said]) -> str:
    """The section of docs/audit.md: one line an edition, and the rates over all of them."""
    by_edition: dict[str, list[Said]] = {}
    for row in rows:
        by_edition.setdefault(row.edition_id, []).append(row)
    lines = ["| edition | figures | verdict | figures withheld | by | warnings |", "|---|---:|---|---:|---|---|"]
    for edition_id, found in by_edition.items():
        strong = [row for row in found if row.severity == "error"]
        warned = [f"`{row.check_id}` {row.rows}" for row in found if row.severity == "warn"]
        by = [f"`{row.check_id}` {row.withheld or row.rows}" for row in strong]
        name = edition_id if found[0].whole_file else f"{edition_id} (as bundled)"
        withheld = sum(row.withheld for row in strong)
        counts = f"{found[0].figures:,} | {found[0].verdict} | {withheld or ''}"
        lines.append(f"| {name} | {counts} | {', '.join(by)} | {', '.join(warned)} |")
    figures = sum(found[0].figures for found in by_edition.values())
    withheld = sum(row.withheld for found in by_edition.values() for row in found)
    stopped = sum(found[0].verdict != LANDED for found in by_edition.values())
    summary = (
        f"Of {len(by_edition)} real editions {stopped} were held or refused; of their {figures:,} figures {withheld:,} "
        f"were withheld ({100 * withheld / figures:.3f} %)."
    )
    return "\n".join([_BEGIN, "", summary, "", *lines, "", _END])


def _arrivals(folder: Path) -> Iterator[Said]:
    tables = TableStore(data_dir())
    own = {EDITION.id, DECISION.id}
    reference = {
        name.replace(".", "_"): tables.read(name) for name in (*OBSERVATION.joins, OBSERVATION.id) if name not in own
    }
    store, readings = LandingStore(folder), dict[str, Reading]()
    read = parsing.read

    def once(payload: bytes, provenance: Provenance) -> Reading:
        if provenance.sha256 not in readings:
            readings[provenance.sha256] = read(payload, provenance)
        return readings[provenance.sha256]

    with patch.object(parsing, "read", once):
        for payload, provenance in sorted(_editions(), key=lambda edition: edition[1].published_on):
            typer.echo(provenance.edition_id)
            yield from _arrival(store, payload, provenance, reference)


def _editions() -> Iterator[Edition]:
    for source in dict.fromkeys(edition_id.partition(":")[0] for edition_id in ORIGINS):
        for payload, provenance in bundled_editions(source):
            file = PAYLOADS / ORIGINS[provenance.edition_id].file
            transcribed = file.name.startswith("figures-")
            yield (payload, provenance) if transcribed else as_published(provenance.edition_id)


def _arrival(
    store: LandingStore, payload: bytes, provenance: Provenance, reference: Mapping[str, pl.DataFrame]
) -> Iterator[Said]:
    results: list[ExpectationResult] = []

    def heard(*arguments: Any) -> list[ExpectationResult]:  # noqa: ANN401 (handed on)
        results[:] = validate(*arguments)
        return results

    waiting = store.deposit(payload, provenance)
    assert waiting is not None, "each edition arrives once"
    with patch.object(acceptance, "validate", heard):
        (outcome,) = ingest_waiting(store, [provenance.source_id], reference=dict(reference), run_id="successions")[
            provenance.source_id
        ]
    verdict = outcome.refusal.verdict if outcome.refusal else LANDED
    if outcome.refusal:
        store.accept(store.retry(waiting.provenance.sha256))
    figures = observations([_landed(store, waiting.provenance)], edition_rows([waiting.provenance]))
    reported = figures.filter(pl.col("availability") == "reported").height
    whole = provenance.format != FIGURES.name
    spoken = [result for result in results if not result.passed and result.expectation.subject == "figures"]
    edition = Said(provenance.edition_id, whole, reported, verdict)
    rows = [_of(edition, result, outcome.withheld) for result in spoken]
    yield from [row for row in rows if row.rows or row.withheld] or [edition]


def _landed(store: LandingStore, provenance: Provenance) -> Any:  # noqa: ANN401
    """The landed item of those bytes."""
    return next(item for item in store.landed() if item.provenance.sha256 == provenance.sha256)


def _of(edition: Said, result: ExpectationResult, withheld: pl.DataFrame) -> Said:
    offending, check = result.offending, result.expectation
    concerned = pl.col("edition_id") == edition.edition_id
    rows = 0 if offending.is_empty() else offending.filter(concerned).height
    own = withheld.filter(pl.col("check_id") == check.id).select(FIGURE).n_unique()
    return replace(
        edition, check_id=check.id, question=check.question, severity=check.severity, withheld=own, rows=rows
    )


def _write(rows: Iterable[Said]) -> None:
    with SUCCESSIONS.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Said)], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(asdict(row))
            file.flush()


def _said(row: Mapping[str, str]) -> Said:
    return Said(
        row["edition_id"],
        row["whole_file"] == "True",
        int(row["figures"]),
        row["verdict"],
        row["check_id"],
        row["question"],
        row["severity"],
        int(row["withheld"]),
        int(row["rows"]),
    )


if __name__ == "__main__":
    typer.run(main)
