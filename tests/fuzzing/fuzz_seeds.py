"""Small valid inputs of every kind, from which the fuzzer starts."""

from __future__ import annotations

import json

import metadata_samples as samples
from PIL import Image

from eyebright import Goal
from eyebright.policy import record
from eyebright.values import Capabilities, Facts

SIDE = 12
"""Pixels: the smaller, the faster is each run."""

PHOTO = Facts(format="jpeg", width=4000, height=3000, size_bytes=6_000_000, sha256="0" * 64)

POLICY = """
[content.menu]
extends = "product"
target = 82
subsampling = "444"
forbid = ["crop"]

[brand]
colours = ["#d0103a"]
max_delta_e = 3.0
formats = ["jpeg", "png"]

[contexts]
banner = "designer"
"""

HEADERS = """Accept: image/avif;q=0, image/webp, image/*;q=0.8, */*;q=0.1
Sec-CH-Width: 1600
Sec-CH-DPR: 2.0
Downlink: 1.5
RTT: 100
ECT: "3g"
Save-Data: on
"""


DRAWING = """<?xml-stylesheet href="a.css"?>
<!DOCTYPE svg [<!ENTITY ns "http://example.org/ns">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:e="&ns;" e:at="here" onload="go()">
<metadata/><!-- by me --><style>@import "b.css"; rect { fill: url( 'c.svg#d' ) }</style>
<image href="data:image/png;base64,AA=="/><a href="javascript:go()"/><img srcset="e.png 2x"/>
<use><set attributeName="href" to="f.svg#g"/></use><rect fill="url(#h)"/></svg>
"""

FILES = ("headers", "blocks", "writing", "splitting")
"""Targets that take whole files."""


def seeds() -> dict[str, dict[str, bytes]]:
    """By target and name: what it understands, each as small as it may be."""
    return {
        **dict.fromkeys(FILES, _files()),
        "unpacking": _packed(),
        "tags": _blocks(),
        "drawings": {"drawing": DRAWING.encode()},
        "policies": {"policy": POLICY.encode()},
        "negotiation": {"headers": HEADERS.encode()},
        "documents": _documents(),
    }


def _files() -> dict[str, bytes]:
    makers = samples.SOURCES.items()
    size = (SIDE, SIDE)
    return {
        **{f"{name}-whole": make(has_manifest=True, size=size) for name, make in makers},
        "tiff-whole": samples.tiff(size),
        "jxl-whole": samples.jxl(b"\xff\x0a" + bytes(40), has_manifest=True),
        **{
            f"{kind.lower()}-still": _still(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF")
        },
        **{f"{kind.lower()}-film": _film(kind) for kind in ("PNG", "WEBP", "GIF", "TIFF", "AVIF")},
        "mpo": _film("MPO"),
        **{kind.lower(): _still(kind) for kind in ("BMP", "ICO")},
    }


def _packed() -> dict[str, bytes]:
    kinds = ("tiff_adobe_deflate", "jpeg", "tiff_lzw")
    picture = samples.picture((SIDE, SIDE))
    return {kind: samples.save(picture, "TIFF", compression=kind) for kind in kinds}


def _blocks() -> dict[str, bytes]:
    return {
        "exif": samples.exif_block(orientation=6),
        "xmp": samples.xmp_packet(),
        "iptc": samples.iptc_block(),
        "photoshop": samples.photoshop(samples.iptc_block()),
    }


def _documents() -> dict[str, bytes]:
    return {
        "goal": json.dumps(Goal(max_bytes=9, crops=("1:1",), forbid=("scale",)).to_dict()).encode(),
        "facts": json.dumps(PHOTO.to_dict()).encode(),
        "capabilities": json.dumps(Capabilities(dpr=2.0).to_dict()).encode(),
        "record": json.dumps(record(PHOTO, Goal(), Capabilities()).to_dict()).encode(),
    }


def _still(kind: str) -> bytes:
    return samples.save(samples.picture((SIDE, SIDE)), kind)


def _film(kind: str) -> bytes:
    frames = [Image.new("RGB", (SIDE, SIDE), (80 * i, 9, 9)) for i in range(3)]
    return samples.save(frames[0], kind, save_all=True, append_images=frames[1:])
