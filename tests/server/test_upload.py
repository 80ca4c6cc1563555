"""POST /upload: checked, verified, scored where the original came, made anew where need be."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import strange_files
from PIL import Image
from starlette.testclient import TestClient

from eyebright import Goal, optimise_sync
from eyebright.deliver import Optimised
from eyebright.errors import LimitExceeded
from eyebright.intake import Limits
from eyebright.metadata import Blocks, Kept, write
from eyebright.server import Settings, create_app
from eyebright.server.checking import check_room
from eyebright.values import Plan


@pytest.fixture(scope="module")
def original(folder: Path) -> bytes:
    return (folder / "photo.jpg").read_bytes()


@pytest.fixture(scope="module")
def made(original: bytes) -> Optimised:
    """As a client would have made it."""
    goal = Goal(max_width=120, formats=("webp",), purpose="upload")
    return optimise_sync(original, goal, models=False)


def send(client: TestClient, *, record: Any = None, **files: bytes) -> Any:
    named = {name: ("../../evil.php", data) for name, data in files.items()}
    fields = {} if record is None else {"record": record}
    return client.post("/upload", files=named, data=fields)


def record_of(made: Optimised) -> dict[str, Any]:
    assert made.record is not None
    read: dict[str, Any] = json.loads(made.record.to_json())
    return read


def test_what_a_client_made_is_kept_as_it_came(
    taking: TestClient, made: Optimised, uploads: Path
) -> None:
    got = send(taking, file=made.data, record=json.dumps(record_of(made)))

    assert got.status_code == 200
    told = got.json()
    assert (told["checked"]["accepted"], told["verification"]["same"]) == (True, True)
    assert (told["checked"]["format"], told["checked"]["width"]) == ("webp", 120)
    assert (told["checked"]["rests_on"], told["checked"]["stripped"]) == ("record", [])
    assert told["kept"]["name"] == f"{hashlib.sha256(made.data).hexdigest()}.webp"
    assert (uploads / told["kept"]["name"]).read_bytes() == made.data


def test_with_its_original_it_is_scored_by_the_server_itself(
    taking: TestClient, made: Optimised, original: bytes
) -> None:
    got = send(taking, file=made.data, original=original, record=json.dumps(record_of(made)))

    checked = got.json()["checked"]
    assert (checked["accepted"], checked["rests_on"]) == (True, "original")
    assert checked["score"] == pytest.approx(made.report.score, abs=0.5)
    assert checked["original_bytes"] == len(original)


def test_an_accepted_file_loses_its_private_metadata_and_keeps_its_picture(
    taking: TestClient, made: Optimised, uploads: Path
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "Maker of cameras", "A. Author"
    told = send(taking, file=with_exif(made.data, exif), record=json.dumps(record_of(made))).json()

    kept = (uploads / told["kept"]["name"]).read_bytes()
    assert (told["checked"]["accepted"], told["checked"]["stripped"]) == (True, ["EXIF Make"])
    assert b"Maker of cameras" not in kept
    assert b"A. Author" in kept
    with Image.open(io.BytesIO(kept)) as is_, Image.open(io.BytesIO(made.data)) as was:
        assert is_.tobytes() == was.tobytes()


def with_exif(webp: bytes, exif: Image.Exif) -> bytes:
    """The same picture with more beside it."""
    kept = Kept(blocks=Blocks(exif=exif.tobytes()))
    return write(webp, kept, width=120, height=96)


def test_margins_that_make_it_larger_than_is_taken_are_refused() -> None:
    original = np.zeros((10, 20, 3), np.uint8)
    plan = Plan(content="photo", width=20, height=20, target=75.0, floor=50, pad=(0, 5, 0, 5))

    check_room(original, plan, Limits(max_pixels=400))
    with pytest.raises(LimitExceeded, match="has 400 pixels; at most 399"):
        check_room(original, plan, Limits(max_pixels=399))


def test_a_stranger_s_goal_makes_one_file_the_usual_way(
    taking: TestClient, made: Optimised, monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = []
    images = taking.app.state.images  # type: ignore[attr-defined] # Starlette's
    make = images.workshop.make_upload

    async def noting(path: Path, goal: Goal) -> bytes:
        goals.append(goal)
        packed: bytes = await make(path, goal)
        return packed

    monkeypatch.setattr(images.workshop, "make_upload", noting)
    record = record_of(made)
    record["goal"] |= {"crop": "1:1", "pad": "auto", "scaling": "learned", "variants": 4}
    record["goal"] |= {"layout_widths": [40, 80], "focal_permille": [1, 1], "mode": "best"}

    got = send(taking, file=made.data, record=json.dumps(record))

    assert got.status_code == 200
    assert goals == [
        Goal(max_width=120, formats=("webp",), purpose="upload", crop="1:1"),
    ]


def test_a_record_that_was_changed_is_told_where_and_the_file_made_anew(
    taking: TestClient, made: Optimised
) -> None:
    forged = record_of(made)
    forged["plan"]["target"] = 5.0

    told = send(taking, file=made.data, record=json.dumps(forged)).json()

    paths = [difference["path"] for difference in told["verification"]["differences"]]
    assert (told["checked"]["accepted"], told["checked"]["why_not"]) == (False, "record-differs")
    assert "plan.target" in paths
    assert told["report"]["reasons"]


def test_what_does_not_look_as_promised_is_made_of_its_original(
    taking: TestClient, made: Optimised, original: bytes, uploads: Path
) -> None:
    poor = io.BytesIO()
    with Image.open(io.BytesIO(made.data)) as image:
        image.save(poor, "WEBP", quality=1)

    told = send(
        taking, file=poor.getvalue(), original=original, record=json.dumps(record_of(made))
    ).json()

    assert told["checked"]["why_not"] == "below-target"
    assert told["report"]["score"] >= told["report"]["target"]
    with Image.open(uploads / told["kept"]["name"]) as image:
        assert (image.format, image.size) == ("WEBP", (120, 96))


def test_what_a_client_could_not_make_smaller_is_made_here(
    taking: TestClient, original: bytes
) -> None:
    told = send(taking, file=original).json()

    assert told["checked"]["why_not"] == "no-record"
    assert told["kept"]["bytes"] < len(original)
    assert told["report"]["target_reached"]


def test_the_element_s_fields_are_read(
    taking: TestClient, made: Optimised, original: bytes
) -> None:
    files = [("file", ("a.webp", made.data)), ("file", ("b.jpg", original))]
    unfinished = {"fallback": {"code": "unfinished", "text": "it was sent before"}}
    records = [json.dumps(record_of(made)), json.dumps(unfinished)]

    got = taking.post("/upload", files=files, data={"file-record": records})

    first, second = got.json()["files"]
    assert (first["checked"]["accepted"], first["verification"]["same"]) == (True, True)
    assert (first["fallback"], second["fallback"]) == ("", "unfinished")
    assert (second["checked"]["why_not"], second["verification"]) == ("no-record", None)
    assert second["kept"]["bytes"] < len(original)


def test_one_file_of_an_element_is_answered_as_any_other(
    taking: TestClient, made: Optimised
) -> None:
    fields = {"file-record": json.dumps(record_of(made)), "alt": "a field of the page's own"}

    got = taking.post("/upload", files={"file": ("a.webp", made.data)}, data=fields)

    assert got.json()["checked"]["accepted"]


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


def test_a_name_from_the_client_is_never_a_path(
    taking: TestClient, original: bytes, uploads: Path
) -> None:
    send(taking, file=original)

    assert list(uploads.parent.rglob("*evil*")) == []
    assert all(len(path.stem) == 64 for path in uploads.iterdir())


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
