"""Errors that say what was expected, found, where, and what to do; one refusal for all errors of a payload."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from transforms.inert_text import inert

# Places that a summary names of each kind of obstacle; `RefusedInputError.obstacles` holds them all.
_PLACES_NAMED: Final = 4


class RefusedInputError(Exception):
    """A payload or a row that must not be accepted.

    `place` is the locator of the offence inside the payload (`TABLE3!N35`, `row 12`, `values.NGDPD.USA.2024`).
    `others` are further obstacles of the same payload: the error then represents all, and its message counts them by
    kind, with the first places of each.
    """

    def __init__(
        self,
        *,
        place: str,
        expected: str,
        found: str,
        advice: str = "",
        others: Sequence[RefusedInputError] = (),
    ) -> None:
        self.place = place
        self.expected = expected
        self.found = found
        self.advice = advice
        self.others = tuple(others)
        super().__init__(inert(self._message()))

    @property
    def obstacles(self) -> tuple[RefusedInputError, ...]:
        """Every obstacle, this one first, each without `others`: the complete record of the refusal."""
        if not self.others:
            return (self,)
        alone = type(self)(place=self.place, expected=self.expected, found=self.found, advice=self.advice)
        return (alone, *self.others)

    def _message(self) -> str:
        if not self.others:
            return _described(self, self.place)
        kinds: dict[tuple[type[RefusedInputError], str, str], list[RefusedInputError]] = {}
        for obstacle in self.obstacles:
            kinds.setdefault((type(obstacle), obstacle.expected, obstacle.advice), []).append(obstacle)
        count = len(self.others) + 1
        described = [_described(same[0], _places(same)) for same in kinds.values()]
        return f"{count} obstacles of {len(kinds)} kind{'s' if len(kinds) > 1 else ''}: " + " | ".join(described)


class PayloadError(RefusedInputError):
    """The bytes are not the file they claim to be: an HTML shell, a truncated archive, an empty reply."""


class LayoutError(RefusedInputError):
    """A sheet, block, header, unit or column that the parser does not know."""


class ValueRefusedError(RefusedInputError):
    """A cell whose content is no figure and no known spelling of missing."""


class UnmappedLabelError(RefusedInputError):
    """Labels (entities, currencies) that the reference tables do not hold for that source and date."""


class Obstacles:
    """Collects everything that prevents a payload from being read, so that one refusal names it all."""

    def __init__(self) -> None:
        self._found: list[RefusedInputError] = []

    def add(self, error: RefusedInputError) -> None:
        """Note an obstacle, or all those that an error represents."""
        self._found.extend(error.obstacles)

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Note what the block refuses, and continue after it."""
        try:
            yield
        except RefusedInputError as error:
            self.add(error)

    def refuse(self) -> None:
        """Raise the first obstacle with all others, in the order in which they were met; nothing if there is none."""
        if self._found:
            first, *others = self._found
            raise type(first)(
                place=first.place, expected=first.expected, found=first.found, advice=first.advice, others=others
            )


def _described(error: RefusedInputError, place: str) -> str:
    message = f"{place}: expected {error.expected}, found {error.found}"
    return f"{message}; {error.advice}" if error.advice else message


def _places(same_kind: Sequence[RefusedInputError]) -> str:
    named = ", ".join(obstacle.place for obstacle in same_kind[:_PLACES_NAMED])
    more = len(same_kind) - _PLACES_NAMED
    return f"{named} and {more} more" if more > 0 else named


def unforeseen(error: Exception) -> str:
    """One line for an error without a type of this module, with its place in the code: for checks and quarantine.

    Called at the two places where one source's error must not stop the others: a poll and an ingestion.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"not understood: {type(error).__name__}: {error} (at {Path(frame.filename).name}:{frame.lineno}); report it"
