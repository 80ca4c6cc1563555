"""Serve dist/site on loopback, with the headers that a real host should send.

    python build/serve.py [--port N] [--host ADDRESS] [--prefix /sub/path/] [--no-isolation]

Cross-origin isolation (COOP, COEP) lets WebAssembly use threads; without it the site works on one.
Files of hashed groups may be kept for ever, the others are asked for again (304 where unchanged).
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "dist" / "site"

LOOPBACK = "127.0.0.1"
PORTS = range(8000, 8020)
"""Tried in order where no port is asked for."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".zip": "application/zip",
}
"""Media types of what the site holds (IANA; JavaScript by RFC 9239); others are octets."""

ENCODINGS = {"br": ".br", "gzip": ".gz", "identity": ""}
"""Content codings in the order of preference, and the ending of the file that has them."""

POLICY = (
    "default-src 'none'; "
    "script-src 'self' 'wasm-unsafe-eval'; "
    "worker-src 'self'; "
    "connect-src 'self'; "
    "img-src 'self' blob: data:; "
    "style-src 'self'; "
    "font-src 'self'; "
    "manifest-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'self'"
)
"""Content-Security-Policy: nothing but the site's own files, no eval beyond WebAssembly."""

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
"""What makes a page cross-origin isolated (HTML, section 7.1.3)."""

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

HASHED = re.compile(r"[a-z]+-[0-9a-f]{10}/")
"""Path of a file in a group, as build/site.py names them."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is served and how."""

    root: Path = SITE
    prefix: str = "/"
    """Path under which the site stands, with a slash at both ends."""
    isolated: bool = True
    on_sent: Callable[[str, int], None] | None = None
    """Told the path and body bytes of every answer, for measuring."""


@contextlib.contextmanager
def serving(
    root: Path = SITE,
    *,
    isolated: bool = True,
    prefix: str = "/",
    host: str = LOOPBACK,
    port: int = 0,
    on_sent: Callable[[str, int], None] | None = None,
) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the site's address, ending with a slash."""
    settings = Settings(root=root.resolve(), prefix=prefix, isolated=isolated, on_sent=on_sent)
    server = Server((host, port), functools.partial(Handler, settings=settings))
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Server(ThreadingHTTPServer):
    """One thread per connection; a visitor who goes away is no error."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """GET and HEAD on the files of a folder."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *args: Any, settings: Settings) -> None:
        self.settings = settings
        super().__init__(*args)

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing: a page makes dozens of requests."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if f"{path}/" == self.settings.prefix:
            return self._send(HTTPStatus.PERMANENT_REDIRECT, {"Location": self.settings.prefix})
        name = path.removeprefix(self.settings.prefix) or "index.html"
        file = find(self.settings.root, name) if path.startswith(self.settings.prefix) else None
        if file is None:
            return self._send(HTTPStatus.NOT_FOUND, {}, b"There is no such file here.\n")
        return self._send_file(file, name)

    def _send_file(self, file: Path, name: str) -> None:
        coding = choose(self.headers.get("Accept-Encoding", ""), codings_of(file))
        chosen = file.with_name(file.name + ENCODINGS[coding])
        headers = file_headers(file, name, chosen, coding)
        if headers["ETag"] in self.headers.get("If-None-Match", ""):
            return self._send(HTTPStatus.NOT_MODIFIED, headers)
        return self._send(HTTPStatus.OK, headers, chosen.read_bytes())

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes = b"") -> None:
        isolation = ISOLATION if self.settings.isolated else {}
        self.send_response(status)
        for name, value in {**ALWAYS, **isolation, **headers}.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
            if self.settings.on_sent:
                self.settings.on_sent(self.path, len(body))


def find(root: Path, name: str) -> Path | None:
    """The file of this name below `root`; None if there is none, or it is not below, or hidden."""
    if "\0" in name or any(part.startswith(".") for part in name.split("/")):
        return None
    path = (root / name).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def file_headers(file: Path, name: str, chosen: Path, coding: str) -> dict[str, str]:
    facts = chosen.stat()
    headers = {
        "Content-Type": TYPES.get(file.suffix, "application/octet-stream"),
        "Cache-Control": FOR_EVER if HASHED.match(name) else ASK_AGAIN,
        "ETag": f'"{facts.st_mtime_ns:x}-{facts.st_size:x}-{coding}"',
        "Last-Modified": formatdate(facts.st_mtime, usegmt=True),
        "Vary": "Accept-Encoding",
    }
    return headers | ({"Content-Encoding": coding} if coding != "identity" else {})


def codings_of(file: Path) -> list[str]:
    """Content codings in which this file is there."""
    return [c for c, ending in ENCODINGS.items() if file.with_name(file.name + ending).is_file()]


def choose(accept: str, there: list[str]) -> str:
    """The coding to send (RFC 9110, 12.5.3): highest q-value, then our order of preference."""
    weights = weights_of(accept)
    others = weights.get("*", 0.0)
    scores = {coding: weights.get(coding, others) for coding in there}
    if "identity" not in weights:
        scores["identity"] = max(others, LEAST_WEIGHT)
    best = max(there, key=lambda coding: (scores[coding], -there.index(coding)))
    return best if scores[best] > 0 else "identity"


LEAST_WEIGHT = 0.0005
"""Below every q-value that can be written (three digits): plain unless anything else is named."""


def weights_of(accept: str) -> dict[str, float]:
    """q-values by coding; an entry that cannot be read counts as refused."""
    weights = {}
    for entry in filter(None, (e.strip().lower() for e in accept.split(","))):
        coding, _, parameter = entry.partition(";")
        weights[coding.strip()] = quality(parameter)
    return weights


def quality(parameter: str) -> float:
    name, _, value = parameter.replace(" ", "").partition("=")
    if not name:
        return 1.0
    readable = name == "q" and re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", value)
    return float(value) if readable else 0.0


def serve(
    *, port: int | None, host: str = LOOPBACK, prefix: str = "/", isolated: bool = True
) -> None:
    """Serve dist/site until interrupted; prints the address."""
    if not (SITE / "index.html").is_file():
        sys.exit("serve: dist/site is not built; run python3 build/start.py")
    for candidate in PORTS if port is None else [port]:
        try:
            running = contextlib.ExitStack()
            address = running.enter_context(
                serving(host=host, port=candidate, prefix=prefix, isolated=isolated)
            )
        except OSError as exc:
            refusal = exc
            continue
        with running, contextlib.suppress(KeyboardInterrupt):
            print(f"Eyebright is at {address} (Ctrl-C ends it)", flush=True)
            threading.Event().wait()
        return
    sys.exit(f"serve: cannot listen on {host}: {refusal}; choose another port with --port")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, help="0 takes any free port")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default: loopback)")
    parser.add_argument("--prefix", default="/", help="path of the site, as /sub/path/")
    parser.add_argument("--no-isolation", action="store_true", help="without COOP and COEP")
    chosen = parser.parse_args()
    prefix = f"/{chosen.prefix.strip('/')}/".replace("//", "/")
    serve(port=chosen.port, host=chosen.host, prefix=prefix, isolated=not chosen.no_isolation)


if __name__ == "__main__":
    main()
