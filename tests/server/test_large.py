"""Pictures too large to be decoded whole in the part of the memory that a process has.

A JPEG's decoder makes it smaller by the way, so that such a picture is served all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as samples
from starlette.testclient import TestClient

from eyebright.server import Settings, create_app

MEMORY_MB = 60
"""Half of it each for the working process and for the one that makes quick variants: less than the
40 MB that 3 megapixels take whole, more than the 17 MB that they take at a half of each side."""

AVIF = {"Accept": "image/avif,*/*"}


@pytest.fixture(scope="module")
def short(settings: Settings, folder: Path) -> Iterator[TestClient]:
    """A server with little memory, and two pictures that are large for it."""
    large = Image.fromarray(samples.astronaut()).resize((2000, 1500))
    large.save(folder / "large.jpg", quality=90)
    large.save(folder / "large.webp", quality=90)
    cache = str(folder.parent / "short")
    with TestClient(create_app(settings.replace(memory_mb=MEMORY_MB, cache=cache))) as client:
        yield client


def test_a_jpeg_comes_in_sizes_that_fit_into_memory(short: TestClient, folder: Path) -> None:
    got = short.get("/img/large.jpg?w=200", headers=AVIF)
    again = short.get("/img/large.jpg?w=200", headers=AVIF)

    assert (got.status_code, got.headers["content-type"]) == (200, "image/avif")
    assert (got.headers["eyebright-width"], got.headers["eyebright-height"]) == ("200", "150")
    assert again.headers["server-timing"] == 'cache;desc="memory"'
    kept = [path for path in (folder.parent / "short").rglob("*") if path.is_file()]
    assert [path.parent.parent.name for path in kept] == ["variants"]  # and none of its facts


@pytest.mark.parametrize("address", ["/img/large.jpg", "/img/large.webp?w=200"])
def test_what_does_not_fit_at_any_scale_is_refused_with_the_numbers(
    short: TestClient, address: str
) -> None:
    got = short.get(address, headers=AVIF)

    assert (got.status_code, got.json()["error"]) == (413, "LimitExceeded")
    assert "2000 x 1500 pixels need about" in got.json()["message"]
