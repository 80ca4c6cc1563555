"""What `eyebright decide` takes and refuses, beside its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eyebright.__main__ import main
from eyebright.policy import read_record
from eyebright.values import Facts

FACTS = Facts(format="jpeg", width=2000, height=1000, size_bytes=2_000_000, sha256="0" * 64)
DECIDE = ("decide", "--facts", "facts.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text(json.dumps(FACTS.to_dict()), encoding="utf-8")
    goal = {"layout_widths": [200, 400], "formats": ["webp", "jpeg"]}
    Path("goal.json").write_text(json.dumps(goal), encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--markup", ""], "--markup: the address is empty; write it like photo-{width}.{ext}"),
        (
            ["--markup", "p-{foo}.{ext}"],
            "--markup: {foo} stands for nothing; use {width}, {height}, {format}, {ext}",
        ),
        (["--markup", "p-{width.webp"], "--markup: a brace in p-{width.webp is without its other"),
        (["--markup", "p-{width}}.webp"], "--markup: a brace in p-{width}}.webp is without"),
        (
            ["--markup", "p-{width}.{ext}", "--json"],
            "--markup prints HTML and --json a record; give one of the two",
        ),
        (
            ["--markup", "p.{ext}", "--goal", "goal.json"],
            "--markup: p.webp would be the address of two files; put {width} into it",
        ),
        (
            ["--markup", "p-{width}", "--goal", "goal.json"],
            "would be the address of two files; put {ext} into it",
        ),
        (
            ["--markup", "p-{width}.{ext}", "--lqip", "tiny.webp"],
            '--lqip: the goal asks for no tiny picture; give it "placeholder": "lqip"',
        ),
        (["--alt", "A cup"], "--alt needs --markup"),
        (["--lqip", "tiny.webp"], "--lqip needs --markup"),
    ],
)
def test_markup_that_cannot_be_meant_is_wrong_use(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*DECIDE, *options])

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


@pytest.mark.parametrize(
    ("goal", "purpose", "width"),
    [
        (None, "serve", 320),
        ({"target": 70}, "serve", 320),
        ({"purpose": "convert"}, "convert", 2000),
    ],
)
def test_with_headers_it_is_served_unless_the_goal_says_otherwise(
    goal: object, purpose: str, width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("h.txt").write_text("Accept: image/webp\nSec-CH-Width: 320\n", encoding="utf-8")
    options = ["--headers", "h.txt", "--json"]
    if goal is not None:
        Path("goal.json").write_text(json.dumps(goal), encoding="utf-8")
        options += ["--goal", "goal.json"]

    assert main([*DECIDE, *options]) == 0

    made = read_record(capsys.readouterr().out)
    assert (made.goal.purpose, made.plan.width) == (purpose, width)


def test_a_goal_that_is_no_object_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("goal.json").write_text("[1]", encoding="utf-8")

    with pytest.raises(SystemExit, match="2"):
        main([*DECIDE, "--goal", "goal.json"])

    assert "goal.json: expected an object, got list" in capsys.readouterr().err


def test_a_photo_s_png_hides_no_smaller_jpeg(capsys: pytest.CaptureFixture[str]) -> None:
    facts = FACTS.replace(format="png", width=600, height=400, size_bytes=420_614)
    Path("facts.json").write_text(json.dumps(facts.to_dict()), encoding="utf-8")
    Path("headers.txt").write_text("Accept: image/webp,*/*\n", encoding="utf-8")

    assert main([*DECIDE, "--headers", "headers.txt", "--markup", "p-{width}.{ext}"]) == 0

    assert capsys.readouterr().out.startswith(
        '<picture><source type="image/webp" srcset="p-600.webp 600w" sizes="100vw">'
        '<img src="p-600.jpg"'
    )
