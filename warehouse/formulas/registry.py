"""All formulas by table. A mart is explained as soon as its formulas stand here.

Belongs here: the list. Does not belong here: any formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from warehouse.formulas import alliance, comparison, compliance, forecasts, path, vintages
from warehouse.formulas.model import Formula

FORMULAS: Final[Mapping[str, tuple[Formula, ...]]] = {
    "mart.compliance": compliance.COMPLIANCE,
    "mart.compliance_count": compliance.COMPLIANCE_COUNT,
    "mart.group_gap": compliance.GROUP_GAP,
    "mart.aggregate": alliance.AGGREGATE,
    "mart.burden": alliance.BURDEN,
    "mart.print_precision": vintages.PRINT_PRECISION,
    "mart.revision": vintages.REVISION,
    "mart.headline_audit": vintages.HEADLINE_AUDIT,
    "mart.definition_change": vintages.DEFINITION_CHANGE,
    "mart.first_estimate_error": vintages.FIRST_ESTIMATE_ERROR,
    "mart.gdp_forecast_error": forecasts.GDP_FORECAST_ERROR,
    "mart.definition_bridge": comparison.DEFINITION_BRIDGE,
    "mart.benchmark": comparison.BENCHMARK,
    "mart.benchmark_target": comparison.BENCHMARK_TARGET,
    "mart.path": path.PATH,
    "mart.outlook": path.OUTLOOK,
    "mart.outlook_share": path.OUTLOOK_SHARE,
}
