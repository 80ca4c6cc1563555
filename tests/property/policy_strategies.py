"""Pictures, goals and devices to decide on, for the laws: whatever can be meant."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from eyebright.policy.content import CONTEXTS, FORBIDDABLE, POLICIES
from eyebright.policy.goals import MAX_VARIANTS, MODES
from eyebright.values import (
    CONTENTS_SEEN,
    FORMATS,
    Artefacts,
    Box,
    Capabilities,
    Facts,
    Goal,
    TextLine,
)

sides = st.integers(1, 12_000)
some_formats = st.lists(st.sampled_from(FORMATS), unique=True).map(tuple)
forbidden = st.lists(st.sampled_from(FORBIDDABLE), unique=True).map(tuple)
permille = st.integers(0, 1000)
artefacts = st.builds(
    Artefacts,
    jpeg_quality=st.integers(0, 100),
    blockiness_permille=permille,
    noise_centi=st.integers(0, 25_500),
    blur_permille=permille,
    banding_permille=permille,
)
times = st.dictionaries(st.sampled_from(FORMATS), st.floats(0, 20_000))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    width, height = draw(sides), draw(sides)
    return Facts(
        format=draw(st.sampled_from(["jpeg", "png", "webp", "gif", "avif", "tiff"])),
        width=width,
        height=height,
        size_bytes=draw(st.integers(1, 10**8)),
        sha256="",
        frames=draw(st.sampled_from([1, 1, 1, 2])),
        bit_depth=draw(st.sampled_from([8, 8, 16])),
        transparent_permille=draw(st.just(0) | st.integers(0, 1000)),
        flat_permille=draw(st.integers(0, 1000)),
        colours=draw(st.integers(0, 4096)),
        detail_centibits=draw(st.integers(0, 900)),
        text_heights_px=tuple(draw(st.lists(st.integers(1, 200), max_size=3))),
        faces=tuple(draw(st.lists(boxes(width, height), max_size=2))),
        dominant_rgb=draw(st.just(()) | st.tuples(*[st.integers(0, 255)] * 3)),
        text_lines=tuple(draw(st.lists(lines(width, height), max_size=2))),
        text_permille=draw(st.integers(0, 1000)),
        seen_content=draw(st.sampled_from(("", *CONTENTS_SEEN))),
        content_confidence_permille=draw(st.none() | st.integers(0, 1000)),
        artefacts=draw(st.none() | artefacts),
        models=draw(st.sampled_from([{}, {"faces": "fallback"}])),
    )


@st.composite
def lines(draw: st.DrawFn, width: int, height: int) -> TextLine:
    box = draw(boxes(width, height))
    return TextLine(**box.to_dict(), x_height_px=draw(st.integers(1, 200)))


@st.composite
def boxes(draw: st.DrawFn, width: int, height: int) -> Box:
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return Box(
        x=x,
        y=y,
        width=draw(st.integers(1, width - x)),
        height=draw(st.integers(1, height - y)),
    )


@st.composite
def goals(draw: st.DrawFn, **fixed: Any) -> Goal:
    """Goals that can be meant: what contradicts itself is tested by example."""
    max_width = draw(st.none() | sides)
    forbid = draw(st.just(()) | forbidden)
    content = fixed.get("content", draw(st.sampled_from(["auto", *POLICIES])))
    lossless = "lossy" in forbid or content in ("medical", "legal")
    if "scale" in forbid:
        max_width = None
    crops = draw(st.lists(st.sampled_from(["1:1", "16:9", "1:5"]), unique=True, max_size=2))
    return Goal(
        content=content,
        target=draw(st.none() | st.floats(0, 100)),
        max_width=max_width,
        max_bytes=draw(st.none() | st.integers(1, 10**7)),
        formats=draw(st.none() | st.just(("webp", "jpeg") if lossless else ("avif", "jpeg"))),
        purpose=fixed.get("purpose", draw(st.sampled_from(["convert", "upload", "serve"]))),
        context=draw(st.sampled_from(["", *CONTEXTS])),
        forbid=forbid,
        min_text_px=draw(st.none() | st.floats(0, 40)),
        crops=() if "crop" in forbid or content in ("medical", "legal") else tuple(crops),
        encode_budget_ms=draw(st.none() | st.floats(0, 1e5)),
        views=draw(st.integers(1, 10**6)),
        layout_widths=tuple(draw(st.lists(sides, max_size=5))),
        variants=draw(st.integers(0, MAX_VARIANTS)),
        byte_step=draw(st.none() | st.integers(1, 10**6)),
        placeholder=draw(st.sampled_from(["", "dominant", "lqip"])),
        mode=draw(st.sampled_from(MODES)),
    )


devices = st.builds(
    Capabilities,
    decode=some_formats,
    decode_alpha=some_formats,
    encode=some_formats,
    decode_ms_per_mp=times,
    encode_ms_per_mp=times,
    quick_ms_per_mp=times,
    throughput_kbps=st.none() | st.floats(0.001, 1e6),
    rtt_ms=st.none() | st.floats(0, 5000),
    effective_type=st.sampled_from(["", "slow-2g", "2g", "3g", "4g"]),
    save_data=st.booleans(),
    battery_saving=st.booleans(),
    dpr=st.none() | st.floats(0.1, 5),
    width_px=st.none() | sides,
    viewport_width_px=st.none() | sides,
    device_memory_gb=st.none() | st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0, 8.0]),
    device_class=st.sampled_from(["", "low", "mid", "high"]),
)
