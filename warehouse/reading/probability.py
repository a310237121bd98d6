"""Probabilities as a reader meets them: in percent and in words, never 0 or 100 %."""

from __future__ import annotations

from typing import Final

_LEAST: Final = 0.01
_MOST: Final = 0.99


def percent(fraction: float | None) -> str:
    """`37 %`; `<1 %` and `>99 %` at the ends; `unknown` for None."""
    if fraction is None:
        return "unknown"
    if fraction < _LEAST:
        return "<1 %"
    return ">99 %" if fraction > _MOST else f"{100 * fraction:.0f} %"


def in_words(fraction: float | None, likelihood: str | None) -> str:
    """`unlikely, 32 %`; `unknown` for None."""
    if fraction is None or likelihood is None:
        return "unknown"
    return f"{likelihood.replace('_', ' ')}, {percent(fraction)}"
