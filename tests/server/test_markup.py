"""GET /markup: HTML whose every address this server answers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as samples
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from eyebright.server import Settings, create_app


@pytest.fixture(scope="module")
def mounted(settings: Settings, folder: Path) -> Iterator[TestClient]:
    """Below /pictures, as in somebody's own app."""
    (folder / "two words").mkdir()
    Image.fromarray(samples.astronaut()).save(folder / "two words" / "a,b.jpg", quality=95)
    app = create_app(settings)
    lifespan = app.router.lifespan_context
    with TestClient(Starlette(routes=[Mount("/pictures", app)], lifespan=lifespan)) as client:
        yield client


def addresses(text: str) -> list[tuple[str, int]]:
    """Every address in a srcset, and the width that it is said to have."""
    sets = re.findall(r'srcset="([^"]*)"', text)
    parts = [part.split() for one in sets for part in html.unescape(one).split(", ")]
    return [(url, int(width.removesuffix("w"))) for url, width in parts]


def test_a_picture_has_a_source_for_each_newer_format_and_fixed_dimensions(
    mounted: TestClient,
) -> None:
    got = mounted.get("/pictures/markup/two%20words/a%2Cb.jpg?layout=120,240&alt=An+astronaut")

    assert got.status_code == 200
    assert got.headers["content-type"].startswith("text/html")
    assert got.text.startswith('<picture><source type="image/')
    assert '<source type="image/avif"' in got.text
    assert 'alt="An astronaut"' in got.text
    assert re.search(r'width="480" height="480"', got.text)
    assert 'sizes="(max-width: 120px) 120px, 240px"' in got.text


def test_every_address_gives_the_width_that_it_was_said_to_have(mounted: TestClient) -> None:
    text = mounted.get("/pictures/markup/two%20words/a%2Cb.jpg?layout=60&aspect=16:9").text

    found = addresses(text)
    got = [mounted.get(url, headers={"Accept": "image/avif,*/*"}) for url, _ in found]
    assert {answer.status_code for answer in got} == {200}
    assert [int(a.headers["eyebright-width"]) for a in got] == [width for _, width in found]
    assert {width for _, width in found} == {60, 120}


@pytest.mark.parametrize(
    ("change", "given"),
    [({"widths": (100, 320)}, {100, 320}), ({"max_side_px": 200}, {60, 120, 180, 200})],
)
def test_only_sides_that_the_server_takes_are_asked_for(
    settings: Settings, folder: Path, change: dict[str, object], given: set[int]
) -> None:
    Image.fromarray(samples.astronaut()).save(folder / "steps.jpg", quality=95)
    with TestClient(create_app(settings.replace(**change))) as client:
        found = addresses(client.get("/markup/steps.jpg?layout=60,180").text)
        got = [client.get(url, headers={"Accept": "image/avif,*/*"}) for url, _ in found]

    assert [int(a.headers["eyebright-width"]) for a in got] == [width for _, width in found]
    assert {width for _, width in found} == given


def test_the_image_of_old_receivers_is_negotiated(mounted: TestClient) -> None:
    text = mounted.get("/pictures/markup/two%20words/a%2Cb.jpg?layout=60").text

    (source,) = re.findall(r'<img src="([^"]*)"', text)
    assert "format=" not in source
    old = mounted.get(html.unescape(source), headers={"Accept": "*/*"})
    assert old.headers["content-type"] == "image/jpeg"


def test_what_the_picture_shows_is_escaped(mounted: TestClient) -> None:
    hostile = {"alt": '"><script>alert(1)</script>'}

    got = mounted.get("/pictures/markup/photo.jpg", params=hostile)

    assert "<script>" not in got.text
    assert got.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("query", "status"),
    [("layout=x", 400), ("layout=1,,2", 400), (f"alt={'a' * 1001}", 400), ("w=0", 400)],
)
def test_what_cannot_be_meant_is_refused(mounted: TestClient, query: str, status: int) -> None:
    assert mounted.get(f"/pictures/markup/photo.jpg?{query}").status_code == status


def test_of_what_is_not_there_there_is_no_markup(mounted: TestClient) -> None:
    assert mounted.get("/pictures/markup/../secret.jpg").status_code == 404


def test_nothing_is_put_behind_what_shows_through(mounted: TestClient, folder: Path) -> None:
    pixels = Image.new("RGBA", (40, 40), (0, 135, 0, 255))
    pixels.save(folder / "opaque.png")
    pixels.putpixel((0, 0), (0, 0, 0, 0))
    pixels.save(folder / "hole.png")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="9"/></svg>'
    (folder / "drawn.svg").write_text(svg)

    names = ("opaque.png", "hole.png", "drawn.svg")
    got = [mounted.get(f"/pictures/markup/{name}") for name in names]

    assert [answer.status_code for answer in got] == [200, 200, 200]
    assert ["background" in answer.text for answer in got] == [True, False, False]
