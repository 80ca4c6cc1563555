"""The size of a drawing is read from its root element, and can be set there."""

from __future__ import annotations

import pytest

from eyebright import intake
from eyebright.errors import CorruptImage

NS = b'xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    ("root", "size"),
    [
        (b'<svg %s width="40" height="30"/>', (40, 30)),
        (b"<svg %s width='40px' height='30px'>", (40, 30)),
        (b'<svg %s width="1in" height="72pt">', (96, 96)),
        (b'<svg %s width="25.4mm" height="2.54cm">', (96, 96)),
        (b'<svg %s viewBox="0 0 40 30">', (40, 30)),
        (b'<svg %s viewBox="0,0,40,30" width="80">', (80, 60)),
        (b'<svg %s viewBox="0 0 40 30" height="60">', (80, 60)),
        (b'<svg %s viewBox="0 0 40 30" width="100%%" height="100%%">', (40, 30)),
        (b"<svg %s>", (300, 150)),
        (b'<?xml version="1.0"?><!-- <svg width="9"> --><svg %s width="7" height="8">', (7, 8)),
        (b'<svg %s data-a=">" width="7" height="8">', (7, 8)),
        (b'<svg %s stroke-width="99" width="7" height="8">', (7, 8)),
    ],
)
def test_sizes_are_read_as_browsers_read_them(root: bytes, size: tuple[int, int]) -> None:
    source = intake.read(root % NS)

    assert (source.format, (source.width, source.height)) == ("svg", size)


@pytest.mark.parametrize("root", [b"<svg %s>", b'<svg %s width="4" height="3" viewBox="0 0 4 3"/>'])
def test_a_size_that_is_set_is_the_one_that_is_read(root: bytes) -> None:
    sized = intake.at_size(root % NS + b"<g width='5'/></svg>", 640, 480)

    again = intake.read(sized)
    assert (again.width, again.height) == (640, 480)
    assert b"viewBox" in sized
    assert sized.endswith(b"<g width='5'/></svg>")


def test_a_root_that_never_ends_is_broken() -> None:
    with pytest.raises(CorruptImage, match="no svg element"):
        intake.read(b"<svg " + b'a="' * 20_000)
