"""The figures of each landed edition: parsed and normalised once, kept as Parquet until its parser or its bytes change.

In the data directory:

    tables/editions/<source>/<edition>/figures.parquet         as rows of core.observation, before what spans editions
    tables/editions/<source>/<edition>/implied_rates.parquet   the rates at which its money is converted
    tables/editions/<source>/<edition>/edition.json            what both were made from, and hashes over both
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from orchestration.ingest.landing_store import Landed
from warehouse.code_versions import code_version, digest, file_version
from warehouse.files import content_sha256, write_whole

if TYPE_CHECKING:
    from transforms.parse.frame import Reading

_OWN_FORMAT: Final = "figures"  # parsed the same for every source
# What a source's record imports to ask for editions, not to read them.
_ASKING: Final = ("orchestration.ingest.http", "orchestration.ingest.polls", "orchestration.ingest.landing_store")
# What makes rows of a reading, and reads its rates, in every format.
_NORMALISED_BY: Final = ("transforms.normalise.observations", "transforms.normalise.currency_proof")
_FIGURES: Final = "figures.parquet"
_RATES: Final = "implied_rates.parquet"
_MADE: Final = "edition.json"


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of an edition: what it was made from (`key`), and what came out."""

    edition_id: str
    key: str
    figures: int
    content: str


class EditionStore:
    """The parsed editions of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "tables" / "editions"

    def stale(self, items: Iterable[Landed]) -> list[Landed]:
        """Editions that were never parsed, or that the code of now would parse otherwise."""
        return [item for item in items if self._current(item) is None]

    def content(self, items: Iterable[Landed]) -> str | None:
        """Hash over what came out of some editions; None while one of them is stale."""
        made = [self._current(item) for item in items]
        known = [each for each in made if each is not None]
        return digest(f"{each.edition_id} {each.content}" for each in known) if len(known) == len(made) else None

    def figures(self, item: Landed) -> pl.DataFrame:
        """Figures of an edition, parsed where they are not kept. Raises what parsing raises."""
        self.require(item)
        return pl.read_parquet(self._folder(item) / _FIGURES)

    def implied_rates(self, item: Landed) -> pl.DataFrame:
        """The rates that an edition's money implies, likewise."""
        self.require(item)
        return pl.read_parquet(self._folder(item) / _RATES)

    def require(self, item: Landed) -> Made:
        """What is kept of an edition, made where it is stale. Raises what parsing raises."""
        from orchestration.ingest.parsing import read  # noqa: PLC0415 (all parsers: a look at the store needs none)

        return self._current(item) or self.keep(item, read(item.read(), item.provenance))

    def keep(self, item: Landed, reading: Reading) -> Made:
        """Keep what comes of a reading of an edition's bytes."""
        from orchestration.ingest.parsing import normalised  # noqa: PLC0415 (likewise)

        return self.keep_figures(item, reading, normalised(reading, item.provenance))

    def keep_figures(self, item: Landed, reading: Reading, figures: pl.DataFrame) -> Made:
        """The same where the reading is normalised already; the manifest is written last."""
        from orchestration.ingest.parsing import edition_facts  # noqa: PLC0415 (likewise)
        from transforms.normalise.currency_proof import implied_rates  # noqa: PLC0415 (likewise)
        from transforms.normalise.observations import as_labelled  # noqa: PLC0415 (likewise)

        provenance, folder = item.provenance, self._folder(item)
        rates = implied_rates(as_labelled(reading.figures, edition_facts(provenance)), provenance.published_on)
        folder.mkdir(parents=True, exist_ok=True)
        hashes = [_written(folder / name, frame) for name, frame in ((_FIGURES, figures), (_RATES, rates))]
        made = Made(provenance.edition_id, edition_key(item), figures.height, digest(hashes))
        write_whole(folder / _MADE, json.dumps(asdict(made), indent=1).encode())
        return made

    def forget(self) -> None:
        """Everything that was kept: the next run parses all editions again."""
        if self._root.is_dir():
            shutil.rmtree(self._root)

    def _current(self, item: Landed) -> Made | None:
        """What is kept, if it is of the code and bytes of now, and whole."""
        folder = self._folder(item)
        try:
            made = Made(**json.loads((folder / _MADE).read_text(encoding="utf-8")))
            whole = made.content == digest([content_sha256(folder / name) for name in (_FIGURES, _RATES)])
        except (FileNotFoundError, ValueError, TypeError, RecursionError):  # never made, interrupted, or damaged
            return None
        return made if whole and made.key == edition_key(item) else None

    def _folder(self, item: Landed) -> Path:
        return self._root / item.provenance.source_id / item.provenance.edition_id.replace(":", "_")


def edition_key(item: Landed) -> str:
    """Hash over all that an edition's figures come from: its bytes, what its sidecar says of them, and the code."""
    said = item.provenance
    facts = (said.edition_id, said.source_id, f"{said.published_on}", said.definition, said.format, said.origin)
    return digest([said.sha256, *facts, parser_version(said.source_id, said.format)])


def parser_version(source_id: str, format_: str) -> str:
    """Hash over the code that makes figures of a format of a source: its record, its parsers, what normalises them."""
    record = f"orchestration.ingest.sources.{source_id}"
    parser = "transforms.parse.figures" if format_ == _OWN_FORMAT else record
    called_in = file_version(record, "orchestration.ingest.parsing", "orchestration.ingest.sources.source")
    return digest([code_version(parser, *_NORMALISED_BY, without=_ASKING), called_in])


def landed_content(items: Sequence[Landed]) -> str:
    """Hash over what is said of all landed editions."""
    return digest(item.provenance.to_json() for item in items)


def _written(path: Path, frame: pl.DataFrame) -> str:
    content = io.BytesIO()
    frame.write_parquet(content)
    write_whole(path, content.getvalue())
    return hashlib.sha256(content.getvalue()).hexdigest()
