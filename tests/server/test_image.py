"""GET /img: the right variant, with the headers that caches and browsers need."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from eyebright.policy import HEADERS, vary
from eyebright.server import Settings

AVIF = {"Accept": "image/avif,image/webp,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("accept", "mime"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "image/avif"),
        ("image/avif;q=0,image/webp,*/*;q=0.8", "image/webp"),
        ("*/*", "image/jpeg"),
    ],
)
def test_each_receiver_gets_what_it_shows(client: TestClient, accept: str, mime: str) -> None:
    got = client.get("/img/photo.jpg?w=100", headers={"Accept": accept})

    assert got.status_code == 200
    assert got.headers["content-type"] == mime
    with Image.open(io.BytesIO(got.content)) as image:
        assert (image.get_format_mimetype(), image.size) == (mime, (100, 80))


def test_an_answer_tells_caches_and_browsers_what_they_need(client: TestClient) -> None:
    got = client.get("/img/photo.jpg?w=100", headers=AVIF)

    assert got.headers["vary"] == vary() != ""
    assert got.headers["cache-control"] == "public, max-age=86400, no-transform"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["content-disposition"].startswith('inline; filename="photo.avif"')
    assert (got.headers["eyebright-width"], got.headers["eyebright-height"]) == ("100", "80")
    assert "Sec-CH-Width" in got.headers["accept-ch"]
    assert got.headers["server-timing"].startswith("cache;desc=")
    assert got.headers["content-length"] == str(len(got.content))


def test_vary_names_every_field_that_is_read(client: TestClient) -> None:
    named = {name.strip().lower() for name in client.get("/img/none").headers["vary"].split(",")}

    assert named == set(HEADERS)


def test_hints_decide_the_size_and_the_next_class_up_is_sent(client: TestClient) -> None:
    got = client.get("/img/photo.jpg", headers={**AVIF, "Sec-CH-Width": "150"})

    assert got.headers["eyebright-width"] == "160"


def test_an_aspect_is_cropped_to(client: TestClient) -> None:
    got = client.get("/img/photo.jpg?aspect=1:1&w=80", headers=AVIF)

    assert (got.headers["eyebright-width"], got.headers["eyebright-height"]) == ("80", "80")


def test_a_format_can_be_asked_for_by_the_address(client: TestClient) -> None:
    got = client.get("/img/photo.jpg?w=100&format=webp", headers=AVIF)

    assert got.headers["content-type"] == "image/webp"


def test_who_has_it_already_is_told_so(client: TestClient) -> None:
    etag = client.get("/img/photo.jpg?w=100", headers=AVIF).headers["etag"]

    again = client.get("/img/photo.jpg?w=100", headers={**AVIF, "If-None-Match": f'"x", W/{etag}'})
    other = client.get("/img/photo.jpg?w=100", headers={**AVIF, "If-None-Match": '"x"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert again.headers["vary"] == vary()
    assert other.status_code == 200


def test_head_tells_the_same_without_the_picture(client: TestClient) -> None:
    got = client.get("/img/photo.jpg?w=100", headers=AVIF)

    head = client.head("/img/photo.jpg?w=100", headers=AVIF)

    same = ("etag", "content-length", "content-type", "vary", "cache-control")
    assert [head.headers[name] for name in same] == [got.headers[name] for name in same]
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=2-99999", 2, None),
    ],
)
def test_a_range_is_sent_alone(client: TestClient, asked: str, start: int, end: int | None) -> None:
    whole = client.get("/img/photo.jpg?w=100", headers=AVIF).content

    part = client.get("/img/photo.jpg?w=100", headers={**AVIF, "Range": asked})

    assert (part.status_code, part.content) == (206, whole[start:end])
    first = start % len(whole)
    last = first + len(part.content) - 1
    assert part.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(client: TestClient, asked: str) -> None:
    whole = client.get("/img/photo.jpg?w=100", headers=AVIF).content

    part = client.get("/img/photo.jpg?w=100", headers={**AVIF, "Range": asked})

    assert (part.status_code, part.content) == (416, b"")
    assert part.headers["content-range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=9-2", "bytes=-", "lines=1-2", "bytes=0-1,3-4", "bytes"])
def test_what_is_no_single_range_gets_the_whole(client: TestClient, asked: str) -> None:
    whole = client.get("/img/photo.jpg?w=100", headers=AVIF).content

    got = client.get("/img/photo.jpg?w=100", headers={**AVIF, "Range": asked})

    assert (got.status_code, got.content) == (200, whole)


def test_a_range_of_another_version_gets_the_whole(client: TestClient) -> None:
    headers = {**AVIF, "Range": "bytes=0-9", "If-Range": '"another"'}

    assert client.get("/img/photo.jpg?w=100", headers=headers).status_code == 200


def test_the_second_request_is_answered_from_memory(client: TestClient) -> None:
    client.get("/img/photo.jpg?w=90", headers=AVIF)

    again = client.get("/img/photo.jpg?w=90", headers=AVIF)

    assert again.headers["server-timing"] == 'cache;desc="memory"'


def test_other_parameters_say_nothing(client: TestClient) -> None:
    one = client.get("/img/photo.jpg?w=90", headers=AVIF)

    two = client.get("/img/photo.jpg?w=90&v=3", headers=AVIF)

    assert two.headers["etag"] == one.headers["etag"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("w=0", "w"),
        ("w=99999", "w"),
        ("h=-1", "h"),
        ("w=1e3", "w"),
        ("aspect=nonsense", "aspect"),
        ("context=nowhere", "context"),
        ("format=exe", "format:"),
        ("aspect=" + "1" * 65, "aspect"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_named(
    client: TestClient, query: str, names: str
) -> None:
    got = client.get(f"/img/photo.jpg?{query}")

    assert got.status_code == 400
    assert got.json()["message"].startswith(names)
    assert got.headers["cache-control"] == "no-store"


def test_what_is_no_picture_is_refused(client: TestClient) -> None:
    got = client.get("/img/notes.txt")

    assert (got.status_code, got.json()["error"]) == (415, "UnsupportedFormat")


def test_what_is_kept_on_disk_is_whole_and_has_no_name_of_a_file(
    client: TestClient, settings: Settings
) -> None:
    client.get("/img/photo.jpg?w=70", headers=AVIF)

    kept = [path for path in Path(settings.cache).rglob("*") if path.is_file()]

    assert [path for path in kept if path.suffix == ".part"] == []
    assert kept
    assert [path for path in kept if b"photo.jpg" in path.read_bytes()] == []


def test_readiness_names_what_can_be_written(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok"
    assert "avif" in client.get("/readyz").json()["writes"]


def test_metrics_count_requests_and_where_variants_came_from(client: TestClient) -> None:
    client.get("/img/photo.jpg?w=90", headers=AVIF)

    text = client.get("/metrics").text

    assert 'eyebright_requests_total{route="image",status="200"}' in text
    assert 'eyebright_variants_total{from="memory"}' in text
    assert "eyebright_encodes_total" in text
    assert "photo" not in text


def test_the_log_tells_of_a_request_without_its_address(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "eyebright.server"):
        client.get("/img/photo.jpg?w=90", headers=AVIF)

    told = json.loads(caplog.messages[-1])
    assert (told["route"], told["status"], told["cache"]) == ("image", 200, "memory")
    assert "photo" not in caplog.text


@pytest.mark.parametrize("query", ["w=100", "h=80", "aspect=5:4&w=100"])
@pytest.mark.parametrize(
    ("accept", "mime"),
    [("image/png", "image/png"), ("image/jxl", "image/jxl"), ("image/gif", "image/jpeg")],
)
def test_who_names_no_usual_format_gets_the_size_all_the_same(
    client: TestClient, accept: str, mime: str, query: str
) -> None:
    got = client.get(f"/img/photo.jpg?{query}", headers={"Accept": accept})

    assert got.headers["content-type"] == mime
    assert (got.headers["eyebright-width"], got.headers["eyebright-height"]) == ("100", "80")
