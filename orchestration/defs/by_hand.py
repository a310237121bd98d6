"""Jobs by which a person decides in the UI: typed config in the launchpad, the same functions as the command line.

Belongs here: the launchpads. Does not belong here: what a decision does (orchestration.ingest.by_hand).

The UI has no log-in, so who decides is part of the config. A job ends red, with the reason, where it can do nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import dagster as dg
from pydantic import Field

from orchestration.ingest import by_hand
from orchestration.ingest.actions import Word
from orchestration.ingest.handed_in import Claims, payload_of
from orchestration.ingest.sources.registry import SOURCES
from orchestration.rehearsal import rehearse
from orchestration.stores import Stores
from transforms.errors import RefusedInputError
from warehouse.errors import StoppedError, UsageError
from warehouse.publication.publish import PublicationError

_TAG: Final = "burden/author"
# A run whose process died is not tried again: it may have done its work, and something else may be decided since.
_ONCE: Final = {"dagster/max_retries": "0"}


class Decision(dg.Config):
    """Who decides, and why."""

    author: str = Field(description="Who decides. Published with the decision.")
    reason: str = Field(description="Why, in words. Published with the decision.")

    def word(self) -> Word:
        return Word(author=self.author, reason=self.reason)


class OnEdition(Decision):
    """A decision on an edition."""

    edition: str = Field(description="Edition, such as nato:2026-07-10, or the beginning of the SHA-256 of its bytes.")


class Acceptance(OnEdition):
    """An edition that is held or withdrawn, or figures of one that are withheld."""

    checks: list[str] = Field(default=[], description="Only what these checks doubt; empty: all of them.")


class FiguresToWithhold(OnEdition):
    """Figures of an edition."""

    entity: str = Field(description="Code of the country or aggregate, as core.observation has it: DEU.")
    indicator: str = Field(description="Indicator, as core.observation has it: defence_share_of_gdp.")
    years: str = Field(description="Year, or first and last: 2024, 1992-2013.")
    currency: str = Field(default="", description="Only figures in this currency; empty: any.")
    price_basis: str = Field(default="", description="Only figures at current or constant prices; empty: any.")


class Retry(Decision):
    """A refused payload."""

    sha256: str = Field(description="Beginning of the payload's SHA-256, as quality.quarantine has it.")


class RollBack(Decision):
    """A publication that is kept."""

    build_id: str = Field(description="Build, as `burden publication list` and the asset's materialisations name it.")


class File(dg.Config):
    """A source's own file, on the machine that runs the job."""

    file: str = Field(description="Path of the file.")
    url: str = Field(description="Where the source publishes it.")
    source: str = Field(default="nato", description=f"One of {', '.join(SOURCES)}.")
    published_on: str = Field(default="", description="Day of publication, YYYY-MM-DD, where the file prints none.")
    edition: str = Field(default="", description="The edition that you expect; refused if it is another.")


class FileToHandIn(File):
    """A file to ingest, who hands it in, and why."""

    author: str = Field(description="Who hands it in.")
    reason: str = Field(description="Why.")


def _to_fill_in(op: str, config: type[dg.Config]) -> Mapping[str, Any]:
    """What the launchpad begins with: every field, those to fill in empty."""
    fields = {
        name: field.get_default() if not field.is_required() else "" for name, field in config.model_fields.items()
    }
    return {"ops": {op: {"config": fields}}}


@dg.op(description="Accept an edition that is held or withdrawn, or its withheld figures as printed.")
def accept(context: dg.OpExecutionContext, config: Acceptance, stores: Stores) -> None:
    _do(context, config.author, lambda: by_hand.accept(stores.root, config.edition, config.word(), config.checks))


@dg.op(description="Withdraw an edition that landed: it is kept, and part of no build until it is accepted again.")
def withdraw(context: dg.OpExecutionContext, config: OnEdition, stores: Stores) -> None:
    _do(context, config.author, lambda: by_hand.withdraw(stores.root, config.edition, config.word()))


@dg.op(description="Withhold figures of an edition, as long as it prints these values.")
def withhold(context: dg.OpExecutionContext, config: FiguresToWithhold, stores: Stores) -> None:
    figures = by_hand.Figures(
        entity=config.entity,
        indicator=config.indicator,
        years=config.years,
        currency=config.currency,
        price_basis=config.price_basis,
    )
    _do(context, config.author, lambda: by_hand.withhold(stores.root, config.edition, figures, config.word()))


