"""Policy files and records on the command line, and the markup of a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as samples

from eyebright.__main__ import main
from eyebright.policy import load_policies, read_record, verify_record

HOUSE = """
[content.food]
extends = "product"
target = 82
[contexts]
banner = "designer"
"""

ACME = """
[brand]
name = "Acme"
formats = ["webp", "png"]
max_width = 90
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo, its facts, and two policy files, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(samples.coffee()[::3, ::3]).save("cup.png")
    Path("house.toml").write_text(HOUSE, encoding="utf-8")
    Path("acme.toml").write_text(ACME, encoding="utf-8")


def facts(capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["analyse", "cup.png", "--json"]) == 0
    Path("facts.json").write_text(capsys.readouterr().out, encoding="utf-8")
    return ["--facts", "facts.json"]


def test_policy_files_lie_over_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--policy", "house.toml", "--policy", "acme.toml", "--content", "food", "--json"]

    assert main(["optimise", "cup.png", "-o", "out", "--context", "banner", *options]) == 0

    report = json.loads(capsys.readouterr().out)["results"][0]
    assert (report["content"], report["target"], report["width"]) == ("food", 82, 90)
    assert report["format"] in {"webp", "png"}
    assert "review-context" in {reason["code"] for reason in report["reasons"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[content.food]\nflour = 3\n",
            "bad.toml: content.food.flour: unknown key; known keys are",
        ),
        ("[brand]\ntarget = nan\n", "bad.toml: brand.target: expected a finite number, got nan"),
        ("[brand]\nmax_width = -4\n", "bad.toml: brand.max_width: -4 is not a positive number"),
        ("[brand\n", "bad.toml: the policy file is not valid TOML"),
        ("a = " + "[" * 9000, "bad.toml: the policy file is nested without end"),
        ("[brand]\nname = 'B'\n", "bad.toml: brand: an earlier file has a brand already"),
    ],
)
def test_a_mistake_in_a_policy_file_names_the_file_and_the_key(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.toml").write_text(text, encoding="utf-8")
    options = ["--policy", "acme.toml", "--policy", "bad.toml"]

    with pytest.raises(SystemExit) as exit_info:
        main(["optimise", "cup.png", "-o", "out", *options])

    assert exit_info.value.code == 2
    assert f"--policy {message}" in capsys.readouterr().err


def test_a_policy_file_that_is_no_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SystemExit):
        main(["decide", "--facts", "none.json", "--policy", "bad.toml"])

    assert "--policy bad.toml: it is no text" in capsys.readouterr().err


def test_decide_takes_policy_files(capsys: pytest.CaptureFixture[str]) -> None:
    Path("goal.json").write_text('{"content": "food"}', encoding="utf-8")
    options = [*facts(capsys), "--goal", "goal.json", "--policy", "house.toml", "--json"]

    assert main(["decide", *options]) == 0

    made = read_record(capsys.readouterr().out)
    assert made.plan.target == 82
    assert made.versions["policy"] == made.plan.policy_version


def test_a_record_lies_beside_its_result_and_can_be_verified() -> None:
    options = ["--record", "--policy", "house.toml", "--formats", "webp"]

    assert main(["optimise", "cup.png", "-o", "out", *options]) == 0

    made = read_record(Path("out/cup.webp.json").read_text(encoding="utf-8"))
    found = verify_record(made, made.facts, made.goal, made.capabilities, load_policies(HOUSE))
    assert found.same
    assert made.versions["encoders"].keys() == {"webp"}


def test_a_record_comes_from_the_cache_and_for_duplicates_too() -> None:
    Path("twin.png").write_bytes(Path("cup.png").read_bytes())
    options = ["-o", "out", "--formats", "webp", "--record", "--cache", "kept", "--force"]

    assert main(["optimise", "cup.png", "twin.png", *options]) == 0
    first = Path("out/cup.webp.json").read_bytes()
    Path("out/cup.webp.json").unlink()
    assert main(["optimise", "cup.png", *options]) == 0

    assert first == Path("out/cup.webp.json").read_bytes()
    assert first == Path("out/twin.webp.json").read_bytes()


