"""HEIC is read where pi-heif is installed; golden/heic holds files that x265 wrote (48 x 36)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from eyebright import Goal, intake, optimise_sync
from eyebright.errors import CorruptImage, EyebrightError, LimitExceeded, UnsupportedFormat
from eyebright.host.base import Pixels
from eyebright.host.native import decoding, heif

FILES = Path(__file__).parents[1] / "golden" / "heic"
WIDTH, HEIGHT = 48, 36
MOST_STEPS = 16
"""Of 255: what HEVC at quality 80 leaves of these ramps, away from edges."""


def scene() -> Pixels:
    """What the files show: two ramps, and blue in the upper left quarter."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    blue = np.where((x < WIDTH // 2) & (y < HEIGHT // 2), 220, 30)
    return np.dstack([x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), blue]).astype(np.uint8)


def decoded(name: str) -> Pixels:
    return decoding.decode((FILES / name).read_bytes(), "heic").pixels


def difference(first: Pixels, second: Pixels) -> float:
    return float(np.abs(first.astype(int) - second).mean())


@pytest.fixture
def real() -> None:
    pytest.importorskip("pi_heif")


@pytest.mark.usefixtures("real")
def test_a_picture_looks_as_it_was_written() -> None:
    assert difference(scene(), decoded("plain.heic")) < MOST_STEPS / 4


@pytest.mark.usefixtures("real")
def test_it_is_turned_once_by_its_own_property_and_not_by_exif_too() -> None:
    """The file says both: irot, and orientation 6 in its EXIF."""
    source = intake.read((FILES / "turned.heic").read_bytes())
    pixels = decoded("turned.heic")

    assert (source.width, source.height) == (HEIGHT, WIDTH) == pixels.shape[1::-1]
    assert difference(np.rot90(scene(), -1), pixels) < MOST_STEPS / 2


@pytest.mark.usefixtures("real")
def test_transparency_is_kept() -> None:
    pixels = decoded("clear.heic")

    assert pixels.shape == (HEIGHT, WIDTH, 4)
    assert np.abs(pixels[..., 3].astype(int) - np.arange(WIDTH) * 255 // (WIDTH - 1)).max() < 8


@pytest.mark.usefixtures("real")
def test_ten_bits_reach_white_and_are_noted() -> None:
    found = decoding.decode((FILES / "deep.heic").read_bytes(), "heic")

    assert "depth-reduced" in {note.code for note in found.notes}
    assert found.pixels[:, -3:, 0].min() > 255 - MOST_STEPS


@pytest.mark.usefixtures("real")
def test_a_profile_is_converted() -> None:
    """Samples of Display P3: their sRGB is more saturated."""
    found = decoding.decode((FILES / "profile.heic").read_bytes(), "heic")

    assert "profile-converted" in {note.code for note in found.notes}
    assert found.pixels[20, -4, 0] > decoded("plain.heic")[20, -4, 0]


@pytest.mark.usefixtures("real")
def test_something_that_browsers_show_comes_out_of_it() -> None:
    made = optimise_sync((FILES / "turned.heic").read_bytes(), Goal(formats=("jpeg",)))

    assert (made.report.format, made.report.width, made.report.height) == ("jpeg", 36, 48)
    assert made.record is not None
    assert not made.record.plan.original_shown


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("length", [60, 200, 500, 700])
def test_a_file_that_is_cut_short_is_refused(length: int) -> None:
    data = (FILES / "plain.heic").read_bytes()[:length]

    with pytest.raises(CorruptImage, match=r"heic .*get the file again"):
        optimise_sync(data)


@pytest.mark.usefixtures("real")
def test_damaged_files_end_in_pixels_or_in_our_errors() -> None:
    whole = (FILES / "clear.heic").read_bytes()
    for at in range(0, len(whole), 7):
        data = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        try:
            pixels = decoding.decode(data, "heic").pixels
        except EyebrightError:
            continue

        assert pixels.dtype == np.uint8


def test_limits_hold_before_anything_is_decoded() -> None:
    data = bytearray((FILES / "plain.heic").read_bytes())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = (60_000).to_bytes(4, "big") * 2

    with pytest.raises(LimitExceeded, match="60000 x 60000 pixels is more than the limit"):
        optimise_sync(bytes(data))


def test_without_the_package_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)

    with pytest.raises(UnsupportedFormat, match=r"pip install eyebright\[heif\]"):
        optimise_sync((FILES / "plain.heic").read_bytes(), name="phone.heic")


class StandIn(SimpleNamespace):
    """What pi_heif.open_heif gives."""

    def __array__(self, dtype: object = None, copy: object = None) -> Pixels:
        return self.samples


def open_as(monkeypatch: pytest.MonkeyPatch, image: StandIn) -> None:
    module = SimpleNamespace(open_heif=lambda _file, **_options: image)
    monkeypatch.setitem(sys.modules, "pi_heif", module)


def test_premultiplied_colours_are_divided_by_their_alpha(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.array([[[100, 50, 0, 128], [7, 8, 9, 0]]], np.uint8)
    image = StandIn(mode="RGBa", samples=samples, info={}, premultiplied_alpha=True)
    open_as(monkeypatch, image)

    expected = [[[199, 100, 0, 128], [7, 8, 9, 0]]]

    assert expected == heif.samples_of(b"").tolist()


def test_a_codec_that_is_not_there_is_told_from_a_broken_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_file: object, **_options: object) -> StandIn:
        raise RuntimeError("Unsupported feature: Unsupported codec")

    monkeypatch.setitem(sys.modules, "pi_heif", SimpleNamespace(open_heif=refuse))

    with pytest.raises(UnsupportedFormat, match="share it as JPEG"):
        heif.samples_of(b"")


@pytest.mark.usefixtures("real")
@pytest.mark.skipif("EYEBRIGHT_HEIC" not in os.environ, reason="a folder of HEIC: EYEBRIGHT_HEIC")
def test_real_files_of_a_folder_are_made_into_something_shown() -> None:
    paths = sorted(Path(os.environ["EYEBRIGHT_HEIC"]).rglob("*.hei[cf]"))

    assert paths
    for path in paths:
        assert optimise_sync(path).report.format != "heic"
