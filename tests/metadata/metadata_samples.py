"""Files full of metadata, each value of it a marker that can be looked for."""

from __future__ import annotations

import io
import struct
import zlib

import skimage.data
from PIL import Image, ImageCms

from eyebright.metadata import exif, iptc, xmp
from eyebright.metadata.blocks import Blocks
from eyebright.metadata.xmp import Property

COPYRIGHT = "(c) 2026 RIGHTS-Owner"
CREATOR = "RIGHTS-Ann Öz"
CREDIT = "RIGHTS-Agency"
TERMS = "RIGHTS-no training"
STATEMENT = "https://example.com/RIGHTS-statement"
LICENCE = "https://example.com/RIGHTS-licence"
LICENSOR = "https://example.com/RIGHTS-licensor"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"

PRIVATE = "PRIVATE"
"""Begins every value that must be nowhere in an output."""


def private(what: str) -> str:
    return f"{PRIVATE}-{what}-7f3a"


Size = tuple[int, int]
SIZE: Size = (160, 120)


def picture(size: Size = SIZE) -> Image.Image:
    return Image.fromarray(skimage.data.astronaut()).resize(size, Image.Resampling.LANCZOS)


def save(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def text_field(tag: int, value: str) -> exif.Field:
    raw = value.encode() + b"\x00"
    return tag, 2, len(raw), raw


def opaque_field(tag: int, value: str) -> exif.Field:
    return tag, 7, len(value), value.encode()


def number_field(tag: int, value: int) -> exif.Field:
    return tag, 3, 1, struct.pack("<H", value)


def exif_block(*, orientation: int = 1, has_thumbnail: bool = True) -> bytes:
    """Rights, and private values in every directory."""
    block = exif.fresh(
        {
            "IFD0": [
                text_field(0x010E, private("description")),
                text_field(0x010F, private("make")),
                number_field(0x0112, orientation),
                text_field(0x013B, CREATOR),
                text_field(0x013C, private("host")),
                text_field(0x8298, COPYRIGHT),
            ],
            "Exif": [
                text_field(0xA430, private("owner")),
                text_field(0xA431, private("serial")),
                text_field(0xA435, private("lens-serial")),
                opaque_field(0x927C, private("maker-note")),
                opaque_field(0x9286, "ASCII\x00\x00\x00" + private("user-comment")),
                number_field(0xA002, 160),
                number_field(0xA003, 120),
            ],
            "GPS": [
                text_field(0x0001, "N"),
                (0x0002, 5, 3, struct.pack("<6I", 48, 1, 51, 1, 29, 1)),
                opaque_field(0x001B, private("gps-method")),
            ],
            "Interop": [text_field(0x0001, "R98")],
        }
    )
    return _with_thumbnail(block) if has_thumbnail else block


def _with_thumbnail(block: bytes) -> bytes:
    """A second directory at the end, with a thumbnail behind it."""
    thumbnail = b"\xff\xd8" + private("thumbnail").encode() + b"\xff\xd9"
    start = len(block)
    data_at = start + 2 + 24 + 4
    entries = struct.pack("<H", 2)
    entries += struct.pack("<HHII", 0x0201, 4, 1, data_at)
    entries += struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
    (count,) = struct.unpack_from("<H", block, 8)
    link = 8 + 2 + 12 * count
    linked = block[:link] + struct.pack("<I", start) + block[link + 4 :]
    return linked + entries + b"\x00" * 4 + thumbnail


def xmp_packet() -> bytes:
    return xmp.fresh(
        [
            Property("dc:rights", (COPYRIGHT,), "Alt"),
            Property("dc:creator", (CREATOR,), "Seq"),
            Property("photoshop:Credit", (CREDIT,)),
            Property("xmpRights:UsageTerms", (TERMS,), "Alt"),
            Property("xmpRights:WebStatement", (STATEMENT,)),
            Property("cc:license", (LICENCE,), "resource"),
            Property("plus:Licensor", (LICENSOR,), "licensor"),
            Property("Iptc4xmpExt:DigitalSourceType", (SOURCE_TYPE,)),
            Property("aux:SerialNumber", (private("xmp-serial"),)),
            Property("aux:OwnerName", (private("xmp-owner"),)),
            Property("exif:GPSLatitude", (private("xmp-gps"),)),
            Property("dc:description", (private("xmp-description"),), "Alt"),
            Property("photoshop:City", (private("xmp-city"),)),
            Property("tiff:Orientation", ("6",)),
        ]
    ).replace(b"</rdf:RDF>", _foreign() + b"</rdf:RDF>")


def _foreign() -> bytes:
    """A property of an unknown namespace, whose very name is private."""
    return (
        f'<rdf:Description rdf:about="" xmlns:z="http://example.com/{private("ns")}/" '
        f'z:{private("name")}="{private("foreign")}"/>'
    ).encode()


def iptc_block() -> bytes:
    datasets = {
        80: CREATOR,
        90: private("iptc-city"),
        110: CREDIT,
        116: COPYRIGHT,
        118: private("iptc-contact"),
        120: private("iptc-caption"),
    }
    return b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(value.encode())) + value.encode()
        for number, value in datasets.items()
    )


