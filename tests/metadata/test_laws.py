"""Reading is total and bounded: whatever the bytes, there is an answer, and writing is typed."""

import struct
import time
import zlib

import metadata_samples as samples
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyebright import metadata
from eyebright.errors import CodecError
from eyebright.metadata import containers, exif, iptc, xmp
from eyebright.metadata.blocks import Blocks

pytestmark = pytest.mark.property

FORMATS = ("jpeg", "png", "webp", "avif", "jxl", "gif", "tiff", "heic", "bmp")
FILES = {
    "jpeg": samples.jpeg(has_manifest=True),
    "png": samples.png(has_manifest=True),
    "webp": samples.webp(has_manifest=True),
    "avif": samples.avif(has_manifest=True),
    "gif": samples.gif(has_manifest=True),
    "tiff": samples.tiff(),
    "jxl": samples.jxl(b"\xff\x0a" + bytes(40), has_manifest=True),
}
HEAD_BYTES = 4096
"""Damage is done where the headers and blocks are."""

LIMIT_S = 2.0
"""Far above what any of these takes, far below what a loop without end does."""

relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file with bytes changed, cut out or doubled."""
    name = draw(st.sampled_from(sorted(FILES)))
    data = bytearray(FILES[name])
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, min(HEAD_BYTES, len(data) - 1)))
        kind = draw(st.sampled_from(["set", "cut", "double", "ones"]))
        if kind == "set":
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == "double":
            data[at:at] = data[at : at + draw(st.integers(1, 40))]
        else:
            data[at : at + 4] = b"\xff" * 4
    if draw(st.booleans()):
        del data[draw(st.integers(1, len(data))) :]
    return name, bytes(data)


@relaxed
@given(file=damaged(), mode=st.sampled_from(["rights", "all", "none"]), marks=st.booleans())
def test_damaged_files_are_read_and_chosen_from(
    file: tuple[str, bytes],
    mode: str,
    marks: bool,  # noqa: FBT001  # hypothesis draws it
) -> None:
    name, data = file
    began = time.process_time()

    kept = metadata.choose(metadata.read(data, name), name, mode=mode, mark_edited=marks)

    assert time.process_time() - began < LIMIT_S
    assert samples.PRIVATE not in repr((kept.kept, kept.stripped, kept.damaged))


@relaxed
@given(name=st.sampled_from(FORMATS), data=st.binary(max_size=600))
def test_any_bytes_are_read(name: str, data: bytes) -> None:
    assert isinstance(metadata.read(data, name), Blocks)


@relaxed
@given(data=st.binary(max_size=400), head=st.sampled_from([b"", b"II*\0", b"MM\0*"]))
def test_any_block_is_parsed(data: bytes, head: bytes) -> None:
    found = exif.parse(head + data)

    assert all(entry.end <= len(found.block) for entry in found.entries)
    assert isinstance(iptc.parse(data), tuple)
    assert isinstance(xmp.parse(data).names, tuple)


@relaxed
@given(file=damaged())
def test_writing_into_damaged_bytes_works_or_raises_its_own_error(
    file: tuple[str, bytes],
) -> None:
    kept = metadata.Kept(blocks=samples.rights_blocks(has_profile=file[0] != "jxl"))
    try:
        written = metadata.write(file[1], kept, width=1, height=1)
    except CodecError:
        return

    assert isinstance(written, bytes)


texts = st.text(min_size=1, max_size=60).filter(lambda text: text.strip("\x00 \t\r\n"))


@relaxed
@given(copyright_text=texts, creator=texts)
def test_texts_survive_exif_and_xmp(copyright_text: str, creator: str) -> None:
    clean = {
        tag: text.replace("\x00", "") for tag, text in ((0x8298, copyright_text), (0x013B, creator))
    }
    try:
        block = exif.fresh({"IFD0": exif.texts(clean)})
    except UnicodeEncodeError:  # half of a surrogate pair is no text
        return

    parsed = exif.parse(block)
    assert not parsed.is_damaged
    assert {tag: parsed.text(tag) for tag in clean} == {
        tag: text.strip(" \t\r\n") for tag, text in clean.items()
    }


def test_a_directory_that_points_to_itself_ends() -> None:
    block = b"II*\x00" + struct.pack("<IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)

    found = exif.parse(block)

    assert found.is_damaged
    assert len(found.entries) == 1


def test_deep_and_long_packets_are_refused_quickly() -> None:
    deep = b"<a>" * 100_000
    wide = b"<a>" + b"<b/>" * 200_000 + b"</a>"
    began = time.process_time()

    assert [xmp.parse(deep).is_damaged, xmp.parse(wide).is_damaged] == [True, True]
    assert time.process_time() - began < LIMIT_S


def test_a_text_chunk_that_inflates_without_end_is_not_unpacked() -> None:
    bomb = zlib.compress(bytes(64 << 20), 9)
    data = samples.png()[:33] + samples.chunk(b"zTXt", b"Comment\x00\x00" + bomb)

    assert containers.read(data, "png").texts == (("Comment", ""),)
