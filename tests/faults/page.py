"""docs/faults.md: which corruption met which check, and how many were caught, from outcomes.csv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tests.faults.catalogue import FAULTS
from tests.faults.model import CARRIERS, REPOSITORY
from tests.faults.outcomes import CAUGHT, FATES, HARMLESS, WORTH_CATCHING_PP, Outcome, read_reasons, reasons

PAGE: Final = REPOSITORY / "docs" / "faults.md"
SOURCES: Final = ("NATO", "SIPRI", "World Bank", "IMF", "Eurostat")


def page(outcomes: Mapping[str, Outcome]) -> str:
    """The page made from the outcomes."""
    rows = list(outcomes.values())
    by_carrier = {carrier: [row for row in rows if FAULTS[row.fault].carrier == carrier] for carrier in CARRIERS}
    tables = (_table(carrier, found) for carrier, found in by_carrier.items() if found)
    return "\n".join([_head(rows), _rates(rows), _reasons(), *tables])


def _head(rows: list[Outcome]) -> str:
    return f"""# Planted faults

{len(rows)} generated corruptions of good editions. Each is handed in like an edition and passes the real ingestion
and then through the two tables that judge all editions together, core.observation and mart.revision.

```sh
make faults
python -m tests.faults.table
```

The first tries every one again and fails if an outcome differs from this page; `make test` tries a few. The
second, after a change of the checks, recreates tests/faults/outcomes.csv and this page from what `make run` published;
an outcome that got worse is a finding. Corruptions of the sources' own files need those files, which are not part of
this repository.

**Refused**: the edition cannot be read, or most of its sums fail; nothing of it is served, and it waits in quarantine.
**Held**: it can be read, and waits there for a person's decision. **Withheld**: it is served without the faulty
figures, which wait for a person's decision. **Warned**: served, and a failed check names it, or figures other than the
faulty ones are withheld. **Seen in revisions only**: served without a warning, and visible in mart.revision.
**Unseen**: served, and visible nowhere. **Harmless**: served with exactly the figures of the good edition. Refused,
held and withheld count as caught. How often the checks doubt a real edition is measured in
[the audit](audit.md#false-alarms-over-the-real-successions).
"""


def _rates(rows: list[Outcome]) -> str:
    weighty = [row for row in rows if row.weighty]
    named = f"move a share by {WORTH_CATCHING_PP} pp or more, or a verdict"
    return "\n".join(
        [
            "## How many are caught",
            "",
            _rate_table("all", rows),
            f"Those that {named}, as far as they are read (what a parser refuses has no figures to compare):",
            "",
            _rate_table(named, weighty),
        ]
    )


def _rate_table(named: str, rows: list[Outcome]) -> str:
    head = [named, "tried", *FATES, "caught, of those not harmless"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for source in (*SOURCES, ""):
        found = [row for row in rows if row.fault.startswith(source)]
        counts = [sum(row.fate == fate for row in found) for fate in FATES]
        harmful = len(found) - counts[FATES.index(HARMLESS)]
        caught = sum(row.fate in CAUGHT for row in found)
        rate = f"{100 * caught / harmful:.0f} %" if harmful else ""
        lines.append(f"| {source or '**together**'} | {len(found)} | {' | '.join(map(str, counts))} | {rate} |")
    return "\n".join([*lines, ""])


def _reasons() -> str:
    lines = [f"* *{name}*: {text}" for name, text in reasons().items()]
    return "\n".join(["## Why what is not caught cannot be distinguished from a revision", "", *lines, ""])


def _table(carrier: str, rows: Iterable[Outcome]) -> str:
    said = read_reasons()
    lines = [f"## {carrier}", "", f"{CARRIERS[carrier].says[0].upper()}{CARRIERS[carrier].says[1:]}.", ""]
    lines += [
        "| corruption | outcome | by | share moved, pp | verdicts | rows of mart.revision |",
        "|---|---|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(_cells(row, said.get(row.fault, '')))} |" for row in rows]
    return "\n".join([*lines, ""])


def _cells(row: Outcome, reason: str) -> list[str]:
    names = (row.refused_by or row.held_by or row.withheld_by or row.warned_by).split()
    at = f"{row.gate}: " if row.refused_by or row.held_by else ""
    by = f"{at}{', '.join(f'`{name}`' for name in names)}" if names else ""
    fate = row.fate if row.fate in {*CAUGHT, HARMLESS} else f"**{row.fate}**"
    explained = f"{by} ({reason})".strip() if reason else by
    moved = f"{row.share_moved_pp:.2f}" if row.share_moved_pp else ""
    counts = (str(count) if count else "" for count in (row.verdicts_moved, row.revision_rows))
    return [row.fault.partition(": ")[2].replace("|", "\\|"), fate, explained, moved, *counts]