def photoshop(block: bytes) -> bytes:
    resource = b"8BIM" + struct.pack(">HHI", iptc.IPTC_RESOURCE, 0, len(block)) + block
    return b"Photoshop 3.0\x00" + resource + b"\x00" * (len(block) % 2)


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def manifest() -> bytes:
    """The beginning of a C2PA manifest store as JUMBF (ISO/IEC 19566-5)."""
    described = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03c2pa\x00"
    inner = struct.pack(">I4s", 8 + len(described), b"jumd") + described
    inner += private("manifest").encode()
    return struct.pack(">I4s", 8 + len(inner), b"jumb") + inner


def jpeg(
    *, orientation: int = 1, quality: int = 97, has_manifest: bool = False, size: Size = SIZE
) -> bytes:
    """A large JPEG with every block that there is."""
    plain = save(picture(size), quality=quality, comment=private("comment").encode())
    extra = segment(0xE1, b"Exif\x00\x00" + exif_block(orientation=orientation))
    extra += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + xmp_packet())
    extra += segment(0xED, photoshop(iptc_block()))
    if has_manifest:
        extra += segment(0xEB, b"JP" + struct.pack(">HI", 1, 1) + manifest())
    return plain[:2] + extra + plain[2:]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*, has_manifest: bool = False, size: Size = SIZE) -> bytes:
    plain = save(picture(size), "PNG", compress_level=1)
    extra = chunk(b"eXIf", exif_block())
    extra += chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + xmp_packet())
    extra += chunk(b"tEXt", b"Comment\x00" + private("png-comment").encode())
    packed = zlib.compress(private("png-description").encode())
    extra += chunk(b"zTXt", b"Description\x00\x00" + packed)
    extra += chunk(b"tEXt", private("keyword").encode() + b"\x00" + private("png-text").encode())
    extra += chunk(b"tEXt", b"Copyright\x00" + COPYRIGHT.encode("latin-1"))
    if has_manifest:
        extra += chunk(b"caBX", manifest())
    return plain[:33] + extra + plain[33:]


def webp(*, has_manifest: bool = False, size: Size = SIZE) -> bytes:
    data = save(
        picture(size), "WEBP", quality=98, exif=b"Exif\x00\x00" + exif_block(), xmp=xmp_packet()
    )
    if not has_manifest:
        return data
    body = manifest()
    padded = body + b"\x00" * (len(body) % 2)
    data += b"C2PA" + struct.pack("<I", len(body)) + padded
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def avif(*, has_manifest: bool = False, size: Size = SIZE) -> bytes:
    data = save(picture(size), "AVIF", quality=98, speed=10, exif=exif_block(), xmp=xmp_packet())
    if not has_manifest:
        return data
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    body = uuid + b"\x00" * 4 + b"manifest\x00" + b"\x00" * 8 + manifest()
    return data + struct.pack(">I4s", 8 + len(body), b"uuid") + body


def gif(*, has_manifest: bool = False, size: Size = SIZE) -> bytes:
    return gif_with_metadata(save(picture(size), "GIF"), has_manifest=has_manifest)


def gif_with_metadata(data: bytes, *, has_manifest: bool = False) -> bytes:
    comment = private("gif-comment").encode()
    extra = b"\x21\xfe" + bytes((len(comment),)) + comment + b"\x00"
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    extra += b"\x21\xff\x0bXMP DataXMP" + xmp_packet() + trailer
    if has_manifest:
        body = manifest()[:200]
        extra += b"\x21\xff\x0bC2PA_GIF\x01\x00\x00" + bytes((len(body),)) + body + b"\x00"
    return data[:-1] + extra + data[-1:]


def tiff(size: Size = SIZE, **options: object) -> bytes:
    info = {
        0x010E: private("tiff-description"),
        0x013B: CREATOR,
        0x8298: COPYRIGHT,
        0x02BC: xmp_packet(),
        0x83BB: iptc_block(),
    }
    return save(picture(size), "TIFF", tiffinfo=info, **options)


def jxl(encoded: bytes, *, has_manifest: bool = False) -> bytes:
    """A container around a codestream."""
    head = b"\x00\x00\x00\x0cJXL \r\n\x87\n\x00\x00\x00\x14ftypjxl \x00\x00\x00\x00jxl "
    boxes = [(b"Exif", b"\x00" * 4 + exif_block()), (b"xml ", xmp_packet()), (b"jxlc", encoded)]
    if has_manifest:
        boxes.insert(0, (b"jumb", manifest()[8:]))
    return head + b"".join(struct.pack(">I4s", 8 + len(b), n) + b for n, b in boxes)


SOURCES = {"jpeg": jpeg, "png": png, "webp": webp, "avif": avif, "gif": gif}
"""Makers of each kind that takes `has_manifest`."""


def rights_blocks(*, has_profile: bool = True) -> Blocks:
    return Blocks(
        exif=exif.fresh({"IFD0": exif.texts({0x013B: CREATOR, 0x8298: COPYRIGHT})}),
        xmp=xmp.fresh([Property("dc:rights", (COPYRIGHT,), "Alt")]),
        icc=profile() if has_profile else b"",
    )
