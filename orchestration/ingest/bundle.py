"""Bundled editions: made once from the sources' files by `burden bundle`, shipped with the project, read by every run.

Belongs here: making them (`write_edition`) and reading them.
Does not belong here: what is known of an edition (transforms/registers/editions.csv), the parsers.

A bundled edition is a figures file (transforms.parse.figures) and a provenance sidecar. Sources' own files are never
shipped: their terms allow figures with credit, or an excerpt, and not copies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from orchestration.ingest.bundled_editions import BUNDLED
from orchestration.ingest.landing_store import CSV, Provenance
from orchestration.ingest.parsing import edition_facts, parse
from orchestration.ingest.replies import archive
from orchestration.ingest.sources import eurostat, imf, nato, sipri, world_bank
from orchestration.ingest.sources.source import FIGURES, sidecar
from transforms.normalise.entities import resolve_entities
from transforms.normalise.observations import code_entities
from transforms.parse.figures import write_figures
from transforms.parse.transcription import read_transcription
from transforms.registers.reader import editions, labels, memberships, national_currencies

_TRANSCRIPTION: Final = "transcription"
_SORTED_BY: Final = ("indicator", "entity", "year", "currency", "price_basis", "year_basis", "locator")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file, below the payload folder, that a bundled edition is made from, and the format that reads it."""

    file: str
    format: str


ORIGINS: Final[dict[str, Origin]] = {
    "nato:2019-06-25": Origin("nato/figures-2019-06.csv", _TRANSCRIPTION),
    "nato:2023-07-07": Origin("nato/figures-2023-07-07.csv", _TRANSCRIPTION),
    "nato:2024-03-14": Origin("nato/figures-2024-03-14.csv", _TRANSCRIPTION),
    "nato:2024-06-17": Origin("nato/240617-def-exp-2024-TABLES-en.xlsx", nato.WORKBOOK.name),
    "nato:2025-08-28": Origin("nato/figures-2025-08-28.csv", _TRANSCRIPTION),
    "nato:2026-07-10": Origin("nato/figures-2026-07-10.csv", _TRANSCRIPTION),
    "sipri:1949-2020_0": Origin("sipri/SIPRI-Milex-data-1949-2020_0.xlsx", sipri.WORKBOOK.name),
    "sipri:1949-2021": Origin("sipri/SIPRI-Milex-data-1949-2021.xlsx", sipri.WORKBOOK.name),
    "sipri:1948-2023": Origin("sipri/SIPRI-Milex-data-1948-2023.xlsx", sipri.WORKBOOK.name),
    "sipri:1949-2024_2": Origin("sipri/SIPRI-Milex-data-1949-2024_2.xlsx", sipri.WORKBOOK.name),
    "sipri:1949-2025_v1.2": Origin("sipri/SIPRI-Milex-data-1949-2025_v1.2.resaved.xlsx", sipri.WORKBOOK.name),
    "world_bank:2024-10-24": Origin("world_bank/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_9865.csv", world_bank.BULK_CSV.name),
    "world_bank:2026-02-24": Origin("world_bank/API_MS.MIL.XPND.GD.ZS_DS2_en_csv_v2_211.zip", world_bank.BULK_CSV.name),
    "imf:2022-04": Origin("imf/WEOApr2022all.xlsx", imf.DATABASE.name),
    "imf:2024-10": Origin("imf/datamapper-NGDPD-2025-01-07.json", imf.DATAMAPPER.name),
    "eurostat:gov_ev:2026-04-27": Origin("eurostat/gov_ev-defence.json", eurostat.JSONSTAT.name),
}

# The excerpt of the sources that may not be passed on whole, and enough for every comparison with Allies.
EXCERPT_GROUPS: Final = ("NATO", "IP4", "BENCHMARK")
EXCERPT_FROM: Final = 2014
# NATO's tables and Eurostat's data set are small, and may be passed on with credit.
_WHOLE: Final = frozenset({"nato", "eurostat"})
# SIPRI's terms: non-commercial excerpts below 10 % of the data set. Three sheets, and the totals.
_SIPRI_SHEETS: Final = r"^(Current US(\$|D)|Constant \(\d{4}\) US(\$|D)|Share of GDP|Regional totals)!"
# Of the IMF's whole database what growth and its forecasts are made of.
_IMF_INDICATORS: Final = ("gdp", "gdp_real_growth")


def make_edition(edition_id: str, payload: bytes) -> tuple[bytes, Provenance]:
    """The figures file and sidecar of an edition, from the bytes of its origin."""
    facts = editions().row(by_predicate=pl.col("edition_id") == edition_id, named=True)
    origin = ORIGINS[edition_id]
    provenance = _provenance(facts, payload)
    if origin.format == _TRANSCRIPTION:
        coded = _transcribed(payload, Path(origin.file).name, facts)
    else:
        as_published = replace(provenance, format=origin.format)
        content = archive({"NGDPD.json": payload}) if origin.format == imf.DATAMAPPER.name else payload
        coded = code_entities(parse(content, as_published), edition_facts(as_published))
    figures = write_figures(_excerpt(coded, facts["source_id"]).sort(_SORTED_BY))
    return figures, replace(provenance, sha256=hashlib.sha256(figures).hexdigest(), bytes=len(figures))


def _excerpt(coded: pl.DataFrame, source_id: str) -> pl.DataFrame:
    """What the bundle holds of a source: what is small whole; of the others the countries that we compare."""
    if source_id in _WHOLE:
        return coded
    members = memberships().filter(pl.col("group_id").is_in(EXCERPT_GROUPS))["iso3"]
    published_totals = labels(source_id).filter(pl.col("kind").is_in(["aggregate", "institution"]))["entity"]
    totals = pl.col("entity").is_in(published_totals.implode()) if source_id == "sipri" else pl.col("entity") == "WORLD"
    countries = pl.col("entity").is_in(members.implode())
    excerpt = coded.filter((countries | totals) & (pl.col("year") >= EXCERPT_FROM))
    if source_id == "imf":
        return excerpt.filter(pl.col("indicator").is_in(_IMF_INDICATORS))
    return excerpt.filter(pl.col("locator").str.contains(_SIPRI_SHEETS)) if source_id == "sipri" else excerpt


def _transcribed(payload: bytes, file_name: str, facts: dict[str, Any]) -> pl.DataFrame:
    scheme = "nato" if payload.startswith(b"country_label") else "nato_transcription"
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
    source_id, _, edition = facts["edition_id"].partition(":")
    described = sidecar(
        source_id,
        edition,
        title=facts["title"],
        published_on=facts["published_on"],
        retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        url=facts["url"],
        media_type=CSV,
        format_=FIGURES,
        definition=facts["definition"],
        origin="bundled",
        citation=facts["citation"],
        note=facts["note"],
    )
    return replace(
        described,
        cutoff_on=facts["cutoff_on"],
        price_base_year=facts["price_base_year"],
        completeness=facts["completeness"],
        source_sha256=hashlib.sha256(payload).hexdigest(),
    )


def write_edition(figures: bytes, provenance: Provenance) -> Path:
    """Write both files; the time of retrieval stays that of the first making while the figures stay the same."""
    path = BUNDLED / provenance.source_id / f"{provenance.edition_id.partition(':')[2].replace(':', '_')}.csv"
    sidecar = path.with_suffix(".json")
    if sidecar.exists():
        earlier = Provenance.from_json(sidecar.read_text(encoding="utf-8"))
        if earlier.sha256 == provenance.sha256:
            provenance = replace(provenance, retrieved_at=earlier.retrieved_at)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(figures)
    sidecar.write_text(provenance.to_json(), encoding="utf-8")
    return path
