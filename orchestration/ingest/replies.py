"""Several replies of a source as one payload: an archive that is the same bytes for the same replies."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from transforms.errors import PayloadError
from transforms.payload import DAMAGED_ARCHIVE, refuse_oversize


def archive(members: Mapping[str, bytes]) -> bytes:
    """Several replies as one payload: the same members give the same bytes, so that its hash is an identity."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in sorted(members):
            target.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), members[name], zipfile.ZIP_DEFLATED)
    return content.getvalue()


def grouped(payload: bytes) -> list[list[bytes]]:
    """Members of a poll's archive by the first part of their name, each in order; a bare reply is its only member.

    Raises `PayloadError` for an archive that is not whole.
    """
    if not payload.startswith(b"PK"):
        return [[payload]]
    found: dict[str, list[bytes]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as source:
            refuse_oversize(source)
            for name in sorted(source.namelist()):
                found.setdefault(name.partition("/")[0], []).append(source.read(name))
    except DAMAGED_ARCHIVE as error:
        raise PayloadError(place="archive", expected="a whole zip archive of replies", found=str(error)) from error
    return list(found.values())


def replies(payload: bytes) -> list[bytes]:
    """All replies of an archive made by a poll, in the order of their names; raises like `grouped`."""
    return [reply for held in grouped(payload) for reply in held]


def holds_replies(payload: bytes) -> bool:
    """Whether an archive holds replies in JSON only; raises like `grouped`."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archived:
            return all(name.endswith(("/", ".json")) for name in archived.namelist())
    except DAMAGED_ARCHIVE as error:
        raise PayloadError(place="archive", expected="a whole archive", found=str(error)) from error
