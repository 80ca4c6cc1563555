"""The drawing over a picture shows what was seen in it, where it was seen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from eyebright import pipeline
from eyebright.__main__ import main
from eyebright.cli import overlay
from eyebright.host.base import Pixels
from eyebright.values import Box, Facts, TextLine

GREY: Pixels = np.full((200, 400, 3), 128, np.uint8)
FACTS = Facts(format="png", width=400, height=200, size_bytes=1, sha256="")


def drawn(facts: Facts, pixels: Pixels = GREY) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(overlay.drawn(pixels, facts))))


def is_near(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() < 3)


def test_where_nothing_was_seen_the_picture_stays() -> None:
    assert np.array_equal(GREY, drawn(FACTS))


def test_faces_and_lines_of_text_are_framed() -> None:
    facts = FACTS.replace(
        faces=(Box(x=100, y=50, width=60, height=80),),
        text_lines=(TextLine(x=220, y=150, width=120, height=20, x_height_px=9),),
    )

    made = drawn(facts)

    assert is_near(made[50, 130], overlay.FACE)
    assert is_near(made[150, 300], overlay.TEXT)
    assert is_near(made[90, 130], (128, 128, 128))


def test_attention_glows_and_its_middle_is_marked() -> None:
    cells = np.zeros((16, 16), int)
    cells[8, 12] = 31
    facts = FACTS.replace(saliency=tuple(cells.ravel().tolist()), focal_permille=(250, 500))

    made = drawn(facts)

    assert made[106, 312, 0] > 180
    assert is_near(made[20, 20], (128, 128, 128))
    assert is_near(made[100, 100], overlay.FOCUS)


def test_the_kind_is_written_in_the_corner() -> None:
    facts = FACTS.replace(seen_content="chart", content_confidence_permille=970)

    corner = drawn(facts)[:16, :60]

    assert is_near(corner[0, 0], overlay.DARK)
    assert corner.max() > 200


def test_a_large_picture_is_drawn_smaller_with_boxes_where_they_belong() -> None:
    facts = FACTS.replace(width=3200, height=1600, faces=(Box(x=800, y=0, width=800, height=800),))

    made = drawn(facts, np.full((1600, 3200, 3), 128, np.uint8))

    assert made.shape == (800, 1600, 3)
    assert is_near(made[200, 401], overlay.FACE)


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(samples.astronaut()[:200, 100:300]).save("a.png")
    return tmp_path / "a.png"


def test_analyse_writes_it_beside_the_facts(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyse", photo.name, "--json", "--overlay", "seen.png"]) == 0

    assert json.loads(capsys.readouterr().out)["width"] == 200
    with Image.open("seen.png") as made:
        assert made.size == (200, 200)


def test_nothing_is_overwritten(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = photo.read_bytes()

    with pytest.raises(SystemExit, match="2"):
        main(["analyse", photo.name, "--overlay", photo.name])

    why = "it exists already and is not overwritten; give another name"
    assert f"--overlay a.png: {why}\n" in capsys.readouterr().err
    assert before == photo.read_bytes()


@pytest.mark.parametrize(
    ("target", "why"),
    [("none/seen.png", "No such file or directory"), ("a.png/seen.png", "Not a directory")],
)
def test_a_place_that_no_file_can_be_written_to_is_told_before_the_work(
    photo: Path,
    target: str,
    why: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "analyse_noting", None)  # whoever looks fails
    with pytest.raises(SystemExit, match="2"):
        main(["analyse", photo.name, "--overlay", target])

    told = f"--overlay {target}: {why}; give a name in a folder that files can be written to"
    assert told in capsys.readouterr().err


def test_where_another_was_faster_nothing_is_overwritten(
    photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn_late(_pixels: Pixels, _facts: Facts) -> bytes:
        Path("seen.png").write_bytes(b"another's")
        return b"ours"

    monkeypatch.setattr(overlay, "drawn", drawn_late)

    assert main(["analyse", photo.name, "--overlay", "seen.png"]) == 1
    assert "eyebright: seen.png: it exists already" in capsys.readouterr().err
    assert Path("seen.png").read_bytes() == b"another's"


def test_a_name_of_another_format_is_wrong_use(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["analyse", photo.name, "--overlay", "seen.jpg"])

    assert "--overlay seen.jpg: the drawing is a PNG file" in capsys.readouterr().err
    assert not Path("seen.jpg").exists()


def test_an_overlay_without_models_is_wrong_use(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["analyse", photo.name, "--no-models", "--overlay", "seen.png"])
    assert "drop one" in capsys.readouterr().err
