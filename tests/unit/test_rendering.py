"""Every value is printed whole, in each format and at each width, and a figure as its source prints it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from warehouse.reading.rendering import Format, print_rows, table_cells, undusted
from warehouse.reading.table_layout import TextColumn, lay_out, wrap


def printed(
    rows: pl.DataFrame, form: Format, width: int | None = None, monkey: pytest.MonkeyPatch | None = None
) -> str:
    if monkey and width:
        monkey.setenv("COLUMNS", str(width))
    screen = Console(file=io.StringIO(), width=width)
    print_rows(screen, rows, form)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def bare(text: str) -> str:
    return "".join(text.split())


ROWS = pl.DataFrame(
    {
        "edition_id": ["nato:2026-07-10", "sipri:1949-2024_2"],
        "gap_national_currency_m": [64961.71, -1286593.87],
        "verdict": ["not_met", "met"],
        "flags": [["estimate", "rounding_sensitive"], []],
        "reason": ["expected [header, rows], found [/x]", "a sentence that is longer than the terminal is wide: " * 3],
        "url": ["https://www.nato.int/content/dam/nato/webready/documents/finance/def-exp-2026-en.xlsx", ""],
    }
)


@pytest.mark.parametrize("width", [20, 40, 80, 120, 400])
def test_no_cell_loses_a_character_at_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    found = bare(printed(ROWS, Format.TABLE, width, monkeypatch))
    for cell in ("nato:2026-07-10", "sipri:1949-2024_2", "64,961.71", "-1,286,593.87", *ROWS["reason"], *ROWS["url"]):
        assert bare(cell) in found


@pytest.mark.parametrize("width", [40, 80, 120])
def test_numbers_and_keys_are_on_one_line(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    lines = printed(ROWS, Format.TABLE, width, monkeypatch).splitlines()
    for whole in ("-1,286,593.87", "sipri:1949-2024_2", "not_met"):
        assert any(whole in line for line in lines), whole


# Letters, digits, signs and wide characters; blanks within, none at the ends of a line, where none can be seen.
WORDS = st.lists(st.text("aZ_:9-.[]/é東\\", min_size=1, max_size=30), max_size=8).map(" ".join)


@given(
    st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4),
    st.sampled_from([40, 80, 120]),
    st.sampled_from(["nothing", "key"]),
)
def test_a_layout_holds_each_cell_and_keeps_to_the_width_where_words_allow(
    rows: list[tuple[str, str, str]], width: int, number: str
) -> None:
    names = ("key", "a_name_of_parts", "with words")
    columns = [
        TextColumn(name, cells, numeric=name == number)
        for name, cells in zip(names, zip(*rows, strict=True), strict=True)
    ]
    lines = [line.plain for line in lay_out(columns, width)]
    longest = max(len(word.encode()) for row in rows for cell in row for word in (*cell.split(), "a_name_of_parts"))
    if number == "nothing" and longest < width - len("a_name_of_parts") - 2:
        assert all(Text(line).cell_len <= width for line in lines)
    for row in rows:
        for cell in row:
            for word in cell.split():
                assert any(word in line for line in lines), word


@given(WORDS, st.integers(1, 60))
def test_wrapped_text_is_the_text(text: str, width: int) -> None:
    assert " ".join(line.plain for line in wrap(Text(text), width)) == text


def test_what_fits_is_a_table_and_what_does_not_is_a_block_a_row() -> None:
    columns = [TextColumn("key", ["a", "b"], numeric=False), TextColumn("text", ["x" * 30, "y" * 30], numeric=False)]
    assert [line.plain for line in lay_out(columns, 35)] == ["key  text", f"a    {'x' * 30}", f"b    {'y' * 30}"]
    assert [line.plain for line in lay_out(columns, 34)][:2] == ["key   a", f"text  {'x' * 30}"]


def test_what_is_the_same_in_every_row_of_a_wide_table_is_said_once() -> None:
    columns = [
        TextColumn("country", ["Albania", "Belgium"], numeric=False),
        TextColumn("edition_id", ["nato:2026-07-10"] * 2, numeric=False),
    ]
    lines = [line.plain for line in lay_out(columns, 20)]
    assert lines == ["in every row:", "edition_id =", "nato:2026-07-10", "country", "Albania", "Belgium"]


@pytest.mark.parametrize("form", list(Format))
def test_text_in_brackets_is_text(form: Format) -> None:
    assert "expected [header, rows], found [/x]" in printed(ROWS, form)


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        (2.0 - 1.99, 0.01),
        (20.0 - 19.99, 0.01),
        (3.5 - 3.49, 0.01),
        (15191.999999999987, 15192.0),
        (90968.60800000001, 90968.608),
        (0.1 + 0.2, 0.3),
    ],
)
def test_the_dust_of_subtraction_is_not_printed(value: float, figure: float) -> None:
    assert value != figure
    assert undusted(value) == figure


@pytest.mark.parametrize(
    "value",
    [2.1204593839251, 16.48925714285724, 1 / 3, 6.9e-14, 1.23456789e-20, 27900.0, -0.01, 0.0, 1e300, 123456789012.34],
)
def test_a_figure_without_dust_is_printed_as_it_is(value: float) -> None:
    assert undusted(value) == value


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 4))
def test_what_a_source_prints_with_few_digits_stays(digits: int, decimals: int) -> None:
    value = float(Decimal(digits).scaleb(-decimals))
    assert undusted(value) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_figure_moves_by_more_than_the_dust(value: float) -> None:
    assert abs(undusted(value) - value) <= 1e-11 * abs(value)


def test_csv_and_json_print_the_figure_that_the_source_prints() -> None:
    rows = pl.DataFrame({"gap_pp": [2.0 - 1.99]})
    assert printed(rows, Format.CSV) == "gap_pp\n0.01\n"
    assert json.loads(printed(rows, Format.JSON)) == [{"gap_pp": 0.01}]


def test_json_has_null_for_what_is_no_number() -> None:
    rows = pl.DataFrame({"a": [math.nan, math.inf, -math.inf, None, 1.5], "b": [[math.nan], [], None, [1.0], [2.0]]})

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(printed(rows, Format.JSON), parse_constant=refuse)
    assert [row["a"] for row in found] == [None, None, None, None, 1.5]
    assert found[0]["b"] == [None]


def test_json_keeps_decimals_and_large_numbers() -> None:
    values = [Decimal("1.10"), 2**100, Decimal("0.12345678901234567890"), dt.date(2026, 7, 10)]
    rows = pl.DataFrame({"v": pl.Series(values, dtype=pl.Object)})
    found = [row["v"] for row in json.loads(printed(rows, Format.JSON))]
    assert found == [1.1, 2**100, "0.12345678901234567890", "2026-07-10"]


def test_a_table_gives_a_column_the_decimals_that_its_source_prints() -> None:
    assert table_cells([2.0, 1.99, None]) == ["2.00", "1.99", ""]
    assert table_cells([1.0823, 0.9]) == ["1.0823", "0.9000"]
    assert table_cells([1809.913, 0.5]) == ["1,809.91", "0.50"]


def test_a_table_rounds_what_is_computed_and_never_to_nothing() -> None:
    assert table_cells([9949.149, 1 / 3, 0.00326, -0.000274, 0.0]) == ["9,949.15", "0.33", "0.0033", "-0.00027", "0.00"]


def test_csv_for_excel_has_its_mark_and_keeps_text_text() -> None:
    rows = pl.DataFrame({"title": ["=1+1", "+x", "-y", "@z", "Türkiye"], "gap_pp": [-1.5, 0.01, 2.0, None, 3.0]})
    text = printed(rows, Format.CSV_EXCEL)
    assert text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}title,gap_pp\r\n'=1+1,-1.5\r\n'+x,0.01\r\n'-y,2.0\r\n'@z,\r\n")
    assert "=1+1,-1.5" in printed(rows, Format.CSV).splitlines(), "plain CSV says what the warehouse says"


def test_csv_reads_back() -> None:
    (first, _) = csv.DictReader(io.StringIO(printed(ROWS, Format.CSV)))
    assert (first["flags"], first["reason"]) == ("estimate;rounding_sensitive", ROWS["reason"][0])
