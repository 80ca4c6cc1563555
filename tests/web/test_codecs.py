"""The codecs' own files say truly which packages and files they are made of."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from eyebright.values import FORMATS

ROOT = Path(__file__).resolve().parents[2]
CODECS = ROOT / "web" / "codecs"


def source(name: str) -> str:
    return (CODECS / f"{name}.js").read_text("utf-8")


def vendored() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((ROOT / "build" / "vendor.toml").read_text())["file"]
    return [row for row in rows if str(row.get("site", "")).startswith("codecs/")]


def test_every_format_has_a_codec_of_its_name() -> None:
    named = {name: re.search(r'format: "(\w+)"', source(name)) for name in FORMATS}

    assert {name: found and found[1] for name, found in named.items()} == dict(
        zip(FORMATS, FORMATS, strict=True)
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_codec_names_the_package_that_is_built_in(name: str) -> None:
    found = re.search(r"\((@jsquash/\w+) ([\d.]+)\)", source(name))

    assert found
    assert f"npm:{found[1]}@{found[2]}" in {s for row in vendored() for s in row["sources"]}


@pytest.mark.parametrize("name", FORMATS)
def test_the_files_of_a_codec_are_in_the_site(name: str) -> None:
    wanted = re.findall(r'^ +"(\w+/codec/[\w./]+)",$', source(name), re.MULTILINE)
    wanted += [
        path
        for line in re.findall(r"files: \[(.+)\]", source(name))
        for path in re.findall(r'"([^"]+)"', line)
    ]
    patterns = [
        f"{str(row['site']).removeprefix('codecs/')}/{member}"
        for row in vendored()
        for member in row["members"]
    ]

    assert wanted
    assert [path for path in wanted if not any(fnmatchcase(path, p) for p in patterns)] == []
