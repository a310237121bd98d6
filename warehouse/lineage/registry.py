"""All lineage: the derivations of each mart. A mart is explained as soon as its derivations are here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from warehouse.lineage import alliance, comparison, compliance, path, vintages
from warehouse.lineage.model import Derivation

LINEAGE: Final[Mapping[str, tuple[Derivation, ...]]] = {
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
    "mart.gdp_forecast_error": vintages.GDP_FORECAST_ERROR,
    "mart.definition_bridge": comparison.DEFINITION_BRIDGE,
    "mart.benchmark": comparison.BENCHMARK,
    "mart.benchmark_target": comparison.BENCHMARK_TARGET,
    "mart.path": path.PATH,
    "mart.outlook": path.OUTLOOK,
    "mart.outlook_share": path.OUTLOOK_SHARE,
}
