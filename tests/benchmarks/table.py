"""The table of benchmarks: each figure next to its floor or rival in the same run, in docs/benchmarks.md.

Run `python -m tests.benchmarks.table [--write docs/benchmarks.md]`, at best on an idle machine. Commands take turns, so
that whatever else runs slows both; each is a process of its own. Compared are ratios of CPU seconds: seconds of a clock
depend on who else works. The ratio before is read from the table that is replaced.

Only the standard library is imported: a process inherits the peak of its parent's memory.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "benchmarks.md"
_BURDEN: Final = str(Path(sys.executable).with_name("burden"))
_LAND: Final = (_BURDEN, "ingest", "land")
_PYTHON: Final = sys.executable
_NATO_WORKBOOK: Final = str(ROOT.parent / "shared" / "payloads" / "nato" / "240617-def-exp-2024-TABLES-en.xlsx")
_HEADER: Final = (
    "| what | next to | s | CPU s | MB | its s | its CPU s | its MB | ratio of CPU | ratio before | goal | met |"
)

_INTRODUCTION: Final = (
    "Written by `make bench`. Each figure next to its floor or rival in the same run: medians after a warm-up, each "
    "side a process of its own. *s* are seconds of a clock, *CPU s* those of the processor, *MB* the peak of memory. "
    "Compare ratios, not seconds: *ratio before* is of the run that this table replaced. A goal in seconds is of the "
    "clock, on an idle machine."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians: seconds of a clock and of CPU, peak memory in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure and what it is put next to: names of tasks, or commands. `fresh`: each round on an empty data folder;
    `after`: each on a copy of the filled one, after a command that is not timed. Goals are upper bounds.
    """

    what: str
    rival: str
    ours: str | Sequence[str]
    theirs: str | Sequence[str]
    fresh: bool = False
    after: Sequence[str] = ()
    rounds: int = 5
    goal_s: float | None = None
    goal_ratio: float | None = None


PAIRS: Final = (
    Pair(
        "first full run",
        "bare script: parse, normalise, load, marts",
        [_BURDEN, "run"],
        [_PYTHON, "-m", "tests.benchmarks.floor"],
        fresh=True,
        rounds=1,
        goal_s=12,
    ),
    Pair(
        "run after a new NATO workbook",
        "run without news",
        [_BURDEN, "run"],
        [_BURDEN, "run"],
        after=[*_LAND, "--published", "2024-06-17", "--url", "https://www.nato.int/workbook.xlsx", _NATO_WORKBOOK],
        rounds=1,
        goal_s=6,
    ),
    Pair(
        "run without news",
        "python -c 'import duckdb'",
        [_BURDEN, "run"],
        [_PYTHON, "-c", "import duckdb"],
        goal_s=1.5,
    ),
    Pair(
        "burden query",
        "python -c 'import duckdb'",
        [_BURDEN, "query", "SELECT count(*) FROM mart.compliance"],
        [_PYTHON, "-c", "import duckdb"],
        goal_s=0.8,
    ),
    Pair(
        "burden --help",
        "python -c 'import duckdb'",
        [_BURDEN, "--help"],
        [_PYTHON, "-c", "import duckdb"],
        goal_s=0.35,
    ),
    Pair(
        "SIPRI workbook, figures and colours",
        "openpyxl read-only",
        "parse.sipri",
        "parse.sipri.openpyxl",
        goal_ratio=1.3,
    ),
    Pair("SIPRI workbook, figures and colours", "pandas with openpyxl", "parse.sipri", "parse.sipri.pandas"),
    Pair("SIPRI workbook, figures and colours", "fastexcel, no colours", "parse.sipri", "parse.sipri.fastexcel"),
    Pair("NATO workbook", "pandas with openpyxl", "parse.nato", "parse.nato.pandas"),
    Pair("NATO workbook", "fastexcel", "parse.nato", "parse.nato.fastexcel"),
    Pair("IMF DataMapper reply", "DuckDB read_json_auto", "parse.imf", "parse.imf.duckdb"),
    Pair("World Bank bulk CSV", "DuckDB read_csv", "parse.world_bank", "parse.world_bank.duckdb"),
    Pair("Eurostat JSON-stat reply", "DuckDB read_json_auto", "parse.eurostat", "parse.eurostat.duckdb"),
    Pair("ECB archive of rates", "pandas read_csv", "parse.ecb", "parse.ecb.pandas"),
    Pair("audit, 100 k rows", "the same SQL bare", "audit.100000", "audit.100000.bare", rounds=3),
    Pair("audit, 1 M rows", "the same SQL bare", "audit.1000000", "audit.1000000.bare", rounds=3, goal_s=4),
    Pair("publication, 50 k rows", "plain copy, synced", "publish.50000", "publish.50000.copy"),
    Pair("publication, 0.5 M rows", "plain copy, synced", "publish.500000", "publish.500000.copy"),
    Pair("publication, 5 M rows", "plain copy, synced", "publish.5000000", "publish.5000000.copy", rounds=1),
    Pair("as of a day, one country", "pre-filtered table", "query.country", "query.country.table", rounds=9),
    Pair("as of a day, summed by country", "pre-filtered table", "query.sum", "query.sum.table", rounds=9),
    Pair("as of a day, every row", "pre-filtered table", "query.all", "query.all.table", rounds=9),
)