def test_another_policy_file_does_not_get_the_cached_result(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["-o", "out", "--formats", "webp", "--cache", "kept", "--force", "--json"]
    assert main(["optimise", "cup.png", *options]) == 0
    capsys.readouterr()

    assert main(["optimise", "cup.png", *options, "--policy", "acme.toml"]) == 0

    assert json.loads(capsys.readouterr().out)["results"][0]["width"] == 90


def test_an_existing_record_is_kept_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out").mkdir()
    Path("out/cup.webp.json").write_text("mine", encoding="utf-8")
    options = ["--record", "--formats", "webp"]

    assert main(["optimise", "cup.png", "-o", "out", *options]) == 1

    assert "cup.webp.json exists already; use --force" in capsys.readouterr().err
    assert Path("out/cup.webp.json").read_text(encoding="utf-8") == "mine"
    assert not Path("out/cup.webp").exists()


def test_the_markup_names_every_file_of_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    goal = {"layout_widths": [60], "placeholder": "dominant", "formats": ["webp", "jpeg"]}
    Path("goal.json").write_text(json.dumps(goal), encoding="utf-8")
    options = [*facts(capsys), "--goal", "goal.json", "--alt", "A cup"]

    assert main(["decide", *options, "--markup", "/cup-{width}.{ext}"]) == 0

    dominant = json.loads(Path("facts.json").read_text(encoding="utf-8"))["dominant_rgb"]
    colour = "#{:02x}{:02x}{:02x}".format(*dominant)
    expected = (
        '<picture><source type="image/webp" srcset="/cup-60.webp 60w, /cup-120.webp 120w" '
        'sizes="60px"><img src="/cup-120.jpg" srcset="/cup-60.jpg 60w, /cup-120.jpg 120w" '
        'sizes="60px" width="120" height="80" alt="A cup" loading="lazy" decoding="async" '
        f'style="background:{colour}"></picture>\n'
    )
    assert expected == capsys.readouterr().out


def test_the_markup_shows_the_tiny_picture(capsys: pytest.CaptureFixture[str]) -> None:
    Path("goal.json").write_text('{"placeholder": "lqip"}', encoding="utf-8")
    options = [*facts(capsys), "--goal", "goal.json", "--markup", "/cup.{format}"]

    assert main(["decide", *options, "--lqip", "/tiny.webp"]) == 0

    assert "url(&quot;/tiny.webp&quot;) center/cover" in capsys.readouterr().out


def test_no_tiny_picture_is_put_behind_what_is_seen_through(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Image.new("RGBA", (40, 30), (200, 30, 60, 90)).save("clear.png")
    assert main(["analyse", "clear.png", "--json", "--no-models"]) == 0
    Path("facts.json").write_text(capsys.readouterr().out, encoding="utf-8")
    Path("goal.json").write_text('{"placeholder": "lqip"}', encoding="utf-8")
    options = ["--facts", "facts.json", "--goal", "goal.json", "--markup", "/cup.{format}"]

    assert main(["decide", *options, "--lqip", "/tiny.webp"]) == 0

    out, err = capsys.readouterr()
    assert '<img src="/cup.' in out
    assert "style=" not in out
    assert err == "eyebright: --lqip: A placeholder would be seen through it, so it gets none.\n"


def test_markup_for_a_file_that_no_page_shows_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = {"format": "tiff", "width": 9, "height": 9, "size_bytes": 9, "sha256": ""}
    Path("facts.json").write_text(json.dumps({**given, "frames": 3}), encoding="utf-8")

    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "facts.json", "--markup", "/x.{ext}"])

    assert "facts.json: renditions[0].format: unknown 'tiff'" in capsys.readouterr().err
