"""The original's metadata, and the original itself without what is private.

Both are for the file that is delivered: the metadata that goes into it, and what stands in for a
new file where nothing smaller passed.
"""

from __future__ import annotations

from functools import partial

from eyebright import metadata, motion
from eyebright.errors import InputError
from eyebright.host.base import Host, Pixels, decode_as
from eyebright.metadata import Kept
from eyebright.values import Plan, Source
from eyebright.verify import same_picture


def metadata_to_keep(
    data: bytes, source: Source, plan: Plan, *, profile: bytes = b"", for_original: bool = False
) -> Kept:
    """What of the original's metadata the plan lets into the delivered file.

    The original's own picture is neither edited nor converted. `profile` is the one that the new
    file's pixels are in, where their colours are kept.
    """
    kept = metadata.choose(
        metadata.read(data, source.format),
        source.format,
        mode=plan.metadata,
        mark_edited=plan.mark_edited and not for_original,
        is_srgb=plan.colour == "srgb" and not for_original,
    )
    if for_original:
        return kept
    return kept.replace(blocks=kept.blocks.replace(icc=profile))


async def cleaned(  # noqa: PLR0913 - what decoded the picture, too, by its names
    host: Host,
    data: bytes,
    source: Source,
    kept: Kept,
    pixels: Pixels | None,
    *,
    profile: bytes = b"",
    divisor: int = 1,
) -> bytes | None:
    """The original with less metadata; None where it has to stay as it is.

    Its picture data are the same bytes; that it shows the same `pixels` (in `profile`; empty:
    sRGB), which were decoded at 1/`divisor`, and all frames of an animation, is checked
    nevertheless. Without `pixels` the original is decoded again for that.
    """
    made = metadata.clean(data, source.format, kept, orientation=source.orientation)
    if made is None or made == data or len(made) > len(data):
        return None
    look = partial(
        decode_as, host, source_format=source.format, keep_colours=bool(profile), divisor=divisor
    )
    try:
        if source.frames > 1 and not _same_film(made, data, source.format):
            return None
        if pixels is None:
            pixels = (await look(data)).pixels
        shown = await look(made)
    except InputError:
        return None
    if shown.profile != profile:
        return None
    return made if same_picture(shown.pixels, pixels) else None


def _same_film(first: bytes, second: bytes, source_format: str) -> bool:
    """Raises InputError where one of them cannot be taken apart.

    Of what is not taken apart here (AVIF, pages of a TIFF) only metadata was overwritten in place.
    """
    if source_format not in motion.SOURCES:
        return len(first) == len(second)
    return motion.demux(first, source_format) == motion.demux(second, source_format)
