"""One name, one entity: however it is spelt, and by whichever source's label it is asked for."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise.names import entity_names, name_key
from transforms.registers import reader as registers

NAMES = entity_names()


def meant(name: str) -> set[str]:
    return set(NAMES.filter(pl.col("name_key") == name_key(name))["entity"])


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Turkey", "TUR"),
        ("TÜRKİYE", "TUR"),
        ("Tu\N{COMBINING DIAERESIS}rkiye", "TUR"),
        ("T\N{LATIN SMALL LETTER U WITH DIAERESIS}rk\N{LATIN SMALL LETTER DOTLESS I}ye", "TUR"),
        ("turkiye", "TUR"),
        ("UK", "GBR"),
        ("Great Britain", "GBR"),
        ("EL", "GRC"),
        ("gr", "GRC"),
        ("Holland", "NLD"),
        ("the Netherlands", "NLD"),
        ("Czech Republic", "CZE"),
        ("Slovak Republic", "SVK"),
        ("Russian Federation", "RUS"),
        ("Korea, Rep.", "KOR"),
        ("Republic of Korea", "KOR"),
        ("Korea, Dem. People's Rep.", "PRK"),
        ("Macedonia", "MKD"),
        ("The former Yugoslav Republic of Macedonia", "MKD"),
        ("U.S.A.", "USA"),
        ("America", "USA"),
        ("Cote d\N{RIGHT SINGLE QUOTATION MARK}Ivoire", "CIV"),
        ("  germany\t", "DEU"),
        ("NATO Europe & Canada", "NATO_EUR_CAN"),
        ("Europe and Canada", "NATO_EUR_CAN"),
        ("nordic baltic eight", "NB8"),
        ("NB8", "NB8"),
        ("Indo-Pacific Four", "IP4"),
        ("European Defence Fund", "SIPRI_EUROPEAN_UNION"),
        ("EU27", "EUROSTAT_EU27_2020"),
        ("EU members of NATO", "EU_NATO"),
        ("EU member states", "EU"),
    ],
)
def test_a_name_means_one_entity(name: str, entity: str) -> None:
    assert meant(name) == {entity}


def test_the_european_union_is_four_things_and_the_totals_of_two_more_sources() -> None:
    four = {"EU", "EU_NATO", "EUROSTAT_EU27_2020", "SIPRI_EUROPEAN_UNION"}
    assert meant("European Union") == {*four, "IMF_EU", "WB_EUU"}
    assert meant("EU") == {*four, "IMF_EU"}


def test_no_name_but_these_means_two_countries() -> None:
    countries = NAMES.filter(~pl.col("entity_kind").is_in(["group", "aggregate"]))
    several = (
        countries.group_by("name_key").agg(pl.col("entity").unique().sort()).filter(pl.col("entity").list.len() > 1)
    )
    assert dict(several.iter_rows()) == {"congo": ["COD", "COG"], "korea": ["KOR", "PRK"]}


@pytest.mark.parametrize("source", registers.label_schemes())
def test_every_label_of_a_source_leads_to_its_entity(source: str) -> None:
    labels = registers.labels(source)
    for label, entity, kind in labels.select("label", "entity", "kind").iter_rows():
        found = meant(label)
        assert entity in found, label
        assert kind not in {"country", "historical_state"} or found == {entity}, label


@pytest.mark.parametrize("source", registers.label_schemes())
def test_every_aggregate_that_a_source_prints_has_a_name_of_its_own(source: str) -> None:
    printed = registers.labels(source).filter(~pl.col("kind").is_in(["country", "historical_state"]))["entity"]
    assert set(printed) <= set(registers.groups()["group_id"])
    assert registers.groups()["name"].is_unique().all()


def test_every_country_and_group_goes_by_its_code_and_its_name() -> None:
    for code, name in registers.countries().select("iso3", "name").iter_rows():
        assert code in meant(code) & meant(name)
    for code, name in registers.groups().select("group_id", "name").iter_rows():
        assert code in meant(code)
        assert meant(name) == {code}, name


def test_another_name_is_not_in_the_other_registers_too() -> None:
    others = NAMES.filter(pl.col("origins").list.len() > 1)
    own = registers.other_names().join(others, on=["name", "entity"])
    assert set(own["name"]) <= {"Congo", "EU", "European Union"}, "a name of several things needs a row for each"


@given(st.text())
def test_the_form_for_comparison_is_its_own_form(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name) or name_key(name).startswith("the ")


@given(st.sampled_from(NAMES["name"].to_list()), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_unicode_form_case_and_blanks_make_no_other_name(name: str, form: str) -> None:
    spelt = unicodedata.normalize(form, name)  # type: ignore[arg-type]
    assert name_key(spelt) == name_key(spelt.upper()) == name_key(f"\t{spelt.lower()} ") == name_key(name)
