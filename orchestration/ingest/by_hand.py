"""What a person decides or does, each with who, when and why: the same functions for the command line and for the UI.

Belongs here: recording decisions and actions, and the messages of what they do. Does not belong here: what a decision
does to figures (transforms.normalise.withholding), accepting payloads (acceptance), options (cli), launchpads (defs).

Decisions are lines of the journal of decisions and take effect in the next run; handing in, retrying and rolling back
are lines of the journal of actions. Every function raises `UsageError` for what a person can mend.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from orchestration.ingest.actions import HAND_IN, RETRY, ROLL_BACK, Actions, Word
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import Landed, LandingStore, Provenance, Refusal, next_command
from orchestration.ingest.parsing import edition_rows, observations
from transforms.errors import RefusedInputError
from transforms.normalise.withholding import (
    ACCEPT,
    BY_HAND,
    DECISION_SCHEMA,
    FIGURE,
    WITHDRAW,
    WITHHOLD,
    edition_name,
    newest_word,
    withdrawn,
)
from warehouse.errors import UsageError
from warehouse.publication.publish import Publication, publications, roll_back

_NEXT: Final = "it takes effect in the next `burden run`"
_A_HASH: Final = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Which figures of an edition: `years` is a year, or first and last (2024, 1992-2013); empty is any."""

    entity: str
    indicator: str
    years: str
    currency: str = ""
    price_basis: str = ""


def accept(root: Path, edition: str, word: Word, checks: Sequence[str] = ()) -> str:
    """Accept an edition that is held or withdrawn, or its withheld figures as printed; of `checks` alone, if named."""
    store, journal = LandingStore(root), Decisions(root)
    waiting = [(p, r) for p, r in store.refused() if _is_meant(p, edition)]
    if len(waiting) > 1:
        raise UsageError(f"{edition}: expected one payload, found {', '.join(p.sha256[:12] for p, _ in waiting)}")
    if waiting:
        return _accept_held(store, journal, *waiting[0], checks=checks, word=word)
    landed = _landed(store, edition)
    taken_back = withdrawn(journal.read()).filter(pl.col("sha256") == landed.provenance.sha256)
    if not taken_back.is_empty():
        journal.append(_stamped(taken_back, ACCEPT, word))
        return f"{landed.provenance.edition_id}: accepted again; the next `burden run` builds with it"
    name = landed.provenance.edition_id.partition(":issue-")[0]
    withheld = newest_word(journal.read()).filter(edition_name() == name, pl.col("action") == WITHHOLD)
    _refuse_unknown(checks, withheld["check_id"].unique().sort().to_list())
    chosen = withheld.filter(pl.col("check_id").is_in(list(checks))) if checks else withheld
    if chosen.is_empty():
        raise UsageError(
            f"{landed.provenance.edition_id}: no figure of it is withheld; `burden ingest list` shows what waits"
        )
    journal.append(_stamped(chosen, ACCEPT, word))
    return f"{landed.provenance.edition_id}: {chosen.select(FIGURE).n_unique()} figures accepted; {_NEXT}"


def withdraw(root: Path, edition: str, word: Word) -> str:
    """Withdraw an edition that landed: it is kept, and part of no build until it is accepted again.

    Of a payload that was refused: it waits for nobody any more, until it is retried or accepted.
    """
    store, journal = LandingStore(root), Decisions(root)
    landed = [item.provenance for item in store.landed() if _is_meant(item.provenance, edition)]
    refused = [provenance for provenance, _ in store.refused() if _is_meant(provenance, edition)]
    meant = (landed or refused or [_landed(store, edition).provenance])[0]
    name, sha256 = meant.edition_id, meant.sha256
    if sha256 in withdrawn(journal.read())["sha256"]:
        raise UsageError(f"{name} is withdrawn already; `burden ingest accept {name}` takes it back")
    journal.append(_stamped(_of_the_whole(name, sha256, [BY_HAND]), WITHDRAW, word))
    if landed:
        return f"{name}: withdrawn; the next `burden run` builds without it"
    return f"{name}: the refused payload {sha256[:12]} waits for nobody any more; it is kept in quarantine"


def withhold(root: Path, edition: str, figures: Figures, word: Word) -> str:
    """Withhold figures of an edition as long as it prints these values: what its source corrects is published."""
    store, journal = LandingStore(root), Decisions(root)
    landed = _landed(store, edition)
    first, last = _years(figures.years)
    entity = figures.entity.upper()
    printed = observations([landed], edition_rows([landed.provenance]))
    chosen = printed.filter(
        pl.col("entity") == entity,
        pl.col("indicator") == figures.indicator,
        pl.col("year").is_between(first, last),
        pl.lit(value=True) if not figures.currency else pl.col("currency") == figures.currency.upper(),
        pl.lit(value=True) if not figures.price_basis else pl.col("price_basis") == figures.price_basis,
    )
    if chosen.is_empty():
        known = printed.filter(pl.col("entity") == entity)["indicator"].unique().sort().to_list()
        found = f"of {entity} it prints {', '.join(known)}" if known else f"it prints nothing of {entity}"
        raise UsageError(f"{landed.provenance.edition_id}: no such figure; {found}")
    decided = chosen.with_columns(
        check_id=pl.lit(BY_HAND), sha256=pl.lit(landed.provenance.sha256), printed_value=pl.col("value")
    )
    journal.append(_stamped(decided, WITHHOLD, word))
    return f"{landed.provenance.edition_id}: {decided.height} figures withheld; {_NEXT}"


