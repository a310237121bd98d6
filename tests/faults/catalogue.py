"""The catalogue: every corruption that the pipeline is tried with, by its name."""

from __future__ import annotations

from typing import Final

from tests.faults.catalogue_nato import NATO_FAULTS
from tests.faults.catalogue_others import OTHER_FAULTS
from tests.faults.catalogue_sipri import SIPRI_FAULTS
from tests.faults.forgeries import FORGERIES
from tests.faults.model import Fault

FAULTS: Final[dict[str, Fault]] = {
    fault.id: fault for fault in (*NATO_FAULTS, *SIPRI_FAULTS, *OTHER_FAULTS, *FORGERIES)
}
