"""A message reaches every channel that is named; a wrong address is an error and not silence; no secret is shown."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import logging
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from orchestration.notify import DeliveryError, Message, channels
from tests.servers.receivers import MailServer, Webhook
from warehouse.publication.atom import NAMESPACE

AT = dt.datetime(2026, 11, 27, 7, 10, tzinfo=dt.UTC)
FAILED = Message("run_failed:refresh", "refresh failed", "run 1: TABLE3!D20 <200 %> & more", AT)


@pytest.fixture(autouse=True)
def _no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BURDEN_SMTP_USER", raising=False)
    monkeypatch.delenv("BURDEN_SMTP_PASSWORD", raising=False)


def test_the_log_has_subject_and_text(caplog: pytest.LogCaptureFixture) -> None:
    channels("log")[0].send(FAILED)
    assert caplog.record_tuples == [
        ("orchestration.notify", logging.ERROR, "refresh failed: run 1: TABLE3!D20 <200 %> & more")
    ]


def test_a_webhook_gets_what_slack_reads_with_its_markup_escaped() -> None:
    with Webhook() as hook:
        channels(hook.address)[0].send(FAILED)
    assert hook.got == [{"text": "*refresh failed*\nrun 1: TABLE3!D20 &lt;200 %&gt; &amp; more"}]


def test_an_e_mail_has_recipient_subject_and_text() -> None:
    with MailServer() as server:
        channels(server.address)[0].send(FAILED)
    (letter,) = [email.message_from_string(text, policy=email.policy.default) for text in server.got]
    assert (letter["To"], letter["Subject"]) == ("desk@example.org", "refresh failed")
    assert letter.get_content().strip() == FAILED.text


def test_a_password_is_never_sent_over_a_connection_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_SMTP_USER", "desk")
    monkeypatch.setenv("BURDEN_SMTP_PASSWORD", "hush")
    with MailServer() as server, pytest.raises(DeliveryError, match=r"^mail by 127.0.0.1: SMTPNotSupportedError$"):
        channels(server.address)[0].send(FAILED)
    assert server.got == []
    assert [line for line in server.said if "AUTH" in line.upper()] == []


def test_a_feed_has_the_newest_message_first_and_keeps_the_others(tmp_path: Path) -> None:
    (feed,) = channels(f"atom:{tmp_path}/alerts.atom")
    feed.send(FAILED)
    feed.send(
        Message("run_failed:refresh:over", "resolved: refresh failed", "over", AT + dt.timedelta(1), trouble=False)
    )
    root = ET.parse(tmp_path / "alerts.atom").getroot()  # noqa: S314 (a file that we wrote)
    name = {"a": NAMESPACE}
    assert [title.text for title in root.findall("a:entry/a:title", name)] == [
        "resolved: refresh failed",
        FAILED.subject,
    ]
    assert [summary.text for summary in root.findall("a:entry/a:summary", name)] == ["over", FAILED.text]
    assert len({identity.text for identity in root.findall("a:entry/a:id", name)}) == 2


def test_several_channels_are_named_with_blanks_between(tmp_path: Path) -> None:
    found = channels(f"log https://hooks.slack.com/services/T0/SECRET atom:{tmp_path}/a.atom")
    assert [channel.name for channel in found] == ["log", "webhook at hooks.slack.com", f"feed {tmp_path}/a.atom"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_receiver_that_does_not_take_a_message_is_an_error_without_the_secret(status: int) -> None:
    with Webhook(status) as hook, pytest.raises(DeliveryError) as error:
        channels(hook.address)[0].send(FAILED)
    assert str(error.value) == f"webhook at 127.0.0.1: answered {status}"


def test_the_secret_of_a_webhook_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Webhook() as hook:
        channels(hook.address)[0].send(FAILED)
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "slack",
        "ftp://SECRET.org",
        "smtp://mail.example.org",
        "https://",
        "http://a:SECRET/",
        "smtp://me:SECRET@host/to@b",
    ],
)
def test_an_unknown_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ValueError, match="BURDEN_NOTIFY") as error:
        channels(address)
    assert "SECRET" not in str(error.value)


def test_half_a_login_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_SMTP_USER", "desk")
    with pytest.raises(ValueError, match=r"^BURDEN_SMTP_PASSWORD: expected, because BURDEN_SMTP_USER is set$"):
        channels("smtps://mail.example.org/desk@example.org")
