"""The checks, one .sql file each, and the relations that several of them select from.

    core/observation/<topic>/<id>.sql   a check of core.observation; a topic is one question, and one check in the UI
    core/observation/<id>.sql           a check that is part of the table's contract
    relations/<name>.sql                a relation; checks and relations select from it as `relation.<name>`

A check opens with its header, `-- key: value` line by line (`--   ` continues one), then its query: the rows that break
it, where `{batch}` is the table under test and other tables of the run have `schema_table` names. Literal braces are
doubled, because Great Expectations formats the query.

Belongs here: reading the files, strictly. Does not belong here: what exceptions do to a check (reviewed), running them
(expectations).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, get_args

from warehouse.checks.reviewed import EXCEPTIONS, OF_THE_QUERY, expired, unless_reviewed
from warehouse.contracts.model import Expectation, Question, Severity, Subject, offending_rows
from warehouse.contracts.newest_edition import newest_editions

FOLDER: Final = Path(__file__).parent
_RELATIONS: Final = FOLDER / "relations"
_REFERENCE: Final = re.compile(r"\brelation\.(\w+)")
_QUESTIONS: Final = get_args(Question)
_REQUIRED: Final = ("id", "severity", "question", "reason")
_VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "severity": get_args(Severity),
    "question": _QUESTIONS,
    "subject": get_args(Subject),
    "exceptions": EXCEPTIONS,
}
_KEYS: Final = (*_REQUIRED, "subject", "concerns", "exceptions")


class CheckFileError(ValueError):
    """A check file that cannot be read: the file, the line, what was expected."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True, slots=True)
class CheckFile:
    """One file: its header, and its query as it is written, with relations by name."""

    table_id: str
    topic: str | None
    header: Mapping[str, str]
    query: str

    @property
    def id(self) -> str:
        return self.header["id"]

    @property
    def exceptions(self) -> str | None:
        """Which exceptions of core.check_exception it leaves out, one of EXCEPTIONS; None if it has none."""
        return self.header.get("exceptions")


def checks_of(table_id: str, *topics: str | None) -> tuple[Expectation, ...]:
    """The checks of a table, or of some of its topics: structure, arithmetic, resemblance; then by topic and id.

    A check with reviewed exceptions is followed by the one that says when an exception has expired.
    """
    found = [
        expectation
        for file in check_files()
        if file.table_id == table_id and (not topics or file.topic in topics)
        for expectation in _expectations(file)
    ]
    return tuple(sorted(found, key=lambda expectation: _QUESTIONS.index(expectation.question)))


def with_exceptions() -> tuple[str, ...]:
    """Ids of the checks that core.check_exception may except from."""
    return tuple(sorted(file.id for file in check_files() if file.exceptions))


def inlined(query: str) -> str:
    """The query with the text of each relation instead of its name: one that needs nothing else."""
    return _REFERENCE.sub(lambda found: f"({inlined(_relation(found[1]))})", query)


def referenced(query: str) -> list[str]:
    """Names of the relations that a query selects from, as often as it does, without those that these select from."""
    found: list[str] = _REFERENCE.findall(query)
    return found


@cache
def relations() -> Mapping[str, str]:
    """The relations by name, as they are written.

    Of a check with reviewed exceptions the query is one too, by the id of the check: what it tests and what its
    exceptions explain are the same rows.
    """
    return {
        **{
            path.stem: _without_opening_comment(path.read_text(encoding="utf-8"))
            for path in sorted(_RELATIONS.glob("*.sql"))
        },
        **{file.id: file.query for file in check_files() if file.exceptions not in {None, OF_THE_QUERY}},
        "newest_editions": newest_editions("core_edition"),
    }


@cache
def check_files() -> tuple[CheckFile, ...]:
    """All check files, by path. Raises `CheckFileError` at the first that does not follow the rules."""
    paths = sorted(path for path in FOLDER.rglob("*.sql") if path.parent != _RELATIONS)
    return tuple(read_check(path, FOLDER) for path in paths)


def read_check(path: Path, folder: Path) -> CheckFile:
    """Read one file below `folder`. Raises `CheckFileError` with the line that breaks a rule."""
    place = path.relative_to(folder)
    schema, table, *topic = place.parts[:-1] if len(place.parts) in {3, 4} else ("", "", "")
    if not schema:
        raise CheckFileError(place, 1, "expected <schema>/<table>/<id>.sql or <schema>/<table>/<topic>/<id>.sql")
    header: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    length = 0
    for length, line in enumerate(lines):
        if line.startswith("--   ") and header:
            key = next(reversed(header))
            header[key] += " " + line.removeprefix("--").strip()
        elif line.startswith("-- "):
            key, value = _header_line(line, place, length + 1)
            if key in header:
                raise CheckFileError(place, length + 1, f"{key} is given twice")
            header[key] = value
        else:
            break
    missing = [key for key in _REQUIRED if key not in header]
    if missing:
        raise CheckFileError(place, length + 1, f"the header lacks {', '.join(missing)}")
    if header["id"] != path.stem:
        raise CheckFileError(place, 1, f"the id {header['id']} is not the name of the file")
    query = _without_opening_comment("\n".join(lines[length:]))
    return CheckFile(f"{schema}.{table}", topic[0] if topic else None, header, query)


def _header_line(line: str, place: Path, number: int) -> tuple[str, str]:
    key, colon, value = line.removeprefix("-- ").partition(": ")
    if not colon or key not in _KEYS:
        raise CheckFileError(place, number, f"unknown key {key!r}; known: {', '.join(_KEYS)}")
    if key in _VOCABULARIES and value not in _VOCABULARIES[key]:
        raise CheckFileError(place, number, f"{key} is one of {', '.join(_VOCABULARIES[key])}, not {value!r}")
    return key, value


def _without_opening_comment(text: str) -> str:
    lines = iter(text.strip().splitlines())
    first = next((line for line in lines if line.strip() and not line.startswith("--")), "")
    return "\n".join([first, *lines])


def _expectations(file: CheckFile) -> Iterator[Expectation]:
    header = file.header
    concerns = tuple(name.strip() for name in header["concerns"].split(",")) if "concerns" in header else ()
    by_name = file.exceptions not in {None, OF_THE_QUERY}
    written = unless_reviewed(file.id, file.exceptions) if file.exceptions and by_name else file.query
    yield offending_rows(
        file.id,
        inlined(written),
        header["reason"],
        _severity(header["severity"]),
        _subject(header.get("subject", "figures")),
        question=_question(header["question"]),
        concerns=concerns,
        topic=file.topic,
        written=written,
    )
    if file.exceptions and by_name:
        yield expired(file.id, file.exceptions, inlined, file.topic)


def _severity(word: str) -> Severity:
    return "warn" if word == "warn" else "error"


def _subject(word: str) -> Subject:
    return "register" if word == "register" else "figures"


def _question(word: str) -> Question:
    return next(question for question in _QUESTIONS if question == word)


def _relation(name: str) -> str:
    found = relations().get(name)
    if found is None:
        raise KeyError(f"no relation {name}; known: {', '.join(sorted(relations()))}")
    return found
