"""A failed run is notified by log, webhook or e-mail, and a wrong address is an error and not silence."""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from orchestration.notify import notifier


def test_the_log_is_the_default(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        notifier("log")("refresh failed", "run 1")
    assert caplog.messages == ["refresh failed: run 1"]


def test_a_webhook_gets_subject_and_text() -> None:
    got: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    notifier(f"http://127.0.0.1:{server.server_port}/hook")("refresh failed", "run 1")
    thread.join(5)
    server.server_close()
    assert got == [{"subject": "refresh failed", "text": "run 1"}]


@pytest.mark.parametrize("address", ["slack", "ftp://example.org", "smtp://mail.example.org", "https://"])
def test_an_unknown_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="BURDEN_NOTIFY"):
        notifier(address)
