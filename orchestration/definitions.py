"""The code location: loads defs/ and applies the policies that hold for every asset, once."""

from __future__ import annotations

import warnings
from pathlib import Path

import dagster as dg

from orchestration import defs as modules
from orchestration.executors import executor
from orchestration.log_format import loggers

OWNERS = ["team:burden-sharing"]


@dg.definitions
def defs() -> dg.Definitions:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # the surface test holds what comes of the two calls
        # Not load_from_defs_folder: that looks for a pyproject.toml, which an installed wheel does not have.
        tree = dg.ComponentTree.from_module(defs_module=modules, project_root=Path(__file__).parents[1])
        # Not build_defs, which also describes every installed type of component: a tenth of the start.
        loaded = tree.build_defs_at_path(tree.defs_module_path)
        owned = loaded.map_asset_specs(func=lambda spec: spec.replace_attributes(owners=OWNERS))
    return dg.Definitions.merge(owned, dg.Definitions(executor=executor(), loggers=loggers()))
