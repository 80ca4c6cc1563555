"""`eyebright crops`, and what `optimise` crops."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from eyebright.__main__ import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(data.chelsea()).save("cat.jpg", quality=92)  # 451 x 300
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main(["crops", "cat.jpg", "--no-models", "--json", *argv]) == 0
    return json.loads(capsys.readouterr().out)


def test_crops_of_each_shape_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "--aspect", "1:1", "--size", "200x150", "--n", "2")["crops"]

    assert list(found) == ["1:1", "200x150"]
    assert [len(ranked) for ranked in found.values()] == [2, 1]
    assert found["1:1"][0]["box"] == {"x": 75, "y": 0, "width": 300, "height": 300}


def test_a_kind_of_content_that_is_never_cropped_stays_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("--aspect", "1:1", "--slot", "16:9 200", "--content", "medical")
    found = told(capsys, *asked)

    assert [crop["strategy"] for crop in found["crops"]["1:1"]] == ["whole"]
    assert [slot["crop"]["strategy"] for slot in found["slots"]] == ["whole"]


MEDICAL = ("--content", "medical", "--no-models")


@pytest.mark.parametrize("told_as", [(), ("--json",), ("--save", "out")])
def test_why_nothing_is_cropped_is_told_once(
    told_as: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = ("--aspect", "1:1", "--aspect", "4:5", "--slot", "16:9 200")
    assert main(["crops", "cat.jpg", *shapes, *MEDICAL, *told_as]) == 0

    said = "eyebright: cat.jpg: The policy for medical allows no crops.\n"
    assert capsys.readouterr().err.count(said) == 1


def test_optimise_tells_why_it_did_not_crop(capsys: pytest.CaptureFixture[str]) -> None:
    Path("acme.toml").write_text('[brand]\nname = "Acme"\nforbid = ["crop"]\n')
    wishes = ["--crop", "100x100", "--policy", "acme.toml", "--no-models", "--formats", "webp"]

    assert main(["optimise", "cat.jpg", "-o", "out", *wishes]) == 0

    assert capsys.readouterr().err == "eyebright: cat.jpg: Acme allows no crops.\n"


def test_sizes_of_a_slot_that_stays_whole_are_one_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wishes = ["--slot", "4:5 40,80", "--save", "out", "--markup", "/i/{name}", *MEDICAL]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    (saved,) = Path("out").iterdir()
    out, err = capsys.readouterr()
    assert out.count(saved.name) == 1
    lines = err.splitlines()
    assert f"eyebright: cat.jpg: 4:5: {saved.name}: not cropped" in err
    assert len(lines) == len(set(lines))


def test_people_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crops", "cat.jpg", "--no-models", "--aspect", "1:1", "--context", "hero"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["cat.jpg", "  1:1"]
    assert lines[2].startswith("    1. 300 x 300 at 75, 0, centre, ")
    assert lines[2].endswith("The middle of the picture. editor must choose.")


def test_a_choice_is_remembered_and_used_again(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "--aspect", "1:1", "--box", "10,20,200,200", "--choices", "mine.json")

    again = told(capsys, "--aspect", "1:1", "--choices", "mine.json")["crops"]["1:1"][0]
    other = told(capsys, "--aspect", "3:1", "--choices", "mine.json")["crops"]["3:1"][0]

    assert again["box"] == {"x": 10, "y": 20, "width": 200, "height": 200}
    assert (other["strategy"], other["box"]["y"]) == ("user", 45)


def test_a_choice_holds_for_optimise_too(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "--aspect", "1:1", "--focal", "0,50", "--choices", "mine.json")

    wishes = ["--crop", "1:1", "--choices", "mine.json", "--formats", "webp", "--no-models"]
    assert main(["optimise", "cat.jpg", "-o", "out", "--json", *wishes]) == 0

    report = json.loads(capsys.readouterr().out)["results"][0]
    assert report["crop"] == {"x": 0, "y": 0, "width": 300, "height": 300}
    with Image.open("out/cat.webp") as made:
        assert made.size == (300, 300)


def test_crops_are_saved_to_the_pixel(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "--size", "100x150", "--n", "1", "--save", "out")

    (saved,) = Path("out").iterdir()
    assert saved.stem == "cat-100x150-1"
    with Image.open(saved) as made:
        assert made.size == (100, 150)


def test_what_is_smaller_than_asked_is_named_by_its_size_and_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wishes = ["--size", "900x600", "--n", "1", "--save", "out", "--no-models"]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    (saved,) = Path("out").iterdir()
    assert saved.stem == "cat-450x300-1"
    told = f"cat.jpg: 900x600: {saved.name}: 450 x 300 pixels of the 900 x 600 that are wanted\n"
    assert told in capsys.readouterr().err


def test_a_whole_picture_is_named_so_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "--aspect", "1:1", "--aspect", "4:5", "--n", "3", "--save", "out")

    whole = [saved.name for saved in Path("out").iterdir() if "whole" in saved.name]
    assert [name.split(".")[0] for name in whole] == ["cat-whole-451x300"]


def test_two_slots_of_one_shape_and_width_share_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    slots = ["--slot", "1:1 80 (max-width: 600px)", "--slot", "1:1 80"]
    wishes = [*slots, "--save", "out", "--markup", "/i/{name}", "--context", "hero", "--no-models"]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    saved = [path.name for path in Path("out").iterdir()]
    out, err = capsys.readouterr()
    assert sorted(saved) == ["cat-1by1-80.avif", "cat-1by1-80.jpg"]
    assert out.count("/i/cat-1by1-80.avif") == 2
    assert "cat.jpg: 1:1: cat-1by1-80.avif: editor must choose\n" in err


def test_widths_that_the_region_does_not_have_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wishes = ["--slot", "1:1 80,800,900", "--save", "out", "--no-models"]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    told = "cat.jpg: 1:1: 800, 900 pixels across are wanted, the region has 300\n"
    assert told in capsys.readouterr().err
    assert {saved.stem for saved in Path("out").iterdir()} == {"cat-1by1-80", "cat-1by1-300"}


def test_slots_become_a_picture_of_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    slots = ["--slot", "4:5 80 (max-width: 600px)", "--slot", "16:9 160"]
    wishes = [*slots, "--save", "out", "--markup", "/i/{name}", "--alt", "A cat", "--no-models"]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    html = capsys.readouterr().out
    assert '<source media="(max-width: 600px)"' in html
    assert 'width="80" height="100"' in html
    assert 'width="160" height="90" alt="A cat"' in html
    sizes = {}
    for saved in Path("out").iterdir():
        assert f"/i/{saved.name}" in html
        with Image.open(saved) as made:
            sizes[saved.stem] = made.size
    assert sizes == {"cat-4by5-80": (80, 100), "cat-16by9-160": (160, 90)}


def test_markup_has_a_jpeg_for_browsers_that_show_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    slots = ["--slot", "4:5 80 (max-width: 600px)", "--slot", "16:9 160"]
    wishes = [*slots, "--save", "out", "--markup", "/i/{name}", "--no-models"]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    html = capsys.readouterr().out
    assert '<img src="/i/cat-16by9-160.jpg"' in html
    types = re.findall(r'<source( media="[^"]+")? type="image/(\w+)"', html)
    media = ' media="(max-width: 600px)"'
    assert types == [(media, "avif"), (media, "jpeg"), ("", "avif")]


def test_markup_of_what_is_transparent_has_a_png(capsys: pytest.CaptureFixture[str]) -> None:
    half = Image.new("RGBA", (120, 90), (200, 30, 60, 0))
    half.paste((20, 120, 60, 255), (30, 10, 90, 80))
    half.save("half.png")
    wishes = ["--slot", "1:1 40", "--save", "out", "--markup", "/i/{name}", "--no-models"]
    assert main(["crops", "half.png", *wishes]) == 0

    assert '<img src="/i/half-1by1-40.png"' in capsys.readouterr().out


def test_slots_are_told_with_their_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    wishes = ["--slot", "4:5 80,40", "--slot", "1:1 (max-width: 9em)", "--no-models"]
    assert main(["crops", "cat.jpg", *wishes]) == 0

    out = capsys.readouterr().out
    assert "  4:5 otherwise: 40 x 50, 80 x 100\n" in out
    assert "  1:1 (max-width: 9em): 300 x 300\n" in out
    slot = told(capsys, "--slot", "4:5 80")["slots"][0]
    assert slot["sizes"] == [{"width": 80, "height": 100}]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "no shape is asked for; give --aspect 16:9"),
        (["--aspect", "1:0"], "aspect: '1:0' has a side that is not between 1 and"),
        (["--aspect", "1:1", "--n", "99"], "n: 99 is not between 1 and 12"),
        (["--aspect", "1:1", "--focal", "50"], "50 is no point; write it like 50,33.3"),
        (
            ["--aspect", "1:1", "--focal", "101,0"],
            "--focal: 101,0 is beside the picture",
        ),
        (["--aspect", "1:1", "--box", "1,2,3"], "1,2,3 is no region; write it like"),
        (["--aspect", "1:1", "--box", "0,0,900,9"], "box: does not lie inside the picture"),
        (["--aspect", "1:1", "--choices", "cat.jpg"], "--choices cat.jpg: this is no JSON"),
        (["--aspect", "1:1", "--choices", "."], "--choices .: Is a directory"),
        (["--aspect", "1:1", "--choices", "list.json"], "--choices list.json: expected an object"),
        (["--slot", "4:5 80,x"], "'4:5 80,x' is no slot; write it like"),
        (["--slot", "4:5", "--markup", "/{name}"], "--markup is of the files of --slot"),
        (["--slot", "4:5", "--save", "o", "--markup", "/"], "--markup: write the address like"),
    ],
)
def test_wrong_use_says_what_to_write(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("list.json").write_text("[]")

    with pytest.raises(SystemExit) as stopped:
        main(["crops", "cat.jpg", "--no-models", *argv])

    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_choices_that_cannot_be_written_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        told(capsys, "--aspect", "1:1", "--focal", "1,1", "--choices", "none/mine.json")

    assert "--choices none/mine.json: No such file or directory" in capsys.readouterr().err


def test_an_existing_file_is_not_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "--size", "80x80", "--n", "1", "--save", "out")

    again = ["crops", "cat.jpg", "--no-models", "--size", "80x80", "--n", "1", "--save", "out"]
    assert main(again) == 1
    assert "exists already; use --force" in capsys.readouterr().err
    assert main([*again, "--force"]) == 0


def test_what_is_no_picture_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("text.jpg").write_text("no picture")

    assert main(["crops", "text.jpg", "--aspect", "1:1"]) == 1
    assert "eyebright: text.jpg: " in capsys.readouterr().err


def test_why_an_animation_stays_whole_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    frames = [Image.fromarray(data.chelsea()[:60, shift : shift + 90]) for shift in (0, 9)]
    frames[0].save("film.avif", save_all=True, append_images=frames[1:])

    assert main(["crops", "film.avif", "--size", "40x40", "--save", "out", "--no-models"]) == 0

    said = "film.avif: 40x40: film-whole-90x60.avif: "
    err = capsys.readouterr().err
    assert f"{said}not cropped, the whole picture, 90 x 60 pixels\n" in err
    assert f"{said}It is animated, and animated avif is not made anew here." in err


def test_that_text_keeps_a_picture_larger_than_its_slot_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = Image.new("RGB", (640, 360), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(16)
    for y in range(10, 340, 24):
        draw.text((10, y), "The quick brown fox jumps over the lazy dog, again and again", 0, font)
    page.save("page.gif", save_all=True, append_images=[page.rotate(180)])

    assert main(["crops", "page.gif", "--slot", "1:1 100", "--save", "out"]) == 0

    said = "page.gif: 1:1: page-whole-640x360.webp: "
    err = capsys.readouterr().err
    assert f"{said}not cropped, the whole picture, 640 x 360 pixels\n" in err
    assert re.search(f"{said}Text of .* hard to read. So it is made larger, 640 x 360 pixels", err)
