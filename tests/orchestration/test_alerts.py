"""What a person is sent: each event once, a trouble when it begins and when it ends; a dead receiver loses nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from orchestration.alerts import sending
from orchestration.alerts.news import Event, _roll_backs
from orchestration.alerts.sending import look
from orchestration.ingest.actions import ROLL_BACK, Actions, Word
from orchestration.ingest.by_hand import accept, withdraw
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.polls import remember_poll
from orchestration.notify import Channel, DeliveryError, Message, channels
from tests.factories.builds import land_bundled
from tests.factories.bundled import MADE_EDITION
from tests.servers.receivers import Webhook
from tests.unit.test_ingest_command import UNREADABLE, edition
from transforms.normalise.withholding import DECISION_SCHEMA, GATE, WITHHOLD

NOW = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)  # an edition of NATO of July 2026 is not overdue yet
DAY = dt.timedelta(days=1)
ADA = Word("Ada", "seen")


class Received:
    """A channel that keeps what it gets."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.channels = [Channel("kept", self.messages.append)]

    def subjects(self) -> list[str]:
        found = [message.subject.removeprefix("burden sharing: ") for message in self.messages]
        self.messages.clear()
        return found


@pytest.fixture
def received() -> Received:
    return Received()


def quarantine(root: Path) -> str:
    store = LandingStore(root)
    waiting = store.deposit(*edition())
    assert waiting is not None
    store.refuse(waiting, UNREADABLE)
    return waiting.provenance.sha256


def test_a_source_that_does_not_answer_is_sent_once_however_long_it_lasts_and_again_at_its_end(
    tmp_path: Path, received: Received
) -> None:
    remember_poll(tmp_path, "sipri", error="found 503")
    for day in range(3):
        look(tmp_path, received.channels, now=NOW + day * DAY)
    ((text),) = [message.text for message in received.messages]
    assert text.startswith("found 503; since 20")
    assert received.subjects() == ["sipri does not answer"]
    remember_poll(tmp_path, "sipri", error=None)
    look(tmp_path, received.channels, now=dt.datetime.now(dt.UTC))
    assert received.subjects() == ["resolved: sipri does not answer"]


def test_a_damaged_file_whose_name_is_not_utf8_is_named_in_text_that_can_be_sent(
    tmp_path: Path, received: Received
) -> None:
    (tmp_path / "incoming" / "nato").mkdir(parents=True)
    os.mkfifo(tmp_path / "incoming" / "nato" / os.fsdecode(b"x\xff.csv.provenance.json"))
    look(tmp_path, received.channels, now=dt.datetime.now(dt.UTC))
    ((text),) = [message.text for message in received.messages]
    assert text.startswith("x\\udcff.csv.provenance.json is no sidecar: OSError")


def test_a_source_that_is_no_longer_asked_is_a_trouble_too(tmp_path: Path, received: Received) -> None:
    remember_poll(tmp_path, "nato", error=None)
    look(tmp_path, received.channels, now=dt.datetime.now(dt.UTC) + 11 * DAY)  # NATO's record: 10 days
    assert received.subjects() == ["nato does not answer"]


def test_an_edition_is_overdue_from_the_day_after_its_source_s_window(tmp_path: Path, received: Received) -> None:
    land_bundled(tmp_path, "nato:2026-07-10")  # the next one is due by the end of August 2027
    look(tmp_path, received.channels, now=dt.datetime(2027, 8, 31, tzinfo=dt.UTC))
    assert received.subjects() == []
    look(tmp_path, received.channels, now=dt.datetime(2027, 9, 1, tzinfo=dt.UTC))
    assert received.subjects() == ["nato: a newer edition is overdue"]


def test_a_payload_in_quarantine_is_sent_with_its_cell_and_its_command_until_a_person_withdraws_it(
    tmp_path: Path, received: Received
) -> None:
    sha256 = quarantine(tmp_path)
    look(tmp_path, received.channels, now=NOW)
    (message,) = received.messages
    assert message.text == f"TABLE3!C20: {UNREADABLE.reason}. Next: burden ingest retry {sha256[:12]}"
    assert received.subjects() == ["nato:2026-07-10 is refused"]
    withdraw(tmp_path, sha256, ADA)
    look(tmp_path, received.channels, now=NOW)
    assert received.subjects() == ["resolved: nato:2026-07-10 is refused"]


