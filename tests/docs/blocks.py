"""The fenced blocks of the documentation, with the output that is printed below them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
_BOX = re.compile(r"[│┌┐└┘├┤┬┴┼─━]+")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and arguments, and the plain block right below it, if there is one."""

    document: str
    line: int
    language: str
    arguments: tuple[str, ...]
    body: str
    output: str | None

    @property
    def id(self) -> str:
        return f"{self.document}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    text = path.read_text()
    fences = list(_FENCE.finditer(text))
    found = []
    for fence, below in zip_longest(fences, fences[1:]):
        language, *arguments = fence["info"].split() or [""]
        follows = below is not None and not below["info"].strip() and not text[fence.end() : below.start()].strip()
        output = below["body"] if below is not None and follows and language else None
        line = text[: fence.start()].count("\n") + 1
        found.append(Block(path.name, line, language, tuple(arguments), fence["body"], output))
    return found


def blocks(language: str) -> list[Block]:
    return [block for path in DOCUMENTS for block in blocks_of(path) if block.language == language]


def printed_as(expected: str, found: str) -> bool:
    """Whether the words of `expected` are those of `found`; `…` is any number of words, frames for nothing."""
    words = _BOX.sub(" ", expected).split()
    wanted = [None if word == "…" else re.escape(word).replace("…", r"\S*") for word in words]
    pattern = "".join(r"(?:.*?)\s*" if word is None else rf"{word}\s+" for word in wanted)
    return re.fullmatch(rf"\s*{pattern}\s*", _BOX.sub(" ", found) + " ", re.DOTALL) is not None
