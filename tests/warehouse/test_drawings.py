"""A chart is drawn once: again only when its rows, its words or its code are others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse.publication.report.charts import Chart, Row
from warehouse.publication.report.comparisons import DRAWINGS
from warehouse.publication.report.drawings import Drawings, Wanted
from warehouse.publication.report.vega_lite import Spec, drawing, mark, number

drawn: list[int] = []


def one_point(rows: Sequence[Row], width: int) -> Spec:
    drawn.append(width)
    point = mark("point", {"x": number("year"), "y": number("share_pct")}, data="rows")
    return drawing(point, {"rows": rows}, width=width)


CHART = Chart("c", "Title", "Description", one_point, [{"year": 2024, "share_pct": 2.1}])


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    drawn.clear()


def test_a_chart_of_the_same_rows_is_drawn_once(tmp_path: Path) -> None:
    first = Drawings(tmp_path).svg(CHART, 300)

    assert (Drawings(tmp_path).svg(CHART, 300), drawn) == (first, [300])


@pytest.mark.parametrize(
    "other",
    [
        replace(CHART, rows=[{"year": 2024, "share_pct": 2.2}]),
        replace(CHART, title="Another title"),
        replace(CHART, description="Another description"),
    ],
    ids=["rows", "title", "description"],
)
def test_another_chart_is_drawn_anew(tmp_path: Path, other: Chart) -> None:
    drawings = Drawings(tmp_path)
    assert drawings.svg(other, 300) != drawings.svg(CHART, 300)
    assert drawn == [300, 300]


def test_the_picture_file_is_of_the_same_drawing(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path)

    assert drawings.png(CHART, 300).startswith(b"\x89PNG")
    assert (drawings.png(CHART, 300)[:4], drawn) == (b"\x89PNG", [300])


def test_what_the_newest_publication_does_not_show_is_dropped(tmp_path: Path) -> None:
    Drawings(tmp_path).svg(CHART, 300)
    newer = Drawings(tmp_path)
    newer.svg(CHART, 400)

    newer.drop_others()

    assert [path.name.rpartition("-")[2] for path in tmp_path.iterdir()] == ["400.svg"]


def test_what_another_process_draws_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    row = {
        "year": 2024,
        "status": "actual",
        "base_year": 2021,
        "us_share_current_pct": 60.0,
        "us_share_constant_pct": 59.0,
    }
    wanted = [Wanted(Chart(f"c{n}", "T", "D", DRAWINGS["us-share"], [row]), 300 + n, png=n == 0) for n in range(12)]

    with Drawings(tmp_path) as drawings, drawings.meanwhile(wanted):
        while not list(tmp_path.glob("*.png")):  # the first, which this process would draw last
            time.sleep(0.01)

    assert len(list(tmp_path.glob("*.svg"))) == 12
    assert [drawings.svg(each.chart, each.width) for each in wanted] == [w.chart.svg(w.width) for w in wanted]
