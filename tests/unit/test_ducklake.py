"""The copy into DuckLake as far as it needs no DuckLake; the rest is in tests/scale (`make scale`)."""

from __future__ import annotations

import pytest

from tests.conftest import Burden
from warehouse.publication.ducklake import Lake, _without_password

# As DuckDB 1.5.5 prints it, with a server that does not answer.
REFUSED = (
    'IO Error: Failed to attach DuckLake MetaData "__ducklake_metadata_burden_sharing" at path + "{catalogue}"'
    'Unable to connect to Postgres at "{address}": connection to server at "127.0.0.1", port 1 failed'
)


@pytest.mark.parametrize("address", ["host=127.0.0.1 password=secret", "postgresql://burden:secret@127.0.0.1/lake"])
def test_an_error_names_no_password(address: str) -> None:
    lake = Lake(f"postgres:{address}", "/srv/lake")
    said = _without_password(REFUSED.format(catalogue=lake.catalogue, address=address), lake)
    assert "secret" not in said
    assert 'at "127.0.0.1", port 1 failed' in said


def test_a_catalogue_that_is_a_file_has_no_address_to_hide() -> None:
    assert _without_password("IO Error: no such file", Lake("lake.ducklake", "/srv/lake")) == "IO Error: no such file"


@pytest.mark.parametrize("missing", ["BURDEN_DUCKLAKE", "BURDEN_DUCKLAKE_FILES"])
def test_without_its_settings_the_command_is_wrong_usage(
    burden: Burden, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setenv("BURDEN_DUCKLAKE", "postgres:dbname=lake")
    monkeypatch.setenv("BURDEN_DUCKLAKE_FILES", "/srv/lake")
    monkeypatch.delenv(missing)
    code, _, said = burden("publication ducklake")
    assert code == 2
    assert said.startswith(f"error: {missing}: expected")
