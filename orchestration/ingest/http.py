"""Fetching: the only module that talks to a source.

Belongs here: timeouts, conditional requests, size caps, magic bytes, redirects, politeness, and which failures are
permanent and which are not. Does not belong here: addresses (sources), whether a payload is accepted (acceptance).

A permanent failure (a 4xx but 408 and 429, a shell where a workbook should be, a redirect to another host) is never
retried: retrying does not help and looks like an attack. A transient one is retried with back-off and jitter.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import logging
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from transforms import limits
from transforms.payload import is_web_page, opening

Kind = Literal["xlsx", "json", "csv", "html"]

_TRANSIENT_STATUS: Final = frozenset({408, 425, 429})
_ENCODING: Final = "gzip"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_HEAD_BYTES: Final = 64
AGAIN: Final = "asked again in"


def _log_retry(details: stamina.instrumentation.RetryDetails) -> None:
    """In one line why a source is asked again, and when: stamina's own hook has both in fields that no log shows."""
    logging.getLogger("stamina").warning(
        "%s; %s %.0f s, attempt %d", details.caused_by, AGAIN, details.wait_for, details.retry_num + 1
    )


stamina.instrumentation.set_on_retry_hooks([_log_retry])


class FetchError(RuntimeError):
    """A source did not give what was asked for; the message says what, where, and what to do."""


class PermanentFetchError(FetchError):
    """Asking again will not help: the source, or our address of it, has changed."""


class TransientFetchError(FetchError):
    """Asking again later may help. `retry_after_s` is what the source asked for, if it did."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One address and what is expected there. `min_bytes` is a floor below which a reply is a stub."""

    url: str
    kind: Kind
    headers: Mapping[str, str] = field(default_factory=dict)
    min_bytes: int = 1
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole reply in a temporary file, which the caller moves or removes. Times are UTC."""

    path: Path
    url: str
    media_type: str
    bytes: int
    sha256: str
    validators: Validators
    retrieved_at: dt.datetime
    last_modified: dt.datetime | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source says that nothing has changed since the validators were given."""

    url: str


@dataclass(frozen=True, slots=True)
class Manners:
    """Patience and politeness, in seconds and bytes."""

    contact: str = ""
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 30.0
    total_timeout_s: float = 300.0  # one request
    poll_timeout_s: float = 600.0  # all requests of a client, with what is waited between them
    max_bytes: int = limits.PAYLOAD_BYTES
    attempts: int = 4
    wait_initial_s: float = 2.0
    wait_max_s: float = 60.0
    retry_after_max_s: float = 300.0
    min_interval_s: float = 1.5  # the IMF asks for one request in 1.5 s
    max_redirects: int = 5

    def user_agent(self) -> str:
        return f"burden-sharing/0.1 ({self.contact or 'research pipeline, no contact configured'})"


