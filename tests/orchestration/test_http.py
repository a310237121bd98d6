"""What becomes of each way in which a source can misbehave: the table in docs/sources.md, one test a row."""

from __future__ import annotations

import gzip
import re
import socket
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from orchestration.ingest.http import (
    Client,
    Fetched,
    Manners,
    NotModified,
    PermanentFetchError,
    Request,
    TransientFetchError,
    Validators,
)
from tests.servers.source_server import Reply, SourceServer

SOURCE = "https://www.nato.int"
QUICK = Manners(
    contact="tests@example.org",
    read_timeout_s=0.3,
    total_timeout_s=2.0,
    max_bytes=200_000,
    attempts=3,
    wait_initial_s=0.01,
    wait_max_s=0.05,
    retry_after_max_s=1.0,
    min_interval_s=0.0,
)


def workbook(content: bytes = b"figures") -> bytes:
    """The same bytes at each call: a member without a given day bears that of its writing."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr(zipfile.ZipInfo("xl/workbook.xml", date_time=(2026, 7, 10, 0, 0, 0)), content)
    return archive.getvalue()


@pytest.fixture
def server() -> Iterator[SourceServer]:
    with SourceServer() as running:
        yield running


def fetch(
    server: SourceServer, folder: Path, *, manners: Manners = QUICK, validators: Validators | None = None
) -> Fetched | NotModified:
    with Client(frozenset({"www.nato.int"}), folder, manners, {SOURCE: server.origin}) as client:
        return client.fetch(Request(f"{SOURCE}/def-exp.xlsx", "xlsx", validators=validators))


def test_200_is_stored_with_its_hash_and_validators(server: SourceServer, tmp_path: Path) -> None:
    server.script(
        "/def-exp.xlsx",
        Reply(workbook(), etag='"v1"', headers={"Last-Modified": "Fri, 10 Jul 2026 09:55:14 GMT"}),
    )
    reply = fetch(server, tmp_path)
    assert isinstance(reply, Fetched)
    assert reply.path.read_bytes() == workbook()
    assert reply.validators == Validators('"v1"', "Fri, 10 Jul 2026 09:55:14 GMT")
    assert reply.last_modified is not None
    assert reply.last_modified.date().isoformat() == "2026-07-10"


def test_304_is_not_modified(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(workbook(), etag='"v1"'))
    assert isinstance(fetch(server, tmp_path, validators=Validators('"v1"')), NotModified)
    assert list(tmp_path.iterdir()) == []


def test_we_say_who_we_are_and_what_we_have(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(workbook()))
    fetch(server, tmp_path, validators=Validators('"v1"', "Fri, 10 Jul 2026 09:55:14 GMT"))
    _, headers = server.requests[0]
    assert headers["User-Agent"] == "burden-sharing/0.1 (tests@example.org)"
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"v1"', "Fri, 10 Jul 2026 09:55:14 GMT")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_permanent_refusal_is_asked_once(status: int, server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"no", status))
    with pytest.raises(PermanentFetchError, match=f"found {status}"):
        fetch(server, tmp_path)
    assert server.asked("/def-exp.xlsx") == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_passing_failure_is_asked_again(status: int, server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"later", status), Reply(workbook()))
    assert isinstance(fetch(server, tmp_path), Fetched)
    assert server.asked("/def-exp.xlsx") == 2


def test_a_lasting_failure_ends_after_the_attempts(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"down", 500))
    with pytest.raises(TransientFetchError, match=r"found 500.*after 3 attempts"):
        fetch(server, tmp_path)
    assert server.asked("/def-exp.xlsx") == 3


def test_retry_after_is_honoured(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"slow down", 429, {"Retry-After": "1"}), Reply(workbook()))
    reply = fetch(server, tmp_path)
    assert isinstance(reply, Fetched)
    assert server.asked("/def-exp.xlsx") == 2


def test_a_retry_after_beyond_our_patience_ends_the_poll(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"tomorrow", 503, {"Retry-After": "86400"}))
    with pytest.raises(TransientFetchError, match="after 1 attempts"):
        fetch(server, tmp_path)


def test_an_html_shell_is_no_workbook(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"<!DOCTYPE html><html>Enable JavaScript</html>"))
    with pytest.raises(PermanentFetchError, match="expected xlsx, found a web page"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_stalled_body_times_out_and_leaves_no_file(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(workbook(), stall_s=1.0))
    with pytest.raises(TransientFetchError, match="ReadTimeout"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_accepts_and_never_answers_times_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            Client(frozenset({"www.nato.int"}), tmp_path, QUICK, {SOURCE: origin}) as client,
            pytest.raises(TransientFetchError, match=r"ReadTimeout.*\(after 3 attempts\)"),
        ):
            client.fetch(Request(f"{SOURCE}/def-exp.xlsx", "xlsx"))


def test_a_poll_ends_in_its_time_however_often_a_source_may_be_asked(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(status=503))
    patient = replace(QUICK, attempts=1000, poll_timeout_s=0.5)
    with pytest.raises(TransientFetchError, match="503"):
        fetch(server, tmp_path, manners=patient)
    assert 2 < server.asked("/def-exp.xlsx") < 100


def test_a_poll_whose_time_is_over_asks_nothing_more(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(workbook()))
    with pytest.raises(TransientFetchError, match=r"the poll has taken 0 s"):
        fetch(server, tmp_path, manners=replace(QUICK, poll_timeout_s=0.0))
    assert server.requests == []


def test_a_source_that_asks_for_more_patience_than_the_poll_has_is_not_waited_for(
    server: SourceServer, tmp_path: Path
) -> None:
    server.script("/def-exp.xlsx", Reply(status=429, headers={"Retry-After": "1"}))
    with pytest.raises(TransientFetchError, match=r"429.*\(after 1 attempts\)"):
        fetch(server, tmp_path, manners=replace(QUICK, poll_timeout_s=0.9))


def test_the_log_says_why_a_source_is_asked_again_and_when(
    server: SourceServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.script("/def-exp.xlsx", Reply(status=503), Reply(workbook()))
    fetch(server, tmp_path)
    (said,) = [record.getMessage() for record in caplog.records if record.name == "stamina"]
    assert re.fullmatch(rf"{SOURCE}/def-exp\.xlsx: expected 200, found 503 .*; asked again in 0 s, attempt 2", said)


def test_a_truncated_body_is_fetched_again(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(workbook(), cut=40), Reply(workbook()))
    reply = fetch(server, tmp_path)
    assert isinstance(reply, Fetched)
    assert reply.path.read_bytes() == workbook()


def test_more_than_the_cap_is_refused(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"PK\x03\x04" + bytes(300_000)))
    with pytest.raises(PermanentFetchError, match="more than 200000 bytes"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_compressed_bomb_stops_at_the_cap(server: SourceServer, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server.script("/def-exp.xlsx", Reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(PermanentFetchError, match="more than 200000 bytes"):
        fetch(server, tmp_path)


def test_a_body_that_does_not_unpack_is_fetched_again(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"}), Reply(workbook()))
    assert isinstance(fetch(server, tmp_path), Fetched)
    assert server.asked("/def-exp.xlsx") == 2


@pytest.mark.parametrize("location", ["http://[bad", "//www.nato.int:99999/def-exp.xlsx"])
def test_a_redirect_to_no_address_is_refused(location: str, server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(status=302, headers={"Location": location}))
    with pytest.raises(PermanentFetchError, match="no address"):
        fetch(server, tmp_path)


@pytest.mark.parametrize("header", ["²", "soon", "-1", "9" * 400])
def test_an_unreadable_retry_after_is_as_if_none_was_sent(header: str, server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(b"later", 503, {"Retry-After": header}), Reply(workbook()))
    assert isinstance(fetch(server, tmp_path), Fetched)


def test_a_retry_after_may_be_a_date_without_a_zone(server: SourceServer, tmp_path: Path) -> None:
    past = {"Retry-After": "Fri, 10 Jul 2026 09:55:14 -0000"}
    server.script("/def-exp.xlsx", Reply(b"later", 503, past), Reply(workbook()))
    assert isinstance(fetch(server, tmp_path), Fetched)


def test_a_redirect_within_the_sources_hosts_is_followed(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(status=302, headers={"Location": "/moved.xlsx"}))
    server.script("/moved.xlsx", Reply(workbook()))
    assert isinstance(fetch(server, tmp_path), Fetched)


def test_a_redirect_to_another_host_is_refused(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(status=302, headers={"Location": "https://mirror.example.org/def-exp.xlsx"}))
    with pytest.raises(PermanentFetchError, match=r"mirror\.example\.org.*expected one within"):
        fetch(server, tmp_path)


@pytest.mark.parametrize(
    "printed",
    [
        "https://mirror.example.org/def-exp.xlsx",
        "http://169.254.169.254/latest/meta-data",
        "https://www.nato.int.example.org/def-exp.xlsx",
        "http://www.nato.int/def-exp.xlsx",
    ],
)
def test_an_address_that_a_page_prints_is_asked_only_within_the_sources_hosts_and_by_https(
    printed: str, tmp_path: Path
) -> None:
    with Client(frozenset({"www.nato.int"}), tmp_path, QUICK) as client, pytest.raises(PermanentFetchError) as refusal:
        client.fetch(Request(printed, "xlsx"))
    assert "expected one within" in str(refusal.value) or "expected https" in str(refusal.value)


def test_a_date_that_no_calendar_holds_is_no_date(server: SourceServer, tmp_path: Path) -> None:
    far = {"Last-Modified": "Mon, 27 Apr 99999999999999999999 08:00:00 GMT"}
    server.script("/def-exp.xlsx", Reply(workbook(), headers=far))
    reply = fetch(server, tmp_path)
    assert isinstance(reply, Fetched)
    assert reply.last_modified is None


def test_a_redirect_loop_ends(server: SourceServer, tmp_path: Path) -> None:
    server.script("/def-exp.xlsx", Reply(status=302, headers={"Location": "/def-exp.xlsx"}))
    with pytest.raises(PermanentFetchError, match="more than 5 redirects"):
        fetch(server, tmp_path)


def test_a_dead_source_is_transient(tmp_path: Path) -> None:
    with SourceServer() as stopped:
        origin = stopped.origin
    with (
        Client(frozenset({"www.nato.int"}), tmp_path, QUICK, {SOURCE: origin}) as client,
        pytest.raises(TransientFetchError, match="ConnectError"),
    ):
        client.fetch(Request(f"{SOURCE}/def-exp.xlsx", "xlsx"))


def test_requests_to_one_host_keep_their_distance(server: SourceServer, tmp_path: Path) -> None:
    server.script("/a.json", Reply(b"{}"))
    polite = replace(QUICK, min_interval_s=0.2)
    with Client(frozenset({"www.nato.int"}), tmp_path, polite, {SOURCE: server.origin}) as client:
        started = time.monotonic()
        for _ in range(3):
            client.fetch(Request(f"{SOURCE}/a.json", "json"))
    assert time.monotonic() - started >= 0.4
