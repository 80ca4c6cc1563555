"""EyebrightStaticFiles: pictures negotiated, everything else as Starlette serves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from eyebright.server import EyebrightStaticFiles, Settings, create_app

AVIF = {"Accept": "image/avif,*/*"}


@pytest.fixture(scope="module")
def mounted(settings: Settings, folder: Path) -> Iterator[TestClient]:
    (folder / "broken.jpg").write_bytes(b"no picture")
    files = EyebrightStaticFiles(directory=str(folder), settings=settings)
    pictures = create_app(settings)
    app = Starlette(routes=[Mount("/static", files), Mount("/pictures", pictures)])
    with TestClient(app) as client:
        yield client
        assert client.portal is not None
        client.portal.call(files.images.close)
        client.portal.call(pictures.state.images.close)


def test_a_picture_is_sent_as_its_receiver_shows_it(mounted: TestClient) -> None:
    got = mounted.get("/static/photo.jpg?w=100", headers=AVIF)

    assert (got.status_code, got.headers["content-type"]) == (200, "image/avif")
    assert got.headers["eyebright-width"] == "100"


def test_everything_else_is_sent_as_it_is(mounted: TestClient) -> None:
    assert mounted.get("/static/notes.txt").text == "no picture"


def test_what_cannot_be_read_as_a_picture_is_sent_as_it_is(mounted: TestClient) -> None:
    assert mounted.get("/static/broken.jpg").content == b"no picture"


def test_what_is_not_there_is_not_found(mounted: TestClient) -> None:
    assert mounted.get("/static/none.jpg").status_code == 404


def test_a_mounted_app_starts_with_its_first_request(mounted: TestClient) -> None:
    got = mounted.get("/pictures/img/photo.jpg?w=100", headers=AVIF)

    assert got.headers["content-type"] == "image/avif"
