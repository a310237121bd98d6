"""Tries the whole catalogue and writes what came of it: `python -m tests.faults.table`, minutes.

Belongs here: outcomes.csv made anew, and docs/faults.md from it. Does not belong here: the trial, the catalogue.

It starts from what `make run` published in BURDEN_DATA_DIR. `--page` writes the page from outcomes.csv alone. Both are
reviewed as differences: an outcome that got worse is a finding, not a renewal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from multiprocessing import Pool
from pathlib import Path
from typing import Final

from tests.faults.catalogue import FAULTS
from tests.faults.model import REPOSITORY
from tests.faults.outcomes import (
    WORTH_CATCHING_PP,
    Trials,
    Verdict,
    can_be_tried,
    read_outcomes,
    write_outcomes,
)

PAGE: Final = REPOSITORY / "docs" / "faults.md"
COST: Final = Path(__file__).with_name("cost.md")


def page(outcomes: Mapping[str, Verdict]) -> str:
    """docs/faults.md as the outcomes say it."""
    rows = list(outcomes.values())
    carriers = dict.fromkeys(FAULTS[row.fault].carrier for row in rows)
    tables = (_table(carrier, [row for row in rows if FAULTS[row.fault].carrier == carrier]) for carrier in carriers)
    return "\n".join([_head(rows), *tables, COST.read_text()])


def _head(rows: list[Verdict]) -> str:
    harmful = [row for row in rows if not row.harmless]
    weighty = [row for row in harmful if row.weighty]
    refused, warned = sum(bool(row.refused_by) for row in harmful), sum(row.caught and not row.refused_by for row in harmful)
    landed = [row for row in weighty if not row.caught]
    return f"""# Planted faults

{len(rows)} corruptions of good editions, generated, each through the real intake and then the tables that judge all
editions together: core.observation and mart.revision. `make faults` tries all of them again and fails where one meets
another fate than stands here; `python -m tests.faults.table` writes this page.

| | corruptions |
|---|---|
| tried | {len(rows)} |
| harmless: landed with the very figures of the good edition | {len(rows) - len(harmful)} |
| refused: nothing of it is served | {refused} |
| served with a warning that names it | {warned} |
| not caught, with the reason | {len(harmful) - refused - warned} |
| **caught, of those that are not harmless** | **{100 * (refused + warned) / len(harmful):.1f} %** |
| move a share by {WORTH_CATCHING_PP} pp or more, or a verdict, as far as they are read | {len(weighty)} |
| of these not caught; all show in mart.revision | {len(landed)} |

`parser` and `intake` judge an edition alone and put it into quarantine. `core.observation` and `mart.revision` judge all
editions: an error ends the run before anything is served. A figures file stands for a bundled edition, a workbook or a
reply for one as the source sends it; "NATO published" is NATO's own workbook of June 2024.
"""


def _table(carrier: str, rows: list[Verdict]) -> str:
    lines = [f"## {carrier}", "", "| corruption | gate | what caught it |", "|---|---|---|"]
    lines += [f"| {row.fault.partition(': ')[2]} | {row.gate if row.caught else ''} | {_catch(row)} |" for row in rows]
    return "\n".join([*lines, ""])


def _catch(row: Verdict) -> str:
    if row.refused_by:
        return ", ".join(f"`{name}`" for name in row.refused_by.split())
    if row.warned_by:
        return "warned: " + ", ".join(f"`{name}`" for name in row.warned_by.split())
    if row.harmless:
        return "harmless: the same figures"
    moved = f" Moves a share by {row.share_moved_pp:.2f} pp." if row.share_moved_pp else ""
    return f"**not caught.** {FAULTS[row.fault].untold}{moved} Rows of mart.revision that show it: {row.revision_rows}."


def _try(carrier: str, published: Path) -> list[Verdict]:
    trials = Trials(published)
    return [trials.verdict(fault) for fault in FAULTS.values() if fault.carrier == carrier]


def main() -> None:
    if "--page" not in sys.argv:
        published = Path(os.environ.get("BURDEN_DATA_DIR", "data"))
        missing = [fault.id for fault in FAULTS.values() if not can_be_tried(fault)]
        if missing:
            raise SystemExit(f"{len(missing)} corruptions need the source's own workbook beside the repository")
        carriers = list(dict.fromkeys(fault.carrier for fault in FAULTS.values()))
        with Pool(2) as pool:
            found = pool.starmap(_try, [(carrier, published) for carrier in carriers], chunksize=1)
        by_id = {verdict.fault: verdict for verdicts in found for verdict in verdicts}
        write_outcomes([by_id[fault_id] for fault_id in FAULTS])
    PAGE.write_text(page(read_outcomes()))


if __name__ == "__main__":
    main()
