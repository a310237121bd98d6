"""A local server that speaks as the sources do: scripted per path, on 127.0.0.1 only.

A reply is data: status, headers, body, and how badly it behaves. Per path a list is worked off, the last one repeats.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Reply:
    """`cut` sends only that many bytes of a longer Content-Length; `stall_s` waits in the middle of the body;
    `etag` answers 304 to a request that has it.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    cut: int | None = None
    stall_s: float = 0.0


class SourceServer:
    """Use as a context manager; `origin` is its address, `requests` what it was asked: (path, headers)."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self._served: dict[str, int] = defaultdict(int)
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._answer(self)

            def log_message(self, *_: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def script(self, path: str, *replies: Reply) -> None:
        """Replies of a path, in order; the last one repeats. A query belongs to the path; `path*` is a prefix."""
        self.replies[path] = list(replies)
        self._served[path] = 0

    def asked(self, path: str) -> int:
        return sum(asked.startswith(path.rstrip("*")) for asked, _ in self.requests)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append((handler.path, dict(handler.headers)))
        key = self._key(handler.path)
        replies: Sequence[Reply] = self.replies.get(key, [Reply(b"not found", 404)])
        reply = replies[min(self._served[key], len(replies) - 1)]
        self._served[key] += 1
        try:
            self._send(handler, reply)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True  # the client gave up, as it should

    def _key(self, path: str) -> str:
        if path in self.replies:
            return path
        prefixes = [key for key in self.replies if key.endswith("*") and path.startswith(key[:-1])]
        return max(prefixes, key=len, default=path)

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.etag and handler.headers.get("If-None-Match") == reply.etag:
            handler.send_response(304)
            handler.end_headers()
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.etag:
            handler.send_header("ETag", reply.etag)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        half = len(reply.body) // 2
        body = reply.body[: reply.cut] if reply.cut is not None else reply.body
        handler.wfile.write(body[:half])
        handler.wfile.flush()
        time.sleep(reply.stall_s)
        handler.wfile.write(body[half:])
        if reply.cut is not None:
            handler.close_connection = True
