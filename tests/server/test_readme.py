"""README's five minutes with FastAPI and with Django: their pages as ever, pictures negotiated."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"

PROJECT = {
    "__init__.py": "",
    "settings.py": """
from pathlib import Path

SECRET_KEY = "only for this test"
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = []
ROOT_URLCONF = "project.urls"
MEDIA_ROOT = str(Path(__file__).parent / "media")
MEDIA_URL = "/pictures/img/"
""",
    "urls.py": """
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("page", lambda _request: HttpResponse(default_storage.url("photo.jpg")))]
""",
}
"""A project of one page, which tells the address of a picture in Django's own storage."""

LIMIT_S = 300
"""Of a program, on a busy machine."""

FINAL = """
import time


def final(client, address):
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:  # a busy machine sends quick ones first
        got = client.get(address, headers={"Accept": "image/avif,*/*"})
        if not got.headers["cache-control"].startswith("no-cache"):
            return got
        time.sleep(0.1)
    raise TimeoutError(f"{address}: only passing answers came, the last: {got.headers}")
"""

VISIT_DJANGO = """
from starlette.testclient import TestClient
from project.asgi import application

with TestClient(application) as client:
    address = client.get("/page").text
    picture = final(client, address)
print(address, picture.status_code, picture.headers["content-type"])
"""

VISIT_FASTAPI = """
import json
import re
from pathlib import Path
from starlette.testclient import TestClient
from shop import app

with TestClient(app) as client:
    page = client.get("/").text
    pictures = [final(client, address) for address in re.findall('src="([^"]*)"', page)]
    action = re.search('action="([^"]*)"', page)[1]
    field = re.search('file" name="([^"]*)"', page)[1]
    sent = client.post(action, files={field: Path("photos/shoe.jpg").read_bytes()}).json()
    text = client.get("/static/notes.txt").text
seen = [[p.status_code, p.headers["content-type"]] for p in pictures]
print(json.dumps([seen, Path("uploads", sent["kept"]["name"]).stat().st_size, text]))
"""


def block(name: str) -> str:
    """README's block of code whose first line names this file."""
    pattern = rf"```python\n(# {re.escape(name)}\n.*?)```"
    (found,) = re.findall(pattern, README.read_text("utf-8"), re.DOTALL)
    return str(found)


def run(program: str, folder: Path) -> str:
    """What it prints, run by itself in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", FINAL + program],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_fastapi_app_serves_pictures_negotiated_and_takes_uploads(
    folder: Path, tmp_path: Path
) -> None:
    photo = (folder / "photo.jpg").read_bytes()
    for name, data in (("photos/shoe.jpg", photo), ("static/logo.png", photo)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(data)
    (tmp_path / "static/notes.txt").write_text("no picture")
    (tmp_path / "shop.py").write_text(block("shop.py"))

    seen, kept_bytes, text = json.loads(run(VISIT_FASTAPI, tmp_path))

    assert seen == [[200, "image/avif"], [200, "image/avif"]]
    assert 0 < kept_bytes < len(photo)
    assert text == "no picture"


def test_a_django_project_serves_its_media_negotiated(folder: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "media").mkdir(parents=True)
    (project / "media" / "photo.jpg").write_bytes((folder / "photo.jpg").read_bytes())
    for name, text in {**PROJECT, "asgi.py": block("asgi.py")}.items():
        (project / name).write_text(text)

    assert run(VISIT_DJANGO, tmp_path) == "/pictures/img/photo.jpg 200 image/avif\n"
