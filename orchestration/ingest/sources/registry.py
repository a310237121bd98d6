"""All sources, in the order in which they are asked.

Belongs here: the list. Does not belong here: anything about one of them.
"""

from __future__ import annotations

from typing import Final

from orchestration.ingest.sources import eurostat, imf, nato, sipri, world_bank
from orchestration.ingest.sources.source import Source

SOURCES: Final[dict[str, Source]] = {
    module.SOURCE.source_id: module.SOURCE for module in (nato, sipri, world_bank, imf, eurostat)
}
