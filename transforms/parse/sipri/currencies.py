"""Currencies that are not the printed ones, as the sheets of one workbook prove it.

Belongs here: what follows from the exchange rates that the workbook itself used. Does not belong here: ISO codes of
labels (currency_labels.csv), and official rates (the checks of core.observation).

The sheets in local currency (calendar years) and in current US$ print the same spending twice; their ratio is the
exchange rate that SIPRI used. A row is in the candidate currency to which its rate is nearest; SIPRI's rates of one
currency differ by rounding and by the day of the download (euros of 2025: 0.923890 in most rows, 0.924462 in Croatia's,
0.06 % apart), and the candidates by far more (kuna and euro by the factor 7.5345).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.errors import ValueRefusedError
from transforms.parse.sipri.contradictions import note_with, rates, withheld
from transforms.parse.sipri.findings import Findings

# One figure in two sheets: the same to a thousandth, in files saved by any tool.
_SAME: Final = 1e-3
# The kuna floated within 4 % of its later rate to the euro from 1999 to 2022, the lev was pegged.
_NEAR: Final = 0.1
_EURO_SINCE: Final = 1999

# Labels of April 2021 are in lower case and partly plural: "euros", "US dollar".
_US_DOLLARS: Final = r"(?i)^US dollars?$"
_SOME_DOLLARS: Final = r"(?i)^dollars?$"
_EURO: Final = r"(?i)^euros?$"

_NOT_US_DOLLARS: Final = "printed as US dollars, but not the figure of Current US$; currency unknown"
# ISO 4217's code for "no currency": the row of a figure in an unknown one is not that of Current US$.
_NO_CURRENCY: Final = "XXX"
# Rows printed "US dollars" whose figures are not, with the years of which that is known. Footnote 36 of the release of
# April 2025: "Figures for Zimbabwe's military spending from 2019 are quoted in old Zimbabwean dollars"; a new one was
# introduced in May 2024, so later years may be in either.
_QUOTED_IN: Final[Mapping[str, tuple[str, int, int]]] = {"Zimbabwe": ("ZWL", 2019, 2024)}


def with_true_currencies(frame: pl.DataFrame, former: Mapping[str, float], findings: Findings) -> pl.DataFrame:
    """Replace a printed currency by the ISO 4217 code of the one in which the figures are.

    `former` gives, by label, the irrevocable rate to the euro of the states that joined it: units of the former
    currency for one euro. Croatia prints "Kunas" over figures in euros since April 2024 (1949 to date), Liberia
    "Dollars" over US dollars (footnote 25), Zimbabwe "US dollars" over Zimbabwean ones from 2019. Where figures printed
    as US dollars are not those of Current US$ and no footnote says what they are (Zimbabwe 1965-2018 in April 2022),
    the local figure is withheld. Every other label stays as printed.
    Obstacle: most rows in US dollars are not those of Current US$: a sheet has changed its unit.
    """
    implied = rates(frame)
    corrected = _with_euros(frame, _in_euros(implied, former), findings)
    for label, currency in _in_us_dollars(implied).iter_rows():
        rows = (pl.col("entity_label") == label) & (pl.col("currency") == currency)
        corrected = _replaced(corrected, rows, "USD", "its figures are those of Current US$")
    return _without_false_dollars(corrected, implied, findings)


def _in_euros(implied: pl.DataFrame, former: Mapping[str, float]) -> pl.DataFrame:
    """entity_label, year, currency, code ("EUR", null for the former currency, "" for neither) since 1999."""
    in_euro = pl.col("currency").str.contains(_EURO)
    euro = implied.filter(in_euro).group_by("year").agg(euro_rate=pl.col("rate").median())
    irrevocable = pl.DataFrame(
        {"entity_label": list(former), "irrevocable": list(former.values())},
        schema={"entity_label": pl.String, "irrevocable": pl.Float64},
    )
    per_euro = pl.col("rate") / pl.col("euro_rate")
    return (
        implied.filter(~in_euro & (pl.col("year") >= _EURO_SINCE))
        .join(irrevocable, on="entity_label", maintain_order="left")
        .join(euro, on="year", maintain_order="left")
        .select(
            "entity_label",
            "year",
            "currency",
            code=pl.when(_near(per_euro))
            .then(pl.lit("EUR"))
            .when(~_near(per_euro / pl.col("irrevocable")))
            .then(pl.lit("")),
        )
    )


def _near(ratio: pl.Expr) -> pl.Expr:
    return ratio.log().abs() <= _NEAR


def _with_euros(frame: pl.DataFrame, proven: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Each figure in the currency of the nearest year that is proven; that of no known currency is withheld."""
    if proven.is_empty():
        return frame
    labels = proven["entity_label"].unique().implode()
    concerned = (
        frame.filter(pl.col("entity_label").is_in(labels))
        .join(proven.select("entity_label", "currency").unique(), on=["entity_label", "currency"])
        .select("entity_label", "year", "currency", "locator")
        .sort("year")
        .join_asof(
            proven.sort("year"),
            on="year",
            by=["entity_label", "currency"],
            strategy="nearest",
            check_sortedness=False,  # polars cannot check it by group; both sides are sorted here
        )
    )
    in_euros = pl.col("locator").is_in(concerned.filter(pl.col("code") == "EUR")["locator"].implode())
    frame = _replaced(frame, in_euros, "EUR", "its figures convert at the euro's rate")
    neither = concerned.filter(pl.col("code") == "").join(
        frame.filter(pl.col("value").is_not_null()), on="locator", how="semi"
    )
    said = "withheld, converts neither at the rate of the currency that is printed nor at that of the euro"
    for row in neither.iter_rows(named=True):
        findings.notice(said.capitalize(), f"{row['entity_label']} {row['year']}", row["locator"])
    return withheld(frame, pl.col("locator").is_in(neither["locator"].implode()), pl.lit(said))


