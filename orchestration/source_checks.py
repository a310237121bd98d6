"""The checks of a source's landing asset, each answered in every run that ingests, also where nothing is new.

Belongs here: what each check asks, its answer as the UI shows it. Does not belong here: what is known of a source
(orchestration.ingest.source_health), the asset.

A source that failed stays red until it has answered: what was found earlier is found again, with the mark CARRIED_OVER,
which tells a run that its own work did not fail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import dagster as dg

from orchestration.ingest.acceptance import Layout, Outcome
from orchestration.ingest.extraction import Poll
from orchestration.ingest.landing_store import LandingStore, Provenance, Refusal, next_command
from orchestration.ingest.polls import last_poll
from orchestration.ingest.source_health import newest_layout, overdue, silence, waiting_figures, waiting_payloads
from orchestration.ingest.sources.registry import SOURCES
from transforms.normalise.withholding import FIGURE

ANSWERED: Final = "source_answered"
ACCEPTED: Final = "payloads_accepted"
AS_BEFORE: Final = "layout_as_before"
NOTHING_WITHHELD: Final = "no_figure_withheld"
NONE_OVERDUE: Final = "no_edition_overdue"
CARRIED_OVER: Final = "carried_over"
_ASKED: Final = {
    ANSWERED: "The source answered its last request, and was asked as often as its calendar says.",
    ACCEPTED: "No payload of this source waits in quarantine: each was accepted, withdrawn by a person, or replaced by "
    "the source. The description has the reason, the cell, and the command that resolves it.",
    NOTHING_WITHHELD: "No figure of this source waits for a person's decision. The metadata has each check that "
    "withholds figures, and the command that publishes them as printed.",
    AS_BEFORE: "The last landed edition has the layout of the one before; years may move on by one.",
    NONE_OVERDUE: "By the source's calendar no newer edition is out than the newest that landed.",
}
_SHOWN: Final = 2000  # characters of a message that the UI shows whole
_REASON: Final = 1000


def source_check_specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(name, asset=key, description=asked) for name, asked in _ASKED.items()]


def source_check_results(
    key: dg.AssetKey, store: LandingStore, source_id: str, asked: Poll | None, outcomes: Sequence[Outcome]
) -> Iterator[dg.AssetCheckResult]:
    """The answers after a poll (None where the source was not asked) and the ingestion of what had arrived."""
    now = dt.datetime.now(dt.UTC)
    yield from _answered(key, store, source_id, asked, now)
    yield _accepted(key, waiting_payloads(store, source_id), outcomes)
    yield _nothing_withheld(key, store, source_id, outcomes)
    yield from _layout_as_before(key, store, source_id, outcomes)
    yield _none_overdue(key, store, source_id, now.date())


def _carried(new: object) -> Mapping[str, Any]:
    return {} if new else {CARRIED_OVER: True}


def _answered(
    key: dg.AssetKey, store: LandingStore, source_id: str, asked: Poll | None, now: dt.datetime
) -> Iterator[dg.AssetCheckResult]:
    last = last_poll(store.data_dir, source_id)
    if last is None:  # never asked: neither good nor bad
        return
    silent = silence(last, SOURCES[source_id], now)
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=ANSWERED,
        passed=silent is None,
        description=silent.reason if silent else None,
        metadata={
            "asked_at": dg.MetadataValue.timestamp(last.asked_at),
            **({"silent_since": dg.MetadataValue.timestamp(silent.since)} if silent else {}),
            **_carried(asked),
        },
    )


def _accepted(
    key: dg.AssetKey, waiting: Sequence[tuple[Provenance, Refusal]], outcomes: Sequence[Outcome]
) -> dg.AssetCheckResult:
    said = [f"{p.edition_id} {r.verdict}: {r.reason} | {next_command(p, r)}" for p, r in waiting]
    rows = [
        {
            "edition": p.edition_id,
            "verdict": r.verdict,
            "place": r.place,
            "reason": r.reason,
            "next": next_command(p, r),
        }
        for p, r in waiting
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=ACCEPTED,
        passed=not waiting,
        description=" || ".join(said) or None,
        metadata={
            **({"waiting": _table(rows)} if rows else {}),
            **({"outcomes": _table([_outcome(outcome) for outcome in outcomes])} if outcomes else {}),
            **_carried(any(outcome.refusal for outcome in outcomes)),
        },
    )


def _nothing_withheld(
    key: dg.AssetKey, store: LandingStore, source_id: str, outcomes: Sequence[Outcome]
) -> dg.AssetCheckResult:
    waiting = waiting_figures(store.data_dir, source_id)
    said = [text for outcome in outcomes if (text := outcome.describe_withheld())] or [
        f"{row['edition_id']}: figures withheld until a person decides: {row['check_id']} {row['figures']} "
        f"(first {row['first']}) | {row['command']}"
        for row in waiting.iter_rows(named=True)
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=NOTHING_WITHHELD,
        passed=waiting.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        description=" || ".join(said)[:_SHOWN] or None,
        metadata={
            "figures": int(waiting["figures"].sum()),
            **({"waiting": _table(waiting.to_dicts())} if waiting.height else {}),
            **_carried(any(outcome.withheld.height for outcome in outcomes)),
        },
    )


def _layout_as_before(
    key: dg.AssetKey, store: LandingStore, source_id: str, outcomes: Sequence[Outcome]
) -> Iterator[dg.AssetCheckResult]:
    """A warning with the readable differences of what landed, by edition; in a later run, of the newest."""
    landed = {o.provenance.edition_id: o.layout for o in outcomes if o.layout and not o.refusal}
    known = None if landed else newest_layout(store, source_id)
    compared = landed or (dict([known]) if known else {})
    if not compared:  # no edition that landed has a layout: neither good nor bad
        return
    changed = [f"{edition_id}: {layout.describe()}" for edition_id, layout in compared.items() if layout.changes]
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=AS_BEFORE,
        passed=not changed,
        severity=dg.AssetCheckSeverity.WARN,
        description=" || ".join(changed)[:_SHOWN] or None,
        metadata={
            "differences": dg.MetadataValue.md("\n\n".join(_differences(*each) for each in compared.items())),
            "changes": sum(len(layout.changes) for layout in compared.values()),
            **_carried(landed),
        },
    )


def _differences(edition_id: str, layout: Layout) -> str:
    if not layout.changes:
        return f"**{edition_id}** {layout.describe()}"
    return "\n".join([f"**{edition_id}** against {layout.against}", "", *(f"- {change}" for change in layout.changes)])


def _none_overdue(key: dg.AssetKey, store: LandingStore, source_id: str, today: dt.date) -> dg.AssetCheckResult:
    late = overdue(store, source_id, today)
    said = [
        f"{row['edition_id']}, published {row['published_on']}: a newer edition was due by {row['next_due_on']}; "
        f"run the job poll_{source_id}, or hand the file in"
        for row in late.iter_rows(named=True)
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=NONE_OVERDUE,
        passed=not said,
        severity=dg.AssetCheckSeverity.WARN,
        description=" || ".join(said)[:_SHOWN] or None,
        metadata=_carried(new=False),  # the calendar's word, not the run's
    )


def _outcome(outcome: Outcome) -> Mapping[str, object]:
    return {
        "edition": outcome.provenance.edition_id,
        "figures": outcome.figures,
        "outcome": outcome.refusal.verdict if outcome.refusal else "landed",
        "withheld": outcome.withheld.select(FIGURE).n_unique(),
        "place": outcome.refusal.place if outcome.refusal else "",
        "reason": outcome.refusal.reason[:_REASON] if outcome.refusal else "",
        "layout": outcome.layout.describe()[:_REASON] if outcome.layout else "",
    }


def _table(rows: Sequence[Mapping[str, object]]) -> dg.TableMetadataValue:
    records = [dg.TableRecord({name: str(value) for name, value in row.items()}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in rows[0]]))
