"""docs/questions.md: every figure that an answer states is in the output below it, which other tests compare."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.docs.blocks import REPOSITORY, blocks_of

PAGE = REPOSITORY / "docs" / "questions.md"
_FIGURE = re.compile(r"(?<![\w.:/-])\d[\d,]*\.\d+(?![\w.])")
_PRINTED = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w.])")
_SECTION = re.compile(r"^### (?P<number>\d+)\. (?P<question>[^\n]+)\n(?P<text>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_ANSWER = re.compile(r"^\*\*(.+?)\*\*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Section:
    """A question, the bold sentence that answers it, and what its commands print."""

    number: int
    question: str
    answers: list[str]
    printed: list[float]


def number(text: str) -> float:
    return float(text.replace(",", ""))


def sections() -> list[Section]:
    outputs = {block.body: block.output or "" for block in blocks_of(PAGE)}
    found = []
    for section in _SECTION.finditer(PAGE.read_text(encoding="utf-8")):
        text = section["text"]
        prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        printed = " ".join(output for body, output in outputs.items() if body in text)
        figures = [number(figure) for figure in _PRINTED.findall(printed)]
        answers = [" ".join(answer.split()) for answer in _ANSWER.findall(prose)]
        found.append(Section(int(section["number"]), section["question"], answers, figures))
    return found


SECTIONS = sections()


def is_printed(figure: str, printed: list[float]) -> bool:
    """Whether the figure is one of those printed, without its sign, rounded to the digits that the answer has."""
    digits = len(figure.partition(".")[2])
    return any(abs(abs(value) - number(figure)) <= 0.5 * 10**-digits + 1e-9 for value in printed)


def test_there_are_twenty_five_questions() -> None:
    assert [section.number for section in SECTIONS] == list(range(1, 26))


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.number} {section.question}")
def test_a_question_has_one_answer_whose_figures_are_printed_below_it(section: Section) -> None:
    (answer,) = section.answers
    asked = _FIGURE.findall(section.question)
    stated = [figure for figure in _FIGURE.findall(answer) if figure not in asked]
    assert [figure for figure in stated if not is_printed(figure, section.printed)] == []


@pytest.mark.parametrize(
    ("figure", "printed", "found"),
    [("57.4", [57.41], True), ("57.5", [57.41], False), ("0.54", [-0.54], True), ("1,032.85", [1032.85], True)],
)
def test_a_figure_is_looked_up_as_it_is_rounded(figure: str, printed: list[float], *, found: bool) -> None:
    assert is_printed(figure, printed) is found
