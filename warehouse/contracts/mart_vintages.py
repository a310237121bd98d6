"""Contracts of the marts that compare editions: what was revised, whose verdict changed, how far first estimates were off.

Belongs here: one source over time, and to which precision it prints. Does not belong here: one source against another (mart_comparison), verdicts (mart).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from transforms import vocabulary
from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts.mart import DERIVED
from warehouse.contracts.model import Column, Table

_FROM_EDITION: Final = replace(shared.EDITION_ID, name="from_edition_id", description="The earlier edition.")
_TO_EDITION: Final = replace(shared.EDITION_ID, name="to_edition_id", description="The later edition.")
_BREAK_IDS: Final = replace(
    shared.BREAK_IDS, description="Breaks of core.break that the later edition shows and the earlier one does not."
)
_PARTS: Final = (
    Column(
        "spending_part_pp",
        "DOUBLE",
        "Part of a share's change due to spending: `(E1-E0)*(1/Y0+1/Y1)/2*100`, current prices.",
        unit="pp",
        nullable=True,
    ),
    Column(
        "gdp_part_pp",
        "DOUBLE",
        "Part due to GDP: `(1/Y1-1/Y0)*(E0+E1)/2*100`, current prices.",
        unit="pp",
        nullable=True,
    ),
    Column(
        "method_part_pp",
        "DOUBLE",
        "The rest: published share less nominal ratio, later less earlier (deflators, cells set by hand, definition).",
        unit="pp",
        nullable=True,
    ),
)

PRINT_PRECISION: Final = Table(
    schema="mart",
    name="print_precision",
    description="To how many decimals an edition prints a series: the measure of what is a revision and what is rounding.",
    grain=("edition_id", "indicator", "unit", "price_basis", "variant"),
    columns=(
        shared.EDITION_ID,
        Column("indicator", "VARCHAR", "What is measured; see core.observation."),
        Column("unit", "VARCHAR", "Unit of the figures; see core.observation."),
        Column(
            "price_basis",
            "VARCHAR",
            "Current prices, constant prices, or none.",
            values=vocabulary.PRICE_BASES,
        ),
        Column("variant", "VARCHAR", "Which series, where there are several; see core.observation."),
        Column("figures", "INTEGER", "Figures that are not zero.", unit="figures", minimum=1),
        Column(
            "decimals",
            "SMALLINT",
            "Decimals that the figure with most of them carries; negative where the source prints in a larger unit; 9 for nine and more: not rounded. Null with fewer than six figures, which may all end in a zero by chance.",
            unit="decimals",
            nullable=True,
            minimum=-6,
            maximum=9,
        ),
        Column(
            "half_unit",
            "DOUBLE",
            "Half of the last printed digit: the most by which rounding can move a figure.",
            unit="see unit",
            nullable=True,
            minimum=0,
        ),
    ),
    source="core.observation",
    licence="counts of digits; free to use",
    reads=("core.observation",),
    sql="print_precision.sql",
)

REVISION: Final = Table(
    schema="mart",
    name="revision",
    description="What an edition prints otherwise than the one before it that prints the same series and year.",
    grain=(
        "source_id",
        "from_edition_id",
        "to_edition_id",
        "indicator",
        "entity",
        "year",
        "unit",
        "price_basis",
        "year_basis",
    ),
    columns=(
        shared.SOURCE_ID,
        _FROM_EDITION,
        _TO_EDITION,
        Column("indicator", "VARCHAR", "What is measured; see core.observation."),
        shared.ENTITY,
        shared.YEAR,
        Column("unit", "VARCHAR", "Unit of both values, with currency and base year: that of the later edition."),
        Column(
            "price_basis",
            "VARCHAR",
            "Current prices, constant prices, or none.",
            values=vocabulary.PRICE_BASES,
        ),
        Column(
            "year_basis",
            "VARCHAR",
            "Calendar year, fiscal year, or as the source files it.",
            values=vocabulary.YEAR_BASES,
        ),
        Column(
            "old_value",
            "DOUBLE",
            "Earlier figure in the unit of the later one: at the irrevocable rate in its currency; null where price bases or currencies cannot be compared.",
            unit="see unit",
            nullable=True,
        ),
        Column("new_value", "DOUBLE", "Later figure.", unit="see unit", nullable=True),
        Column(
            "change",
            "DOUBLE",
            "Later less earlier; null where price bases or currencies differ.",
            unit="see unit",
            nullable=True,
        ),
        Column("change_pct", "DOUBLE", "The same relative to the earlier figure.", unit="percent", nullable=True),
        Column(
            "kind",
            "VARCHAR",
            "`rebased`: constant prices of another year, not comparable in levels; `redenominated`: another currency; `outturn_replaces_estimate`; `same_at_print`: the same figure, printed to another precision; `revised`; `new` and `dropped`: printed by one of two complete editions only.",
            values=(
                "outturn_replaces_estimate",
                "revised",
                "same_at_print",
                "redenominated",
                "rebased",
                "new",
                "dropped",
            ),
        ),
        Column(
            "same_at_print",
            "BOOLEAN",
            "Print precision alone explains the change, of any kind: such a row is no revision and counts in no statistic.",
        ),
        Column(
            "half_print_unit",
            "DOUBLE",
            "Half a unit of the coarser of the two prints (mart.print_precision); null where figures cannot be compared, or where neither print is known.",
            unit="see unit",
            nullable=True,
            minimum=0,
        ),
        *_PARTS,
        Column("old_value_as_printed", "DOUBLE", "Earlier figure as printed.", unit="see old_unit", nullable=True),
        Column("old_unit", "VARCHAR", "Unit in which it was printed.", nullable=True),
        Column("old_status", "VARCHAR", "Status in the earlier edition.", values=vocabulary.STATUSES, nullable=True),
        Column("new_status", "VARCHAR", "Status in the later edition.", values=vocabulary.STATUSES, nullable=True),
        shared.FLAGS,
        _BREAK_IDS,
    ),
    source="core.observation",
    licence="by source, see core.edition.licence",
    reads=(
        "core.observation",
        "core.edition",
        "core.national_currency",
        "core.break",
        "core.membership",
        "mart.print_precision",
    ),
    joins=("core.edition", "core.revision_bound"),
    sql="revision.sql",
    may_be_empty=True,
    expectations=checks_of("mart.revision"),
    caveats=(
        "Pairs are formed series by series: a partial edition in between is compared in what it prints and does not hide the rest.",
        "An unchanged figure has no row, unless an outturn confirms an estimate (change = 0).",
        "Count and rank revisions without same_at_print: editions print to different precision, and rounding is no revision.",
        "An edition that was withdrawn before the later one appeared is not compared with it.",
    ),
)

HEADLINE_AUDIT: Final = Table(
    schema="mart",
    name="headline_audit",
    description="Whose verdict by a rule changed for one and the same year between two editions of NATO, and why.",
    grain=("rule_id", "edition_id", "year", "entity"),
    columns=(
        shared.RULE_ID,
        shared.EDITION_ID,
        shared.YEAR,
        shared.ENTITY,
        replace(_FROM_EDITION, description="Newest earlier edition that judges the same country and year."),
        Column("change", "VARCHAR", "Entered or left the list of those who meet the rule.", values=("entered", "left")),
        Column("old_value", "DOUBLE", "Figure in the earlier edition.", unit="percent"),
        Column("new_value", "DOUBLE", "Figure in this edition.", unit="percent"),
        Column("threshold", "DOUBLE", "Threshold of the rule.", unit="percent"),
        *_PARTS,
        Column("old_status", "VARCHAR", "Status of the figure in the earlier edition.", values=vocabulary.STATUSES),
        Column("new_status", "VARCHAR", "Status of the figure in this edition.", values=vocabulary.STATUSES),
        Column(
            "judged_in_both",
            "INTEGER",
            "Countries that this edition and an earlier one judge in that year.",
            unit="countries",
            minimum=1,
        ),
        Column(
            "met_before",
            "INTEGER",
            "Of those, how many met the rule by the earlier figure.",
            unit="countries",
            minimum=0,
        ),
        Column("met_after", "INTEGER", "Of those, how many meet it in this edition.", unit="countries", minimum=0),
        Column("in_force", "BOOLEAN", "The year is not before the rule's adoption."),
        shared.FLAGS,
        _BREAK_IDS,
        Column("old_definition", "VARCHAR", "Definition of spending that the earlier edition follows."),
        Column(
            "new_definition",
            "VARCHAR",
            "Definition that this edition follows; where it differs, see mart.definition_change.",
        ),
    ),
    source="mart.compliance, mart.revision",
    licence=DERIVED,
    reads=("mart.compliance", "mart.revision", "core.edition", "core.guideline"),
    sql="headline_audit.sql",
    may_be_empty=True,
    expectations=checks_of("mart.headline_audit"),
    caveats=(
        "The parts are null where an edition prints no money with the share (partial editions), and for the share of equipment.",
        "Where old_definition and new_definition differ, two definitions are compared: mart.definition_change lists which outturns were printed again unchanged.",
        "A part says what moved, not why: spending revised downwards may be a plan that was not carried out, a correction, or another definition.",
        "met_before and met_after count the countries that both editions judge; where no verdict changed there is no row, see mart.compliance_count.",
    ),
)

DEFINITION_CHANGE: Final = Table(
    schema="mart",
    name="definition_change",
    description="Two editions of NATO that follow two definitions of spending: how many countries print the same money all the same.",
    grain=("from_edition_id", "to_edition_id", "year"),
    columns=(
        _FROM_EDITION,
        _TO_EDITION,
        shared.YEAR,
        Column("from_definition", "VARCHAR", "Definition that the earlier edition follows."),
        Column("to_definition", "VARCHAR", "Definition that the later edition follows."),
        Column(
            "outturns_in_both",
            "BOOLEAN",
            "Every figure compared is an outturn in both editions: then a change of definition has nothing to hide behind. Else an estimate was replaced, too.",
        ),
        Column(
            "compared",
            "INTEGER",
            "Countries whose spending at current prices both editions print in the same national currency; the United States' US$ are not among them.",
            unit="countries",
            minimum=0,
        ),
        Column(
            "unchanged", "INTEGER", "Of those, how many print the same at print precision.", unit="countries", minimum=0
        ),
        Column("entities", "VARCHAR[]", "The countries compared, sorted."),
        Column("changed_entities", "VARCHAR[]", "Of those, the ones that print another figure, sorted."),
        Column("redenominated_entities", "VARCHAR[]", "Countries left out because their currency changed, sorted."),
    ),
    source="core.observation (NATO)",
    licence=DERIVED,
    reads=("core.observation", "core.edition", "core.country", "mart.print_precision"),
    sql="definition_change.sql",
    may_be_empty=True,
    expectations=checks_of("mart.definition_change"),
    caveats=(
        "That outturns come again unchanged clears the definition for those years; of years that were estimates it proves nothing.",
    ),
)

FIRST_ESTIMATE_ERROR: Final = Table(
    schema="mart",
    name="first_estimate_error",
    description="How far the first published estimates of a share of GDP were from what later editions of NATO print.",
    grain=("from_edition_id", "to_edition_id", "horizon"),
    columns=(
        _FROM_EDITION,
        _TO_EDITION,
        Column(
            "horizon",
            "INTEGER",
            "0: estimate of the year of publication; 1: of the year before.",
            unit="years",
            minimum=0,
            maximum=1,
        ),
        Column("n", "INTEGER", "Countries and years compared.", unit="figures", minimum=1),
        Column(
            "n_outturns",
            "INTEGER",
            "Of those, how many are outturns in the later edition; the others are estimates still.",
            unit="figures",
            minimum=0,
        ),
        Column(
            "mean_pp", "DOUBLE", "Mean of later less first share, 0 where print precision alone explains it.", unit="pp"
        ),
        Column("mean_absolute_pp", "DOUBLE", "Mean of its size.", unit="pp", minimum=0),
        Column(
            "revised_down_pct",
            "DOUBLE",
            "Share of the figures that went down by more than print precision explains.",
            unit="percent",
            minimum=0,
            maximum=100,
        ),
        Column("rests_on_partial_edition", "BOOLEAN", "Whether one of the two editions is held in part only."),
        Column("entities", "VARCHAR[]", "Countries compared, sorted."),
        Column(
            "errors_pp",
            "DOUBLE[]",
            "Later less first share of each, in the order of entities; 0 where print precision alone explains it.",
            unit="pp",
        ),
        Column("definition_differs", "BOOLEAN", "Whether the two editions follow two definitions of spending."),
        Column(
            "entities_with_break",
            "VARCHAR[]",
            "Of the countries, those whose later figure shows a break of core.break that the first did not, sorted.",
        ),
    ),
    source="core.observation (NATO)",
    licence=DERIVED,
    reads=("core.observation", "core.edition", "core.country", "mart.print_precision"),
    sql="first_estimate_error.sql",
    may_be_empty=True,
    expectations=checks_of("mart.first_estimate_error"),
    caveats=("Few edition pairs are held: n_outturns and rests_on_partial_edition say what a figure is based on.",),
)

TABLES: Final = (PRINT_PRECISION, REVISION, HEADLINE_AUDIT, DEFINITION_CHANGE, FIRST_ESTIMATE_ERROR)
