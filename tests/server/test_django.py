"""README's asgi.py for Django: its pages by Django, its pictures negotiated."""

from __future__ import annotations

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

VISIT = """
from starlette.testclient import TestClient
from project.asgi import application

with TestClient(application) as client:
    address = client.get("/page").text
    picture = client.get(address, headers={"Accept": "image/avif,*/*"})
print(address, picture.status_code, picture.headers["content-type"])
"""


def test_a_django_project_serves_its_media_negotiated(folder: Path, tmp_path: Path) -> None:
    (asgi,) = re.findall(r"```python\n(# asgi\.py\n.*?)```", README.read_text("utf-8"), re.DOTALL)
    project = tmp_path / "project"
    (project / "media").mkdir(parents=True)
    (project / "media" / "photo.jpg").write_bytes((folder / "photo.jpg").read_bytes())
    for name, text in {**PROJECT, "asgi.py": asgi}.items():
        (project / name).write_text(text)

    done = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "/pictures/img/photo.jpg 200 image/avif\n", done.stderr
