"""A server for pages that upload: serves a folder, takes forms, and speaks tus 1.0.0."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from serve import LOOPBACK, POLICY, Handler, Server, Settings

TUS = {"Tus-Resumable": "1.0.0"}

UPLOAD, FILES = "/upload", "/files/"


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a form that came."""

    name: str
    filename: str | None
    mime: str
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(slots=True)
class Resumable:
    """A file that comes by tus, in one piece or several."""

    length: int
    metadata: dict[str, str]
    data: bytes = b""
    offsets: list[int] = field(default_factory=list)
    """Where each PATCH began."""


@dataclass(slots=True)
class Uploads:
    """What came. `break_off` ends the next so many PATCHes in the middle of their bytes."""

    address: str = ""
    forms: list[list[Part]] = field(default_factory=list)
    files: list[Resumable] = field(default_factory=list)
    refuse: int = 0
    """Forms that are answered by 500 before one is taken."""
    break_off: int = 0


@contextlib.contextmanager
def taking_uploads(root: Path, *, policy: str = POLICY) -> Iterator[Uploads]:
    """Serve a folder under a Content-Security-Policy, and take what its pages send."""
    came = Uploads()
    settings = Settings(root=root.resolve(), isolated=False)
    handler = functools.partial(UploadHandler, settings=settings, came=came, policy=policy)
    server = Server((LOOPBACK, 0), handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    came.address = f"http://{LOOPBACK}:{server.server_port}/"
    try:
        yield came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class UploadHandler(Handler):
    """The site's own server, which takes uploads, too."""

    def __init__(self, *args: object, came: Uploads, policy: str, settings: Settings) -> None:
        self.came, self.policy = came, policy
        super().__init__(*args, settings=settings)

    def send_header(self, keyword: str, value: str) -> None:
        super().send_header(keyword, self.policy if keyword == "Content-Security-Policy" else value)

    def do_POST(self) -> None:  # noqa: N802  # as http.server calls it
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == FILES:
            return self._create()
        if self.path != UPLOAD:
            return self._send(HTTPStatus.NOT_FOUND, {})
        if self.came.refuse:
            self.came.refuse -= 1
            return self._send(HTTPStatus.INTERNAL_SERVER_ERROR, {})
        self.came.forms.append(parts_of(self.headers["Content-Type"], body))
        return self._send(HTTPStatus.OK, {"Content-Type": "application/json"}, b"{}")

    def do_HEAD(self) -> None:  # noqa: N802  # as http.server calls it
        if not self.path.startswith(FILES):
            return super().do_HEAD()
        file = self._file()
        told = {"Upload-Offset": str(len(file.data)), "Upload-Length": str(file.length)}
        return self._send(HTTPStatus.OK, {**TUS, **told, "Cache-Control": "no-store"})

    def do_PATCH(self) -> None:  # noqa: N802  # as http.server calls it
        file, length = self._file(), int(self.headers["Content-Length"])
        if int(self.headers["Upload-Offset"]) != len(file.data):
            return self._send(HTTPStatus.CONFLICT, TUS)
        file.offsets.append(len(file.data))
        if self.came.break_off:
            self.came.break_off -= 1
            file.data += self.rfile.read(length // 2)
            return self._hang_up()
        file.data += self.rfile.read(length)
        return self._send(HTTPStatus.NO_CONTENT, {**TUS, "Upload-Offset": str(len(file.data))})

    def _create(self) -> None:
        pairs = (pair.split(" ") for pair in self.headers["Upload-Metadata"].split(","))
        metadata = {name: base64.b64decode(value).decode() for name, value in pairs}
        self.came.files.append(Resumable(int(self.headers["Upload-Length"]), metadata))
        place = f"{FILES}{len(self.came.files) - 1}"
        self._send(HTTPStatus.CREATED, {**TUS, "Location": place})

    def _file(self) -> Resumable:
        return self.came.files[int(self.path.removeprefix(FILES))]

    def _hang_up(self) -> None:
        """As where a network ends: no answer at all."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """Fields of a multipart/form-data body (RFC 7578), in their order."""
    boundary = f"--{content_type.partition('boundary=')[2]}".encode()
    return [part_of(chunk[2:-2]) for chunk in body.split(boundary)[1:-1]]


def part_of(chunk: bytes) -> Part:
    head, _, data = chunk.partition(b"\r\n\r\n")
    told = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
    mime = re.search(r"Content-Type: (\S+)", head.decode())
    filename = told.get("filename")
    return Part(name=told["name"], filename=filename, mime=mime[1] if mime else "", data=data)
