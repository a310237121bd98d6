"""Channels: where a message goes. The log, a webhook as Slack has them, e-mail, an Atom feed; any number at once.

BURDEN_NOTIFY names them, with blanks between:

    log                                        the default
    https://hooks.slack.com/services/…         {"text": …} by POST, as Slack, Mattermost and others read it
    smtp://mail.example.org:587/to@example.org e-mail: with BURDEN_SMTP_USER and BURDEN_SMTP_PASSWORD after STARTTLS,
                                               else by a relay in the local network; smtps:// encrypts from the start
    atom:/srv/www/alerts.atom                  a feed in that file, the newest message first

An address may hold a secret: no message, error or log of ours has one, only the host.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import ssl
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from warehouse import settings
from warehouse.files import write_whole
from warehouse.publication.atom import NAMESPACE, add_entry, add_text, document, new_feed
from warehouse.settings import NOTIFY, SettingsError

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT_S: Final = 20.0
_SENDER: Final = "burden-sharing"
_ENTRIES: Final = 200  # of a feed; a reader asks more often than that many messages come
_SMTP_PORTS: Final = {"smtp": 25, "smtps": 465}
_EXPECTED: Final = "expected log, http(s)://…, smtp(s)://host:port/to@address or atom:/path, with blanks between"


class DeliveryError(RuntimeError):
    """A message that a channel did not take; the text names the channel and no secret."""


@dataclass(frozen=True, slots=True)
class Message:
    """`key` identifies what it is about; `trouble` is False for good news, and for the end of trouble."""

    key: str
    subject: str
    text: str
    sent_at: dt.datetime  # UTC
    trouble: bool = True


@dataclass(frozen=True, slots=True)
class Channel:
    """`name` says which one it is, without a secret. `send` raises `DeliveryError`."""

    name: str
    send: Callable[[Message], None]


def channels_of_environment() -> list[Channel]:
    """The channels that BURDEN_NOTIFY names. Raises `SettingsError` for one that is unknown."""
    return channels(settings.notify())


def channels(addresses: str) -> list[Channel]:
    """The channels of addresses as above. Raises `SettingsError`."""
    return [_channel(address) for address in addresses.split()]


def _channel(address: str) -> Channel:
    if address == "log":
        return Channel("log", _to_log)
    scheme = address.partition(":")[0]
    try:
        parts, port = urlsplit(address), urlsplit(address).port
    except ValueError:  # a port that is no number
        raise SettingsError(f"{NOTIFY}: an address of {scheme} has no usable port; {_EXPECTED}") from None
    if scheme in {"http", "https"} and parts.hostname:
        return Channel(f"webhook at {parts.hostname}", lambda message: _to_webhook(address, parts, message))
    if scheme in _SMTP_PORTS and parts.hostname and "@" in parts.path and not parts.username:
        settings.smtp_login()
        server = (parts.hostname, port or _SMTP_PORTS[scheme])
        recipient, encrypted = parts.path.strip("/"), scheme == "smtps"
        return Channel(f"mail by {parts.hostname}", lambda message: _by_mail(server, recipient, encrypted, message))
    if scheme == "atom" and Path(parts.path).is_absolute():
        return Channel(f"feed {parts.path}", lambda message: _to_feed(Path(parts.path), message))
    raise SettingsError(f"{NOTIFY}: {_EXPECTED}; found an address that begins with {scheme[:10]!r}")


def _to_log(message: Message) -> None:
    _LOG.log(logging.ERROR if message.trouble else logging.WARNING, "%s: %s", message.subject, message.text)


def _to_webhook(address: str, parts: SplitResult, message: Message) -> None:
    import httpx  # noqa: PLC0415 (every run chooses channels, few send)

    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses
    text = f"*{message.subject}*\n{message.text}"
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):  # the three that Slack reads as markup
        text = text.replace(sign, escaped)
    try:
        reply = httpx.post(address, json={"text": text}, timeout=_TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(f"webhook at {parts.hostname}: {type(error).__name__}") from None
    if not reply.is_success:
        raise DeliveryError(f"webhook at {parts.hostname}: answered {reply.status_code}")


def _by_mail(server: tuple[str, int], recipient: str, encrypted: bool, message: Message) -> None:  # noqa: FBT001 (bound above)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{_SENDER}@{server[0]}", recipient, message.subject
    mail.set_content(message.text)
    login, context = settings.smtp_login(), ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(*server, timeout=_TIMEOUT_S, context=context)
            if encrypted
            else smtplib.SMTP(*server, timeout=_TIMEOUT_S)
        ) as session:
            if login and not encrypted:  # a password never crosses the network in clear
                session.starttls(context=context)
            if login:
                session.login(*login)
            session.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"mail by {server[0]}: {type(error).__name__}") from None


def _to_feed(path: Path, message: Message) -> None:
    """The feed with one entry more, the newest first; readers see the old file or the new one."""
    feed = new_feed(f"alerts/{path}", "Burden sharing: alerts", message.sent_at)
    name = f"alerts/{message.key}/{message.sent_at.isoformat()}"
    entry = add_entry(feed, name, message.subject, published=message.sent_at, updated=message.sent_at, links={})
    add_text(entry, "summary", message.text)
    try:
        feed.extend(_entries(path)[: _ENTRIES - 1])
        write_whole(path, document(feed).encode())
    except (OSError, ET.ParseError) as error:
        raise DeliveryError(f"feed {path}: {error}") from None


def _entries(path: Path) -> Sequence[ET.Element]:
    if not path.exists():
        return []
    return ET.parse(path).getroot().findall(f"{{{NAMESPACE}}}entry")  # noqa: S314 (a file that we wrote)
