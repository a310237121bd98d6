"""A file that is handed in is what its content says; name, ending, day and edition may say nothing else."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.handed_in import payload_of as read_handed_in
from orchestration.ingest.landing_store import Provenance
from tests.factories import eurostat, imf, world_bank
from tests.factories.bundled import eurostat_gov_ev
from tests.factories.nato_workbook import nato_workbook
from tests.factories.sipri_workbook import payload_of, release_to
from transforms import limits
from transforms.errors import RefusedInputError

GOV_EV = eurostat.jsonstat({"0": 1.0}, extension={"id": "GOV_EV"})
COFOG = eurostat.sdmx_csv([eurostat.csv_row()])
WEO = imf.sdmx_csv([imf.sdmx_row()])
DATABASE = imf.database_text(imf.database_lines([imf.database_row(y2020="1.0")]))
GDP = world_bank.bulk_csv({"USA": ("1", "2")})
GDP_REPLY = world_bank.api_page([world_bank.api_row("USA", "2023", 1.0)])
APRIL_2022 = dt.date(2022, 4, 19)
RELEASE = payload_of(release_to(2024))
APRIL_2025 = dt.date(2025, 4, 28)


def handed_in(
    source: str, payload: bytes, name: str, day: dt.date | None = None, edition: str | None = None
) -> Provenance:
    claims = Claims(name=name, published_on=day, edition=edition)
    return provenance_of(source, payload, claims, url="https://example.org/file")


@pytest.mark.parametrize(
    ("source", "payload", "name", "day", "edition", "definition"),
    [
        ("eurostat", GOV_EV, "reply.json", None, "eurostat:gov_ev:2026-04-27", "eurostat_gov_ev"),
        ("eurostat", COFOG, "reply.csv", None, "eurostat:gov_10a_exp:2026-10-21", "eurostat_cofog"),
        ("world_bank", GDP, "data.csv", None, "world_bank:NY.GDP.MKTP.CD:2026-02-24", "wdi"),
        ("world_bank", GDP_REPLY, "reply.json", None, "world_bank:NY.GDP.MKTP.CD:2026-04-08", "wdi"),
        ("imf", WEO, "weo.csv", None, "imf:NGDPD:2025-10", "weo"),
        ("imf", DATABASE, "WEOApr2022all.xls", APRIL_2022, "imf:NGDPD:2022-04", "weo"),
        ("imf", imf.datamapper({"USA": {"2020": 1.0}}), "r.json", dt.date(2024, 10, 22), "imf:NGDPD:2024-10", "weo"),
        ("nato", nato_workbook(), "tables.xlsx", dt.date(2024, 6, 17), "nato:2024-06-17", "nato"),
        ("nato", nato_workbook(), "tables.xlsx", dt.date(2026, 7, 10), "nato:2026-07-10", "nato_core"),
    ],
)
def test_a_file_of_every_format_names_its_edition(  # noqa: PLR0917 (one column a fact)
    source: str, payload: bytes, name: str, day: dt.date | None, edition: str, definition: str
) -> None:
    provenance = handed_in(source, payload, name, day)
    assert (provenance.edition_id, provenance.definition) == (edition, definition)


def test_two_indicators_of_one_day_are_two_editions() -> None:
    constant = world_bank.bulk_csv({"USA": ("1", "2")}, series=world_bank.GDP_CONSTANT)
    ids = {handed_in("world_bank", payload, "data.csv").edition_id for payload in (GDP, constant)}
    assert ids == {"world_bank:NY.GDP.MKTP.CD:2026-02-24", "world_bank:NY.GDP.MKTP.KD:2026-02-24"}


def test_a_day_that_may_be_two_is_decided_by_the_one_that_is_given() -> None:
    saved = world_bank.bulk_csv({"USA": ("1", "2")}, updated="3/1/2023")
    assert handed_in("world_bank", saved, "data.csv", dt.date(2023, 3, 1)).published_on == dt.date(2023, 3, 1)


@pytest.mark.parametrize(
    ("source", "payload", "name", "day", "edition", "found"),
    [
        ("eurostat", GOV_EV, "gov_10a_exp.json", None, None, "expected gov_ev, as the file says, found gov_10a_exp"),
        ("eurostat", GOV_EV, "gov_ev.csv", None, None, r"expected \.json"),
        ("eurostat", GOV_EV, "gov_ev.json", dt.date(2026, 4, 28), None, "expected 2026-04-27, as the file prints"),
        ("world_bank", GDP, "API_NY.GDP.MKTP.KD_DS2.csv", None, None, "NY.GDP.MKTP.KD in its name"),
        ("world_bank", world_bank.bulk_csv({}, updated="3/1/2023"), "a.csv", None, None, "a row of one indicator"),
        ("imf", WEO, "weo.csv", dt.date(2026, 4, 14), None, "expected 2025-10-14, as the file prints"),
        ("imf", WEO, "weo.csv", None, "imf:2026-04", "--edition: expected 2025-10, found imf:2026-04"),
        ("imf", DATABASE, "WEOOct2022all.xls", APRIL_2022, None, "expected 2022-04, as the file prints"),
        (
            "imf",
            DATABASE,
            "all.xls",
            dt.date(2022, 10, 11),
            None,
            "expected 2022-04, as the file prints, found 2022-10",
        ),
        ("imf", DATABASE, "all.xls", None, None, "give the day by --published"),
        ("imf", DATABASE, "all.pdf", APRIL_2022, None, r"\.tsv or \.txt or \.xls"),
        ("sipri", GOV_EV, "a.json", None, None, "say by --source whose file it is"),
        ("sipri", nato_workbook(), "milex.xlsx", dt.date(2025, 4, 28), None, "expected a header 'Country' with years"),
        (
            "sipri",
            RELEASE,
            "SIPRI-Milex-data-1949-2025_v1.2.xlsx",
            APRIL_2025,
            None,
            r"SIPRI-Milex-data-1949-2025_v1\.2\.xlsx: expected 1949-2024, as the file prints, found 1949-2025_v1\.2",
        ),
        ("sipri", RELEASE, "1949-2023 of ours.xlsx", APRIL_2025, None, "expected 1949-2024, as the file prints"),
        ("sipri", RELEASE, "a.xlsx", dt.date(2026, 7, 1), None, "expected a day from 2025-01-01 to 2026-05-31"),
        ("sipri", RELEASE, "a.xlsx", dt.date(2024, 12, 31), None, "as the file is 1949-2024, found 2024-12-31"),
        ("sipri", RELEASE, "a.xlsx", APRIL_2025, "sipri:1949-2025", "expected 1949-2024, as the file prints"),
        (
            "sipri",
            RELEASE,
            "SIPRI-Milex-data-1949-2024_2.xlsx",
            APRIL_2025,
            "sipri:1949-2024_v1.2",
            r"1949-2024_2\.xlsx: expected 1949-2024_v1\.2, found 1949-2024_2",
        ),
        ("sipri", RELEASE, "a.xlsx", None, None, "give the day by --published"),
        ("sipri", RELEASE, "SIPRI-Milex-data-1949-2024_2.csv", APRIL_2025, None, r"expected \.xlsx"),
        ("oecd", GOV_EV, "a.json", None, None, "a source among nato, sipri, world_bank, imf, eurostat"),
        ("world_bank", b"PK\x03\x04 cut", "a.zip", None, None, "a whole archive"),
    ],
)
def test_a_contradiction_is_refused_with_what_to_do(  # noqa: PLR0917 (one column a claim)
    source: str, payload: bytes, name: str, day: dt.date | None, edition: str | None, found: str
) -> None:
    with pytest.raises(RefusedInputError, match=found):
        handed_in(source, payload, name, day, edition)


@pytest.mark.parametrize(
    ("file", "edition"),
    [
        ("eurostat/gov_10a_exp.GF02.made.json", "eurostat:gov_10a_exp:2026-09-16"),
        ("eurostat/gov_ev.made.csv", "eurostat:gov_ev:2026-04-27"),
        ("eurostat/gov_10a_exp.two-units.csv", "eurostat:gov_10a_exp:2026-03-27"),
        ("imf/vintage_under_another_date.csv", "imf:NGDP_RPCH:2025-10"),
        ("world_bank/kuwait_1991_and_nicaragua_1990.csv", "world_bank:MS.MIL.XPND.GD.ZS:2018-02-22"),
    ],
)
def test_files_that_were_taken_for_others_are_what_they_say(shared: Path, file: str, edition: str) -> None:
    path = shared / "cases" / file
    assert handed_in(path.parent.name, path.read_bytes(), path.name).edition_id == edition


@pytest.mark.parametrize(
    ("name", "claimed", "edition", "issue"),
    [
        ("SIPRI-Milex-data-1949-2024_2", None, "1949-2024_2", "issue 1949-2024_2 only by its name"),
        ("SIPRI-Milex-data-1949-2024_2 (1)", None, "1949-2024_2", "issue 1949-2024_2 only by its name"),
        ("SIPRI-Milex-data-1949-2024_v1.2.resaved", None, "1949-2024_v1.2", "issue 1949-2024_v1.2 only by its name"),
        ("SIPRI-Milex-data-1949-2024", None, "1949-2024", "issue 1949-2024 only by its name"),
        ("SIPRI-Milex-data-1949-2024_2-my edits", None, "1949-2024", "which issue of it nothing says"),
        ("SIPRI-Milex-data-1949-2024_final", None, "1949-2024", "which issue of it nothing says"),
        ("milex (1)", None, "1949-2024", "which issue of it nothing says"),
        ("milex", "sipri:1949-2024_2", "1949-2024_2", "issue 1949-2024_2 only by --edition"),
    ],
)
def test_a_release_of_sipri_is_that_of_its_tables_and_its_note_says_who_names_the_issue(
    name: str, claimed: str | None, edition: str, issue: str
) -> None:
    provenance = handed_in("sipri", RELEASE, f"{name}.xlsx", APRIL_2025, claimed)
    assert provenance.edition_id == f"sipri:{edition}"
    assert provenance.note == f"1949-2024 by its tables, {issue}; handed in as {name}.xlsx"


def test_two_issues_of_one_release_are_two_editions() -> None:
    names = ("SIPRI-Milex-data-1949-2024.xlsx", "SIPRI-Milex-data-1949-2024_2.xlsx")
    assert len({handed_in("sipri", RELEASE, name, APRIL_2025).edition_id for name in names}) == len(names)


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _too_large(path: Path) -> Path:
    path.touch()
    os.truncate(path, limits.PAYLOAD_BYTES + 1)  # a hole: it takes no room on the disk
    return path


def _empty(path: Path) -> Path:
    path.touch()
    return path


NO_PAYLOADS = {
    "a pipe that nobody writes to": (_pipe, "an ordinary file"),
    "a device that never ends": (lambda _: Path("/dev/zero"), "an ordinary file"),
    "a file larger than any": (_too_large, "67108864 bytes, found 67108865"),
    "an empty file": (_empty, "found 0 bytes"),
}


@pytest.mark.parametrize("kind", NO_PAYLOADS)
def test_what_is_no_file_of_a_source_is_refused_before_it_is_read(kind: str, tmp_path: Path) -> None:
    make, said = NO_PAYLOADS[kind]
    with pytest.raises(RefusedInputError, match=said):
        read_handed_in(make(tmp_path / "tables.xlsx"))


def test_a_file_that_is_still_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "tables.csv"
    file.write_bytes(b"a,b")
    seen = os.fstat

    def then_more_arrives(descriptor: int) -> os.stat_result:
        state = seen(descriptor)
        with file.open("ab") as writer:
            writer.write(b",c")
        return state

    monkeypatch.setattr(os, "fstat", then_more_arrives)
    with pytest.raises(RefusedInputError, match="it changed while it was read"):
        read_handed_in(file)


@pytest.mark.parametrize("claimed", [{"name": "gov\udcff.json"}, {"name": "gov.json", "title": "\ud800"}])
def test_what_is_said_of_a_file_is_text_that_can_be_published(claimed: dict[str, str]) -> None:
    with pytest.raises(RefusedInputError, match="text that UTF-8 can write"):
        provenance_of("eurostat", eurostat_gov_ev(updated="2026-04-27T23:00:00+0200"), Claims(**claimed), url="")  # type: ignore[arg-type]
