"""All sources, in the order of their register, in which they are asked."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from orchestration.ingest.sources.source import Source
from transforms.registers.reader import sources


def _record(source_id: str) -> Source:
    found = import_module(f"{__package__}.{source_id}").SOURCE
    if not isinstance(found, Source) or found.source_id != source_id:
        raise TypeError(f"{__package__}.{source_id}.SOURCE: expected the record of {source_id}, found {found!r}")
    return found


SOURCES: Final[dict[str, Source]] = {source_id: _record(source_id) for source_id in sources()["source_id"]}
