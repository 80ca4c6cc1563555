"""What clients are told when the server cannot, or cannot yet."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient

from eyebright.errors import EyebrightError
from eyebright.host import default_host
from eyebright.server import work
from eyebright.server.faults import (
    RETRY_AFTER_S,
    UNFORESEEN,
    Busy,
    Changed,
    Refused,
    TookTooLong,
    WorkerLost,
)
from eyebright.server.images import Images

AVIF = {"Accept": "image/avif,*/*"}


@pytest.fixture
def images(client: TestClient) -> Images:
    found: Images = client.app.state.images  # type: ignore[attr-defined] # Starlette's
    return found


def raising(exc: EyebrightError) -> Any:
    async def variant(*_request: Any) -> None:
        raise exc

    return variant


@pytest.mark.parametrize(
    "exc",
    [Busy("full"), WorkerLost("gone"), TookTooLong("late"), Changed("new")],
    ids=lambda exc: exc.kind,
)
def test_what_may_pass_is_to_be_asked_for_again(
    client: TestClient, images: Images, monkeypatch: pytest.MonkeyPatch, exc: EyebrightError
) -> None:
    monkeypatch.setattr(images, "variant", raising(exc))

    got = client.get("/img/photo.jpg", headers=AVIF)

    assert got.status_code == 503
    assert got.headers["retry-after"] == str(RETRY_AFTER_S)
    assert got.headers["cache-control"] == "no-store"
    assert got.json() == {"error": exc.kind, "message": str(exc)}


def test_what_nobody_foresaw_is_told_without_details_in_the_log(
    client: TestClient,
    images: Images,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(images, "variant", raising(Refused("ZeroDivisionError", "of photo.jpg")))

    with caplog.at_level("INFO", "eyebright.server"):
        got = client.get("/img/photo.jpg", headers=AVIF)

    assert got.status_code == 500
    assert got.json() == {"error": "ServerFault", "message": UNFORESEEN}
    assert "ZeroDivisionError" in caplog.text
    assert "photo.jpg" not in caplog.text


def test_a_process_tells_of_what_nobody_foresaw_by_its_kind_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(_host: Any, _task: Any) -> Any:
        raise RuntimeError("in /home/somebody/photo.jpg")

    monkeypatch.setattr(work, "TASKS", {"make": fail})

    head, body = asyncio.run(work.answer(default_host(), {"task": "make"}))

    assert (head, body) == ({"error": {"kind": "RuntimeError", "message": ""}}, b"")


def test_a_variant_that_will_be_replaced_is_not_kept_by_caches(
    client: TestClient, images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = client.get("/img/photo.jpg?w=80", headers=AVIF)
    known = images.shelf

    class Quick:
        def held(self, key: str) -> Any:
            variant = known.held(key)
            return variant and variant.replace(is_final=False, came_from="quick")

    monkeypatch.setattr(images, "shelf", Quick())
    got = client.get("/img/photo.jpg?w=80", headers=AVIF)

    assert got.headers["cache-control"] == "no-cache, no-transform"
    assert got.headers["server-timing"].startswith('cache;desc="quick"')
    assert got.content == good.content
