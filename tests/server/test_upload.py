"""POST /upload: checked, verified, scored where the original came, made anew where need be."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient
from upload_form import record_of, send

from eyebright import Goal
from eyebright.deliver import Optimised
from eyebright.errors import LimitExceeded
from eyebright.intake import Limits
from eyebright.metadata import Blocks, Kept, write
from eyebright.server.checking import check_room
from eyebright.values import Plan


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


def test_a_name_from_the_client_is_never_a_path(
    taking: TestClient, original: bytes, uploads: Path
) -> None:
    send(taking, file=original)

    assert list(uploads.parent.rglob("*evil*")) == []
    assert all(len(path.stem) == 64 for path in uploads.iterdir())
