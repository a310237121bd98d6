"""`python -m tests.torture.fuzz [TARGET]`: coverage-guided fuzzing (atheris) from a corpus of our own good files.

Each target runs in a process of its own for FUZZ_SECONDS; it ends at the first error that is no refusal, at an input
of more than a minute, and at 4 GB of memory, and leaves the input in FUZZ_FOLDER/TARGET. Without a target: all, and a
table.

atheris sees the branches of the modules that are imported under it: the parsers, the landing store, the reader of the
registers and the query guard.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Final

FOLDER: Final = Path(os.environ.get("FUZZ_FOLDER", Path(tempfile.gettempdir()) / "burden-fuzz"))
SECONDS: Final = int(os.environ.get("FUZZ_SECONDS", "60"))
SEED: Final = int(os.environ.get("BURDEN_TORTURE_SEED", "2035"))
_REGISTER: Final = "breaks"
_SLOWEST_S: Final = 60
_MEMORY_MB: Final = 4096
_INSTRUMENTED: Final = ("transforms", "orchestration.ingest", "warehouse.reading.query", "warehouse.files")
FILES: Final = {
    "eurostat JSON-stat": 1.0,
    "eurostat CSV": 1.0,
    "world_bank CSV": 1.0,
    "world_bank zip": 1.0,
    "imf SDMX-CSV": 1.0,
    "imf DataMapper": 1.0,
    "nato workbook": 1.0,
    "sipri workbook": 1.0,
}
OTHERS: Final = ("sheet", "sidecar", "figures", "register", "query")
# What a target imports only when it is asked would not be instrumented.
_IMPORTED: Final = (
    "orchestration.ingest.landing_store",
    "orchestration.ingest.parsing",
    "transforms.parse.book",
    "transforms.parse.figures",
    "transforms.registers.reader",
    "warehouse.reading.query",
    "warehouse.reading.rendering",
)
TARGETS: Final = (*FILES, *OTHERS)
Target = tuple[Callable[[bytes], object], list[bytes]]


def target(name: str) -> Target:
    """What is done with an input, and good ones to begin with."""
    from tests.torture import test_hostile_payloads as hostile  # noqa: PLC0415 (instrumented while it is imported)

    if name in FILES:
        return lambda payload: hostile.way_in(name, payload), [hostile.good(name)[3]]
    if name == "sheet":
        return _sheet, _good_sheets()
    if name == "sidecar":
        return _sidecar, [hostile_sidecar()]
    if name == "figures":
        return _figures, [_bundled_figures()]
    if name == "register":
        return _register, [files("transforms").joinpath("registers", f"{_REGISTER}.csv").read_bytes()[:3000]]
    return _query, [
        b"SELECT entity, value FROM compliance_latest LIMIT 3",
        b"SELECT {'a': [1, NULL]}, 'x'::BLOB, INTERVAL 1 DAY, DATE '2026-01-01', 1::HUGEINT",
        b"COPY (SELECT 1) TO 'x.csv'",
        b"FROM read_csv('/etc/passwd')",
    ]


def hostile_sidecar() -> bytes:
    """A good sidecar."""
    from tests.factories.bundled import MADE_EDITION  # noqa: PLC0415 (likewise)

    return MADE_EDITION.to_json().encode()


# What the XML of a sheet is made of, and what it should not hold.
_PIECES: Final[tuple[bytes, ...]] = (
    *(b'<row r="%d">' % row for row in (1, 2, 3)),
    *(b"</row>", b'<row r="4"/>', b"<row>", b"</row>"),
    *(b'<c r="%s%d"' % (column, row) for column in (b"A", b"B", b"D") for row in (1, 2)),
    *(
        b"<c",
        b' s="1"',
        b' s="2"',
        b' s="9"',
        b' t="s"',
        b' t="b"',
        b' t="str"',
        b' t="inlineStr"',
        b' t="n"',
        b' t="d"',
    ),
    *(b">", b">", b"/>", b"<v>1</v></c>", b"<v>1</v></c>", b"<v>2.5E1</v></c>", b"<v/></c>", b"<v></v></c>", b"</c>"),
    *(
        b"<v>",
        b"</v>",
        b"0",
        b"7",
        b"-1",
        b"x",
        b" ",
        b"\r",
        b"\n",
        b"&amp;",
        b"&#65;",
        b"]]>",
        b"\xc3\xa9",
        b"\xef\xbf\xbf",
    ),
    *(b"<is><t>", b"</t></is></c>", b"<f>A1</f>", b"<f/>", b"<!--", b"-->", b"<![CDATA[", b"<?x", b"?>", b' xmlns="x"'),
    *(b"</sheetData>", b"<sheetData>", b'<mergeCell ref="A1:B2"/>', b'<hyperlink ref="B1" location="A1"/>'),
)


def _sheet(chosen: bytes) -> None:
    """A sheet of pieces, a byte each, whole in its archive: the same book as openpyxl's, or a refusal.

    Mutated as bytes, an archive seldom gets past its checksums; this is what lies behind them.
    """
    from tests.factories.sheet_xml import MAIN, seen, workbook_of  # noqa: PLC0415 (likewise)
    from transforms.errors import PayloadError  # noqa: PLC0415 (likewise)
    from transforms.parse import book  # noqa: PLC0415 (likewise)

    rows = b"".join(_PIECES[byte % len(_PIECES)] for byte in chosen)
    payload = workbook_of(b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), rows))
    try:
        read = book.read_book(payload)
    except PayloadError:
        return
    assert seen(read) == seen(book._by_openpyxl(payload))


def _good_sheets() -> list[bytes]:
    rows = (
        (
            b'<row r="1">',
            b'<c r="A1"',
            b">",
            b"<v>1</v></c>",
            b'<c r="B1"',
            b' s="1"',
            b">",
            b"<v>2.5E1</v></c>",
            b"</row>",
        ),
        (
            b'<row r="2">',
            b'<c r="A2"',
            b' t="s"',
            b">",
            b"<v>1</v></c>",
            b'<c r="D2"',
            b"/>",
            b"</row>",
            b'<row r="4"/>',
        ),
        (
            b'<row r="1">',
            b'<c r="A1"',
            b' t="inlineStr"',
            b">",
            b"<is><t>",
            b"x",
            b"&amp;",
            b"</t></is></c>",
            b"</row>",
        ),
        (b'<row r="2">', b'<c r="B2"', b' t="str"', b">", b"<f>A1</f>", b"<v>", b"x", b"</v>", b"</c>", b"</row>"),
    )
    return [bytes(map(_PIECES.index, row)) for row in rows]


def _sidecar(payload: bytes) -> None:
    """A landing store with that sidecar is read: whatever it says, the store is not stopped."""
    from orchestration.ingest.landing_store import LandingStore  # noqa: PLC0415 (likewise)

    with tempfile.TemporaryDirectory() as folder:
        landed = Path(folder, "landing", "nato", "2024-06-30")
        landed.mkdir(parents=True)
        (landed / "abc.xlsx").write_bytes(b"bytes")
        (landed / "abc.xlsx.provenance.json").write_bytes(payload)
        store = LandingStore(Path(folder))
        assert len(store.standing()) + len(store.damaged()) <= 2
        store.clear_interrupted()


def _figures(payload: bytes) -> None:
    """The format of the bundled figures."""
    from transforms.errors import RefusedInputError  # noqa: PLC0415 (likewise)
    from transforms.parse.figures import parse_figures  # noqa: PLC0415 (likewise)

    try:
        parse_figures(payload)
    except RefusedInputError:
        return


def _register(payload: bytes) -> None:
    """A register, as whoever extends the project writes one."""
    from transforms.registers.reader import RegisterError, read_register  # noqa: PLC0415 (likewise)

    try:
        read_register(_REGISTER, payload)
    except RegisterError:
        return


def _bundled_figures() -> bytes:
    from orchestration.ingest.bundled_editions import bundled_editions  # noqa: PLC0415 (likewise)

    payload, _ = next(iter(bundled_editions("eurostat")))
    return b"\n".join(payload.splitlines()[:20]) + b"\n"


def _query(payload: bytes) -> None:
    """SQL against a served warehouse: an answer in every format, a refusal, or an error of DuckDB."""
    import io  # noqa: PLC0415 (likewise)

    import duckdb  # noqa: PLC0415 (likewise)
    from rich.console import Console  # noqa: PLC0415 (likewise)

    from warehouse.errors import StoppedError, UsageError  # noqa: PLC0415 (likewise)
    from warehouse.reading.query import run_query  # noqa: PLC0415 (likewise)
    from warehouse.reading.rendering import Format, print_rows  # noqa: PLC0415 (likewise)

    try:
        answer = run_query(payload.decode("utf-8", "replace"), timeout_s=5, max_rows=50)
    except (UsageError, StoppedError, duckdb.Error):
        return
    for form in Format:
        print_rows(Console(file=io.StringIO()), answer.rows, form)


def fuzz(name: str) -> None:
    """Fuzz one target in this process until atheris ends it."""
    import atheris  # type: ignore[import-untyped, unused-ignore] # noqa: PLC0415 (of its own environment)

    with atheris.instrument_imports(include=list(_INSTRUMENTED), enable_loader_override=False):
        for module in _IMPORTED:
            import_module(module)
        do, corpus = target(name)
    folder = FOLDER / name.replace(" ", "-")
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for number, payload in enumerate(corpus):
        (folder / "corpus" / f"good-{number}").write_bytes(payload)
    options = [
        f"-max_total_time={SECONDS}",
        f"-seed={SEED}",
        f"-timeout={_SLOWEST_S}",
        f"-rss_limit_mb={_MEMORY_MB}",
        f"-max_len={max(map(len, corpus)) * 2}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus")], do)
    atheris.Fuzz()


def main() -> int:
    """Every target, and a table of executions and findings."""
    failed = 0
    for name in TARGETS:
        done = subprocess.run(  # noqa: S603 (ourselves)
            [sys.executable, "-m", "tests.torture.fuzz", name],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        executed = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
        said = "nothing found" if done.returncode == 0 else done.stdout[-1500:] + done.stderr[-1500:]
        sys.stdout.write(f"{name}: {executed[1] if executed else 'no'} executions in {SECONDS} s, {said}\n")
        sys.stdout.flush()
        failed += done.returncode != 0
    return min(failed, 1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        fuzz(sys.argv[1])
    else:
        sys.exit(main())