def _in_us_dollars(implied: pl.DataFrame) -> pl.DataFrame:
    """entity_label, currency of the rows that print "Dollars" and are equal to Current US$ in every year."""
    return (
        implied.filter(pl.col("currency").str.contains(_SOME_DOLLARS))
        .group_by("entity_label", "currency", maintain_order=True)
        .agg(apart=(pl.col("rate") - 1).abs().max())
        .filter(pl.col("apart") <= _SAME)
        .select("entity_label", "currency")
    )


def _without_false_dollars(frame: pl.DataFrame, implied: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    dollars = implied.filter(pl.col("currency").str.contains(_US_DOLLARS))
    false = dollars.filter((pl.col("rate") - 1).abs() > _SAME)
    if 2 * false["entity_label"].n_unique() > dollars["entity_label"].n_unique():
        row = false.row(0, named=True)
        findings.obstacles.add(
            ValueRefusedError(
                place=row["locator"],
                expected=f"{row['entity_label']} {row['year']} in US dollars, as printed and as in Current US$",
                found=f"{row['rate']:g} times the figure of Current US$",
                advice="read the footnotes on the currency; the unit of the sheet may have changed too",
            )
        )
        return frame
    for label, years in false.group_by("entity_label", maintain_order=True):
        frame = _without_dollars_of(frame, str(label[0]), years, dollars, findings)
    return frame


def _without_dollars_of(
    frame: pl.DataFrame, label: str, false: pl.DataFrame, dollars: pl.DataFrame, findings: Findings
) -> pl.DataFrame:
    """One state's figures in the currency that a footnote names, else withheld.

    `false` are its years that contradict Current US$, `dollars` the rates of all rows in US dollars. Where most years
    of a span contradict, the row is in an unknown currency in all of them: a year that fits does so by chance.
    """
    printed_so = (pl.col("entity_label") == label) & pl.col("currency").str.contains(_US_DOLLARS)
    code, first, last = _QUOTED_IN.get(label, ("", 0, 0))
    quoted = pl.col("year").is_between(first, last)
    explained = false.filter(quoted)["year"]
    rows = (printed_so & pl.col("year").is_in(explained.implode())).fill_null(value=False)
    frame = _replaced(frame, rows, code, "it is not the figure of Current US$") if len(explained) else frame
    unknown = false.filter(~quoted)
    if unknown.is_empty():
        return frame
    span = pl.col("year").is_between(unknown["year"].min(), unknown["year"].max())
    compared = dollars.filter((pl.col("entity_label") == label) & span)
    if 2 * unknown.height <= compared.height:
        span = pl.col("year").is_in(unknown["year"].implode())
    concerned = frame.filter(printed_so & span)
    lost = concerned.filter(pl.col("value").is_not_null())
    for year, cells in lost.group_by("year", maintain_order=True):
        findings.notice(f"Withheld, {_NOT_US_DOLLARS}", f"{label} {year[0]}", cells["locator"][0], cells=cells.height)
    of_unknown = pl.col("locator").is_in(concerned["locator"].implode())
    marked = withheld(frame, pl.col("locator").is_in(lost["locator"].implode()), pl.lit(f"withheld: {_NOT_US_DOLLARS}"))
    return marked.with_columns(currency=pl.when(of_unknown).then(pl.lit(_NO_CURRENCY)).otherwise(pl.col("currency")))


def _replaced(frame: pl.DataFrame, rows: pl.Expr, code: str, reason: str) -> pl.DataFrame:
    explained = pl.format(f"printed as {{}}, read as {code}: {reason}", "currency")
    return frame.with_columns(
        currency=pl.when(rows).then(pl.lit(code)).otherwise(pl.col("currency")), note=note_with(explained, rows)
    )