def identified(payload: bytes, source_id: str, claims: Claims, *, url: str) -> Provenance:
    """What a handed-in file says that it is; what is claimed of it may not contradict it."""
    try:
        return provenance_of(source_id, payload, claims, url=url)
    except RefusedInputError as error:
        raise UsageError(str(error)) from error


def hand_in(root: Path, payload: bytes, provenance: Provenance, word: Word) -> str:
    """Put a file into incoming, from where the next run takes it in."""
    if LandingStore(root).deposit(payload, provenance) is None:
        return "these bytes have landed already: same bytes, no new edition"
    Actions(root).append(HAND_IN, provenance.edition_id, word)
    return f"{provenance.edition_id} waits to be ingested; `burden run` ingests it"


def retry(root: Path, sha256: str, word: Word) -> str:
    """Take a refused payload in again, after a fix; `sha256` is the beginning of its hash."""
    try:
        waiting = LandingStore(root).retry(sha256)
    except ValueError as error:
        raise UsageError(str(error)) from error
    _take_back(Decisions(root), waiting.provenance.sha256, word)
    Actions(root).append(RETRY, waiting.provenance.edition_id, word)
    return f"{waiting.provenance.edition_id} waits to be ingested again; `burden run` ingests it"


def go_back(root: Path, build_id: str, word: Word) -> Publication:
    """Serve a publication again that is kept; it stays until a run has something new."""
    known = [kept.build_id for kept in publications(root)]
    if build_id not in known:
        raise UsageError(f"publication {build_id!r} is not kept; kept are {', '.join(known) or 'none'}")
    served = roll_back(root, build_id)
    Actions(root).append(ROLL_BACK, build_id, word)
    return served


def _accept_held(
    store: LandingStore,
    journal: Decisions,
    provenance: Provenance,
    refusal: Refusal,
    *,
    checks: Sequence[str],
    word: Word,
) -> str:
    if not refusal.checks:
        raise UsageError(
            f"{provenance.edition_id} cannot be read, so it cannot be accepted: {refusal.reason} | after a fix: "
            f"{next_command(provenance, refusal)}"
        )
    _refuse_unknown(checks, list(refusal.checks))
    chosen = list(checks or refusal.checks)
    journal.append(_stamped(_of_the_whole(provenance.edition_id, provenance.sha256, chosen), ACCEPT, word))
    store.retry(provenance.sha256)
    _take_back(journal, provenance.sha256, word)
    waits = "it waits to be ingested again; the next `burden run` ingests it"
    return f"{provenance.edition_id}: {', '.join(chosen)} accepted, {waits}"


def _take_back(journal: Decisions, sha256: str, word: Word) -> None:
    """A payload that is tried again is no longer withdrawn."""
    journal.append(_stamped(withdrawn(journal.read()).filter(pl.col("sha256") == sha256), ACCEPT, word))


def _of_the_whole(edition_id: str, sha256: str, checks: list[str]) -> pl.DataFrame:
    """Decisions on an edition as a whole, one a check, before they are stamped."""
    nothing = [name for name in DECISION_SCHEMA if name not in {"edition_id", "sha256", "check_id"}]
    of_checks = pl.DataFrame({"edition_id": edition_id, "sha256": sha256, "check_id": checks})
    return of_checks.with_columns(pl.lit(None).alias(name) for name in nothing)


def _stamped(decisions: pl.DataFrame, action: str, word: Word) -> pl.DataFrame:
    return (
        decisions.with_columns(
            decided_at=pl.lit(dt.datetime.now(dt.UTC).replace(tzinfo=None)),
            author=pl.lit(word.author),
            action=pl.lit(action),
            reason=pl.lit(word.reason.strip()),
        )
        .select(*DECISION_SCHEMA)
        .cast(DECISION_SCHEMA)
    )


def _is_meant(provenance: Provenance, edition: str) -> bool:
    if provenance.edition_id == edition:
        return True
    return _A_HASH.fullmatch(edition.lower()) is not None and provenance.sha256.startswith(edition.lower())


def _landed(store: LandingStore, edition: str) -> Landed:
    found = [item for item in store.landed() if _is_meant(item.provenance, edition)]
    if len(found) != 1:
        known = ", ".join([item.provenance.edition_id for item in store.landed()])
        raise UsageError(f"{edition!r}: expected one edition that is held or has landed: {known}")
    return found[0]


def _refuse_unknown(checks: Sequence[str], known: list[str]) -> None:
    if unknown := [name for name in checks if name not in known]:
        raise UsageError(f"check {', '.join(unknown)}: expected one that failed here: {', '.join(known) or 'none'}")


def _years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if match is None:
        raise UsageError(f"year: expected a year, or first and last like 1992-2013, found {text!r}")
    first = int(match[1])
    return first, int(match[2] or first)
