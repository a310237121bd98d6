"""Receivers of messages on 127.0.0.1: a webhook, and a mail server that speaks as much SMTP as one letter needs."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class _Serving:
    """A server in a thread, as a context manager."""

    _server: socketserver.BaseServer

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class Webhook(_Serving):
    """`got` is what was posted; it answers `status`, which may be changed."""

    def __init__(self, status: int = 200) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = status
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status < 300:
                    hook.got.append(json.loads(body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server: ThreadingHTTPServer = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/services/T0/SECRET"


class MailServer(_Serving):
    """`got` are the letters, `said` the commands of all sessions; it offers no encryption."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.said: list[str] = []
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 ready\r\n")
                while line := self.rfile.readline().decode().strip():
                    mail.said.append(line)
                    self.wfile.write(mail._answer(line, self))
                    if line.upper() == "QUIT":
                        return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server: socketserver.ThreadingTCPServer = Server(("127.0.0.1", 0), Handler)

    def _answer(self, line: str, session: socketserver.StreamRequestHandler) -> bytes:
        if line.upper() != "DATA":
            return b"221 bye\r\n" if line.upper() == "QUIT" else b"250 fine\r\n"
        session.wfile.write(b"354 go on\r\n")
        lines = iter(lambda: session.rfile.readline().decode().rstrip("\r\n"), ".")
        self.got.append("\n".join(lines))
        return b"250 taken\r\n"

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}/desk@example.org"
