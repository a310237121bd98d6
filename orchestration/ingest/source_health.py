"""What is known of a source between its polls: whether it answered, what waits for a person, what is overdue.

Belongs here: reading it from the data directory: the checks of a run and the alerts get the same answer.
Does not belong here: Dagster, sending, deciding.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orchestration.ingest.acceptance import Layout
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.landing_store import LandingStore, Provenance, Refusal, accept_command, layout_kept
from orchestration.ingest.parsing import edition_rows
from orchestration.ingest.polls import LastPoll
from orchestration.ingest.sources.source import Source
from transforms.normalise.layouts import differences
from transforms.normalise.withholding import GATE, WITHHOLD, edition_name, newest_word, still_printed, withdrawn
from warehouse.marts.run import editions_latest


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a source is red: it did not answer, and since when; or it has not been asked for longer than it may."""

    source_id: str
    since: dt.datetime
    reason: str


def silence(last: LastPoll | None, source: Source, now: dt.datetime) -> Silence | None:
    """None for a source that answered its last request in time, and for one that was never asked."""
    if last is None:
        return None
    if last.error is not None:
        return Silence(source.source_id, last.failing_since or last.asked_at, last.error)
    days = (now - last.asked_at).days
    if days <= source.stale_after_days:
        return None
    said = f"not asked for {days} days; expected at least every {source.stale_after_days}: is its schedule on?"
    return Silence(source.source_id, last.asked_at, said)


def waiting_payloads(store: LandingStore, source_id: str) -> list[tuple[Provenance, Refusal]]:
    """What is in quarantine and waits for somebody.

    Not what a person withdrew, and not what the source has replaced since: a payload of the same data set, published
    no earlier and retrieved after the refusal, has landed.
    """
    gone = set(withdrawn(Decisions(store.data_dir).read())["sha256"])
    landed = [item.provenance for item in store.landed(source_id)]
    return [
        (provenance, refusal)
        for provenance, refusal in store.refused()
        if provenance.source_id == source_id and provenance.sha256 not in gone
        if not any(_replaces(other, provenance, refusal) for other in landed)
    ]


def _replaces(other: Provenance, provenance: Provenance, refusal: Refusal) -> bool:
    same = _data_set(other.edition_id) == _data_set(provenance.edition_id)
    return same and other.published_on >= provenance.published_on and other.retrieved_at > refusal.refused_at


def _name(edition_id: str) -> str:
    return edition_id.partition(":issue-")[0]


def _data_set(edition_id: str) -> str:
    return _name(edition_id).rpartition(":")[0]


def waiting_figures(root: Path, source_id: str | None = None) -> pl.DataFrame:
    """Figures that the gate withholds until a person decides: edition_id, check_id, figures, the first, the command.

    Only what the newest issue of an edition still prints: a figure that its source has corrected waits for nobody.
    """
    in_force = newest_word(Decisions(root).read()).filter(
        pl.col("action") == WITHHOLD,
        pl.col("author") == GATE,
        pl.lit(value=True) if source_id is None else pl.col("edition_id").str.starts_with(f"{source_id}:"),
    )
    return (
        _printed_now(root, in_force)
        .group_by("edition_id", "check_id", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("figures"),
            pl.format(
                "{} of {} in {}, printed {}",
                pl.col("indicator").first(),
                pl.col("entity").first(),
                pl.col("year").first(),
                pl.col("printed_value").first().round_sig_figs(6).cast(pl.String).fill_null("nothing"),
            ).alias("first"),
        )
        .with_columns(
            command=pl.format(
                'burden ingest accept {} --check {} --reason "…"', pl.col("edition_id"), pl.col("check_id")
            )
        )
    )


def _printed_now(root: Path, decisions: pl.DataFrame) -> pl.DataFrame:
    if decisions.is_empty():
        return decisions
    newest = {_name(item.provenance.edition_id): item for item in LandingStore(root).standing()}
    kept = [
        still_printed(decisions.filter(edition_name() == name), EditionStore(root).figures(newest[name]))
        for name in decisions.select(edition_name()).to_series().unique(maintain_order=True)
        if name in newest
    ]
    return pl.concat([decisions.clear(), *kept])


def newest_layout(store: LandingStore, source_id: str) -> tuple[str, Layout] | None:
    """The newest landed edition that has a layout, compared with the one before; None where none has."""
    for item in reversed(store.standing(source_id)):
        found = layout_kept(item)
        if found is not None:
            before = store.layout_before(item.provenance, found["family"])
            changes = tuple(differences(before[1], found)) if before else ()
            return item.provenance.edition_id, Layout(found, before[0] if before else None, changes)
    return None


def overdue(store: LandingStore, source_id: str, today: dt.date) -> pl.DataFrame:
    """Newest editions after which the source's calendar had another by now: edition_id, published_on, next_due_on."""
    standing = [item.provenance for item in store.standing(source_id)]
    if not standing:
        return pl.DataFrame(schema={"edition_id": pl.String, "published_on": pl.Date, "next_due_on": pl.Date})
    rows = edition_rows(standing)
    newest = rows.join(editions_latest(rows), on="edition_id", how="semi")
    late = newest.filter(pl.col("next_due_on") < today).sort("edition_id")
    return late.select("edition_id", "published_on", "next_due_on")


def set_aside_editions(root: Path) -> pl.DataFrame:
    """Landed editions that the gate withdrew because the build refused them: edition_id, check_id, reason, command."""
    found = withdrawn(Decisions(root).read()).filter(pl.col("author") == GATE)
    return found.select(
        "edition_id",
        "check_id",
        "reason",
        pl.col("edition_id").map_elements(accept_command, return_dtype=pl.String).alias("command"),
    )
