"""The sheets of the Excel workbook: queries over the tables, each with what it shows.

Belongs here: which sheets, in which order. Does not belong here: how they look (warehouse.reading.workbook).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a query over the tables in `needs`, whose columns are explained by the contracts of those tables."""

    title: str
    about: str
    needs: Sequence[str]
    query: str


_LATEST_YEAR: Final = (
    "(SELECT max(year) FROM compliance_latest WHERE rule_id = 'hague_core_3_5pct' AND value IS NOT NULL)"
)
SHEETS: Final = (
    Sheet(
        "League table",
        "Every Ally in the last year held: share of GDP, distance to 3.5 %, 2 % and equipment beside it",
        ("mart.compliance",),
        f"""SELECT k.name AS country, h.entity, h.year, h.value, h.status, h.gap_pp, h.gap_national_currency_m, h.currency,
                   h.gap_usd_current_m, h.verdict AS verdict_3_5_pct, w.verdict AS verdict_2_pct, e.value AS equipment_share_pct,
                   h.flags, h.edition_id
            FROM compliance_latest AS h JOIN core.country AS k ON k.iso3 = h.entity
            JOIN compliance_latest AS w ON w.rule_id = 'wales_2pct' AND w.entity = h.entity AND w.year = h.year
            LEFT JOIN compliance_latest AS e ON e.rule_id = 'wales_equipment_20pct' AND e.entity = h.entity AND e.year = h.year
            WHERE h.rule_id = 'hague_core_3_5pct' AND h.year = {_LATEST_YEAR} AND h.verdict <> 'not_applicable'
            ORDER BY h.value DESC NULLS LAST""",
    ),
    Sheet(
        "Compliance",
        "Verdict and gap of every Ally under every rule and in every year, as known now",
        ("mart.compliance",),
        """SELECT k.name AS country, c.* FROM compliance_latest AS c JOIN core.country AS k ON k.iso3 = c.entity
           WHERE c.verdict <> 'not_applicable' ORDER BY c.rule_id, c.year DESC, c.value DESC NULLS LAST""",
    ),
    Sheet(
        "Counts",
        "How many Allies meet each rule, in every edition",
        ("mart.compliance_count",),
        "SELECT * FROM mart.compliance_count ORDER BY rule_id, year, edition_id",
    ),
    Sheet(
        "Changed sides",
        "Who entered or left the list of those who meet a rule by a revision, and why",
        ("mart.headline_audit",),
        """SELECT k.name AS country, h.* FROM mart.headline_audit AS h JOIN core.country AS k ON k.iso3 = h.entity
           ORDER BY rule_id, edition_id, year, change, country""",
    ),
    Sheet(
        "Revisions",
        "What NATO's newest edition prints otherwise for shares of GDP, split into spending, GDP and method",
        ("mart.revision",),
        """SELECT r.* FROM mart.revision AS r WHERE r.source_id = 'nato' AND r.indicator = 'defence_share_of_gdp'
           AND r.to_edition_id IN (SELECT edition_id FROM edition_latest) AND r.kind NOT IN ('new', 'dropped') AND NOT r.same_at_print
           ORDER BY abs(change) DESC NULLS LAST""",
    ),
    Sheet("Groups", "Groups of Allies on three membership bases", ("mart.aggregate",), "SELECT * FROM mart.aggregate"),
    Sheet(
        "Burden",
        "What each Ally carries beside its economic weight",
        ("mart.burden",),
        "SELECT k.name AS country, b.* FROM mart.burden AS b JOIN core.country AS k ON k.iso3 = b.entity ORDER BY edition_id DESC, year DESC, rank_in_year",
    ),
    Sheet(
        "Definitions",
        "The same country and year under several definitions: side by side, never summed",
        ("mart.definition_bridge",),
        "SELECT k.name AS country, d.* FROM mart.definition_bridge AS d JOIN core.country AS k ON k.iso3 = d.entity ORDER BY country, year DESC",
    ),
    Sheet(
        "Benchmark",
        "Allies, partners and others on SIPRI's definition: a benchmark, never compliance",
        ("mart.benchmark",),
        "SELECT k.name AS country, b.* FROM mart.benchmark AS b JOIN core.country AS k ON k.iso3 = b.entity ORDER BY year DESC, rank_in_year NULLS LAST",
    ),
    Sheet(
        "Figures",
        "Every series and year from the newest edition that prints it, with its cell",
        ("core.observation",),
        """SELECT entity, year, indicator, value, unit, currency, price_basis, base_year, status, availability, definition,
                  flags, edition_id, locator FROM observation_latest ORDER BY source_id, entity, indicator, price_basis, currency, year""",
    ),
    Sheet(
        "Editions",
        "Every edition held, with licence and citation",
        ("core.edition",),
        "SELECT * FROM core.edition ORDER BY vintage_seq",
    ),
    Sheet("Sources", "Who publishes what, on which terms", ("core.source",), "SELECT * FROM core.source"),
)
