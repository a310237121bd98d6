"""Names of countries, groups and aggregates: every one under which a reader may ask for an entity."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

import polars as pl
import pycountry

from transforms.registers import reader as registers

# Letters that Unicode does not take apart into a base letter and a mark.
LETTERS: Final = dict(zip("øđðł\N{LATIN SMALL LETTER DOTLESS I}", "oddli", strict=True)) | {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "&": " and ",
}
# U.S.A., Côte d'Ivoire: no word ends there.
WITHIN_WORDS: Final = (
    ".'`\N{ACUTE ACCENT}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
)


def name_key(name: str) -> str:
    """The form in which names are compared: without case, accents, punctuation, a leading article and outer blanks.

    "Türkiye" in any Unicode form gives `turkiye`, "Korea, Rep." gives `korea rep`, "the U.S.A." gives `usa`.
    """
    # First, since the acute accent would fall apart into a blank and a mark.
    within = "".join(character for character in name if character not in WITHIN_WORDS)
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", within).casefold())
    letters = (LETTERS.get(c, c) for c in folded if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in "".join(letters)).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def entity_names() -> pl.DataFrame:
    """Every name with the entity that it means: name, name_key, entity, entity_kind, origins.

    One name may mean several entities ("Korea", "European Union"): a row for each. `origins` says who writes it so.
    """
    rows = pl.DataFrame(_written(), schema=["name", "entity", "origin"], orient="row")
    return (
        rows.group_by("name", "entity")
        .agg(origins=pl.col("origin").unique().sort())
        .join(_kinds(), on="entity", how="left", validate="m:1")
        .with_columns(name_key=pl.col("name").map_elements(name_key, pl.String))
        .select("name", "name_key", "entity", "entity_kind", "origins")
        .sort("entity", "name")
    )


def _written() -> Iterator[tuple[str, str, str]]:
    """Each name, what it means, and its origin."""
    for row in registers.countries().iter_rows(named=True):
        for column, origin in (("iso3", "code"), ("iso2", "code"), ("name", "name"), ("official_name", "name")):
            if row[column]:
                yield row[column], row["iso3"], origin
    for country in pycountry.countries:
        yield country.name, country.alpha_3, "iso_3166"
        short, comma, rest = country.name.partition(", ")
        if comma:
            yield f"{rest} {short}", country.alpha_3, "iso_3166"  # Korea, Republic of: Republic of Korea
    for row in registers.groups().iter_rows(named=True):
        yield row["group_id"], row["group_id"], "code"
        yield row["name"], row["group_id"], "name"
    for source in registers.label_schemes():
        for label, entity in registers.labels(source).select("label", "entity").iter_rows():
            yield label, entity, source
    yield from registers.other_names().select("name", "entity", "origin").iter_rows()


def _kinds() -> pl.DataFrame:
    """What each entity is; a group has members of its own, an aggregate is a total that a source prints."""
    countries = registers.countries().select(entity="iso3", entity_kind="kind")
    groups = registers.groups().select(entity="group_id")
    grouped = pl.col("entity").is_in(registers.memberships()["group_id"].unique().implode())
    kind = pl.when(grouped).then(pl.lit("group")).otherwise(pl.lit("aggregate"))
    return pl.concat([countries, groups.with_columns(entity_kind=kind)])
