"""Reading figures that somebody copied by hand: what is no plain number is refused with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.parsing import parse
from orchestration.ingest.sources import imf
from transforms.errors import PayloadError, ValueRefusedError
from transforms.parse.transcription import read_transcription


def shares_of_poland(printed: str) -> bytes:
    return f"measure,geo,y2022,y2023\ncore_share_gdp,PL,2.21,{printed}\n".encode()


def read(printed: str) -> list[float | None]:
    frame = read_transcription(
        shares_of_poland(printed), file_name="copy.csv", base_year=2021, estimate_years=frozenset(), currencies={}
    )
    return frame["value"].to_list()


def test_a_copied_figure_is_read_and_one_left_out_is_missing() -> None:
    assert read("3.26") == [2.21, 3.26]
    assert read("") == [2.21, None]


@pytest.mark.parametrize("printed", ['"3,26"', "3.O1", "NaN", "inf", "3.26*", "1_000"])
def test_what_is_no_plain_number_is_refused_with_its_place(printed: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        read(printed)
    assert refused.value.place == "copy.csv!core_share_gdp,PL,2023"


def test_an_archive_of_replies_that_is_cut_off_is_refused_as_a_payload() -> None:
    _, sidecar = next(bundled_editions("imf"))
    with pytest.raises(PayloadError, match="a whole zip archive of replies"):
        parse(b"PK\x03\x04 cut off", replace(sidecar, format=imf.DATAMAPPER.name))