class Client:
    """Fetches from one source's own hosts. `origins` sends addresses elsewhere (scheme and host), for a rehearsal."""

    def __init__(
        self, hosts: frozenset[str], directory: Path, manners: Manners, origins: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory
        self._manners = manners
        self._origins = dict(origins or {})
        self._hosts = hosts | {urlsplit(origin).netloc for origin in self._origins.values()}
        self._last_request_at: dict[str, float] = {}
        self._ends_at = time.monotonic() + manners.poll_timeout_s
        timeout = httpx.Timeout(manners.read_timeout_s, connect=manners.connect_timeout_s)
        headers = {"User-Agent": manners.user_agent(), "Accept-Encoding": _ENCODING}
        self._http = httpx.Client(timeout=timeout, follow_redirects=False, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def read(self, request: Request) -> bytes:
        """A reply's bytes; for pages and small replies. Raises `FetchError`."""
        reply = self.fetch(request)
        if isinstance(reply, NotModified):
            raise PermanentFetchError(f"{request.url}: expected a reply, found 304 to an unconditional request")
        content = reply.path.read_bytes()
        reply.path.unlink()
        return content

    def fetch(self, request: Request) -> Fetched | NotModified:
        """A reply, streamed to a temporary file and checked. Raises `PermanentFetchError` or `TransientFetchError`."""
        manners = self._manners
        # stamina waits by its own back-off; where the source says how long, that is what is waited instead.
        retried = stamina.retry_context(
            on=self._worth_retrying,
            attempts=manners.attempts,
            timeout=None,
            wait_initial=manners.wait_initial_s,
            wait_max=manners.wait_max_s,
            wait_jitter=manners.wait_initial_s,
        )
        tried = 0
        try:
            for attempt in retried:
                with attempt:
                    tried += 1
                    return self._follow(request)
        except TransientFetchError as error:
            raise TransientFetchError(f"{error} (after {tried} attempts)", error.retry_after_s) from error
        raise AssertionError("stamina ends by a return or an exception")

    def _worth_retrying(self, error: Exception) -> bool | float:
        """Whether to ask again within the time of the poll; a number is how long the source asked us to wait."""
        left = self._ends_at - time.monotonic()
        if not isinstance(error, TransientFetchError) or left <= self._manners.wait_max_s:
            return False
        if error.retry_after_s is None:
            return True
        return error.retry_after_s if error.retry_after_s <= min(self._manners.retry_after_max_s, left) else False

    def _follow(self, request: Request) -> Fetched | NotModified:
        url = self._address(request.url, "address")
        for _ in range(self._manners.max_redirects + 1):
            reply = self._ask(request, url)
            if not isinstance(reply, str):
                return reply
            url = self._address(self._joined(url, reply), f"redirect from {url}")
        raise PermanentFetchError(f"{request.url}: more than {self._manners.max_redirects} redirects")

    def _joined(self, url: str, location: str) -> str:
        try:
            return urljoin(self._rewritten(url), location)
        except ValueError as error:
            raise PermanentFetchError(f"{url}: redirect to {location!r}, which is no address") from error

    def _address(self, url: str, what: str) -> str:
        """The address, if it is of the source's own hosts and https: a page may print any, a redirect lead anywhere."""
        try:
            parts = urlsplit(self._rewritten(url))
            _ = parts.port  # proves it: a port beyond 65535 raises here
        except ValueError as error:
            raise PermanentFetchError(f"{what} {url!r}: no address") from error
        if parts.hostname not in self._hosts and parts.netloc not in self._hosts:
            raise PermanentFetchError(
                f"{what} {url!r}: expected one within {', '.join(sorted(self._hosts))}; "
                "if the source has moved, review its hosts"
            )
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise PermanentFetchError(f"{what} {url!r}: expected https")
        return url

    def _rewritten(self, url: str) -> str:
        parts = urlsplit(url)
        origin = self._origins.get(f"{parts.scheme}://{parts.netloc}")
        return url if origin is None else origin + url[len(f"{parts.scheme}://{parts.netloc}") :]

    def _ask(self, request: Request, url: str) -> Fetched | NotModified | str:
        """One request: a reply, not modified, or the address of a redirect."""
        address = self._rewritten(url)
        self._wait_politely(urlsplit(address).netloc)
        now = time.monotonic()
        if now > self._ends_at:
            raise TransientFetchError(f"{request.url}: the poll has taken {self._manners.poll_timeout_s:g} s")
        deadline = min(now + self._manners.total_timeout_s, self._ends_at)
        try:
            with self._http.stream("GET", address, headers=_headers(request)) as response:
                if response.has_redirect_location:
                    return response.headers["Location"]
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return NotModified(request.url)
                _refuse_status(request.url, response)
                _refuse_encoding(request.url, response)
                return self._store(request, response, deadline)
        # A body that does not unpack by its Content-Encoding was damaged on the way, as one that was cut.
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise TransientFetchError(f"{request.url}: {type(error).__name__}: {error}") from error
        except httpx.InvalidURL as error:
            raise PermanentFetchError(f"{request.url}: no address: {address!r}: {error}") from error

    def _wait_politely(self, host: str) -> None:
        wait = self._last_request_at.get(host, 0.0) + self._manners.min_interval_s - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._last_request_at[host] = time.monotonic()

    def _store(self, request: Request, response: httpx.Response, deadline: float) -> Fetched:
        with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as file:
            path = Path(file.name)
            try:
                digest, size = self._stream(request, response, deadline, file.write)
            except BaseException:
                path.unlink()
                raise
        try:
            _refuse_content(request, path, size)
        except FetchError:
            path.unlink()
            raise
        modified = response.headers.get("Last-Modified")
        return Fetched(
            path=path,
            url=request.url,
            media_type=response.headers.get("Content-Type", "").partition(";")[0],
            bytes=size,
            sha256=digest,
            validators=Validators(response.headers.get("ETag"), modified),
            retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            last_modified=_http_date(modified),
        )

    def _stream(
        self, request: Request, response: httpx.Response, deadline: float, write: Callable[[bytes], Any]
    ) -> tuple[str, int]:
        """Hash and decoded size. The cap is on decoded bytes, so that a compressed bomb stops at it."""
        digest, size = hashlib.sha256(), 0
        for chunk in response.iter_bytes(65536):
            size += len(chunk)
            if size > self._manners.max_bytes:
                raise PermanentFetchError(
                    f"{request.url}: more than {self._manners.max_bytes} bytes; a bomb, or a new file"
                )
            if time.monotonic() > deadline:
                raise TransientFetchError(
                    f"{request.url}: not whole after {self._manners.total_timeout_s:g} s, "
                    f"or the poll has taken {self._manners.poll_timeout_s:g} s"
                )
            digest.update(chunk)
            write(chunk)
        return digest.hexdigest(), size


def _headers(request: Request) -> dict[str, str]:
    conditions = {}
    if request.validators and request.validators.etag:
        conditions["If-None-Match"] = request.validators.etag
    if request.validators and request.validators.last_modified:
        conditions["If-Modified-Since"] = request.validators.last_modified
    return {**request.headers, **conditions}


def _refuse_status(url: str, response: httpx.Response) -> None:
    status = response.status_code
    if status == httpx.codes.OK:
        return
    found = f"{url}: expected 200, found {status} {response.reason_phrase}"
    if status in _TRANSIENT_STATUS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise TransientFetchError(found, _retry_after(response.headers.get("Retry-After")))
    advice = "the address may have changed" if status in {404, 410} else "the source may refuse our user agent"
    raise PermanentFetchError(f"{found}; {advice}")


def _refuse_encoding(url: str, response: httpx.Response) -> None:
    """One layer of what was asked for: httpx undoes any number, each a thousandfold, before the cap sees a byte."""
    found = response.headers.get("Content-Encoding", "identity").strip().lower()
    if found not in {_ENCODING, "identity", ""}:
        raise PermanentFetchError(f"{url}: expected {_ENCODING} or no Content-Encoding, found {found[:100]!r}")


def _retry_after(header: str | None) -> float | None:
    """Seconds from now, of both forms of Retry-After."""
    if header is None:
        return None
    if re.fullmatch(r"\d{1,9}", header.strip(), re.ASCII):
        return float(header)
    until = _http_date(header)
    return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds()) if until else None


def _http_date(header: str | None) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(header) if header else None
    except (ValueError, OverflowError):  # no date, or one that no calendar holds
        return None
    # "-0000" means UTC of an unknown place; such a date comes without a zone and compares with none that has one.
    return date.replace(tzinfo=dt.UTC) if date and date.tzinfo is None else date


def _refuse_content(request: Request, path: Path, size: int) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    text, web_page = opening(head), is_web_page(head)
    fits = {
        "xlsx": head.startswith(b"PK\x03\x04"),
        "json": text.startswith((b"{", b"[")),
        "csv": bool(text) and not web_page and not text.startswith((b"{", b"[")),
        "html": web_page,
    }[request.kind]
    if not fits:
        found = "a web page" if web_page else "something else"
        raise PermanentFetchError(f"{request.url}: expected {request.kind}, found {found}: {head!r}")
    if size < request.min_bytes:
        raise PermanentFetchError(f"{request.url}: expected at least {request.min_bytes} bytes, found {size}")
