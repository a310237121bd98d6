"""Layout fingerprints: what a payload looks like apart from its figures, and what differs between two of them.

Belongs here: the shape that all fingerprints have, and their comparison in words. Does not belong here: reading a
payload (each source's fingerprint is next to its parser), storing one, deciding what follows from a difference.

A source goes on by one edition: years that move on by one, also inside texts and names, and other marks of estimates
are no difference. Everything else is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Final

Fingerprint = dict[str, Any]

_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One block of a sheet, one indicator or one data set.

    `key` identifies it independently of its name (`Table 3, block 1`), `name` how the source calls it (`TABLE3`) and
    `kind` what such a thing is called (`sheet`). `places` are cells (`header`: `D8`), `years` as printed (`2024e`),
    `texts` state units and legends, `labels` are the rows or the codes of the dimensions.
    """

    kind: str
    key: str
    name: str
    places: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    texts: Sequence[str] = ()
    labels: Sequence[str] = ()
    years: Sequence[str] = ()


def fingerprint(sections: Iterable[Section], *, family: str = "") -> Fingerprint:
    """JSON-serialisable: `json.loads(json.dumps(f)) == f`.

    `family` distinguishes payloads of one format that are no editions of each other: files of one indicator each.
    """
    plain = [asdict(section) for section in sections]
    return {
        "family": family,
        "sections": [{k: list(v) if isinstance(v, tuple) else v for k, v in one.items()} for one in plain],
    }


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """What differs, in words, in the order of the payload; what holds for several sections is said once."""
    old = {section.key: section for section in _sections(before)}
    new = {section.key: section for section in _sections(after)}
    pairs = [(old[key], new[key]) for key in old if key in new]
    gone, come = [old[key] for key in old if key not in new], [new[key] for key in new if key not in old]
    for section in list(gone):
        twin = next((other for other in come if _same_content(section, other)), None)
        if twin:
            pairs.append((section, twin))
            gone.remove(section)
            come.remove(twin)
    said: dict[str, list[str]] = {}
    for first, second in pairs:
        for message, where in _between(first, second):
            said.setdefault(message, []).extend([where] if where else [])
    for section in gone:
        said.setdefault(f"{section.kind} {_titled(section)} is gone", [])
    for section in come:
        said.setdefault(f"new {section.kind} {_titled(section)}", [])
    return [
        f"{message} ({', '.join(dict.fromkeys(places))})" if places else message for message, places in said.items()
    ]


def _sections(of: Fingerprint) -> list[Section]:
    return [Section(**section) for section in of["sections"]]


def _titled(section: Section) -> str:
    return section.name if section.key == section.name else f"{section.name} ({section.key})"


def _same_content(before: Section, after: Section) -> bool:
    return (
        before.kind == after.kind
        and bool(before.labels)
        and set(before.labels) == set(after.labels)
        and _unmatched(before.columns, after.columns, _rolled) == ([], [])
        and _unmatched(before.texts, after.texts, _rolled) == ([], [])
    )


def _between(before: Section, after: Section) -> Iterator[tuple[str, str]]:
    """Message, and where it holds; empty where the message itself says so."""
    if not _rolled(before.name, after.name):
        yield f"{before.kind} {before.name} is now called {after.name}", ""
    for what in dict.fromkeys([*before.places, *after.places]):
        was, now = before.places.get(what), after.places.get(what)
        if was != now:
            yield _moved(what, was and f"{before.name}!{was}", now and f"{after.name}!{now}"), ""
    for what, were, are, same in (
        ("column", before.columns, after.columns, _rolled),
        ("text", before.texts, after.texts, _rolled),
        ("label", before.labels, after.labels, str.__eq__),
    ):
        gone, come = _unmatched(were, are, same)
        if what == "text" and len(gone) == len(come) == 1:
            yield f"text {gone[0]!r} became {come[0]!r}", after.name
            continue
        yield from ((f"{what} {text} is gone", after.name) for text in gone)
        yield from ((f"new {what} {text}", after.name) for text in come)
    if not _years_rolled(before.years, after.years):
        yield f"years were {_span(before.years)}, are {_span(after.years)}", after.name


def _moved(what: str, was: str | None, now: str | None) -> str:
    if was and now:
        return f"{what} moved from {was} to {now}"
    return f"{what} at {was} is gone" if was else f"new {what} at {now}"


def _unmatched(
    before: Sequence[str], after: Sequence[str], same: Callable[[str, str], bool]
) -> tuple[list[str], list[str]]:
    exact = set(before) & set(after)
    gone, come = [text for text in before if text not in exact], [text for text in after if text not in exact]
    for text in list(gone):
        twin = next((other for other in come if same(text, other)), None)
        if twin is not None:
            gone.remove(text)
            come.remove(twin)
    return gone, come


def _rolled(before: str, after: str) -> bool:
    """Whether two texts are the same but for years, each of which stayed or moved on by one."""
    were, are = _YEAR.split(before), _YEAR.split(after)  # years are at odd positions
    return (
        len(were) == len(are)
        and were[::2] == are[::2]
        and all(int(now) - int(was) in {0, 1} for was, now in zip(were[1::2], are[1::2], strict=True))
    )


def _years_rolled(before: Sequence[str], after: Sequence[str]) -> bool:
    were, are = _numbers(before), _numbers(after)
    if were == are:
        return True
    return bool(were and are) and _unbroken(are) and are[0] - were[0] in {0, 1} and are[-1] - were[-1] in {0, 1}


def _numbers(years: Sequence[str]) -> list[int]:
    return sorted(int(year[:4]) for year in years)


def _unbroken(years: Sequence[int]) -> bool:
    return all(later == earlier + 1 for earlier, later in pairwise(years))


def _span(years: Sequence[str]) -> str:
    if not years:
        return "none"
    ordered = sorted(years)
    return f"{ordered[0]} to {ordered[-1]}" if _unbroken(_numbers(years)) else ", ".join(ordered)
