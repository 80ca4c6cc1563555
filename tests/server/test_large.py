"""Pictures too large to be decoded whole in the part of the memory that a process has.

A JPEG's decoder makes it smaller by the way, so that such a picture is served all the same.
"""

from __future__ import annotations

import html
import re
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

MOST_WIDE = 500
"""Pixels of `large.jpg` that can be asked for there."""

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


@pytest.mark.parametrize("query", ["?layout=200,400", "?layout=320", "", "?w=900&h=700"])
def test_markup_names_only_widths_that_fit_into_memory(short: TestClient, query: str) -> None:
    told = short.get(f"/markup/large.jpg{query}")

    assert told.status_code == 200
    found = [html.unescape(url) for url in re.findall(r"/img/[^\s\"]*", told.text)]
    assert found
    got = [short.get(url, headers=AVIF) for url in dict.fromkeys(found)]
    assert {answer.status_code for answer in got} == {200}


def test_markup_keeps_the_layout_of_pictures_whose_whole_does_not_fit(short: TestClient) -> None:
    text = short.get("/markup/large.jpg?layout=200,400").text

    assert 'sizes="(max-width: 200px) 200px, 400px"' in text
    assert {int(width) for width in re.findall(r" (\d+)w", text)} == {200, 400, MOST_WIDE}
    assert short.get(f"/img/large.jpg?w={MOST_WIDE + 1}", headers=AVIF).status_code == 413


def test_only_steps_of_the_server_that_fit_are_named(settings: Settings, folder: Path) -> None:
    Image.fromarray(samples.astronaut()).resize((2000, 1500)).save(folder / "stepped.jpg")
    steps = settings.replace(memory_mb=MEMORY_MB, widths=(100, 300, 1200))
    with TestClient(create_app(steps)) as client:
        text = client.get("/markup/stepped.jpg?layout=90,500").text

    assert set(re.findall(r" (\d+)w", text)) == {"100", "300"}


def test_of_what_fits_in_no_width_there_is_no_markup(short: TestClient) -> None:
    got = short.get("/markup/large.jpg?layout=200&aspect=1:1")

    assert (got.status_code, got.json()["error"]) == (413, "LimitExceeded")
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("?w=1000", "; ask for"),
        ("?w=640&aspect=1:1", "; ask for it without the aspect and for"),
    ],
)
def test_a_refusal_says_what_the_address_may_ask_for(
    short: TestClient, query: str, remedy: str
) -> None:
    message = short.get(f"/img/large.jpg{query}", headers=AVIF).json()["message"]

    assert f"{remedy} at most w={MOST_WIDE}, put a smaller original there" in message
    assert message.endswith("let whoever runs the server allow more (--max-memory-mb)")
    assert "max_width" not in message
    assert short.get(f"/img/large.jpg?w={MOST_WIDE}", headers=AVIF).status_code == 200
