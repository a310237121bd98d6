"""Columns that several tables share: the same quantity has the same name, unit and vocabulary everywhere.

Belongs here: shared columns, and the words that only they hold. Does not belong here: columns that one table alone
has; the vocabularies of figures (transforms.vocabulary).
"""

from __future__ import annotations

from typing import Final

from transforms.registers.reader import sources
from transforms.vocabulary import FLAGS as FLAG_WORDS
from transforms.vocabulary import STATUSES
from warehouse.contracts.model import Column

SOURCES: Final = tuple(sources()["source_id"])
VERDICTS: Final = ("met", "not_met", "not_reported", "not_applicable")
MEMBERSHIP_BASES: Final = ("published", "members_at_date", "fixed_members")

EDITION_ID: Final = Column(
    "edition_id",
    "VARCHAR",
    "Edition (vintage) of the source, `<source>:<edition>`; see core.edition.",
    pattern=r"^[a-z_]+:[A-Za-z0-9_.:-]+$",
)
SOURCE_ID: Final = Column("source_id", "VARCHAR", "Publisher of the figures.", values=SOURCES)
DATA_SET: Final = Column(
    "data_set",
    "VARCHAR",
    "What the edition is an edition of: editions of one data set follow each other. The source, but for Eurostat, which has several.",
    pattern=r"^[a-z0-9_]+$",
)
ENTITY: Final = Column(
    "entity",
    "VARCHAR",
    "ISO 3166-1 alpha-3 of a country (or the code of a former state), or the id of an aggregate that the source printed.",
    pattern=r"^[A-Z][A-Z0-9_]{2,}$",
)
ISO3: Final = Column("iso3", "VARCHAR", "ISO 3166-1 alpha-3 code; XKX is Kosovo.", pattern=r"^[A-Z]{3}$")
GROUP_ID: Final = Column(
    "group_id", "VARCHAR", "Group of countries; see core.membership.", pattern=r"^[A-Z][A-Z0-9_]+$"
)
RULE_ID: Final = Column("rule_id", "VARCHAR", "Dated guideline; see core.guideline.", pattern=r"^[a-z0-9_]+$")
YEAR: Final = Column("year", "SMALLINT", "Year as the source files it.", minimum=1948, maximum=2060)
STATUS: Final = Column(
    "status", "VARCHAR", "Weakest status of the inputs: actual, then estimate, then forecast.", values=STATUSES
)
BREAK_IDS: Final = Column("break_ids", "VARCHAR[]", "Breaks of core.break that concern the inputs, united and sorted.")
FLAGS: Final = Column(
    "flags", "VARCHAR[]", "Flags of the inputs, united and sorted (docs: flags and breaks).", values=FLAG_WORDS
)
BASE_YEAR: Final = Column(
    "base_year", "SMALLINT", "Year whose prices the constant-price figures of the row are in.", nullable=True
)
CITATION: Final = Column("citation", "VARCHAR", "Where the fact stands.")
