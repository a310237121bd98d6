"""Atom, RFC 4287: a feed and its entries as elements, the same for every feed of the project.

An entry has the same id for ever, wherever the feed is put.
"""

from __future__ import annotations

import datetime as dt
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_AUTHOR: Final = "Burden sharing"


def new_feed(name: str, title: str, updated: dt.date) -> ET.Element:
    """A feed without entries; `name` makes its id."""
    ET.register_namespace("", NAMESPACE)
    feed = ET.Element(f"{{{NAMESPACE}}}feed")
    add_text(feed, "title", title)
    add_text(feed, "id", identity(name))
    add_text(feed, "updated", moment(updated))
    add_text(ET.SubElement(feed, f"{{{NAMESPACE}}}author"), "name", _AUTHOR)
    return feed


def add_entry(
    feed: ET.Element, name: str, title: str, *, published: dt.date, updated: dt.date, links: Mapping[str, str]
) -> ET.Element:
    """A further entry, by relation to what it links to; a summary or a content is the caller's to add."""
    entry = ET.SubElement(feed, f"{{{NAMESPACE}}}entry")
    add_text(entry, "title", title)
    add_text(entry, "id", identity(name))
    add_text(entry, "published", moment(published))
    add_text(entry, "updated", moment(updated))
    for relation, address in links.items():
        add_link(entry, relation, address)
    return entry


def add_link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}link", {"rel": relation, "href": address})


def add_text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def document(feed: ET.Element) -> str:
    """The feed as a file's text."""
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def identity(name: str) -> str:
    """The same for the same name in every build."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"burden-sharing/{name}").urn


def moment(value: dt.date) -> str:
    """A day or a moment in UTC as RFC 3339 has it."""
    known = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return f"{known:%Y-%m-%dT%H:%M:%SZ}"
