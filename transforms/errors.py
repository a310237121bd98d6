"""Errors that say what was expected, what was found, where, and what to do.

Belongs here: the typed refusals that parsing and normalising raise.
Does not belong here: Dagster failures, network errors, quality-gate results.
"""

from __future__ import annotations


class RefusedInputError(Exception):
    """A payload or a row that must not be believed.

    `place` is the locator of the offence inside the payload (`TABLE3!N35`, `row 12`, `values.NGDPD.USA.2024`).
    """

    def __init__(self, *, place: str, expected: str, found: str, advice: str = "") -> None:
        self.place = place
        self.expected = expected
        self.found = found
        self.advice = advice
        super().__init__(self._message())

    def _message(self) -> str:
        message = f"{self.place}: expected {self.expected}, found {self.found}"
        return f"{message}; {self.advice}" if self.advice else message


class PayloadError(RefusedInputError):
    """The bytes are not the file they claim to be: an HTML shell, a truncated archive, an empty reply."""


class LayoutError(RefusedInputError):
    """A sheet, block, header, unit or column that the parser does not know."""


class ValueRefusedError(RefusedInputError):
    """A cell whose content is no figure and no known spelling of missing."""


class UnmappedLabelError(RefusedInputError):
    """Labels (entities, currencies) that the reference tables do not hold for that source and date."""
