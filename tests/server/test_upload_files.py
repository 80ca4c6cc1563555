"""POST /upload of several files, of which some are refused; of empty ones; of drawings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import strange_files
from starlette.testclient import TestClient

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
DRAWING = HEAD + b'width="20" height="10"><rect width="20" height="10"/></svg>'


@pytest.fixture(scope="module")
def photo(folder: Path) -> bytes:
    return (folder / "photo.jpg").read_bytes()


def send(client: TestClient, *files: tuple[str, bytes]) -> Any:
    return client.post("/upload", files=[("file", file) for file in files])


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (b"a text", "UnsupportedFormat"),
        (b"\xff\xd8\xff\xe0 no picture", "CorruptImage"),
        (bytes(strange_files.LIMIT_BYTES + 1), "TooLarge"),
        (b"", "BadUpload"),
        (strange_files.SVG, "UnsupportedFormat"),
    ],
)
def test_a_bad_file_among_good_ones_is_named_and_the_others_are_kept(
    taking: TestClient, uploads: Path, photo: bytes, bad: bytes, kind: str
) -> None:
    got = send(taking, ("good.jpg", photo), ("../bad <b>.jpg", bad), ("again.jpg", photo))

    assert got.status_code == 207
    first, second, third = got.json()["files"]
    assert (uploads / first["kept"]["name"]).exists()
    assert first["kept"] == third["kept"]
    assert set(second) == {"error"}
    assert (second["error"]["kind"], second["error"]["name"]) == (kind, "../bad <b>.jpg")
    assert second["error"]["message"]


def test_where_every_file_is_refused_the_gravest_error_is_the_answer_s(
    taking: TestClient, uploads: Path
) -> None:
    before = set(uploads.iterdir())

    got = send(taking, ("a.jpg", b"a text"), ("b.jpg", b"\xff\xd8\xff\xe0 no picture"))

    assert got.status_code == 422
    kinds = [one["error"]["kind"] for one in got.json()["files"]]
    assert kinds == ["UnsupportedFormat", "CorruptImage"]
    assert set(uploads.iterdir()) == before


def test_an_empty_file_is_told_from_none(taking: TestClient) -> None:
    empty, none = send(taking, ("empty.jpg", b"")), taking.post("/upload", files={"other": b"x"})

    assert (empty.status_code, none.status_code) == (400, 400)
    assert "the file is empty" in empty.json()["message"]
    assert "the form has no file" in none.json()["message"]


def test_a_field_that_was_left_empty_is_no_file(taking: TestClient, photo: bytes) -> None:
    """As browsers send one without a choice: no name, no bytes."""
    empty = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n'
    full = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}

    none = taking.post("/upload", content=empty + b"--x--\r\n", headers=kind)
    one = taking.post("/upload", content=empty + full + photo + b"\r\n--x--\r\n", headers=kind)

    assert "the form has no file" in none.json()["message"]
    assert (one.status_code, "kept" in one.json()) == (200, True)


def test_how_many_files_are_taken_is_told(taking: TestClient, photo: bytes) -> None:
    got = send(taking, *[("a.jpg", photo)] * 21)

    assert got.json()["message"] == (
        "the form has more than 20 files; send the rest in forms of their own"
    )


def test_a_drawing_is_kept_as_it_is(taking: TestClient, uploads: Path) -> None:
    told = send(taking, ("a.svg", DRAWING)).json()

    assert (told["checked"]["format"], told["checked"]["why_not"]) == ("svg", "drawing")
    assert told["kept"]["name"].endswith(".svg")
    assert (uploads / told["kept"]["name"]).read_bytes() == DRAWING


ACTIVE = [
    (b"><script>1</script></svg>", "scripts"),
    (b'><rect onclick="x()"/></svg>', "scripts"),
    (b'><a xlink:href="java\nscript:x()"/></svg>', "scripts"),
    (b"><foreignObject/></svg>", "documents of another kind"),
    (b'><image href="https://elsewhere.example/a.png"/></svg>', "references to other files"),
    (b"><rect", "what could not be read"),
]


@pytest.mark.parametrize(("rest", "held"), ACTIVE)
def test_a_drawing_that_holds_more_is_refused_with_the_reason(
    taking: TestClient, uploads: Path, rest: bytes, held: str
) -> None:
    before = set(uploads.iterdir())

    got = send(taking, ("a.svg", HEAD + b'width="20" height="10"' + rest))

    assert (got.status_code, got.json()["error"]) == (415, "UnsupportedFormat")
    assert held in got.json()["message"]
    assert set(uploads.iterdir()) == before


@pytest.mark.parametrize("beside", ["photo", "drawing"])
def test_an_active_drawing_is_no_original_either(
    taking: TestClient, uploads: Path, photo: bytes, beside: str
) -> None:
    """Of it the file would be made, which means: kept as it came."""
    before = set(uploads.iterdir())
    file = photo if beside == "photo" else DRAWING

    got = taking.post(
        "/upload", files={"file": ("a", file), "original": ("b.svg", strange_files.SVG)}
    )

    assert (got.status_code, got.json()["error"]) == (415, "UnsupportedFormat")
    assert set(uploads.iterdir()) == before