def test_figures_that_wait_are_sent_with_the_check_and_their_acceptance_ends_it(
    tmp_path: Path, received: Received
) -> None:
    land_bundled(tmp_path, "nato:2026-07-10")
    (landed,) = LandingStore(tmp_path).landed("nato")
    withhold_by_the_gate(tmp_path, landed.provenance.sha256)
    look(tmp_path, received.channels, now=NOW)
    (message,) = received.messages
    assert "tables_keep_their_scale: 1, first defence_share_of_gdp of DEU in 2024, printed 2.0" in message.text
    assert received.subjects() == ["nato:2026-07-10: figures are withheld"]
    accept(tmp_path, "nato:2026-07-10", ADA)
    look(tmp_path, received.channels, now=NOW)
    assert received.subjects() == ["resolved: nato:2026-07-10: figures are withheld"]


def withhold_by_the_gate(root: Path, sha256: str) -> None:
    decision = dict.fromkeys(DECISION_SCHEMA) | {
        "decided_at": NOW.replace(tzinfo=None),
        "author": GATE,
        "action": WITHHOLD,
        "edition_id": "nato:2026-07-10",
        "sha256": sha256,
        "check_id": "tables_keep_their_scale",
        "indicator": "defence_share_of_gdp",
        "entity": "DEU",
        "year": 2024,
        "price_basis": "constant",
        "year_basis": "as_published",
        "printed_value": 2.0,
        "reason": "a jump",
    }
    Decisions(root).append(pl.DataFrame([decision], schema=DECISION_SCHEMA))


def test_the_same_failure_of_a_job_is_sent_once_another_one_again_and_its_end(
    tmp_path: Path, received: Received
) -> None:
    for version in ("gate", "gate", "disk"):
        sending.run_failed(tmp_path, received.channels, "refresh", f"run: {version}", version=version, now=NOW)
    assert received.subjects() == ["refresh failed", "refresh failed"]
    look(tmp_path, received.channels, now=NOW)  # the landing store knows nothing of runs
    assert sending.failed_jobs(tmp_path) == ["refresh"]
    sending.run_succeeded(tmp_path, received.channels, "refresh", now=NOW)
    sending.run_succeeded(tmp_path, received.channels, "refresh", now=NOW)
    assert received.subjects() == ["resolved: refresh failed"]


def test_a_message_that_a_channel_does_not_take_is_sent_later_and_no_other_channel_waits(
    tmp_path: Path, received: Received
) -> None:
    quarantine(tmp_path)
    with Webhook(status=503) as hook:
        both = [*channels(hook.address), *received.channels]
        with pytest.raises(DeliveryError, match=r"^webhook at 127.0.0.1: answered 503; 1 messages wait"):
            look(tmp_path, both, now=NOW)
        assert received.subjects() == ["nato:2026-07-10 is refused"]
        hook.status = 200
        look(tmp_path, both, now=NOW)
        look(tmp_path, both, now=NOW)
    assert [got["text"].splitlines()[0] for got in hook.got] == ["*burden sharing: nato:2026-07-10 is refused*"]
    assert received.subjects() == []


def test_what_was_published_before_the_first_look_is_no_news(
    published: Path, tmp_path: Path, received: Received
) -> None:
    root = Path(shutil.copytree(published, tmp_path / "data", symlinks=True))
    look(root, received.channels, now=NOW)
    assert [subject for subject in received.subjects() if "overdue" not in subject] == []


