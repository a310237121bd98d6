"""Bundled editions: made once from the sources' files by this command, shipped with the project, read by every run.

Belongs here: making them (`python -m orchestration.sources.bundle --help`) and reading them.
Does not belong here: what is known of an edition (transforms/reference/editions.csv), the parsers.

A bundled edition is a figures file (transforms.parse.figures) and a provenance sidecar. Sources' own files are never
shipped: their terms allow figures with credit, not copies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
import typer

from orchestration.landing import Provenance
from orchestration.parsing import FIGURES, NATO_WORKBOOK, edition_facts, parse
from orchestration.sources.transcriptions import read_transcription
from transforms.entities import resolve_entities
from transforms.observations import code_entities
from transforms.parse.figures import write_figures
from transforms.registers import editions, labels, national_currencies, sources

BUNDLED: Final = Path(__file__).parent / "bundled"

# Edition -> file under the payload directory that it is made from.
NATO_FILES: Final = {
    "nato:2023-07-07": "figures-2023-07-07.csv",
    "nato:2024-03-14": "figures-2024-03-14.csv",
    "nato:2024-06-17": "240617-def-exp-2024-TABLES-en.xlsx",
    "nato:2025-08-28": "figures-2025-08-28.csv",
    "nato:2026-07-10": "figures-2026-07-10.csv",
}

app = typer.Typer(help="Make the bundled editions from the sources' own files.", no_args_is_help=True)


def bundled_editions(source_id: str) -> Iterator[tuple[bytes, Provenance]]:
    """Bytes and provenance of every bundled edition of a source, by name."""
    for sidecar in sorted((BUNDLED / source_id).glob("*.json")):
        yield sidecar.with_suffix(".csv").read_bytes(), Provenance.from_json(sidecar.read_text())


def make_nato(edition_id: str, payload: bytes, file_name: str) -> tuple[bytes, Provenance]:
    """The figures file and sidecar of a NATO edition, from the workbook or from a transcription of it."""
    facts = editions().row(by_predicate=pl.col("edition_id") == edition_id, named=True)
    provenance = _provenance(facts, payload)
    if file_name.endswith(".xlsx"):
        workbook = replace(provenance, format=NATO_WORKBOOK)
        coded = code_entities(parse(payload, workbook), edition_facts(workbook))
    else:
        coded = _transcribed(payload, file_name, facts)
    figures = write_figures(coded.sort("indicator", "entity", "year", "currency", "price_basis", "locator"))
    return figures, replace(provenance, sha256=hashlib.sha256(figures).hexdigest(), bytes=len(figures))


def _transcribed(payload: bytes, file_name: str, facts: dict[str, Any]) -> pl.DataFrame:
    scheme = "nato_transcription" if payload.startswith(b"measure,geo") else "nato"
    names = labels(scheme)
    years = frozenset(int(year) for year in (facts["estimate_years"] or "").split(";") if year)
    raw = read_transcription(
        payload,
        file_name=file_name,
        base_year=facts["price_base_year"],
        estimate_years=years,
        currencies=_national_currencies(names, facts["published_on"]),
    )
    return resolve_entities(raw, names, source=scheme, published_on=facts["published_on"])


def _national_currencies(names: pl.DataFrame, published_on: dt.date) -> dict[str, str]:
    """Currency by label on the day of publication: an edition restates the whole history in it."""
    valid = national_currencies().filter(
        (pl.col("valid_from") <= published_on) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= published_on))
    )
    return dict(names.join(valid, left_on="entity", right_on="iso3").select("label", "currency").iter_rows())


def _provenance(facts: dict[str, Any], payload: bytes) -> Provenance:
    source = sources().row(by_predicate=pl.col("source_id") == facts["source_id"], named=True)
    return Provenance(
        source_id=facts["source_id"],
        edition_id=facts["edition_id"],
        title=facts["title"],
        published_on=facts["published_on"],
        cutoff_on=facts["cutoff_on"],
        retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        url=facts["url"],
        media_type="text/csv",
        format=FIGURES,
        definition=facts["definition"],
        year_basis=facts["year_basis"],
        price_base_year=facts["price_base_year"],
        completeness=facts["completeness"],
        origin="bundled",
        licence=source["licence"],
        citation=facts["citation"],
        note=facts["note"],
        source_sha256=hashlib.sha256(payload).hexdigest(),
        sha256="",
        bytes=0,
    )


def _write(figures: bytes, provenance: Provenance) -> Path:
    """Write both files; the time of retrieval stays that of the first making while the figures stay the same."""
    path = BUNDLED / provenance.source_id / f"{provenance.edition_id.partition(':')[2].replace(':', '_')}.csv"
    sidecar = path.with_suffix(".json")
    if sidecar.exists():
        earlier = Provenance.from_json(sidecar.read_text())
        if earlier.sha256 == provenance.sha256:
            provenance = replace(provenance, retrieved_at=earlier.retrieved_at)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(figures)
    sidecar.write_text(provenance.to_json())
    return path


@app.callback()
def main() -> None:
    """Make the bundled editions from the sources' own files."""


@app.command()
def nato(
    directory: Annotated[Path, typer.Argument(help="Folder that holds NATO's workbook and the transcriptions.")],
) -> None:
    """Make the five bundled editions of NATO: one from the workbook, four from transcribed figures."""
    for edition_id, file_name in NATO_FILES.items():
        payload = (directory / file_name).read_bytes()
        figures, provenance = make_nato(edition_id, payload, file_name)
        path = _write(figures, provenance)
        rows = figures.count(b"\n") - 1
        typer.echo(f"{edition_id}  {rows:6} figures  {path.name}")


if __name__ == "__main__":
    app()