@dg.op(description="Take a refused payload in again, after a fix.")
def retry(context: dg.OpExecutionContext, config: Retry, stores: Stores) -> None:
    _do(context, config.author, lambda: by_hand.retry(stores.root, config.sha256, config.word()))


@dg.op(description="Serve a publication again that is kept; it stays until a run has something new.")
def roll_back(context: dg.OpExecutionContext, config: RollBack, stores: Stores) -> None:
    def go_back() -> str:
        served = by_hand.go_back(stores.root, config.build_id, config.word())
        return f"{served.build_id} is served: {served.path}"

    _do(context, config.author, go_back)


@dg.op(description="Put a source's file into incoming; the sensor has it ingested, or refused with the reason.")
def hand_in(context: dg.OpExecutionContext, config: FileToHandIn, stores: Stores) -> None:
    def landed() -> str:
        payload = payload_of(Path(config.file))
        provenance = by_hand.identified(payload, config.source, _claims(config), url=config.url)
        return by_hand.hand_in(stores.root, payload, provenance, Word(config.author, config.reason))

    _do(context, config.author, landed)


@dg.op(description="What a file would change, with every check and every table, on a copy. Nothing lands.")
def rehearse_edition(context: dg.OpExecutionContext, config: File, stores: Stores) -> None:
    with _mendable():
        payload = payload_of(Path(config.file))
        provenance = by_hand.identified(payload, config.source, _claims(config), url=config.url)
        found = rehearse(stores.root, payload, provenance)
    context.log.info(found.outcome())
    context.add_output_metadata(
        {
            "outcome": found.outcome(),
            "would_be_published": found.would_be_published,
            "verdict_changes": found.verdicts.height,
            "what_it_would_change": dg.MetadataValue.md(found.as_text()),
        }
    )
    if not found.would_be_published:
        raise dg.Failure(description=found.outcome(), allow_retries=False)


def _claims(config: File) -> Claims:
    try:
        day = date.fromisoformat(config.published_on) if config.published_on else None
    except ValueError as error:
        raise UsageError(f"published_on: expected YYYY-MM-DD, found {config.published_on!r}") from error
    return Claims(name=Path(config.file).name, published_on=day, edition=config.edition or None)


def _do(context: dg.OpExecutionContext, author: str, decide: Callable[[], str]) -> None:
    """Decide; what came of it is in the run's log and metadata, and the run is tagged with who decided."""
    with _mendable():
        said = decide()
    context.instance.add_run_tags(context.run_id, {_TAG: author})
    context.log.info(said)
    context.add_output_metadata({"done": said, "author": author})


@contextmanager
def _mendable() -> Iterator[None]:
    """What a person can mend ends the run with its message alone."""
    try:
        yield
    except (UsageError, StoppedError, RefusedInputError, PublicationError, OSError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error


@dg.job(
    tags=_ONCE,
    config=_to_fill_in("accept", Acceptance),
    description="A person accepts an edition that is held or withdrawn, or its withheld figures, as printed.",
)
def accept_edition() -> None:
    accept()


@dg.job(
    tags=_ONCE,
    config=_to_fill_in("withdraw", OnEdition),
    description="A person withdraws a landed edition: it is kept, and part of no build until it is accepted again.",
)
def withdraw_edition() -> None:
    withdraw()


@dg.job(
    tags=_ONCE,
    config=_to_fill_in("withhold", FiguresToWithhold),
    description="A person withholds figures of an edition; they are published once the source prints others.",
)
def withhold_figures() -> None:
    withhold()


@dg.job(
    tags=_ONCE,
    config=_to_fill_in("retry", Retry),
    description="A person has a refused payload ingested again, after a fix.",
)
def retry_payload() -> None:
    retry()


@dg.job(
    tags=_ONCE,
    config=_to_fill_in("hand_in", FileToHandIn),
    description="A person hands in a source's file: an edition that was not fetched, or that the source corrected.",
)
def hand_in_edition() -> None:
    hand_in()


@dg.job(
    tags=_ONCE,
    config=_to_fill_in("roll_back", RollBack),
    description="A person goes back to an earlier publication; it stays served until a run has something new.",
)
def roll_back_publication() -> None:
    roll_back()


@dg.job(
    tags=_ONCE,
    description="Dry run of a file: which figures and verdicts it would change. Nothing lands, nothing is published.",
)
def try_edition() -> None:
    rehearse_edition()
