"""A gateway in front of the gateway whose connections break when a test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Proxy:
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    #: How many bytes of an answer's body are sent before the connection breaks; None: all of them.
    breaks_after: Callable[[Seen], int | None] = lambda _: None

    def of(self, prefix: str, method: str) -> list[Seen]:
        return [each for each in self.seen if each.method == method and each.path.startswith(prefix)]


@contextmanager
def proxy_of(target: str) -> Iterator[Proxy]:
    proxy = Proxy()
    skipped = ("transfer-encoding", "content-length", "connection", "content-encoding")

    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items() if name.lower() != "host"}
            seen = Seen(self.command, self.path, headers)
            proxy.seen.append(seen)
            sent = {**headers, "accept-encoding": "identity"}
            answer = httpx.request(self.command, target + self.path, content=body, headers=sent, timeout=60)
            most = proxy.breaks_after(seen)
            if most == 0:
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in skipped:
                    self.send_header(name, value)
            self.send_header("content-length", answer.headers.get("content-length", str(len(answer.content))))
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(answer.content[:most])
            self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PUT = _pass_on

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
