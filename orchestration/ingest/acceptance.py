"""Acceptance: decides what becomes of a payload that arrived: landed, held for a person's decision, or refused.

Belongs here: compare its layout with the one before, parse it whole, normalise it, hold it to the suite of
core.observation together with the editions that it follows; land it, with the figures in doubt withheld, or quarantine
it.
Does not belong here: fetching it, and what the warehouse makes of all editions together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import Final

import polars as pl

from orchestration.ingest.decisions import Decisions, decision_rows
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.landing_store import (
    HELD,
    REFUSED,
    Landed,
    LandingStore,
    Provenance,
    Refusal,
    accept_command,
    publication_order,
)
from orchestration.ingest.parsing import (
    Parsed,
    assembled,
    edition_rows,
    layout_of,
    parsed,
    prove_identity,
    with_measured_completeness,
    with_notices,
)
from transforms.errors import LayoutError, RefusedInputError, unforeseen
from transforms.normalise.layouts import Fingerprint, differences
from transforms.normalise.withholding import FIGURE, withhold
from transforms.registers.reader import withdrawn_editions
from warehouse.checks.expectations import ExpectationResult, validate
from warehouse.checks.judgement import DOUBT_SCHEMA, NOTHING_SPEAKS, Judgement, any_speaks, decisions_of, judge
from warehouse.contracts.core import EDITION, OBSERVATION
from warehouse.table_file import Rows

# Registers do not arrive: whether an exception is still needed is asked of all editions together, as they are built.
_ARRIVING: Final = replace(
    OBSERVATION, expectations=tuple(each for each in OBSERVATION.expectations if each.subject == "figures")
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A payload's layout compared with that of the edition before (`against`, None if none has a fingerprint)."""

    fingerprint: Fingerprint
    against: str | None
    changes: tuple[str, ...]

    def describe(self) -> str:
        """One line; says so where there is nothing to compare with."""
        if self.against is None:
            return "no earlier layout to compare with"
        return f"layout against {self.against}: {'; '.join(self.changes) or 'as before'}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one payload.

    `refusal` is None when it landed, `layout` where the format has none or the bytes are not such a file. `withheld`
    are the figures that landed withheld, and the checks that doubt them.
    """

    provenance: Provenance
    figures: int
    refusal: Refusal | None
    layout: Layout | None
    withheld: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DOUBT_SCHEMA), compare=False)

    def describe_withheld(self) -> str:
        """One line, by check: how many figures, the first, and the command that accepts them; empty without any."""
        if self.withheld.is_empty():
            return ""
        by_check = self.withheld.group_by("check_id", maintain_order=True).agg(pl.len(), pl.all().first())
        listed = [
            f"{row['check_id']} {row['len']} (first {row['indicator']} of {row['entity']} in {row['year']}, "
            f"printed {row['printed_value']})"
            for row in by_check.iter_rows(named=True)
        ]
        name = self.provenance.edition_id
        return f"{name}: figures withheld until a person decides: {'; '.join(listed)} | {accept_command(name)}"


@dataclass(frozen=True, slots=True)
class _Read:
    """A payload that can be read, waiting for its verdict: its own figures, and `rows` with those of its neighbours."""

    waiting: Landed
    item: Landed
    layout: Layout | None
    own: Parsed
    held: list[Landed]
    rows: pl.DataFrame


def ingest_waiting(
    store: LandingStore,
    source_ids: Collection[str],
    *,
    reference: Mapping[str, Rows],
    run_id: str,
    bundled: Mapping[Provenance, Parsed] = MappingProxyType({}),
) -> dict[str, list[Outcome]]:
    """Ingest everything that waits for some sources, oldest publication first; the outcomes by source.

    `reference` holds the tables that the suite of core.observation joins to, but for those of what has landed
    (core_edition, core_decision); and as `core_observation` the figures that were built last, to which those of other
    sources are held. `bundled` are editions that the run has parsed already.

    One payload of each source at a time: each is judged with the editions that landed before it.
    """
    store.clear_interrupted()
    waiting = {source_id: store.incoming(source_id) for source_id in source_ids}
    outcomes: dict[str, list[Outcome]] = {source_id: [] for source_id in source_ids}
    for together in zip_longest(*waiting.values()):
        found = [_read(store, each, run_id, bundled) for each in together if each is not None]
        judged = _judged(store, [each for each in found if isinstance(each, _Read)], reference)
        for each in found:
            outcome = each if isinstance(each, Outcome) else _decided(store, each, next(judged), run_id)
            outcomes[outcome.provenance.source_id].append(outcome)
    return outcomes


def _read(store: LandingStore, waiting: Landed, run_id: str, bundled: Mapping[Provenance, Parsed]) -> _Read | Outcome:
    """Parse and normalise one payload whole; an outcome where it is refused."""
    item = replace(waiting, provenance=store.numbered(waiting.provenance))
    held, decided = _neighbours(store, item), Decisions(store.data_dir).read()
    editions_kept = EditionStore(store.data_dir)
    # If these fail, the store does: nothing is known of the payload.
    figures_held = [editions_kept.figures(landed) for landed in held]
    layout: Layout | None = None
    try:
        layout = _layout(store, item)
        prove_identity(item.read(), item.provenance)
        editions = edition_rows([landed.provenance for landed in (*held, item)])
        _prove_listing(item, editions)
        own = bundled.get(item.provenance) or parsed(item.read(), item.provenance)
        rows = withhold(assembled([*figures_held, own.figures], editions), decided)
    except RefusedInputError as error:
        refusal = _refusal(error.place, str(error), run_id)
        if error.others:
            refusal = replace(refusal, obstacles=tuple(map(str, error.obstacles)))
        return _refuse(store, waiting, layout, refusal)
    except OSError:
        raise  # the store itself: nothing is known of the payload
    except Exception as error:  # noqa: BLE001 (left in incoming it would end every later run, of all sources)
        return _refuse(store, waiting, layout, _refusal("file", unforeseen(error), run_id))
    return _Read(waiting, item, layout, own, held, rows)


def _judged(store: LandingStore, found: list[_Read], reference: Mapping[str, Rows]) -> Iterator[Judgement]:
    """The verdict on each payload, of sources that differ, over its own rows.

    A suite of queries takes about as long for several editions as for one. What refuses or doubts compares an edition
    with its own source's, and with other sources as built last: where nothing speaks, one audit has judged all.
    """
    decided = Decisions(store.data_dir).read()
    if len(found) > 1 and not any_speaks(_audited(found, decided, reference)):
        yield from (NOTHING_SPEAKS for _ in found)
        return
    for each in found:
        said = each.item.provenance
        results = _audited([each], decided, reference)
        yield judge(results, each.rows, said.edition_id, decided, said.sha256)


def _audited(found: list[_Read], decided: pl.DataFrame, reference: Mapping[str, Rows]) -> list[ExpectationResult]:
    editions = edition_rows(landed.provenance for each in found for landed in (*each.held, each.item))
    joined: dict[str, Rows] = {**reference, "core_edition": editions, "core_decision": decision_rows(decided)}
    return validate(_ARRIVING, pl.concat([each.rows for each in found]), joined)


def _decided(store: LandingStore, found: _Read, judgement: Judgement, run_id: str) -> Outcome:
    """Land it, or refuse it."""
    edition_id, sha256 = found.item.provenance.edition_id, found.item.provenance.sha256
    if judgement.speaking:
        return _refuse(store, found.waiting, found.layout, _refusal_of(judgement, run_id))
    # Before it lands: an interrupted run leaves decisions on an edition that is not there yet, and makes them again.
    doubts = decisions_of(judgement.doubts, edition_id, sha256, _now().replace(tzinfo=None))
    Decisions(store.data_dir).append(doubts)
    of_edition = found.rows.filter(pl.col("edition_id") == edition_id)
    noted = with_notices(found.waiting.provenance, found.own.reading.notices)
    measured = replace(found.waiting, provenance=with_measured_completeness(noted, of_edition))
    landed = store.accept(measured, found.layout.fingerprint if found.layout else None)
    EditionStore(store.data_dir).keep_figures(landed, found.own.reading, found.own.figures)
    reported = of_edition.filter(pl.col("availability") == "reported")
    served = reported.join(judgement.doubts, on=FIGURE, how="anti", nulls_equal=True)
    return Outcome(landed.provenance, served.height, None, found.layout, judgement.doubts)


def _prove_listing(item: Landed, editions: pl.DataFrame) -> None:
    """Hold the edition to the suite of core.edition, as the build will: what lands must not block a later build.

    Raises `LayoutError` with every check that it breaks.
    """
    listed = editions.filter(pl.col("edition_id") == item.provenance.edition_id)
    broken = [result for result in validate(EDITION, listed, {}) if result.blocks]
    if broken:
        raise LayoutError(
            place="sidecar",
            expected="; ".join(f"{r.expectation.reason} ({r.expectation.id})" for r in broken),
            found=_listed_as(item.provenance),
            advice="mend what is said of the file, or the clock of this machine, and hand it in again",
        )


def _listed_as(provenance: Provenance) -> str:
    return (
        f"{provenance.edition_id}, published on {provenance.published_on}, "
        f"retrieved at {provenance.retrieved_at:%Y-%m-%d %H:%M} UTC, from {provenance.url!r}"
    )


def _refusal_of(judgement: Judgement, run_id: str) -> Refusal:
    """Refused where a check that no person can lift speaks, else what a person may accept, with all that speaks."""
    results = judgement.speaking
    reason = " | ".join(result.describe() for result in results)
    refusal = _refusal(_place(results[0]), reason, run_id)
    if any(result.blocks for result in results):
        return refusal
    checks = dict.fromkeys([*(r.expectation.id for r in results), *(r.expectation.id for r in judgement.held)])
    return replace(refusal, verdict=REFUSED if judgement.refused else HELD, checks=tuple(checks))


def _neighbours(store: LandingStore, item: Landed) -> list[Landed]:
    """Accepted editions of the source from the newest complete one before the item to the first complete one after it.

    Those that the source or a person withdrew are left out: they are no measure. The ones after it matter where an
    older edition is filled in: they were accepted without it.
    """
    withdrawn = set(withdrawn_editions()["edition_id"])
    standing = [x for x in store.standing(item.provenance.source_id) if x.provenance.edition_id not in withdrawn]
    before = [x for x in standing if publication_order(x) <= publication_order(item)]
    after = standing[len(before) :]
    return [*reversed(_to_the_first_complete(reversed(before))), *_to_the_first_complete(after)]


def _to_the_first_complete(editions: Iterable[Landed]) -> list[Landed]:
    found: list[Landed] = []
    for landed in editions:
        found.append(landed)
        if landed.provenance.completeness == "complete":
            break
    return found


def _layout(store: LandingStore, item: Landed) -> Layout | None:
    found = layout_of(item.read(), item.provenance)
    if found is None:
        return None
    before = store.layout_before(item.provenance, found["family"])
    if before is None:
        return Layout(found, None, ())
    against, layout = before
    return Layout(found, against, tuple(differences(layout, found)))


def _refusal(place: str, reason: str, run_id: str) -> Refusal:
    return Refusal(place, reason, _now(), run_id)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _refuse(store: LandingStore, item: Landed, layout: Layout | None, refusal: Refusal) -> Outcome:
    """Quarantine, the reason followed by what changed in the layout."""
    if layout and layout.changes:
        refusal = replace(refusal, reason=f"{refusal.reason} | {layout.describe()}")
    store.refuse(item, refusal)
    return Outcome(item.provenance, 0, refusal, layout)


def _place(result: ExpectationResult) -> str:
    row = result.sample_rows()[0]
    return str(row.get("locator") or result.expectation.id)
