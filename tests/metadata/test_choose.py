"""What is kept, what is stripped, and that both are told by name."""

import metadata_samples as samples
import pytest

from eyebright import metadata
from eyebright.metadata import containers, exif, xmp
from eyebright.metadata.blocks import Blocks
from eyebright.metadata.rights import MACHINE_EDITED, SOURCE_TYPES
from eyebright.metadata.xmp import Property


def chosen(mode: str, *, mark_edited: bool = False) -> metadata.Kept:
    blocks = containers.read(samples.jpeg(orientation=6, has_manifest=True), "jpeg")
    return metadata.choose(blocks, "jpeg", mode=mode, mark_edited=mark_edited)


def packet(kept: metadata.Kept) -> xmp.Xmp:
    return xmp.parse(kept.blocks.xmp)


def with_source_type(name: str) -> Blocks:
    return Blocks(xmp=xmp.fresh([Property("Iptc4xmpExt:DigitalSourceType", (name,))]))


def test_rights_are_kept_in_exif_and_xmp() -> None:
    kept = chosen("rights")

    block = exif.parse(kept.blocks.exif)
    assert (block.text(0x013B), block.text(0x8298)) == (samples.CREATOR, samples.COPYRIGHT)
    stated = {
        "dc:rights": samples.COPYRIGHT,
        "dc:creator": samples.CREATOR,
        "photoshop:Credit": samples.CREDIT,
        "xmpRights:UsageTerms": samples.TERMS,
        "xmpRights:WebStatement": samples.STATEMENT,
        "cc:license": samples.LICENCE,
        "Iptc4xmpExt:DigitalSourceType": samples.SOURCE_TYPE,
    }
    assert {name: (value,) for name, value in stated.items()} == {
        name: packet(kept).values(name) for name in stated
    }
    assert packet(kept).inside("plus:Licensor", "plus:LicensorURL") == (samples.LICENSOR,)


def test_only_rights_are_kept() -> None:
    kept = chosen("rights")

    assert {e.tag for e in exif.parse(kept.blocks.exif).entries} == {0x013B, 0x8298}
    assert samples.PRIVATE.encode() not in kept.blocks.exif + kept.blocks.xmp


def test_what_was_kept_and_stripped_is_told_by_name() -> None:
    kept = chosen("rights")

    assert {"EXIF Artist", "XMP dc:rights", "IPTC CopyrightNotice"} <= set(kept.kept)
    stripped = {
        "EXIF MakerNote",
        "EXIF BodySerialNumber",
        "GPS GPSLatitude",
        "Thumbnail ThumbnailOffset",
        "XMP aux:OwnerName",
        "XMP (another namespace)",
        "IPTC City",
        "Comment",
    }
    assert stripped <= set(kept.stripped)
    assert not set(kept.kept) & set(kept.stripped)
    assert samples.PRIVATE not in repr(kept.kept + kept.stripped)


def test_none_keeps_nothing() -> None:
    kept = chosen("none")

    assert (kept.blocks, kept.kept) == (Blocks(), ())


def test_all_keeps_everything_but_the_thumbnail_and_what_is_no_longer_true() -> None:
    kept = chosen("all")

    block = exif.parse(kept.blocks.exif)
    assert block.number(0x0112) == 1
    assert samples.private("maker-note").encode() in kept.blocks.exif
    assert samples.private("thumbnail").encode() not in kept.blocks.exif
    assert not block.is_damaged
    assert {e.directory for e in block.entries} == {"IFD0", "Exif", "GPS", "Interop"}
    assert "tiff:Orientation" not in packet(kept).names
    assert packet(kept).values("aux:OwnerName") == (samples.private("xmp-owner"),)
    assert samples.private("foreign").encode() in kept.blocks.xmp
    assert {"XMP tiff:Orientation", "EXIF Orientation", "Thumbnail ThumbnailOffset"} <= set(
        kept.stripped
    )


def test_all_carries_iptc_and_comments_over_to_xmp() -> None:
    blocks = containers.read(samples.png(), "png")
    iptc_only = Blocks(iptc=samples.iptc_block(), comments=(samples.private("comment"),))

    kept = metadata.choose(iptc_only, "jpeg", mode="all")

    assert packet(kept).values("photoshop:City") == (samples.private("iptc-city"),)
    assert packet(kept).values("exif:UserComment") == (samples.private("comment"),)
    assert kept.stripped == ("IPTC Contact",)
    assert "PNG Copyright" in metadata.choose(blocks, "png", mode="all").kept


