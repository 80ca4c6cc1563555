"""A server with one working process for all tests of a file, and pictures to serve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as samples
from starlette.testclient import TestClient
from strange_files import LIMIT_BYTES

from eyebright import Goal, optimise_sync
from eyebright.deliver import Optimised
from eyebright.server import Settings, create_app

PATIENT_MS = 60_000
"""A budget that no test's picture needs, however busy the machine."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`photo.jpg`, 200 x 160 pixels, and a text beside it; a secret beside the folder."""
    root = tmp_path_factory.mktemp("server")
    pictures = root / "pictures"
    pictures.mkdir()
    photo().save(pictures / "photo.jpg", quality=95)
    (pictures / "notes.txt").write_text("no picture")
    photo().save(root / "secret.jpg")
    return pictures


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    cache = str(folder.parent / "cache")
    return Settings(images=str(folder), cache=cache, workers=1, models=False, budget_ms=PATIENT_MS)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as connected:
        yield connected


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what is sent to `taking` is kept."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def taking(settings: Settings, uploads: Path) -> Iterator[TestClient]:
    """A server of uploads that takes files of LIMIT_BYTES at most."""
    limits = settings.limits.replace(max_bytes=LIMIT_BYTES)
    with TestClient(create_app(settings.replace(uploads=str(uploads), limits=limits))) as client:
        yield client


@pytest.fixture(scope="module")
def original(folder: Path) -> bytes:
    return (folder / "photo.jpg").read_bytes()


@pytest.fixture(scope="module")
def made(original: bytes) -> Optimised:
    """As a client would have made it."""
    goal = Goal(max_width=120, formats=("webp",), purpose="upload")
    return optimise_sync(original, goal, models=False)


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> Settings:
    return settings.replace(cache=str(tmp_path))


def photo() -> Image.Image:
    return Image.fromarray(samples.astronaut()[60:220, 140:340])
