"""An explanation for a person: a tree from the figure to its cells, and the editions below it. And as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from rich.markup import escape
from rich.text import Text
from rich.tree import Tree

from warehouse.reading.explain import OBSERVATION, Edition, Figure, Value
from warehouse.reading.rendering import plain
from warehouse.reading.table_layout import wrap

_SIGNIFICANT: Final = 10  # digits; what is printed is never longer, and binary rounding errors are not shown
_BRANCH, _LAST_BRANCH, _STEM, _BLANK = "├── ", "└── ", "│   ", "    "
_NARROWEST: Final = 20  # characters that a line has, however deep it lies


def explanation_lines(figures: Sequence[Figure], width: int | None) -> list[Text]:
    """Each figure as a tree, then once every edition behind them, in lines of `width` characters (None: any).

    Nothing is cut: lines wrap between words, and a word that is longer than a line stays whole.
    """
    editions = {cell.edition.edition_id: cell.edition for figure in figures for cell in figure.cells()}
    oldest_first = sorted(editions.values(), key=lambda e: (e.published_on, e.edition_id))
    trees = [*map(_tree, figures), *map(_edition, oldest_first)]
    return [line for tree in trees for line in _lines(tree, width, "", "")]


def _lines(tree: Tree, width: int | None, first: str, others: str) -> Iterator[Text]:
    """The tree's lines, with guides before them; Rich would cut what is longer than the terminal."""
    label = Text.from_markup(str(tree.label), emoji=False)
    stem = _STEM if tree.children else ""
    for number, line in enumerate(wrap(label, max(width - len(first), _NARROWEST)) if width else [label]):
        yield Text(first if number == 0 else others + stem) + line
    for child in tree.children:
        is_last = child is tree.children[-1]
        yield from _lines(
            child, width, others + (_LAST_BRANCH if is_last else _BRANCH), others + (_BLANK if is_last else _STEM)
        )


def to_json(figures: Sequence[Figure]) -> str:
    """The explanations as a JSON list; days and times in ISO 8601."""
    records = [plain(_record(figure)) for figure in figures]
    return json.dumps(records, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _record(figure: Figure) -> dict[str, object]:
    record = {name: getattr(figure, name) for name in Figure.__slots__ if name not in {"inputs", "cell"}}
    record["id"] = figure.id
    record["inputs"] = {
        name: _record(found) if isinstance(found, Figure) else [_record(item) for item in found]
        for name, found in figure.inputs.items()
    }
    record["cell"] = asdict(figure.cell) if figure.cell else None
    return record


def _tree(figure: Figure) -> Tree:
    tree = Tree(_headline(figure, ""))
    _grow(tree, figure, set())
    return tree


def _headline(figure: Figure, name: str) -> str:
    marks = ", ".join(dict.fromkeys(filter(None, [figure.status if figure.value is not None else None, *figure.flags])))
    unit = figure.unit if figure.value is not None else None
    label = f"{name} = " if name else ""
    return (
        f"[bold]{label}{escape(shown(figure.value))}[/]{f' {unit}' if unit else ''}"
        f"  [dim]{figure.id}[/] {escape(_key(figure))}{f'  [yellow]{escape(marks)}[/]' if marks else ''}"
    )


def _grow(tree: Tree, figure: Figure, shown_already: set[int]) -> None:
    """Add what a figure comes from; what is in this tree already is not repeated."""
    if figure.formula and id(figure) in shown_already:
        tree.add("[dim]as above[/]")
        return
    shown_already.add(id(figure))
    if figure.cell:
        cell = figure.cell
        tree.add(f"printed in [cyan]{escape(cell.edition.edition_id)}[/] at [cyan]{escape(cell.locator)}[/]")
        for text in filter(None, [cell.note, f"republished from {cell.derived_from}" if cell.derived_from else None]):
            tree.add(f"note: {escape(text)}")
        if cell.availability != "reported":
            tree.add(f"no figure: {cell.availability}")
    if figure.citation:
        tree.add(f"cited from {escape(figure.citation)}")
    if figure.formula:
        outcome = f" [dim]→ {escape(shown(figure.recomputed))}, as published[/]" if figure.agrees else ""
        if figure.agrees is False:
            outcome = f" [bold red]→ {escape(shown(figure.recomputed))}, NOT as published[/]"
        branch = tree.add(f"= [green]{escape(' '.join(figure.formula.split()))}[/]{outcome}")
        for name, found in figure.inputs.items():
            if isinstance(found, Figure):
                _grow(branch.add(_headline(found, name)), found, shown_already)
            else:
                _grow_list(branch.add(f"[bold]{name}[/]: {len(found)} figures"), found, shown_already)


def _grow_list(tree: Tree, figures: Sequence[Figure], shown_already: set[int]) -> None:
    """One line a figure where all are printed in cells; else a branch each."""
    for figure in figures:
        if figure.cell:
            tree.add(f"{_headline(figure, '')}  [cyan]{escape(figure.cell.locator)}[/]")
        else:
            _grow(tree.add(_headline(figure, "")), figure, shown_already)


def _key(figure: Figure) -> str:
    key = figure.key
    if figure.table == OBSERVATION:
        return " ".join(str(key[name]) for name in ("entity", "year", "indicator", "edition_id"))
    return " ".join(str(value) for value in key.values() if value is not None)


def _edition(edition: Edition) -> Tree:
    tree = Tree(f"[cyan]{escape(edition.edition_id)}[/] {escape(edition.title)}, published {edition.published_on}")
    tree.add(f"file     {escape(edition.url)}")
    made_from = f" (made from a file with {edition.source_sha256})" if edition.source_sha256 else ""
    tree.add(f"sha256   {edition.sha256}{made_from}")
    tree.add(f"held     {edition.completeness}, {edition.origin}, retrieved {edition.retrieved_at:%Y-%m-%d %H:%M} UTC")
    tree.add(f"page     {escape(edition.source_page)}")
    tree.add(f"licence  {escape(edition.licence)}")
    tree.add(f"cite     {escape(edition.citation)}")
    if edition.note:
        tree.add(f"note     {escape(edition.note)}")
    return tree


def shown(value: Value) -> str:
    """A value for a reader: ten significant digits, thousands apart; `nothing` where there is none."""
    if value is None:
        return "nothing"
    if isinstance(value, float):
        text = f"{value:,.{_SIGNIFICANT}g}" if abs(value) < 10**_SIGNIFICANT else f"{value:,.0f}"
        return text.replace("-0", "0") if text == "-0" else text
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return str(value)
