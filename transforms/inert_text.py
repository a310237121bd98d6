"""Text of others that is shown to a person: nothing in it moves a cursor, hides, or turns the direction of a line.

Belongs here: how such characters are written. Does not belong here: marks of HTML, Markdown or spreadsheets (whoever
writes those).

Files, sheets, cells and addresses are text of others. A terminal acts on escape sequences, and a bidirectional mark
makes `2 %` read as `% 2` (https://www.unicode.org/reports/tr36/).
"""

from __future__ import annotations

import re
from typing import Final

# Cc but tab and line feed; bidirectional and invisible marks of Cf; line separators; half surrogate pairs.
_LIVE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def is_whole(text: str) -> bool:
    """Whether UTF-8 can write the text: it holds no half surrogate pair, as names of bytes and JSON's escapes may."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def inert(text: str) -> str:
    """The text with each live character as its escape, a backslash and its number."""
    return _LIVE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)
