"""Damaged and hostile files, on the whole way in: read or refused, never another error, and never a figure of its own.

Each example takes a good file of a source's layout and puts one to four pieces of what breaks readers into it, in place
of what was there. The short form is part of `make test`; `make torture` tries BURDEN_TORTURE_EXAMPLES of each.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.parsing import figures, layout_of, prove_identity, read
from tests.factories import eurostat, imf, world_bank
from tests.factories.bundled import eurostat_gov_ev, nato_2024, world_bank_gdp
from tests.factories.sipri_workbook import payload_of, sipri_workbook
from transforms.errors import RefusedInputError
from transforms.inert_text import inert

pytestmark = pytest.mark.hostile

SEED: Final = int(os.environ.get("BURDEN_TORTURE_SEED", "2035"))
EXAMPLES: Final = int(os.environ.get("BURDEN_TORTURE_EXAMPLES", "0"))
NASTY: Final[Sequence[bytes]] = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # half of a surrogate pair, as UTF-8 must not have it
    "\N{RIGHT-TO-LEFT OVERRIDE}".encode(),
    b"\x1b[2J",
    b'"',
    b"'",
    b",",
    b"\t",
    b";",
    b"\r\n",
    b"{",
    b"[" * 200,
    b"]",
    b"<",
    b"&#0;",
    b"</c>",
    b'r="XFD1048576"',
    b'<row r="2000000000"/>',
    b'<mergeCell ref="A1:XFD1048576"/>',
    b"<v>1e999</v>",
    b"=cmd|'/c calc'!A1",
    b"../../../etc/passwd",
    b"<img src=x onerror=alert(1)>",
    b"nan",
    b"Infinity",
    b"1e999",
    b"-0",
    b"9" * 400,
    b"0x10",
    "١٢٣".encode(),
    b"1,5",
    b"true",
    b"null",
    b'"value"',
    b"2024",
    b"\\ud800",
)


def _of_other_payloads() -> dict[str, tuple[str, str, dt.date | None, bytes]]:
    weo = imf.sdmx_csv([imf.sdmx_row()])
    return {
        "eurostat JSON-stat": ("eurostat", "reply.json", None, eurostat_gov_ev(updated="2026-04-27T23:00:00+0200")),
        "eurostat CSV": ("eurostat", "reply.csv", None, eurostat.sdmx_csv([eurostat.csv_row()])),
        "world_bank CSV": ("world_bank", "data.csv", None, world_bank_gdp()),
        "imf SDMX-CSV": ("imf", "weo.csv", None, weo),
        "imf DataMapper": ("imf", "r.json", dt.date(2024, 10, 22), imf.datamapper({"USA": {"2020": 1.0, "2021": 2.0}})),
        "world_bank zip": ("world_bank", "data.zip", None, world_bank.bulk_zip(world_bank_gdp())),
    }


@cache
def good(layout: str) -> tuple[str, str, dt.date | None, bytes]:
    """Source, name, day and bytes of a good file."""
    if layout == "nato workbook":
        return "nato", "tables.xlsx", dt.date(2024, 6, 17), nato_2024()
    if layout == "sipri workbook":
        return "sipri", "milex.xlsx", dt.date(2025, 4, 28), payload_of(sipri_workbook())
    return _of_other_payloads()[layout]


TEXTS: Final = tuple(_of_other_payloads())
OF_MADE_UP_STATES: Final = "sipri workbook"  # read, but not normalised
WORKBOOKS: Final = ("nato workbook", OF_MADE_UP_STATES)
Edit = tuple[float, int, bytes]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0, 1, 3, 20, 400]), st.sampled_from(NASTY)), min_size=1, max_size=4
)


def edited(payload: bytes, edits: Sequence[Edit]) -> bytes:
    for place, cut, piece in edits:
        at = int(place * len(payload))
        payload = payload[:at] + piece + payload[at + cut :]
    return payload


def edited_workbook(payload: bytes, part: float, edits: Sequence[Edit]) -> bytes:
    """One XML part of the archive edited; the archive itself is whole."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(payload)) as source, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        names = [name for name in source.namelist() if name.startswith("xl/") and name.endswith(".xml")]
        chosen = names[int(part * (len(names) - 1))]
        for name in source.namelist():
            held = source.read(name)
            target.writestr(name, edited(held, edits) if name == chosen else held)
    return content.getvalue()


def way_in(layout: str, payload: bytes) -> str:
    """What becomes of a file that is handed in, up to its figures; an error that is no refusal is raised."""
    source, name, day, _ = good(layout)
    try:
        provenance = provenance_of(source, payload, Claims(name=name, published_on=day), url="https://example.org/file")
        layout_of(payload, provenance)
        prove_identity(payload, provenance)
        read(payload, provenance)
        if layout != OF_MADE_UP_STATES:
            figures(payload, provenance)
    except RefusedInputError as error:
        assert inert(str(error)) == str(error)  # noqa: PT017 (what it says is the point)
        return "refused"
    return "read"


def unhurried(examples: int) -> settings:
    return settings(
        max_examples=EXAMPLES or examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("layout", [*TEXTS, *WORKBOOKS])
def test_the_good_file_is_read(layout: str) -> None:
    assert way_in(layout, good(layout)[3]) == "read"


@pytest.mark.parametrize("layout", TEXTS)
def test_a_broken_file_is_read_or_refused(layout: str, counted: Counter[str]) -> None:
    @seed(SEED)
    @unhurried(30)
    @given(EDITS)
    def attempt(edits: Sequence[Edit]) -> None:
        counted[f"{layout} {way_in(layout, edited(good(layout)[3], edits))}"] += 1

    attempt()


@pytest.mark.parametrize("layout", WORKBOOKS)
def test_a_workbook_with_a_broken_part_is_read_or_refused(layout: str, counted: Counter[str]) -> None:
    @seed(SEED)
    @unhurried(6)
    @given(st.floats(0, 1), EDITS)
    def attempt(part: float, edits: Sequence[Edit]) -> None:
        counted[f"{layout} {way_in(layout, edited_workbook(good(layout)[3], part, edits))}"] += 1

    attempt()
