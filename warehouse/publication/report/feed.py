"""What each edition changed, for programs: one JSON document and one Atom feed.

Atom: RFC 4287. An entry has the id of its edition for ever; it is updated when the edition was ingested.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any, Final

from warehouse.publication.report.findings import edition_news
from warehouse.publication.report.printed import as_json

Row = Mapping[str, Any]
_ATOM: Final = "http://www.w3.org/2005/Atom"
_AUTHOR: Final = "Burden sharing"
_PAGE: Final = "revisions.html"


def revisions_json(build: Row, newest: Row, rows: Mapping[str, Sequence[Row]]) -> str:
    """The build, the newest edition, whose verdict changed by it, its revised shares, and a summary of each edition."""
    document = {
        "build": build,
        "edition": {name: newest[name] for name in ("edition_id", "title", "published_on", "citation", "url")},
        "changed_verdicts": rows["changes"],
        "revisions": rows["news_revisions"],
        "editions": [{**row, "summary": edition_news(row, _of(rows["news_changes"], row))} for row in rows["news"]],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=as_json) + "\n"


def atom(build: Row, rows: Mapping[str, Sequence[Row]], address: str | None) -> str:
    """The feed: an entry for each edition not withdrawn, the newest first; its links are absolute with an `address`."""
    place = f"{address}report/" if address else ""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _text(feed, "title", "Burden sharing: what each edition changed")
    _text(feed, "id", _identity("feed"))
    _text(feed, "updated", _moment(build["built_at"]))
    _text(ET.SubElement(feed, f"{{{_ATOM}}}author"), "name", _AUTHOR)
    ET.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "alternate", "href": f"{place}{_PAGE}"})
    ET.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "self", "href": f"{place}revisions.atom"})
    for row in rows["news"]:
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _text(entry, "title", f"{row['edition_id']}: {row['title']}")
        _text(entry, "id", _identity(row["edition_id"]))
        _text(entry, "published", _moment(row["published_on"]))
        _text(entry, "updated", _moment(row["retrieved_at"]))
        ET.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": f"{place}{_PAGE}"})
        ET.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "via", "href": row["url"]})
        _text(entry, "summary", edition_news(row, _of(rows["news_changes"], row)))
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _of(changed: Sequence[Row], edition: Row) -> list[Row]:
    return [row for row in changed if row["edition_id"] == edition["edition_id"]]


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _identity(name: str) -> str:
    """The same for the same edition in every build, wherever the site is put."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"burden-sharing/{name}").urn


def _moment(value: dt.date) -> str:
    """A day or a moment in UTC as RFC 3339 has it."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
