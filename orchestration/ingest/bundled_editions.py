"""The editions that are shipped with the project: their bytes and sidecars.

Belongs here: reading them. Does not belong here: making them (orchestration.ingest.bundle), taking them in (intake).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from orchestration.ingest.landing_store import Provenance

BUNDLED: Final = Path(__file__).parent / "bundled"


def bundled_editions(source_id: str) -> Iterator[tuple[bytes, Provenance]]:
    """Bytes and provenance of every bundled edition of a source; OSError for bytes that are not their sidecar's."""
    for sidecar in sorted((BUNDLED / source_id).glob("*.json")):
        figures, provenance = sidecar.with_suffix(".csv").read_bytes(), Provenance.from_json(sidecar.read_text())
        if hashlib.sha256(figures).hexdigest() != provenance.sha256:
            raise OSError(
                f"{sidecar.with_suffix('.csv')}: changed by hand; `make bundle` makes it from the source's file"
            )
        yield figures, provenance


def bundled_sha256() -> set[str]:
    """Content hashes of all bundled editions, as their sidecars have them."""
    return {Provenance.from_json(sidecar.read_text()).sha256 for sidecar in BUNDLED.glob("*/*.json")}