def test_a_new_edition_and_the_verdicts_that_it_changes_are_sent_once_with_who_which_rule_and_why(
    published: Path, with_made_edition: Path, tmp_path: Path, received: Received
) -> None:
    before = Path(shutil.copytree(published, tmp_path / "before", symlinks=True))
    look(before, received.channels, now=NOW)
    received.messages.clear()
    after = Path(shutil.copytree(with_made_edition, tmp_path / "after", symlinks=True))
    shutil.copyfile(before / "alerts.json", after / "alerts.json")
    look(after, received.channels, now=NOW)
    sent = {message.subject.removeprefix("burden sharing: "): message.text for message in received.messages}
    assert f"{MADE_EDITION.edition_id} is published" in sent
    verdicts = sent[f"verdicts changed by {MADE_EDITION.edition_id}"].splitlines()
    # Made of the figures of June 2024 with three shares set by the money: 2.00 % becomes 1.99 %.
    (france,) = [line for line in verdicts if line.startswith("France 2020")]
    assert "(wales_2pct): met → not met, 2.00 → 1.99 % against nato:2024-06-17" in france
    assert france.endswith("; spending +0.00, GDP +0.00, method -0.01 points")
    received.messages.clear()
    look(after, received.channels, now=NOW + DAY)
    assert received.subjects() == []


def published_alone(edition_id: str) -> Event:
    return Event((f"published:{edition_id}",), f"{edition_id} is published", ("its figures are served now",))


@pytest.fixture
def happens(tmp_path: Path, received: Received, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A look on a day at which these editions can be read; the subjects that were sent."""

    def on(now: dt.datetime, *edition_ids: str) -> list[str]:
        monkeypatch.setattr(sending, "news", lambda _root, _since: [published_alone(name) for name in edition_ids])
        look(tmp_path, received.channels, now=now)
        return received.subjects()

    return on


def test_an_edition_that_is_served_again_within_a_year_is_not_sent_again(happens: Callable[..., list[str]]) -> None:
    happens(NOW, "nato:2024-06-17")
    assert happens(NOW, "nato:2024-06-17", "nato:2026-07-10") == ["nato:2026-07-10 is published"]
    assert happens(NOW + DAY, "nato:2024-06-17") == []  # rolled back
    assert happens(NOW + 366 * DAY, "nato:2024-06-17", "nato:2026-07-10") == []


def test_what_can_be_read_is_never_sent_again_however_old_it_is(happens: Callable[..., list[str]]) -> None:
    happens(NOW)
    assert happens(NOW, "nato:2026-07-10") == ["nato:2026-07-10 is published"]
    for days in (300, 600, 900, 1200):
        assert happens(NOW + days * DAY, "nato:2026-07-10") == []


def test_the_key_of_what_can_no_longer_be_read_is_forgotten_after_a_year(
    tmp_path: Path, happens: Callable[..., list[str]]
) -> None:
    for day in range(0, 4000, 100):
        happens(NOW + day * DAY, "nato:2024-06-17", f"eurostat:gov_ev:day-{day}")
    kept = json.loads((tmp_path / "alerts.json").read_text())["sent"]
    assert sorted(kept) == [
        "published:eurostat:gov_ev:day-3600",
        "published:eurostat:gov_ev:day-3700",
        "published:eurostat:gov_ev:day-3800",
        "published:eurostat:gov_ev:day-3900",
        "published:nato:2024-06-17",
    ]


def test_a_ledger_without_days_is_read_and_nothing_of_it_is_sent_again(
    tmp_path: Path, happens: Callable[..., list[str]]
) -> None:
    before = {"active": {}, "sent": ["published:nato:2026-07-10"], "outbox": {}, "began": True}
    (tmp_path / "alerts.json").write_text(json.dumps(before))
    assert happens(NOW, "nato:2026-07-10") == []


def test_a_roll_back_is_news_for_a_year(tmp_path: Path) -> None:
    Actions(tmp_path).append(ROLL_BACK, "20260710T120000-ada", ADA)
    (at,) = Actions(tmp_path).read()["acted_at"]
    acted_at = at.replace(tzinfo=dt.UTC)
    assert len(list(_roll_backs(tmp_path, acted_at - DAY))) == 1
    assert list(_roll_backs(tmp_path, acted_at + DAY)) == []
