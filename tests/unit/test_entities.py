"""Labels become codes by exact look-up, valid on the day of publication; everything else is an error that lists it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from transforms.errors import UnmappedLabelError
from transforms.normalise.entities import resolve_currencies, resolve_entities

JUNE_2024 = dt.date(2024, 6, 17)
LABELS = pl.DataFrame(
    {
        "label": ["Türkiye", "Turkey", "Niger", "Nigeria"],
        "entity": ["TUR", "TUR", "NER", "NGA"],
        "valid_from": [dt.date(2022, 6, 1), None, None, None],
        "valid_to": [None, dt.date(2022, 12, 31), None, None],
    }
)
CURRENCIES = pl.DataFrame(
    {"label": ["Kroner", "Kroner", "Leks"], "iso3": ["DNK", "NOR", None], "currency": ["DKK", "NOK", "ALL"]}
)


def rows(*labels: str) -> pl.DataFrame:
    return pl.DataFrame({"entity_label": labels, "locator": [f"TABLE3!C{11 + row}" for row in range(len(labels))]})


def test_a_label_becomes_its_code() -> None:
    resolved = resolve_entities(rows("Türkiye", "Niger", "Nigeria"), LABELS, source="nato", published_on=JUNE_2024)
    assert resolved["entity"].to_list() == ["TUR", "NER", "NGA"]


def test_unknown_labels_are_all_listed_with_their_cells() -> None:
    with pytest.raises(UnmappedLabelError, match=r"'Ruritania' at TABLE3!C11, 'Grand Fenwick' at TABLE3!C13"):
        resolve_entities(rows("Ruritania", "Niger", "Grand Fenwick"), LABELS, source="nato", published_on=JUNE_2024)


def test_a_label_that_the_source_no_longer_used_on_that_day_is_unknown() -> None:
    with pytest.raises(UnmappedLabelError, match="'Turkey' at TABLE3!C11"):
        resolve_entities(rows("Turkey"), LABELS, source="nato", published_on=JUNE_2024)


@pytest.mark.parametrize("similar", ["niger", "Niger ", "Nigéria", "NIGER"])
def test_a_similar_label_is_no_match(similar: str) -> None:
    with pytest.raises(UnmappedLabelError):
        resolve_entities(rows(similar), LABELS, source="nato", published_on=JUNE_2024)


def money(currency: str | None, entity: str) -> pl.DataFrame:
    schema = {"currency": pl.String, "entity": pl.String, "locator": pl.String}
    return pl.DataFrame({"currency": [currency], "entity": [entity], "locator": ["TABLE1!C17"]}, schema=schema)


@pytest.mark.parametrize(
    ("label", "entity", "code"),
    [
        ("Kroner", "DNK", "DKK"),
        ("Kroner", "NOR", "NOK"),
        ("Leks", "ALB", "ALL"),
        ("USD", "POL", "USD"),
        (None, "POL", None),
    ],
)
def test_a_currency_label_becomes_a_code_by_country(label: str | None, entity: str, code: str | None) -> None:
    assert resolve_currencies(money(label, entity), CURRENCIES, source="nato")["currency"].to_list() == [code]


@pytest.mark.parametrize("label", ["Ducats", "LCU", "NAC"])
def test_a_currency_label_that_is_neither_listed_nor_iso_4217_is_refused(label: str) -> None:
    with pytest.raises(UnmappedLabelError, match=f"'{label}' of DNK at TABLE1!C17"):
        resolve_currencies(money(label, "DNK"), CURRENCIES, source="nato")


def test_a_country_bound_label_does_not_serve_another_country() -> None:
    with pytest.raises(UnmappedLabelError, match="'Kroner' of SWE"):
        resolve_currencies(money("Kroner", "SWE"), CURRENCIES, source="nato")