class SkippedError(Exception):
    """A task that this machine cannot do, in one line."""


def measured(pair: Pair, folder: Path) -> tuple[Measured, Measured]:
    """Both sides, in turns where they are commands. Raises `SkippedError` for what is not there."""
    if isinstance(pair.ours, str) and isinstance(pair.theirs, str):
        return _task(pair.ours, folder, pair.rounds), _task(pair.theirs, folder, pair.rounds)
    sides: tuple[list[Measured], list[Measured]] = ([], [])
    # A folder of its own is warm once the one of the other commands was filled.
    warm_up = 0 if pair.fresh or pair.after else 1
    for number in range(warm_up + pair.rounds):
        data = _data_folder(pair, folder)
        for side, command in zip(sides, (pair.ours, pair.theirs), strict=True):
            found = _command(command, data)
            if number >= warm_up:
                side.append(found)
    return _median(sides[0]), _median(sides[1])


def _data_folder(pair: Pair, folder: Path) -> Path:
    """The filled one; an empty one; or a copy of the filled one after a command."""
    filled, own = folder / "data", folder / f"own-{time.monotonic_ns()}"
    if pair.after:
        if not Path(pair.after[-1]).exists():
            raise SkippedError(pair.after[-1].replace(str(ROOT.parent), ".."))
        shutil.copytree(filled, own, symlinks=True)
        _command(pair.after, own)
    return own if pair.fresh or pair.after else filled


def _median(held: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(each.seconds for each in held),
        statistics.median(each.cpu_seconds for each in held),
        statistics.median(each.peak_mb for each in held),
    )


def _command(command: str | Sequence[str], data: Path) -> Measured:
    started = time.perf_counter()
    environment = {**os.environ, "BURDEN_DATA_DIR": str(data)}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)  # noqa: S603 (PAIRS)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command} ended with {process.returncode}: {said.read()[-500:]!r}")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Measured(time.perf_counter() - started, cpu_seconds, usage.ru_maxrss / 1024)


