"""Which executor carries the steps of a run: one process, unless the deployment asks for another of Dagster's.

Belongs here: the choice. Does not belong here: where whole runs start, which is `run_launcher` in dagster.yaml.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import dagster as dg

from warehouse import settings
from warehouse.settings import EXECUTOR, SettingsError

# Setting -> module and name; each is a package of its own.
_ELSEWHERE: Final = {
    "celery": ("dagster_celery", "celery_executor"),
    "docker": ("dagster_docker", "docker_executor"),
    "k8s": ("dagster_k8s", "k8s_job_executor"),
}


def executor() -> dg.ExecutorDefinition:
    """The executor that BURDEN_EXECUTOR names, configured by BURDEN_EXECUTOR_CONFIG. Raises `SettingsError`.

    In one process a step costs nothing to start; in another, 3.7 s, and a run of the bundled editions takes 20.
    """
    name, config = settings.executor()
    if name == settings.IN_PROCESS:
        return dg.in_process_executor
    if name not in _ELSEWHERE:
        known = ", ".join((settings.IN_PROCESS, *_ELSEWHERE))
        raise SettingsError(f"{EXECUTOR}: expected one of {known}, found {name!r}")
    module, attribute = _ELSEWHERE[name]
    try:
        found: dg.ExecutorDefinition = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        package = module.replace("_", "-")
        raise SettingsError(f"{EXECUTOR}: {name} needs the package {package}, which is not installed") from error
    return found.configured(config) if config else found
