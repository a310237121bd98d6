"""What each edition changed, for programs: one JSON document and one Atom feed.

An entry has the id of its edition for ever; it is updated when the edition was ingested.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from warehouse.publication.atom import add_entry, add_link, add_text, document, new_feed
from warehouse.publication.report.findings import edition_news
from warehouse.publication.report.printed import as_json

Row = Mapping[str, Any]
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
    page = f"{place}{_PAGE}"
    feed = new_feed("feed", "Burden sharing: what each edition changed", build["built_at"])
    add_link(feed, "alternate", page)
    add_link(feed, "self", f"{place}revisions.atom")
    for row in rows["news"]:
        title, links = f"{row['edition_id']}: {row['title']}", {"alternate": page, "via": row["url"]}
        days = {"published": row["published_on"], "updated": row["retrieved_at"]}
        entry = add_entry(feed, row["edition_id"], title, **days, links=links)
        add_text(entry, "summary", edition_news(row, _of(rows["news_changes"], row)))
    return document(feed)


def _of(changed: Sequence[Row], edition: Row) -> list[Row]:
    return [row for row in changed if row["edition_id"] == edition["edition_id"]]