def test_all_of_a_tiff_is_written_to_a_new_block() -> None:
    kept = metadata.choose(containers.read(samples.tiff(), "tiff"), "tiff", mode="all")

    block = exif.parse(kept.blocks.exif)
    assert block.text(0x010E) == samples.private("tiff-description")
    assert block.find(0x0111) is None


def test_all_of_a_damaged_block_is_what_could_be_read() -> None:
    block = bytearray(samples.exif_block())
    block[8 + 2 + 2] = 99  # the first entry's type, which no value has

    kept = metadata.choose(Blocks(exif=bytes(block)), "jpeg", mode="all")

    written = exif.parse(kept.blocks.exif)
    assert kept.damaged == ("EXIF",)
    assert not written.is_damaged
    assert written.text(0x8298) == samples.COPYRIGHT
    assert "EXIF MakerNote" in kept.stripped


def test_rights_that_only_exif_states_need_no_packet() -> None:
    blocks = Blocks(exif=samples.exif_block())

    kept = metadata.choose(blocks, "jpeg", mode="rights")

    assert kept.blocks.xmp == b""
    assert len(kept.blocks.exif) < 120


def test_a_png_s_own_texts_state_rights() -> None:
    blocks = Blocks(texts=(("Author", "Ann"), ("Copyright", "Ann 2026")))

    kept = metadata.choose(blocks, "png", mode="rights")

    assert exif.parse(kept.blocks.exif).text(0x8298) == "Ann 2026"
    assert kept.kept == ("PNG Author", "PNG Copyright")


def test_a_value_that_another_one_replaces_counts_as_stripped() -> None:
    blocks = Blocks(
        exif=exif.fresh({"IFD0": exif.texts({0x8298: "old"})}),
        xmp=xmp.fresh([Property("dc:rights", ("new",), "Alt")]),
    )

    kept = metadata.choose(blocks, "jpeg", mode="rights")

    assert (kept.kept, kept.stripped) == (("XMP dc:rights",), ("EXIF Copyright",))


@pytest.mark.parametrize("mode", ["rights", "all", "none"])
def test_the_marker_is_added_in_every_mode(mode: str) -> None:
    kept = chosen(mode, mark_edited=True)

    assert packet(kept).values("Iptc4xmpExt:DigitalSourceType") == (MACHINE_EDITED,)
    assert kept.is_marked


def test_the_marker_never_hides_that_a_picture_was_generated() -> None:
    generated = SOURCE_TYPES + "trainedAlgorithmicMedia"

    kept = metadata.choose(with_source_type(generated), "jpeg", mode="rights", mark_edited=True)

    assert packet(kept).values("Iptc4xmpExt:DigitalSourceType") == (generated,)
    assert not kept.is_marked


def test_the_profile_goes_along_only_where_the_colours_are_kept() -> None:
    blocks = Blocks(icc=samples.profile())

    written = [
        metadata.choose(blocks, "jpeg", mode="rights", is_srgb=is_srgb).blocks.icc
        for is_srgb in (True, False)
    ]

    assert written == [b"", blocks.icc]


def test_a_link_to_a_manifest_counts_as_provenance() -> None:
    linked = Blocks(xmp=xmp.fresh([Property("dcterms:provenance", ("https://example.com/m",))]))

    assert metadata.choose(linked, "jpeg", mode="rights").has_provenance
    assert b"example.com" not in metadata.choose(linked, "jpeg", mode="all").blocks.xmp


def test_a_block_too_large_for_one_segment_is_left_out_and_told() -> None:
    large = Blocks(
        xmp=xmp.fresh([Property("dc:rights", ("x",)), Property("dc:source", ("y" * 70_000,))])
    )

    kept = metadata.choose(large, "jpeg", mode="all")

    assert kept.blocks == Blocks()
    assert kept.stripped == ("XMP dc:rights", "XMP dc:source")


def test_the_size_is_set_in_the_tags_that_repeat_it() -> None:
    block = exif.sized(chosen("all").blocks.exif, 80, 60)

    found = exif.parse(block)
    assert (found.number(0xA002, "Exif"), found.number(0xA003, "Exif")) == (80, 60)


def test_entities_are_refused_and_told() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>'
    )

    kept = metadata.choose(Blocks(xmp=bomb), "jpeg", mode="all")

    assert kept.damaged == ("XMP",)
    assert kept.blocks == Blocks()
