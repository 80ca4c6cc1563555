"""What is fuzzed: each target takes any bytes and may raise only what its callers expect.

`tests/fuzz.py` feeds them without end; `test_targets.py` feeds them their seeds and whatever was
found. Nothing here decodes pixels: these are the parsers that see a file before any decoder.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable

from eyebright import intake, metadata, motion
from eyebright.errors import CodecError, CorruptImage, EyebrightError, PolicyError
from eyebright.host import tiff
from eyebright.metadata import drawing, exif, iptc, xmp
from eyebright.motion import webp
from eyebright.policy import HEADERS, decide, negotiate, read_record, verify_record
from eyebright.policy.files import load_policies
from eyebright.policy.header_lines import parse_lines
from eyebright.policy.structured import Malformed, parse_item
from eyebright.values import Capabilities, Facts, Goal

MODES = ("rights", "all", "none")
PHOTO = Facts(format="jpeg", width=4000, height=3000, size_bytes=6_000_000, sha256="0" * 64)


def headers(data: bytes) -> None:
    """Sniffing and the header of every format."""
    with contextlib.suppress(EyebrightError):
        intake.read(data)


def blocks(data: bytes) -> None:
    """A file's metadata: found, chosen from in each mode, and the file cleaned of it."""
    kind = intake.sniff(data) or "jpeg"
    found = metadata.read(data, kind)
    for mode in MODES:
        kept = metadata.choose(found, kind, mode=mode, is_srgb=mode != "all")
        metadata.clean(data, kind, kept, orientation=metadata.orientation(found.exif))


def writing(data: bytes) -> None:
    """Metadata put into whatever container the bytes are."""
    block = exif.fresh({"IFD0": exif.texts({0x8298: "somebody"})})
    packet = xmp.fresh([xmp.Property("dc:rights", ("somebody",), "Alt")])
    for profile in (b"", b"profile"):
        kept = metadata.Kept(blocks=metadata.Blocks(exif=block, xmp=packet, icc=profile))
        with contextlib.suppress(CodecError):
            metadata.write(data, kept, width=3, height=2)


def tags(data: bytes) -> None:
    """EXIF, IPTC and XMP blocks by themselves."""
    found = exif.parse(data)
    if found.order:
        exif.whole(found, is_srgb=True)
        exif.sized(data, 3, 2)
    iptc.parse(data)
    iptc.from_photoshop(data)
    packet = xmp.parse(data)
    xmp.edited(packet, without=lambda _name: False, more=[])


def splitting(data: bytes) -> None:
    """Animations taken apart, and put together again where that works."""
    for kind in ("gif", "png", "webp"):
        with contextlib.suppress(CorruptImage):
            film = motion.demux(data, kind)
            if kind == "webp":
                with contextlib.suppress(ValueError):
                    webp.join(film)


def unpacking(data: bytes) -> None:
    """TIFF's deflate and JPEG, which the browser's host takes apart."""
    with contextlib.suppress(EyebrightError):
        tiff.unpacked(data)


def drawings(data: bytes) -> None:
    """What an SVG holds beside its shapes."""
    drawing.reasons(drawing.contents(data))


def policies(data: bytes) -> None:
    """TOML policies."""
    with contextlib.suppress(PolicyError):
        load_policies(data.decode("utf-8", "replace"))


def negotiation(data: bytes) -> None:
    """Header lines, structured fields, and what is negotiated by them."""
    text = data.decode("latin-1")
    with contextlib.suppress(PolicyError):
        negotiate(parse_lines(text).pairs)
    with contextlib.suppress(PolicyError):
        negotiate((name, text) for name in HEADERS)
    with contextlib.suppress(Malformed):
        parse_item(text)


def documents(data: bytes) -> None:
    """Goals, facts, capabilities and records as JSON, and decisions on them."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(PolicyError):
        read_record(text)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):  # json's own, which is not ours to test
        return
    with contextlib.suppress(PolicyError):
        verify_record(values, PHOTO, Goal(), Capabilities())
    for record, decided in (
        (Goal, lambda goal: decide(PHOTO, goal, Capabilities())),
        (Facts, lambda facts: decide(facts, Goal(), Capabilities())),
        (Capabilities, lambda capabilities: decide(PHOTO, Goal(), capabilities)),
    ):
        with contextlib.suppress(PolicyError):
            decided(record.from_dict(values))


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        headers,
        blocks,
        writing,
        tags,
        splitting,
        unpacking,
        drawings,
        policies,
        negotiation,
        documents,
    )
}
NAMES = tuple(TARGETS)


def run(data: bytes) -> None:
    """One input of the fuzzer: its first byte tells the target, the others are what it gets."""
    if data:
        TARGETS[NAMES[data[0] % len(NAMES)]](data[1:])


def input_for(target: str, data: bytes) -> bytes:
    """What `run` hands to this target."""
    return bytes((NAMES.index(target),)) + data
