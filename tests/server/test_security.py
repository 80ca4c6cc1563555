"""What strangers may try, and how it is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import strange_files
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from eyebright.errors import PolicyError
from eyebright.server import Settings, create_app
from eyebright.server.asking import MOST_QUERY_BYTES
from eyebright.server.faults import NoSuchPicture
from eyebright.server.places import Places

EVERYTHING = {"Accept": "image/avif,image/webp,image/svg+xml,*/*"}


@pytest.mark.parametrize(
    "path",
    [
        "../secret.jpg",
        "%2e%2e/secret.jpg",
        "..%2fsecret.jpg",
        "%2e%2e%2fsecret.jpg",
        "..%5csecret.jpg",
        "....//secret.jpg",
        "photo.jpg/../../secret.jpg",
        "/etc/passwd",
        "//etc/passwd",
        "%2fetc%2fpasswd",
        "photo.jpg%00.txt",
        ".hidden.jpg",
        "linked.jpg",
        "linked/secret.jpg",
        "folder.jpg",
        "C:photo.jpg",
        "x" * 5000,
        "",
    ],
)
def test_nothing_outside_the_folder_is_told_of(client: TestClient, folder: Path, path: str) -> None:
    (folder / ".hidden.jpg").write_bytes((folder / "photo.jpg").read_bytes())
    (folder / "folder.jpg").mkdir(exist_ok=True)
    for name, target in (("linked.jpg", "../secret.jpg"), ("linked", "..")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)

    got = client.get(f"/img/{path}", headers=EVERYTHING)

    assert got.status_code == 404
    assert "secret" not in got.text
    assert "root:" not in got.text


@pytest.mark.parametrize("path", ["..", "a/../..", "a//b", "a/./b", "a\\..\\b", "a\n", "", "/a"])
def test_a_path_that_is_no_plain_one_is_never_looked_up(folder: Path, path: str) -> None:
    with pytest.raises(NoSuchPicture):
        Places(str(folder)).find(path)


def test_a_pipe_is_not_waited_on(client: TestClient, folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")

    assert client.get("/img/pipe.jpg").status_code == 404


def test_a_bomb_is_refused_before_it_is_decoded(client: TestClient, folder: Path) -> None:
    (folder / "bomb.png").write_bytes(strange_files.bomb())

    got = client.get("/img/bomb.png", headers=EVERYTHING)

    assert (got.status_code, got.json()["error"]) == (413, "LimitExceeded")


def test_a_broken_file_is_told_as_that(client: TestClient, folder: Path) -> None:
    (folder / "cut.jpg").write_bytes((folder / "photo.jpg").read_bytes()[:900])

    got = client.get("/img/cut.jpg", headers=EVERYTHING)

    assert (got.status_code, got.json()["error"]) == (422, "CorruptImage")


@pytest.mark.parametrize("name", ["page.jpg", "page.gif"])
def test_a_picture_that_is_a_page_too_stays_a_picture(
    client: TestClient, folder: Path, name: str
) -> None:
    made = strange_files.jpeg_and_page() if name.endswith("jpg") else strange_files.gif_and_page()
    (folder / name).write_bytes(made)

    got = client.get(f"/img/{name}", headers=EVERYTHING)

    assert got.status_code == 200
    assert got.headers["content-type"].startswith("image/")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert strange_files.SCRIPT not in got.content


def test_a_drawing_with_a_script_is_shut_in(client: TestClient, folder: Path) -> None:
    (folder / "drawing.svg").write_bytes(strange_files.SVG)

    got = client.get("/img/drawing.svg", headers=EVERYTHING)

    policy = got.headers["content-security-policy"]
    assert got.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_a_page_under_a_picture_s_name_is_no_picture(client: TestClient, folder: Path) -> None:
    (folder / "page.png").write_bytes(b"<!doctype html>" + strange_files.SCRIPT)

    got = client.get("/img/page.png", headers=EVERYTHING)

    assert got.status_code == 415
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-content-type-options"] == "nosniff"


def test_headers_without_end_are_refused(client: TestClient) -> None:
    lines = [("Accept", "image/avif" + "," * 8_000)] * 10

    got = client.get("/img/photo.jpg", headers=lines)

    assert (got.status_code, got.json()["error"]) == (431, "PolicyError")


@pytest.mark.parametrize("route", ["img", "markup"])
def test_an_address_without_end_is_refused(client: TestClient, route: str) -> None:
    got = client.get(f"/{route}/photo.jpg?v={'x' * MOST_QUERY_BYTES}")

    assert (got.status_code, got.json()["error"]) == (414, "TooLong")


def test_one_long_header_is_ignored(client: TestClient) -> None:
    got = client.get("/img/photo.jpg?w=50", headers={"Accept": "image/avif," * 2_000})

    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pictures_are_only_read(client: TestClient, method: str) -> None:
    got = client.request(method, "/img/photo.jpg")

    assert (got.status_code, got.headers["allow"]) == (405, "GET, HEAD")
    assert got.json() == {"error": "WrongMethod", "message": "this address takes only GET, HEAD"}


@pytest.mark.parametrize("address", ["/", "/images/photo.jpg", "/admin?x=1", "/upload"])
def test_what_is_nowhere_is_told_in_the_form_of_all_errors(
    client: TestClient, address: str
) -> None:
    got = client.get(address)

    assert (got.status_code, got.json()["error"]) == (404, "NoSuchAddress")
    assert "pictures are at /img/PATH" in got.json()["message"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "no-store"


def test_below_another_app_errors_have_the_same_form(settings: Settings) -> None:
    app = create_app(settings)
    mounted = Starlette(routes=[Mount("/pictures", app)])
    with TestClient(mounted) as client:
        ours, theirs = client.get("/pictures/none"), client.get("/none")

    assert ours.json()["error"] == "NoSuchAddress"
    assert "/pictures/img/PATH" in ours.json()["message"]
    assert theirs.text == "Not Found"


def test_no_other_origin_s_script_reads_answers_unless_told(client: TestClient) -> None:
    got = client.get("/img/photo.jpg?w=50", headers={"Origin": "https://evil.example"})

    assert "access-control-allow-origin" not in got.headers


def test_an_origin_that_was_named_may_read_answers(settings: Settings) -> None:
    app = create_app(settings.replace(origins=("https://good.example",)))
    with TestClient(app) as client:
        good = client.get("/healthz", headers={"Origin": "https://good.example"})
        evil = client.get("/healthz", headers={"Origin": "https://evil.example"})

    assert good.headers["access-control-allow-origin"] == "https://good.example"
    assert "access-control-allow-origin" not in evil.headers


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"images": "/nowhere"}, "images"),
        ({"workers": 0}, "workers"),
        ({"budget_ms": -1}, "budget_ms"),
        ({"give_up_s": 0.0}, "give_up_s"),
        ({"receive_s": 0.0}, "receive_s"),
        ({"max_side_px": 70_000}, "max_side_px"),
        ({"widths": (0,)}, "widths"),
        ({"aspects": ("1:1", "wide")}, "aspects"),
    ],
)
def test_settings_that_cannot_be_meant_are_named(
    settings: Settings, change: dict[str, object], path: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        settings.replace(**change)

    assert caught.value.path == path
