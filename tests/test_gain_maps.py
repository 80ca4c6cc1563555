"""Gain maps are found in every container, and nobody loses one without being told."""

from __future__ import annotations

import numpy as np
import pytest
from gain_map_files import ADOBE, ISO, saved, with_map

from eyebright import Goal, intake, optimise_sync
from eyebright.metadata.containers.boxes import box
from eyebright.metadata.gain_map import has_gain_map


def avif_with_tmap() -> bytes:
    """One item more in the list of items, of the kind that ISO 21496-1 names."""
    data = saved("AVIF", np.zeros((16, 16, 3), np.uint8))
    at = data.index(b"infe") + 4 + 4 + 4
    return data[:at] + b"tmap" + data[at + 4 :]


@pytest.mark.parametrize("head", [ADOBE, ISO])
def test_a_jpeg_s_map_is_found_and_counted_as_a_kind(head: bytes) -> None:
    data = with_map(head)

    assert has_gain_map(data, "jpeg")
    assert "gainmap" in intake.read(data).metadata


def test_apple_s_map_is_found_behind_the_picture() -> None:
    data = with_map() + b"urn:com:apple:photo:2020:aux:hdrgainmap"

    assert has_gain_map(data, "jpeg")
    assert not has_gain_map(with_map(), "jpeg")


def test_maps_of_avif_and_jpeg_xl_are_found() -> None:
    head = b"\x00\x00\x00\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")

    assert has_gain_map(avif_with_tmap(), "avif")
    assert has_gain_map(head + box(b"jhgm", bytes(8)), "jxl")
    assert not has_gain_map(head, "jxl")


def test_plain_files_have_none() -> None:
    plain = np.zeros((16, 16, 3), np.uint8)
    for name in ("JPEG", "PNG", "WEBP", "AVIF"):
        data = saved(name, plain)

        assert not has_gain_map(data, name.lower())
        assert not has_gain_map(data[: len(data) // 2], name.lower())


def test_a_new_file_without_the_map_warns() -> None:
    made = optimise_sync(with_map(ADOBE), Goal(formats=("webp",)))

    assert not made.report.kept_original
    assert "hdr-lost" in {reason.code for reason in made.report.reasons}


def test_a_kept_original_has_lost_nothing() -> None:
    data = with_map(ADOBE)
    made = optimise_sync(data, Goal(content="legal"))

    assert data == made.data
    assert "hdr-lost" not in {reason.code for reason in made.report.reasons}


def test_keeping_the_colours_keeps_the_file_with_its_map() -> None:
    data = with_map(ISO)
    made = optimise_sync(data, Goal(colour="keep", max_width=100))
    codes = {reason.code for reason in made.report.reasons}

    assert data == made.data
    assert "hdr-kept" in codes
    assert not codes & {"hdr-lost", "size-fitted"}