def _task(name: str, folder: Path, rounds: int) -> Measured:
    command = [_PYTHON, "-m", "tests.benchmarks.tasks", name, str(folder), "--rounds", str(rounds)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 (PAIRS)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1]
        if "ModuleNotFoundError" in last or "FileNotFoundError" in last:
            raise SkippedError(last.partition(": ")[2].replace(str(ROOT.parent), ".."))
        raise RuntimeError(f"{name}: {done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Measured(statistics.median(found["seconds"]), statistics.median(found["cpu_seconds"]), found["peak_mb"])


def ratios_of(page: str) -> dict[tuple[str, str], float]:
    """The ratios of a page that was written before, by what and next to what."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    known = _HEADER.count("|") - 1
    return {(row[0], row[1]): float(row[8]) for row in rows if len(row) == known and _is_number(row[8])}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def row(pair: Pair, found: tuple[Measured, Measured] | None, before: Mapping[tuple[str, str], float]) -> str:
    """One line of the table; `found` is None where a side could not be measured."""
    if found is None:
        cells = [pair.what, pair.rival, *["skipped"] + [""] * 9]
    else:
        ours, theirs = found
        last = before.get((pair.what, pair.rival))
        ratio = ours.cpu_seconds / max(theirs.cpu_seconds, 1e-4)
        cells = [pair.what, pair.rival, *_cells(ours), *_cells(theirs), f"{ratio:.2f}"]
        cells += ["" if last is None else f"{last:.2f}", *_goal(pair, ours.seconds, ratio)]
    return "| " + " | ".join(cells) + " |"


def _goal(pair: Pair, seconds: float, ratio: float) -> tuple[str, str]:
    """The goal and whether it is met; nothing where there is none."""
    if pair.goal_s is not None:
        return f"≤ {pair.goal_s:g} s", "yes" if seconds <= pair.goal_s else "no"
    if pair.goal_ratio is not None:
        return f"ratio ≤ {pair.goal_ratio:g}", "yes" if ratio <= pair.goal_ratio else "no"
    return "", ""


def _cells(found: Measured) -> tuple[str, str, str]:
    return f"{found.seconds:.3f}", f"{found.cpu_seconds:.3f}", f"{found.peak_mb:.0f}"


def section(rows: Sequence[str], skipped: Sequence[str], load: tuple[float, float]) -> str:
    """What this benchmark says in the page, as Markdown."""
    loaded = f"Load average {load[0]:.1f} at the start, {load[1]:.1f} at the end."
    lines = [
        _INTRODUCTION,
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {sys.version.split()[0]}. {loaded}",
        "",
        _HEADER,
        "|---|---|" + "---:|" * 8 + "---|---|",
        *rows,
        *(["", "Skipped: " + "; ".join(dict.fromkeys(skipped)) + "."] if skipped else []),
    ]
    return "\n".join(lines)


def with_section(page: str, name: str, text: str) -> str:
    """The page with the text between the marks of a section instead of what was there; what people wrote stays.

    Raises `ValueError` for a page without those marks.
    """
    opening, closing = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    before, opened, rest = page.partition(opening)
    _, closed, after = rest.partition(closing)
    if not opened or not closed:
        raise ValueError(f"the page has no section {name}: expected {opening!r} and {closing!r}")
    return f"{before}{opening}{text}{closing}{after}"


def main() -> None:
    arguments = argparse.ArgumentParser(description="the table of benchmarks")
    arguments.add_argument("--write", type=Path, default=PAGE, metavar="FILE")
    arguments.add_argument("--only", default="", help="pairs whose name contains this; the page is left as it is")
    options = arguments.parse_args()
    page = options.write.read_text(encoding="utf-8")
    before = ratios_of(page)
    load, rows, skipped = os.getloadavg()[0], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [_PYTHON, "-m", "tests.benchmarks.tasks", "prepare", name]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 (this folder)
        _command([_BURDEN, "run"], folder / "data")
        sys.stdout.write(f"{_HEADER}\n")
        for pair in PAIRS:
            if options.only not in pair.what:
                continue
            try:
                found = measured(pair, folder)
            except SkippedError as error:
                found = None
                skipped.append(f"{pair.rival} ({error})")
            rows.append(row(pair, found, before))
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    if not options.only:
        text = section(rows, skipped, (load, os.getloadavg()[0]))
        options.write.write_text(with_section(page, "pairs", text), encoding="utf-8")


if __name__ == "__main__":
    main()
