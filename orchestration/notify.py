"""Notifiers: a message of two lines to the log, to a webhook, or by e-mail.

Belongs here: sending, and choosing by BURDEN_NOTIFY. Does not belong here: when to tell, and of what.

    BURDEN_NOTIFY=log                                       the default
    BURDEN_NOTIFY=https://example.org/hook                  JSON {"subject": …, "text": …} by POST
    BURDEN_NOTIFY=smtp://mail.example.org:25/to@example.org  an e-mail, unencrypted relay in one's own network
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

from warehouse import settings
from warehouse.settings import NOTIFY, SettingsError

Notifier = Callable[[str, str], None]

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT_S: Final = 20.0
_SENDER: Final = "burden-sharing"


def notifier_of_environment() -> Notifier:
    """The notifier that BURDEN_NOTIFY names. Raises `SettingsError` for one that is unknown."""
    return notifier(settings.notify())


def notifier(address: str) -> Notifier:
    """The notifier of an address as above. Raises `SettingsError`."""
    try:
        parts, port = urlsplit(address), urlsplit(address).port
    except ValueError as error:  # a port that is no number
        raise SettingsError(f"{NOTIFY}: {address!r} is no address ({error})") from error
    if address == "log":
        return _to_log
    if parts.scheme in {"http", "https"} and parts.netloc:
        return lambda subject, text: _to_webhook(address, subject, text)
    if parts.scheme == "smtp" and parts.hostname and "@" in parts.path:
        return lambda subject, text: _by_mail(parts.hostname or "", port or 25, parts.path.strip("/"), subject, text)
    raise SettingsError(f"{NOTIFY}: expected log, http(s)://… or smtp://host:port/to@address, found {address!r}")


def _to_log(subject: str, text: str) -> None:
    _LOG.error("%s: %s", subject, text)


def _to_webhook(address: str, subject: str, text: str) -> None:
    import httpx  # noqa: PLC0415 (every run chooses a notifier, few send)

    httpx.post(address, json={"subject": subject, "text": text}, timeout=_TIMEOUT_S).raise_for_status()


def _by_mail(host: str, port: int, recipient: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"{_SENDER}@{host}", recipient, subject
    message.set_content(text)
    with smtplib.SMTP(host, port, timeout=_TIMEOUT_S) as server:
        server.send_message(message)
