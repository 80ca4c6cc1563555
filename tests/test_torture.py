"""The runner over hostile files finds what is wrong, and nothing where all is right."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("pyvips")

from eyebright import Goal, optimise_sync
from hostile.found import Found, Limits, differences, held, of_error, table
from hostile.judge import faults

RUNNER = Path(__file__).parent / "torture.py"


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def torture(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, RUNNER, folder, "--jobs", "1", *options],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def photo() -> Image.Image:
    noise = np.random.default_rng(3).integers(0, 40, (96, 128, 3))
    ramp = np.linspace(0, 200, 128)[None, :, None]
    return Image.fromarray((ramp + noise).astype(np.uint8))


@pytest.fixture(scope="module")
def made() -> tuple[bytes, bytes, dict[str, Any]]:
    """A file, what became of it, and the report."""
    original = saved(photo(), "PNG")
    optimised = optimise_sync(original, Goal(formats=("webp",), target=70))
    return original, optimised.data, optimised.report.to_dict()


def test_a_folder_of_good_and_broken_files_ends_well(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(saved(photo(), "PNG"))
    (tmp_path / "cut.jpg").write_bytes(saved(photo(), "JPEG")[:600])
    (tmp_path / "notes.txt").write_text("no picture at all")

    ended = torture(tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "smaller" in ended.stdout
    assert "refused: CorruptImage" in ended.stdout
    assert "refused: UnsupportedFormat" in ended.stdout


def test_a_file_that_takes_too_long_fails_the_run(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(saved(photo(), "PNG"))

    ended = torture(tmp_path, "--seconds", "0.01")

    assert ended.returncode == 1
    assert "FAILED good.png: timeout" in ended.stdout


def test_a_right_result_has_no_faults(made: tuple[bytes, bytes, dict[str, Any]]) -> None:
    original, delivered, report = made

    assert not faults(original, delivered, report)


def test_wrong_sizes_scores_and_bytes_are_faults(
    made: tuple[bytes, bytes, dict[str, Any]],
) -> None:
    original, delivered, report = made
    poor = saved(photo(), "WEBP", quality=1)
    turned = saved(photo().transpose(Image.Transpose.ROTATE_90), "WEBP", quality=50)

    assert "bytes" in faults(original, delivered + b"x", report)
    assert "larger" in faults(delivered[:10], delivered, report)
    assert "scores" in faults(original, poor, report | {"bytes": len(poor)})
    assert "decodes as" in faults(original, turned, report | {"bytes": len(turned)})
    assert "its bytes changed" in faults(original, delivered, report | {"kept_original": True})


def test_an_animation_that_lost_its_frames_is_a_fault() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    film = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    still = saved(frames[0], "WEBP")
    report = optimise_sync(film).report.to_dict() | {
        "bytes": len(still),
        "kept_original": False,
        "format": "webp",
    }

    assert "differs by" in faults(film, still, report)


@pytest.mark.parametrize(
    ("name", "message", "outcome"),
    [
        ("CorruptImage", "a.png: the png header is cut short; get the file again", "refused"),
        ("CorruptImage", "the png header is cut short; get the file again", "unclear"),
        ("CorruptImage", "a.png: the png header is cut short", "unclear"),
        ("UnsupportedFormat", "a.png: <class 'int'> is odd here; convert it", "unclear"),
        ("HostError", "a.png: the machine cannot do it; buy another", "untyped"),
        ("KeyError", "a.png: whatever it is; do this", "untyped"),
    ],
)
def test_an_error_must_be_typed_and_say_which_file_and_what_to_do(
    name: str, message: str, outcome: str
) -> None:
    assert of_error("folder/a.png", name, message)[0].partition(":")[0] == outcome


def test_time_and_memory_are_held_to_their_limits() -> None:
    limits = Limits(seconds=1.0, memory_bytes=1000)
    fine = Found(path="a", outcome="smaller", seconds=0.5, peak_bytes=10)

    assert held(fine, limits) is fine
    assert held(Found(path="a", outcome="kept", seconds=2.0), limits).outcome == "timeout"
    assert held(Found(path="a", outcome="kept", peak_bytes=2000), limits).outcome == "memory"


def test_the_table_names_every_failure_and_the_comparison_every_difference() -> None:
    here = [Found(path="a", outcome="kept"), Found(path="b", outcome="crash", said="SIGSEGV")]
    there = [Found(path="a", outcome="smaller"), Found(path="b", outcome="crash")]

    assert "FAILED b: crash: SIGSEGV" in table(here)
    assert differences(here, there) == ["a: kept | smaller  (- | -)"]
