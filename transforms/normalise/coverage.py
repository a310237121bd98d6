"""Completeness: how much of what a source's edition should hold a file holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from transforms.registers.reader import countries, edition_coverage, members, not_applicable

_NAMED_AT_MOST: Final = 4
_COMMON_CURRENCIES: Final = ("USD", "INT")
_NATIONAL: Final = "national"  # in the register: money that is neither US nor international dollars


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a file holds a whole edition, and what was counted, in words."""

    whole: bool
    note: str


def measured(figures: pl.DataFrame, *, source_id: str, definition: str, published_on: dt.date) -> Coverage | None:
    """What the figures of one file cover of a whole edition; None for a source of which that is not registered.

    `figures`: indicator, entity, year, currency, price_basis, availability. A measure is whole if it prints at least as
    many economies, or all of the members of its group, and as many years as the register says; a printed `missing`
    counts, for what the source has no figure of is not lacking.
    """
    wanted = edition_coverage().filter(
        (pl.col("source_id") == source_id) & (pl.col("definition").is_null() | (pl.col("definition") == definition))
    )
    if wanted.is_empty():
        return None
    of_countries = figures.filter(pl.col("entity").is_in(countries()["iso3"].implode()))
    lacks = [_lack(measure, of_countries, published_on) for measure in wanted.iter_rows(named=True)]
    absent, short = lacks.count(None), [lack for lack in lacks if lack]
    figures_counted = figures.filter(pl.col("availability") == "reported").height
    economies = of_countries["entity"].n_unique()
    whole = lacks.count("")
    counted = f"{whole} of {len(lacks)} measures whole; {economies} economies, {figures_counted} figures"
    said = [*short[:_NAMED_AT_MOST], *([f"{absent} measures not in the file"] if absent else [])]
    return Coverage(whole=whole == len(lacks), note="; ".join([f"Measured: {counted}", *said]))


def _lack(measure: dict[str, Any], figures: pl.DataFrame, published_on: dt.date) -> str | None:
    """What a measure lacks, in words; empty if it is whole, None if the file does not hold it."""
    held = figures.filter(_of(measure))
    name = " ".join(filter(None, (measure["indicator"], measure["price_basis"], measure["currency"])))
    if held.is_empty():
        return None
    years = held["year"].n_unique()
    found = set(held["entity"])
    if measure["group_id"]:
        expected = set(_members(measure, published_on))
        count, needed = len(found & expected), len(expected)
    else:
        count, needed = len(found), int(measure["economies"])
    if count < needed:
        return f"{name} {count} economies of {needed}"
    return f"{name} {years} years of {measure['years']}" if years < measure["years"] else ""


def _of(measure: dict[str, Any]) -> pl.Expr:
    wanted: pl.Expr = pl.col("indicator") == measure["indicator"]
    if measure["price_basis"]:
        wanted &= pl.col("price_basis") == measure["price_basis"]
    if measure["currency"] == _NATIONAL:
        wanted &= ~pl.col("currency").is_in(_COMMON_CURRENCIES)
    elif measure["currency"]:
        wanted &= pl.col("currency") == measure["currency"]
    return wanted


def _members(measure: dict[str, Any], published_on: dt.date) -> list[str]:
    """The group's members in the year of publication, but those of which the source can print no such series at all."""
    without = not_applicable().filter(pl.col("source_id") == measure["source_id"])["iso3"]
    return [iso3 for iso3 in members(measure["group_id"], published_on.year) if iso3 not in set(without)]
