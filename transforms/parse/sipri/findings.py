"""What a SIPRI workbook gives cause to say: obstacles that refuse it, notices of what was withheld or passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from transforms.errors import Obstacles
from transforms.parse.frame import Notice


@dataclass(frozen=True, slots=True)
class Findings:
    """`kinds` gives the kind of each label of labels/sipri.csv; `regions` are those on the day of publication."""

    kinds: Mapping[str, str]
    regions: Collection[str] = ()
    obstacles: Obstacles = field(default_factory=Obstacles)
    notices: list[Notice] = field(default_factory=list)

    def notice(self, kind: str, subject: str, place: str, *, cells: int = 1) -> None:
        """Note what a person should know of the edition, without refusing it."""
        self.notices.append(Notice(kind, subject, place, cells))
