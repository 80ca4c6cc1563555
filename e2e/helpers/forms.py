"""A server with pages that have forms, beside the built site, which keeps what they send."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.uploads import Part, parts_of

from serve import LOOPBACK, Handler, Server, Settings

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'"
)
"""Of the pages: as strict as a page can be whose scripts use WebAssembly, and no eval."""


@dataclass(slots=True)
class Forms:
    """What is served under which path, and what was sent, the oldest first."""

    address: str
    pages: dict[str, str] = field(default_factory=dict)
    received: list[list[Part]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def page(self, path: str, body: str, *, head: str = "", attributes: str = "") -> str:
        """The address of a page of this body, with the element's script."""
        self.pages[path] = (
            f'<!doctype html><html lang="en" {attributes}><head><meta charset="utf-8">'
            f"<title>Form</title>{head}"
            '<script type="module" src="/eyebright-input.js"></script>'
            f"</head><body>{body}</body></html>"
        )
        return self.address + path.removeprefix("/")


class FormHandler(Handler):
    """The site, the pages, and a place for their forms."""

    def __init__(self, *args: Any, settings: Settings, forms: Forms) -> None:
        self.forms = forms
        super().__init__(*args, settings=settings)

    def do_GET(self) -> None:  # noqa: N802  # the base class's name
        path = urlsplit(self.path).path
        self.forms.asked.append(path)
        page = self.forms.pages.get(path)
        if page is None:
            super().do_GET()
        else:
            self._show(page)

    def do_POST(self) -> None:  # noqa: N802  # the base class's name
        length = int(self.headers["Content-Length"])
        self.forms.received.append(parts_of(self.headers["Content-Type"], self.rfile.read(length)))
        self._show("<!doctype html><title>Received</title><p>Received</p>")

    def _show(self, page: str) -> None:
        body = page.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def forms_beside(site: Path) -> Iterator[Forms]:
    """Serve while the block runs, without cross-origin isolation, as most pages are."""
    settings, forms = Settings(root=site.resolve(), isolated=False), Forms(address="")
    handler = functools.partial(FormHandler, settings=settings, forms=forms)
    server = Server((LOOPBACK, 0), handler)
    forms.address = f"http://{LOOPBACK}:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield forms
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
