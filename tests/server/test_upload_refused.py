"""POST /upload: what is refused, and what is said of it."""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import strange_files
from starlette.testclient import TestClient
from upload_form import record_of, send

from eyebright.deliver import Optimised
from eyebright.server import Settings, create_app


@pytest.mark.parametrize(
    ("files", "records", "message"),
    [
        (2, 1, "2 files came with 1 records"),
        (1, 2, "1 files came with 2 records"),
        (21, 0, "more than 20 files"),
    ],
)
def test_files_and_records_that_do_not_go_together_are_refused(
    taking: TestClient, made: Optimised, files: int, records: int, message: str
) -> None:
    sent = [("file", ("a.webp", made.data))] * files

    got = taking.post(
        "/upload", files=sent, data={"record": [json.dumps(record_of(made))] * records}
    )

    assert (got.status_code, got.json()["error"]) == (400, "BadUpload")
    assert message in got.json()["message"]


def test_an_original_goes_with_one_file(
    taking: TestClient, made: Optimised, original: bytes
) -> None:
    files = [("file", ("a.webp", made.data))] * 2 + [("original", ("a.jpg", original))]

    got = taking.post("/upload", files=files)

    assert (got.status_code, got.json()["error"]) == (400, "BadUpload")


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        (b"<!doctype html>" + strange_files.SCRIPT, 415, "UnsupportedFormat"),
        (strange_files.SVG, 415, "UnsupportedFormat"),
        (b"\xff\xd8\xff\xe0 no picture", 422, "CorruptImage"),
        (bytes(strange_files.LIMIT_BYTES + 1), 413, "TooLarge"),
        (bytes(5 * strange_files.LIMIT_BYTES), 413, "TooLarge"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused_and_not_kept(
    taking: TestClient, uploads: Path, data: bytes, status: int, error: str
) -> None:
    before = set(uploads.iterdir())

    got = send(taking, file=data)

    assert (got.status_code, got.json()["error"]) == (status, error)
    assert set(uploads.iterdir()) == before


def test_a_bomb_is_refused(settings: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(settings.replace(uploads=str(tmp_path)))) as client:
        got = send(client, file=strange_files.bomb())

    assert (got.status_code, got.json()["error"]) == (413, "LimitExceeded")


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ("no json", 400),
        ("[]", 400),
        ("{}", 400),
        ('{"goal": {}, "capabilities": {}, "facts": {}}', 400),
        ('{"goal": {"content": "nonsense"}, "capabilities": {}}', 400),
        ("[" * 100_000, 400),
        ('"' + "x" * 1_000_001 + '"', 400),
    ],
)
def test_a_record_that_cannot_be_read_is_refused(
    taking: TestClient, original: bytes, record: str, status: int
) -> None:
    assert send(taking, file=original, record=record).status_code == status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
    ],
)
def test_what_is_no_form_is_refused(taking: TestClient, body: bytes, kind: str) -> None:
    got = taking.post("/upload", content=body, headers={"Content-Type": kind})

    assert (got.status_code, got.json()["error"]) == (400, "BadUpload")


def test_a_form_without_a_file_is_refused(taking: TestClient, original: bytes) -> None:
    assert send(taking, other=original).json()["error"] == "BadUpload"


def test_another_site_s_page_may_not_upload(taking: TestClient, original: bytes) -> None:
    files = {"file": ("a.jpg", original)}

    evil = taking.post("/upload", files=files, headers={"Origin": "https://evil.example"})
    own = taking.post("/upload", files=files, headers={"Origin": "http://testserver"})

    assert (evil.status_code, evil.json()["error"]) == (403, "ForeignOrigin")
    assert own.status_code == 200


def test_nothing_is_taken_unless_there_is_a_place_for_it(client: TestClient) -> None:
    assert client.post("/upload", files={"file": ("a.jpg", b"x")}).status_code == 404


def test_who_sends_too_slowly_is_told_so(settings: Settings, uploads: Path) -> None:
    taking = create_app(settings.replace(uploads=str(uploads), receive_s=0.2))
    came = []
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    pieces = itertools.chain([head], itertools.repeat(b"."))

    async def dawdle(scope: Any) -> None:
        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0.05)
            return {"type": "http.request", "body": next(pieces), "more_body": True}

        async def send(message: Any) -> None:
            came.append(message)

        await taking(scope, receive, send)

    asyncio.run(dawdle(slow_scope()))

    assert came[0]["status"] == 408
    told = json.loads(came[1]["body"])
    assert told["error"] == "TooSlow"
    assert "took more than 0.2 s to arrive; send fewer or smaller files" in told["message"]


def slow_scope() -> dict[str, Any]:
    kind = b"multipart/form-data; boundary=x"
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/upload",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", kind), (b"host", b"testserver")],
        "state": {},
    }
