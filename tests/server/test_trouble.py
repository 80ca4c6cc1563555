"""What clients are told when the server cannot, or cannot yet."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from in_process import InProcess
from starlette.testclient import TestClient

from eyebright.errors import CodecError
from eyebright.host import default_host
from eyebright.server import work
from eyebright.server.faults import (
    RETRY_AFTER_S,
    Busy,
    Changed,
    Refused,
    ServerFault,
    TookTooLong,
    Unforeseen,
    WorkerLost,
)
from eyebright.server.images import Images
from eyebright.server.settings import Settings
from eyebright.server.variants import Variant

AVIF = {"Accept": "image/avif,*/*"}


@pytest.fixture
def images(client: TestClient) -> Images:
    found: Images = client.app.state.images  # type: ignore[attr-defined] # Starlette's
    return found


def raising(exc: Exception) -> Any:
    async def variant(*_request: Any) -> None:
        raise exc

    return variant


@pytest.mark.parametrize(
    "exc",
    [Busy("full"), WorkerLost("gone"), TookTooLong("late"), Changed("new")],
    ids=lambda exc: exc.kind,
)
def test_what_may_pass_is_to_be_asked_for_again(
    client: TestClient, images: Images, monkeypatch: pytest.MonkeyPatch, exc: ServerFault
) -> None:
    monkeypatch.setattr(images, "variant", raising(exc))

    got = client.get("/img/photo.jpg", headers=AVIF)

    assert got.status_code == 503
    assert got.headers["retry-after"] == str(RETRY_AFTER_S)
    assert got.headers["cache-control"] == "no-store"
    assert got.json() == {"error": exc.kind, "message": str(exc)}


@pytest.mark.parametrize(
    "exc",
    [
        ZeroDivisionError("of photo.jpg"),
        Refused("CodecError", "in photo.jpg"),
        CodecError("of photo.jpg"),
    ],
    ids=["in this process", "in a working process", "one of ours"],
)
def test_of_what_nobody_foresaw_clients_are_told_an_id_alone(
    client: TestClient,
    images: Images,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    exc: Exception,
) -> None:
    monkeypatch.setattr(images, "variant", raising(exc))

    with caplog.at_level("ERROR", "eyebright.server"):
        got = client.get("/img/photo.jpg", headers=AVIF)

    (line,) = [json.loads(record.getMessage()) for record in caplog.records]
    told = got.json()
    assert (got.status_code, told["error"], got.headers["cache-control"]) == (
        500,
        "ServerFault",
        "no-store",
    )
    assert told["message"].count(told["id"]) == 1
    assert line["fault"] == told["id"]
    assert line["kind"] == getattr(exc, "kind", type(exc).__name__)
    assert line["trace"][-1].startswith("tests/server/test_trouble.py:")
    assert "photo.jpg" not in got.text + caplog.text


def test_a_process_tells_where_it_failed_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_host: Any, _task: Any) -> Any:
        try:
            {}["/home/somebody"]
        except KeyError as exc:
            raise RuntimeError("in /home/somebody/photo.jpg") from exc

    monkeypatch.setattr(work, "TASKS", {"make": fail})

    head, body = asyncio.run(work.answer(default_host(), {"task": "make"}))

    error = head["error"]
    assert (error["kind"], body) == ("RuntimeError", b"")
    assert error["trace"][0].startswith("eyebright/server/work.py:")
    assert error["trace"][-2] == "KeyError"
    assert error["trace"][-1].endswith(" fail")
    assert "somebody" not in str(head)


def test_what_a_process_fails_by_is_told_to_the_log_once_for_all_who_wait(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> list[BaseException | Variant]:
        images = Images(settings.replace(cache=str(tmp_path)))
        lanes = InProcess()
        images.workshop.lanes = lanes  # type: ignore[assignment] # as far as it is used
        await images.workshop.machine()
        lanes.broken = True
        try:
            asking = (images.variant("photo.jpg", {}, []) for _ in range(50))
            return await asyncio.gather(*asking, return_exceptions=True)
        finally:
            await images.close()

    with caplog.at_level("ERROR", "eyebright.server"):
        came = asyncio.run(scenario())

    (line,) = [json.loads(record.getMessage()) for record in caplog.records]
    assert {type(one) for one in came} == {Unforeseen}
    assert {one.id for one in came if isinstance(one, Unforeseen)} == {line["fault"]}


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
