"""Sends what a person must know without looking, each once: troubles that hold now, and events.

Belongs here: which of it was sent. Does not belong here: what is worth a message (troubles, news), how one travels
(orchestration.notify).

A trouble is sent when it begins and when it ends, however long it lasts; an event once. A message that a channel did
not take stays in that channel's outbox, and is tried again with the next look. In the data directory:

    alerts.json     troubles that were sent and hold, keys of events that were sent, outboxes; a lock next to it. The
                    key of an event stays as long as the event can be read, and a year after
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from orchestration.alerts.news import Event, news
from orchestration.alerts.troubles import Trouble, troubles
from orchestration.notify import Channel, DeliveryError, Message
from warehouse.files import write_whole

_LEDGER: Final = "alerts.json"
_RUN_FAILED: Final = "run_failed:"
_SUBJECT: Final = "burden sharing: "
# An edition that is withdrawn and accepted again, or rolled back and built again, is no news; after a year it is.
_REMEMBERED: Final = dt.timedelta(days=366)


@dataclass(slots=True)
class _Ledger:
    """What was sent. `active`: key -> subject, since and version of a trouble; `sent`: key of an event -> the day on
    which it was last read; `began`: whether anything was served when the first look was taken, so that only what is
    new since is news.
    """

    active: dict[str, dict[str, str]] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    outbox: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    began: bool = False


def look(root: Path, channels: Sequence[Channel], *, now: dt.datetime) -> list[Message]:
    """Send what has begun, ended or happened since the last look; what was new. Raises `DeliveryError` at the end."""
    with _ledger(root) as ledger:
        found = {trouble.key: trouble for trouble in troubles(root, now)}
        messages = [*_troubles_new(ledger, found, now), *_events_new(ledger, root, now)]
        _put(ledger, channels, messages)
    _deliver(root, channels)
    return messages


def run_failed(root: Path, channels: Sequence[Channel], job: str, text: str, *, version: str, now: dt.datetime) -> None:
    """Send that a job failed, unless it was sent that it fails for the same reason (`version`)."""
    digest = hashlib.sha256(version.encode()).hexdigest()[:16]
    trouble = Trouble(f"{_RUN_FAILED}{job}", f"{job} failed", text, digest)
    with _ledger(root) as ledger:
        if ledger.active.get(trouble.key, {}).get("version") != digest:
            _put(ledger, channels, [_begin(ledger, trouble, now)])
    _deliver(root, channels)


def failed_jobs(root: Path) -> list[str]:
    """Jobs of which it was sent that they failed, and not yet that they succeed again."""
    with _ledger(root) as ledger:
        return [key.removeprefix(_RUN_FAILED) for key in ledger.active if key.startswith(_RUN_FAILED)]


def run_succeeded(root: Path, channels: Sequence[Channel], job: str, *, now: dt.datetime) -> None:
    """Send that a job succeeds again, if it was sent that it failed."""
    with _ledger(root) as ledger:
        if f"{_RUN_FAILED}{job}" in ledger.active:
            _put(ledger, channels, [_end(ledger, f"{_RUN_FAILED}{job}", now)])
    _deliver(root, channels)


def _troubles_new(ledger: _Ledger, found: Mapping[str, Trouble], now: dt.datetime) -> list[Message]:
    over = [key for key in ledger.active if key not in found and not key.startswith(_RUN_FAILED)]
    begun = [each for key, each in found.items() if ledger.active.get(key, {}).get("version") != each.version]
    return [*(_end(ledger, key, now) for key in over), *(_begin(ledger, trouble, now) for trouble in begun)]


def _begin(ledger: _Ledger, trouble: Trouble, now: dt.datetime) -> Message:
    ledger.active[trouble.key] = {"subject": trouble.subject, "since": now.isoformat(), "version": trouble.version}
    return Message(trouble.key, f"{_SUBJECT}{trouble.subject}", trouble.text, now)


def _end(ledger: _Ledger, key: str, now: dt.datetime) -> Message:
    before = ledger.active.pop(key)
    since = dt.datetime.fromisoformat(before["since"])
    text = f"it began on {since:%Y-%m-%d %H:%M} UTC and holds no longer"
    return Message(f"{key}:over", f"{_SUBJECT}resolved: {before['subject']}", text, now, trouble=False)


def _events_new(ledger: _Ledger, root: Path, now: dt.datetime) -> list[Message]:
    """What happened since the first look at something served: all of before is known, and no news."""
    happened = news(root, now - _REMEMBERED)
    if happened is None:  # nothing is served that can be read
        return []
    known, today = set(ledger.sent), now.date()
    new = [event.only(known) for event in happened if not known.issuperset(event.keys)] if ledger.began else []
    read_now = dict.fromkeys((key for event in happened for key in event.keys), today.isoformat())
    forgotten = (today - _REMEMBERED).isoformat()
    ledger.sent = {key: day for key, day in (ledger.sent | read_now).items() if day > forgotten}
    ledger.began = True
    return [_message(event, now) for event in new]


def _message(event: Event, now: dt.datetime) -> Message:
    return Message(event.keys[0], f"{_SUBJECT}{event.subject}", "\n".join(event.lines), now, trouble=event.trouble)


def _put(ledger: _Ledger, channels: Sequence[Channel], messages: Sequence[Message]) -> None:
    """Into the outbox of each channel; that of a channel which is no longer named is dropped."""
    kept = {channel.name: ledger.outbox.get(channel.name, []) for channel in channels}
    records = [{**asdict(message), "sent_at": message.sent_at.isoformat()} for message in messages]
    ledger.outbox = {name: [*waiting, *records] for name, waiting in kept.items()}


def _deliver(root: Path, channels: Sequence[Channel]) -> None:
    """Empty the outboxes; a channel that fails keeps the rest of its own and stops no other."""
    errors: list[str] = []
    with _ledger(root) as ledger:
        for channel in channels:
            waiting = ledger.outbox.get(channel.name, [])
            try:
                while waiting:
                    record = waiting[0]
                    channel.send(Message(**{**record, "sent_at": dt.datetime.fromisoformat(record["sent_at"])}))
                    waiting.pop(0)
            except DeliveryError as error:
                errors.append(f"{error}; {len(waiting)} messages wait for the next attempt")
    if errors:
        raise DeliveryError(" | ".join(errors))


@contextmanager
def _ledger(root: Path) -> Iterator[_Ledger]:
    """The ledger, for one process at a time; written back at the end, unless an error ends it."""
    path = root / _LEDGER
    root.mkdir(parents=True, exist_ok=True)
    with (root / f".{_LEDGER}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ledger = _read(path)
        before = json.dumps(asdict(ledger))
        yield ledger
        if json.dumps(asdict(ledger)) != before:
            write_whole(path, json.dumps(asdict(ledger), indent=1, ensure_ascii=False).encode())


def _read(path: Path) -> _Ledger:
    if not path.exists():
        return _Ledger()
    kept = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(kept["sent"], list):  # as it was written until November 2026, without days
        written_on = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
        kept["sent"] = dict.fromkeys(kept["sent"], written_on.isoformat())
    return _Ledger(**kept)
