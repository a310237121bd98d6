"""The closed vocabularies of the figures: each word once, for parsers, registers, contracts and checks alike.

Belongs here: the words that a figure's columns may hold, in the order in which documents list them. Does not belong
here: labels of the sources (transforms/registers/labels), what is converted into what (transforms.normalise.units),
words of one table alone (its contract).
"""

from __future__ import annotations

import re
from typing import Final

INDICATORS: Final = (
    "defence_expenditure",
    "defence_share_of_gdp",
    "defence_real_change",
    "defence_per_capita",
    "gdp",
    "gdp_per_capita",
    "gdp_real_growth",
    "gdp_deflator",
    "consumer_price_change",
    "personnel",
    "equipment_share",
    "personnel_share",
    "infrastructure_share",
    "other_share",
    "government_share",
    "defence_investment",
    "population",
    "exchange_rate",
)
# NATO's Table 4 prints the change since the table's first year; the year of departure is part of what is measured.
CHANGE_SINCE: Final = re.compile(r"defence_real_change_since_\d{4}")

# Units of `core.observation`; `million`, `currency_per_head` and `currency_per_usd` are of `currency`.
UNITS: Final = (
    "million",
    "percent",
    "thousand_persons",
    "persons",
    "currency_per_head",
    "currency_per_usd",
    "index",  # a price index or deflator, 100 in its base year
)
# Units as sources print them.
SOURCE_UNITS: Final = (
    *UNITS,
    "unit",  # units of currency (World Bank, IMF SDMX)
    "billion",  # of currency
    "fraction",  # 0.034 means 3.4 %
    "million_persons",
    "thousand_currency_per_head",
)
AVAILABILITIES: Final = ("reported", "missing", "nil", "not_applicable", "did_not_exist")
STATUSES: Final = ("actual", "estimate", "forecast")
PRICE_BASES: Final = ("current", "constant", "none")
YEAR_BASES: Final = ("calendar", "fiscal", "as_published")
FLAGS: Final = (
    "estimate",
    "forecast",
    "provisional",
    "source_estimate",
    "highly_uncertain",
    "break_in_series",
    "definition_differs",
    "budget_not_outturn",
    "excludes_pensions",
    "excludes_paramilitary",
    "current_spending_only",
    "redenominated",
    "hand_set",
    "gni_denominator",
    "reclassified",
    "status_of_origin_unknown",  # by transforms.normalise.republished, never by a parser
    "corrected",  # by transforms.normalise.corrections, never by a parser
    "withheld",  # by transforms.normalise.withholding, likewise
    "currency_contradicted",  # by transforms.normalise.currency_proof: withheld
)
PATH_KINDS: Final = ("linear", "constant_growth")
