"""From a form to the server and back: README's form, a real upload, and three formats of it."""

from __future__ import annotations

import contextlib
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from helpers import judge
from helpers.element import choose, expect_state
from PIL import Image
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from visits import DONE_MS, payload, photo

from eyebright.server import Settings, create_app
from serve import LOOPBACK, POLICY

README = Path(__file__).resolve().parents[1] / "README.md"

FORMATS = ("avif", "webp", "jpeg")

FETCHED = """async ([path, accept]) => {
  const answer = await fetch(path, { headers: { Accept: accept } });
  const blob = await answer.blob();
  const { width, height } = await createImageBitmap(blob);
  return { status: answer.status, mime: answer.headers.get("content-type"),
    vary: answer.headers.get("vary"), bytes: blob.size, width, height };
}"""


@pytest.fixture(scope="module")
def address(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """README's form beside the site and the server of pictures, which keeps and serves uploads."""
    folder = tmp_path_factory.mktemp("pictures")
    settings = Settings(
        images=str(folder),
        uploads=str(folder),
        cache=str(folder / ".cache"),
        workers=1,
        models=False,
        budget_ms=DONE_MS,
    )
    pictures = create_app(settings)
    routes = [
        Route("/form.html", form),
        Mount("/pictures", pictures),
        Mount("/", StaticFiles(directory=built_site)),
    ]
    app = Starlette(routes=routes, lifespan=pictures.router.lifespan_context)
    with served(app) as address:
        yield address


def form(_request: Request) -> HTMLResponse:
    (block,) = re.findall(r"```html\n(<!-- form\.html.*?)```", README.read_text("utf-8"), re.DOTALL)
    policy = POLICY.replace("form-action 'none'", "form-action 'self'")
    return HTMLResponse(
        f"<!doctype html><title>Form</title>{block}", headers={"Content-Security-Policy": policy}
    )


@contextlib.contextmanager
def served(app: Starlette) -> Iterator[str]:
    config = uvicorn.Config(app, host=LOOPBACK, port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive(), "the server did not start"
    ((socket,),) = (running.sockets for running in server.servers)
    try:
        yield f"http://{LOOPBACK}:{socket.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


def sent(page: Page) -> dict[str, Any]:
    """Submit the form; the server's answer, which is the next page."""
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/pictures/upload", timeout=DONE_MS)
    answer: dict[str, Any] = json.loads(page.locator("body").inner_text())
    return answer


def comes_back_in_three_formats(page: Page, address: str, answer: dict[str, Any]) -> None:
    """By Accept alone; each shown by this browser, and each as the original looks."""
    page.goto(f"{address}form.html")
    path = f"/pictures/img/{answer['kept']['name']}"
    for name in FORMATS:
        got = page.evaluate(FETCHED, [path, f"image/{name},*/*;q=0.1"])

        assert (got["status"], got["mime"]) == (200, f"image/{name}")
        assert (got["width"], got["height"]) == (256, 256)
        assert "Accept" in got["vary"]
        assert 0 < got["bytes"] < len(photo("me.jpg")["buffer"])


def test_a_form_sends_the_smaller_file_and_the_server_finds_its_record_right(
    page: Page, address: str
) -> None:
    page.goto(f"{address}form.html")
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    answer = sent(page)

    assert answer["checked"]["accepted"], answer
    assert answer["checked"]["rests_on"] == "record"
    assert answer["verification"]["same"]
    assert answer["verification"]["differences"] == []
    assert answer["kept"]["format"] == "avif"
    assert answer["report"] is None
    comes_back_in_three_formats(page, address, answer)

    original = photo("me.jpg")["buffer"]
    kept = page.request.get(f"{address}pictures/img/{answer['kept']['name']}").body()
    assert Image.open(io.BytesIO(kept)).size == (256, 256)
    assert judge.score(original, kept) >= 60  # made smaller twice


def test_without_javascript_the_server_makes_it_smaller(
    browser: Browser, page: Page, address: str
) -> None:
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{address}form.html")
    plain.locator("input[type=file]").set_input_files([photo("me.jpg")])
    answer = sent(plain)
    plain.close()

    assert answer["checked"]["why_not"] == "no-record"
    assert answer["report"]["bytes"] < len(photo("me.jpg")["buffer"])
    comes_back_in_three_formats(page, address, answer)


def test_with_the_engine_blocked_the_server_makes_it_smaller(page: Page, address: str) -> None:
    page.route("**/engine.worker.js", lambda route: route.abort())
    page.goto(f"{address}form.html")
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    answer = sent(page)

    assert answer["checked"]["why_not"] == "no-record"
    assert answer["fallback"] == "engine"
    assert answer["report"]["bytes"] < len(photo("me.jpg")["buffer"])
    comes_back_in_three_formats(page, address, answer)


def test_what_is_no_picture_never_leaves_the_form(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.goto(f"{address}form.html")
    choose(page, payload("notes.jpg", b"These are words."))
    expect_state(page, "failed")
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("eyebright-input").get_by_text("This is not a picture").first.wait_for()

    assert page.url == f"{address}form.html"
    assert "POST" not in asked
