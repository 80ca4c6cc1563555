"""The command line as its users meet it: through main(argv), and a few times as a process."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data as pictures

from eyebright import Capabilities, Facts, Goal
from eyebright.__main__ import main
from eyebright.analyse import registry
from eyebright.cli.failures import printable
from eyebright.cli.optimise import percent, size
from eyebright.errors import UnsupportedFormat
from eyebright.metrics import METRICS, ssimulacra2
from eyebright.policy import decide, read_record

ASTRONAUT = pictures.astronaut()[60:220, 140:340]
QUICK = ("--formats", "webp,jpeg")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no /proc, which takes no files")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def photo(path: str, *, quality: int = 97) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(ASTRONAUT).save(file, quality=quality)
    return file


def pixels(path: Path | str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_a_photo_becomes_smaller_and_looks_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    source = photo("a.jpg")

    assert main(["optimise", "a.jpg", "-o", "out", "--formats", "avif", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["results"]
    result = Path(report["output"])
    assert result == Path("out/a.avif")
    assert result.stat().st_size == report["bytes"] < source.stat().st_size
    assert (report["path"], report["format"], report["width"]) == ("a.jpg", "avif", 200)
    assert ssimulacra2(pixels(source), pixels(result)) >= report["target"] - 0.5


def test_one_line_tells_what_became_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    source = photo("a.jpg")

    assert main(["optimise", "a.jpg", "-o", "out", *QUICK]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    after = Path("out/a.webp").stat().st_size
    assert line.startswith(f"a.jpg: {size(source.stat().st_size)} -> {size(after)} (-")
    assert "webp 200x160, score 7" in line
    assert "webp reached" in line


def test_the_metadata_option_decides_what_goes_into_the_file() -> None:
    source = photo("a.jpg")
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "Some Camera", "(c) Ann"
    with Image.open(source) as image:
        image.save(source, quality=97, exif=exif)

    for mode in ("rights", "all", "none"):
        main(["optimise", "a.jpg", "-o", mode, *QUICK, "--metadata", mode, "--mark-edited"])

    written = {mode: Path(mode, "a.webp").read_bytes() for mode in ("rights", "all", "none")}
    assert [b"(c) Ann" in data for data in written.values()] == [True, True, False]
    assert [b"Some Camera" in data for data in written.values()] == [False, True, False]
    assert all(b"algorithmicallyEnhanced" in data for data in written.values())


def test_lost_credentials_are_told_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    source = photo("a.jpg")
    manifest = b"JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x20jumb\x00\x00\x00\x18jumdc2pa"
    data = source.read_bytes()
    source.write_bytes(data[:2] + b"\xff\xeb\x00\x20" + manifest.ljust(30, b"\x00") + data[2:])

    main(["optimise", "a.jpg", "-o", "out", *QUICK])
    main(["optimise", "a.jpg", "-o", "kept", *QUICK, "--keep-provenance"])

    lost, kept = capsys.readouterr().out.splitlines()
    assert "content credentials (C2PA) are not in the new file" in lost
    assert "so the original is kept" in kept
    assert Path("kept/a.jpg").read_bytes() == source.read_bytes()


def test_many_files_end_with_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    photo("in/a.jpg")
    photo("in/b.jpg", quality=90)

    assert main(["optimise", "in", "-o", "out", *QUICK]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "a.jpg",
        "b.jpg",
        "in/b.jpg looks the same as in/a.jpg.",
        "Total",
    ]
    assert lines[-1].startswith("Total: 2 files, ")


def test_what_cannot_be_beaten_is_copied_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    source = photo("a.jpg", quality=8)

    assert main(["optimise", "a.jpg", "-o", "out", "--target", "95", *QUICK]) == 0
    assert Path("out/a.jpg").read_bytes() == source.read_bytes()
    assert "so the original is kept" in capsys.readouterr().out


def test_all_options_reach_the_goal(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.jpg")
    options = ["--target", "60", "--content", "general", "--max-width", "100", "--max-height", "90"]

    argv = ["optimise", "a.jpg", "-o", "out", *options, "--formats", "jpeg", "--json"]
    assert main([*argv, "--max-bytes", "9000"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["results"]
    assert (report["width"], report["height"]) == (100, 80)
    assert (report["target"], report["content"], report["format"]) == (60.0, "general", "jpeg")
    assert report["bytes"] <= 9000
    assert pixels("out/a.jpg").shape == (80, 100, 3)


def bad_inputs() -> list[str]:
    whole = photo("good.jpg").read_bytes()
    Path("cut.jpg").write_bytes(whole[: len(whole) // 2])
    Path("empty.png").write_bytes(b"")
    Path("text.webp").write_text("Dear Sir or Madam", encoding="utf-8")
    Path("folder.d").mkdir()
    Path("layers.psd").write_bytes(b"8BPS\0\1" + bytes(20))
    return ["missing.jpg", "cut.jpg", "good.jpg", "empty.png", "text.webp", "layers.psd"]


def test_bad_inputs_get_one_line_each_and_the_others_are_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["optimise", *bad_inputs(), "-o", "out", *QUICK]) == 1
    out, err = capsys.readouterr()
    starts = [line.split(": ")[:2] for line in err.splitlines()]
    assert starts == [
        ["eyebright", name]
        for name in ("missing.jpg", "cut.jpg", "empty.png", "text.webp", "layers.psd")
    ]
    assert "Traceback" not in err
    assert out.splitlines()[-1].endswith("5 failed")
    assert [path.name for path in Path("out").iterdir()] == ["good.webp"]


def test_json_names_the_kind_of_every_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["optimise", *bad_inputs(), "-o", "out", "--json", *QUICK]) == 1
    document = json.loads(capsys.readouterr().out)
    assert {error["path"]: error["kind"] for error in document["errors"]} == {
        "missing.jpg": "FileNotFoundError",
        "cut.jpg": "CorruptImage",
        "empty.png": "CorruptImage",
        "text.webp": UnsupportedFormat.__name__,
        "layers.psd": UnsupportedFormat.__name__,
    }
    assert [result["path"] for result in document["results"]] == ["good.jpg"]


def test_an_existing_result_is_kept_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.jpg")
    old = photo("out/a.webp")
    before = old.read_bytes()

    assert main(["optimise", "a.jpg", "-o", "out", *QUICK]) == 1
    assert "out/a.webp exists already; use --force" in capsys.readouterr().err
    assert old.read_bytes() == before
    assert main(["optimise", "a.jpg", "-o", "out", "--force", *QUICK]) == 0
    assert old.read_bytes() != before


def test_the_input_is_never_overwritten_even_by_force(capsys: pytest.CaptureFixture[str]) -> None:
    source = photo("a.jpg")
    before = source.read_bytes()

    assert main(["optimise", "a.jpg", "-o", ".", "--formats", "jpeg", "--force"]) == 1
    assert "never overwritten" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_same_names_from_two_places_do_not_collide_silently(
    capsys: pytest.CaptureFixture[str],
) -> None:
    photo("x/a.jpg")
    photo("y/a.jpg", quality=80)

    assert main(["optimise", "x/a.jpg", "y/a.jpg", "-o", "out", *QUICK]) == 1
    assert capsys.readouterr().err.startswith(
        "eyebright: y/a.jpg: its result would have the name of that of x/a.jpg"
    )
    assert [path.name for path in Path("out").iterdir()] == ["a.webp"]


def test_an_unusable_file_reserves_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    whole = photo("y/a.jpg").read_bytes()
    Path("x").mkdir()
    Path("x/a.jpg").write_bytes(whole[:20])

    assert main(["optimise", "x/a.jpg", "gone/a.jpg", "y/a.jpg", "-o", "out", *QUICK]) == 1
    assert "would have the name" not in capsys.readouterr().err
    assert [path.name for path in Path("out").iterdir()] == ["a.webp"]


def test_a_kept_size_and_the_reviewer_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.jpg")

    argv = ["optimise", "a.jpg", "-o", "out", "--content", "legal", "--max-width", "50"]
    assert main(argv) == 0
    line = capsys.readouterr().out
    assert "the size is kept although a smaller one was asked for." in line
    assert "It is legal content, so somebody (" in line


def test_what_a_policy_file_makes_of_a_place_and_a_width_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    photo("a.jpg")
    rules = '[brand]\nname = "Acme"\nmax_width = 100\n[contexts]\nbanner = "designer"\n'
    Path("acme.toml").write_text(rules, encoding="utf-8")

    argv = ["optimise", "a.jpg", "-o", "out", "--policy", "acme.toml", "--context", "banner"]
    assert main([*argv, "--max-width", "150", *QUICK]) == 0
    line = capsys.readouterr().out
    assert "Scale from 200 x 160 to 100 x 80 pixels, as the brand wants." in line
    assert line.endswith("It stands as banner, so somebody (designer) must look at it.\n")


def test_pictures_that_are_left_out_are_told_in_the_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    picture = Image.fromarray(ASTRONAUT)
    picture.save("a.mpo", quality=97, save_all=True, append_images=[picture])

    assert main(["optimise", "a.mpo", "-o", "out", *QUICK]) == 0
    assert "The file holds 2 pictures; only the first was taken." in capsys.readouterr().out


def test_formats_may_be_called_as_people_call_them() -> None:
    photo("a.jpg")

    assert main(["optimise", "a.jpg", "-o", "out", "--formats", "JPG"]) == 0
    assert [path.name for path in Path("out").iterdir()] == ["a.jpg"]


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("file", "it is a file"),
        ("file/out", "Not a directory"),
        pytest.param("/proc/out", "No such file or directory", marks=ON_LINUX),
        pytest.param("/proc", "No such file or directory", marks=ON_LINUX),
    ],
)
def test_a_folder_that_takes_no_files_is_told_once(
    output: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    photo("a.jpg")
    photo("b.jpg")
    Path("file").write_text("in the way", encoding="utf-8")

    with pytest.raises(SystemExit, match="2"):
        main(["optimise", "a.jpg", "b.jpg", "-o", output, *QUICK])

    assert capsys.readouterr().err == (
        f"eyebright: -o {output}: {why}; give a folder that files can be written to\n"
    )


def test_a_surprise_in_one_file_does_not_stop_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo("a.jpg")
    photo("b.jpg")
    from eyebright.cli import batch as module  # noqa: PLC0415 - to break it for this test

    real = module.optimise

    async def fail_on_a(data: bytes, goal: Goal, **options: Any) -> Any:
        if options["name"] == "a.jpg":
            raise ZeroDivisionError("surprise\nin two lines")
        return await real(data, goal, **options)

    monkeypatch.setattr(module, "optimise", fail_on_a)

    assert main(["optimise", "a.jpg", "b.jpg", "-o", "out", *QUICK]) == 1
    assert capsys.readouterr().err == (
        "eyebright: a.jpg: unexpected ZeroDivisionError: surprise in two lines; "
        "please report this\n"
    )
    assert Path("out/b.webp").exists()


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "required: COMMAND"),
        (["optimise", "a.jpg"], "-o/--output"),
        (["optimise", "-o", "out"], "IN"),
        (["optimise", "a.jpg", "-o", "out", "--target", "101"], "--target: 101.0 is not between"),
        (["optimise", "a.jpg", "-o", "out", "--target", "nan"], "--target"),
        (["optimise", "a.jpg", "-o", "out", "--max-width", "0"], "--max-width: 0 is not a pos"),
        (["optimise", "a.jpg", "-o", "out", "--formats", "gif"], "--formats: unknown 'gif'"),
        (["optimise", "a.jpg", "-o", "out", "--formats", ","], "--formats: the list is empty"),
        (
            ["optimise", "a.jpg", "-o", "out", "--content", "cat"],
            "--content: unknown 'cat'; use one of",
        ),
        (["optimise", "a.jpg", "-o", "out", "--context", "moon"], "--context: unknown 'moon'"),
        (
            ["optimise", "a.jpg", "-o", "out", "--policy", "none.toml"],
            "--policy none.toml: No such",
        ),
        (["optimise", "a.jpg", "-o", "out", "--jobs", "0"], "0 is not a positive whole number"),
        (["optimise", "a.jpg", "-o", "out", "--jobs", "x"], "x is not a positive whole number"),
        (["optimise", "", "-o", "out"], "IN: the name is empty"),
        (["optimise", "a.jpg", "-o", ""], "-o/--output: the name is empty"),
        (["optimise", "a.jpg", "-o", "a.jpg"], "-o a.jpg: it is a file"),
        (["optimise", "nothing", "-o", "out"], "there is no picture"),
        (["decide", "--facts", "-", "--headers", "-"], "only one FILE can be -"),
        (["score", "a.jpg", "a.jpg", "--metric", "vmaf"], "--metric: invalid choice: 'vmaf'"),
        (["optimise", "a.jpg", "-o", "out", "--max-width", "abc"], "--max-width: abc is not a wh"),
        (["optimise", "a.jpg", "-o", "out", "--max-bytes", ""], "--max-bytes: nothing is not a"),
        (["optimise", "a.jpg", "-o", "out", "--target", "high"], "--target: high is not a number"),
        (["optimise", "a.jpg", "-o", "out", "--cache-bytes", "5"], "--cache-bytes needs --cache"),
        (["analyse", "a.jpg", "--cache-bytes", "5"], "--cache-bytes needs --cache"),
    ],
)
def test_wrong_use_exits_with_2_and_says_what(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    photo("a.jpg")
    Path("nothing").mkdir()
    with pytest.raises(SystemExit) as exit_info:
        main(argv)

    assert exit_info.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("eyebright: ")
    assert message in line
    assert not Path("out").exists()


def test_score_prints_the_number_that_the_metric_gives(capsys: pytest.CaptureFixture[str]) -> None:
    reference, distorted = photo("a.png"), photo("b.jpg", quality=60)
    expected = round(ssimulacra2(pixels(reference), pixels(distorted)), 4)

    assert main(["score", "a.png", "b.jpg"]) == 0
    assert capsys.readouterr().out == f"{expected:.4f}\n"
    assert main(["score", "a.png", "b.jpg", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "metric": "ssimulacra2",
        "score": expected,
        "reference": "a.png",
        "distorted": "b.jpg",
    }


def test_pictures_of_different_size_are_not_scored(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.png")
    Image.fromarray(ASTRONAUT[:100]).save("b.png")

    assert main(["score", "a.png", "b.png"]) == 1
    assert "200 x 160 and 200 x 100 cannot be compared" in capsys.readouterr().err


def test_score_gives_all_metrics_with_what_their_numbers_mean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reference, distorted = photo("a.png"), photo("b.jpg", quality=60)
    a, b = pixels(reference), pixels(distorted)

    assert main(["score", "a.png", "b.jpg", "--metric", "all", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(METRICS) == list(document["scores"])
    for name, told in document["scores"].items():
        assert round(METRICS[name].measured(a, b), 4) == told["score"]
        assert {"score", "unit", "better", "range", "source"} == set(told)
    assert main(["score", "a.png", "b.jpg", "--metric", "all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert list(METRICS) == [line.split()[0] for line in lines]
    assert any(line.endswith(" dB, higher is better") for line in lines)


def test_a_score_without_a_bound_is_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.png")

    assert main(["score", "a.png", "a.png", "--metric", "psnr"]) == 0
    assert capsys.readouterr().out == "inf\n"
    assert main(["score", "a.png", "a.png", "--metric", "psnr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["score"] is None


def test_a_score_can_count_errors_most_where_people_look(
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = photo("a.png")
    with Image.open(source) as picture:
        picture.convert("RGB").save("b.jpg", quality=40)

    command = ["score", "a.png", "b.jpg", "--json", "--metric"]
    scores = {}
    for metric in ("ssimulacra2", "ssimulacra2-attended"):
        assert main([*command, metric]) == 0
        scores[metric] = json.loads(capsys.readouterr().out)["score"]

    plain, attended = scores.values()
    assert plain != attended
    assert abs(plain - attended) < 15


def test_a_score_by_attention_names_the_model_that_a_build_has_not_got(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    photo("a.png")
    monkeypatch.setattr(registry, "entries", dict)

    assert main(["score", "a.png", "a.png", "--metric", "ssimulacra2-attended"]) == 1
    assert "needs the saliency model, which is not in this build" in capsys.readouterr().err


def test_score_tells_of_both_files_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "x.png", "y.png"]) == 1
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == [
        "x.png",
        "y.png",
    ]


def test_analyse_gives_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    source = photo("a.png")

    assert main(["analyse", "a.png", "--json"]) == 0
    facts = Facts.from_dict(json.loads(capsys.readouterr().out))
    assert (facts.format, facts.width, facts.height) == ("png", 200, 160)
    assert facts.size_bytes == source.stat().st_size
    assert main(["analyse", "a.png"]) == 0
    text = capsys.readouterr().out
    assert "  Size              200 x 160 pixels\n" in text
    assert f"  Main colour       #{bytes(facts.dominant_rgb).hex()}\n" in text


@pytest.mark.parametrize("argv", [["analyse", "x.png"], ["score", "x.png", "a.png"]])
def test_json_tells_of_what_cannot_be_read(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    photo("a.png")

    assert main([*argv, "--json"]) == 1
    out, err = capsys.readouterr()
    failure = {"path": "x.png", "kind": "FileNotFoundError", "message": "No such file or directory"}
    assert json.loads(out) == {"errors": [failure]}
    assert err == "eyebright: x.png: No such file or directory\n"


@pytest.mark.parametrize("argv", [["analyse", "in"], ["score", "in", "a.png"]])
def test_a_folder_in_place_of_a_picture_is_told(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    photo("a.png")
    Path("in").mkdir()

    assert main(argv) == 1
    assert capsys.readouterr().err == "eyebright: in: this is a folder; give a picture\n"


def test_decide_says_that_a_picture_is_not_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.png")

    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "a.png"])

    told = (
        "a.png: this is no JSON, nor any text; the facts of a picture are what `analyse IN --json`"
    )
    assert told in capsys.readouterr().err


def test_analyse_refuses_what_is_no_picture(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.png").write_bytes(b"text")

    assert main(["analyse", "a.png"]) == 1
    assert capsys.readouterr().err.startswith("eyebright: a.png: this is no picture")


def facts_file(capsys: pytest.CaptureFixture[str]) -> Facts:
    photo("a.png")
    assert main(["analyse", "a.png", "--json"]) == 0
    text = capsys.readouterr().out
    Path("facts.json").write_text(text, encoding="utf-8")
    return Facts.from_dict(json.loads(text))


def test_decide_gives_the_plan_of_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    facts = facts_file(capsys)
    goal = Goal(target=60.0, max_width=50)
    able = Capabilities(decode=("jpeg",), encode=("jpeg", "webp"))
    Path("goal.json").write_text(json.dumps(goal.to_dict()), encoding="utf-8")
    Path("able.json").write_text(json.dumps(able.to_dict()), encoding="utf-8")
    files = ["--facts", "facts.json", "--goal", "goal.json", "--capabilities", "able.json"]

    assert main(["decide", *files, "--json"]) == 0
    made = read_record(capsys.readouterr().out)
    assert made.plan == decide(facts, goal, able)
    assert [candidate.format for candidate in made.plan.candidates] == ["jpeg"]


def test_decide_reads_facts_from_stdin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts_file(capsys)
    monkeypatch.setattr("sys.stdin", io.StringIO(Path("facts.json").read_text(encoding="utf-8")))

    assert main(["decide", "--facts", "-"]) == 0
    assert "target 75" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        ("{", "this is no JSON"),
        ('{"target": "high"}', "target: expected a number"),
        ('{"targets": 70}', "targets: unknown key"),
        ('{"target": 700}', "target: 700.0 is not between 0 and 100"),
        (
            '{"content": "legal", "crops": ["1:1"]}',
            "crops: The policy for legal allows no crops",
        ),
    ],
)
def test_decide_names_what_is_wrong_in_a_file(
    goal: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts_file(capsys)
    Path("goal.json").write_text(goal, encoding="utf-8")

    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "facts.json", "--goal", "goal.json"])

    assert capsys.readouterr().err.startswith(f"eyebright: goal.json: {message}")


def test_decide_reads_headers_as_a_browser_sends_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts_file(capsys)
    sent = ["GET /a HTTP/1.1", "Accept: image/webp,", " */*;q=0.8", "DPR: 2", "ECT: 5g", "nonsense"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\r\n".join(sent)))

    assert main(["decide", "--facts", "facts.json", "--headers", "-", "--json"]) == 0
    made = read_record(capsys.readouterr().out)
    assert made.capabilities.decode == ("webp", "jpeg", "png", "gif")
    assert made.capabilities.dpr == 2.0
    assert [note.code for note in made.notes] == ["line-ignored", "header-ignored"]


def test_decide_tells_people_what_to_send_with_the_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts_file(capsys)
    Path("h.txt").write_text("Accept: image/avif;q=0,*/*\nSec-CH-DPR: 1.7\n", encoding="utf-8")
    files = ("--facts", "facts.json", "--headers", "h.txt")

    assert main(["decide", *files, "--bucketed"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"  jpeg 4:2:0, about \d+\.\d kB", lines[1])
    assert lines[-2].startswith("Vary: Accept, Sec-CH-DPR, ")
    assert lines[-1].startswith("Accept-CH: Sec-CH-DPR, ")
    assert main(["decide", *files, "--bucketed", "--json"]) == 0
    assert read_record(capsys.readouterr().out).capabilities.dpr == 2.0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "h.txt: these are no headers"),
        (b"Accept: " + b"a" * 1_000_000, "h.txt: headers.accept: more than 65536 characters"),
        (None, "h.txt: No such file or directory"),
        (b'{"Accept": "image/avif"}', 'h.txt: line 1: \'{"Accept": "image/avif"}\' is no header'),
    ],
)
def test_decide_refuses_headers_that_are_none(
    content: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts_file(capsys)
    if content is not None:
        Path("h.txt").write_bytes(content)

    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "facts.json", "--headers", "h.txt"])

    assert capsys.readouterr().err.startswith(f"eyebright: {message}")


def test_decide_names_the_file_of_facts_and_capabilities_that_cannot_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts_file(capsys)
    Path("c.json").write_text('{"dpr": -1}', encoding="utf-8")
    Path("deep.json").write_text("[" * 100_000, encoding="utf-8")

    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "facts.json", "--capabilities", "c.json"])
    assert capsys.readouterr().err.startswith("eyebright: c.json: dpr: -1.0 is not")
    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "deep.json"])

    assert capsys.readouterr().err.startswith("eyebright: deep.json: this is no JSON")


def test_decide_reads_files_with_a_byte_order_mark(capsys: pytest.CaptureFixture[str]) -> None:
    facts_file(capsys)
    Path("goal.json").write_text('{"target": 60}', encoding="utf-8-sig")

    assert main(["decide", "--facts", "facts.json", "--goal", "goal.json"]) == 0
    assert "target 60" in capsys.readouterr().out


def test_decide_needs_facts_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["decide", "--facts", "none.json"])

    assert capsys.readouterr().err == "eyebright: none.json: No such file or directory\n"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")],
)
def test_sizes_are_told_in_powers_of_1000(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (100, 26, "-74 %"),
        (1000, 4, "-99 %"),
        (100, 130, "+30 %"),
        (1000, 999, "0 %"),
        (0, 0, "0 %"),
    ],
)
def test_changes_are_told_in_whole_per_cent_and_never_overstated(
    before: int, after: int, text: str
) -> None:
    assert percent(before, after) == text


def test_a_file_name_stays_on_one_line() -> None:
    assert printable("a\nb\x1b[31m\u00e9.jpg") == "a\\nb\\x1b[31m\u00e9.jpg"


def start(*argv: str, **options: Any) -> subprocess.Popen[str]:
    """A process that heeds SIGINT, also where the tests themselves were started without it."""
    command = [sys.executable, "-m", "eyebright", *argv]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored is inherited
    try:
        return subprocess.Popen(command, **pipes, **options)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_reader_that_leaves_is_not_complained_about() -> None:
    for index in range(3):
        photo(f"in/{index}.jpg", quality=80 + index)
    read_end, write_end = os.pipe()
    os.close(read_end)
    process = subprocess.run(
        [sys.executable, "-m", "eyebright", "optimise", "in", "-o", "out", *QUICK],
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write_end)

    assert (process.returncode, process.stderr) == (141, b"")


def test_an_interrupt_ends_cleanly_and_keeps_what_is_finished() -> None:
    for index in range(40):
        photo(f"in/{index:02}.jpg", quality=60 + index)
    process = start("optimise", "in", "-o", "out", *QUICK, "--jobs", "1")
    assert process.stdout is not None
    process.stdout.readline()  # the first file is done
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err == "eyebright: interrupted; what was finished is kept\n"
    results = list(Path("out").iterdir())
    assert 1 <= len(results) < 40
    for result in results:
        assert pixels(result).shape == ASTRONAUT.shape


def test_limits_on_inputs_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    photo("a.jpg")

    assert main(["optimise", "a.jpg", "-o", "out", *QUICK, "--limit", "max_pixels=1000"]) == 1
    assert main(["analyse", "a.jpg", "--limit", "max_bytes=99"]) == 1
    errors = capsys.readouterr().err
    assert "200 x 160 pixels is more than the limit of 1000 pixels" in errors
    assert "is more than the limit of 99 bytes" in errors
    assert main(["optimise", "a.jpg", "-o", "out", *QUICK, "--limit", "max_pixels=32000"]) == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("max_fun=1", "'max_fun' is no limit; there are max_bytes, max_pixels, "),
        ("max_pixels", "'max_pixels' is no NAME=N; write it like max_pixels=128000000"),
        ("max_pixels=0", "max_pixels: 0 is not a positive whole number"),
        ("max_pixels=", "max_pixels: nothing is not a positive whole number"),
    ],
)
def test_limits_that_make_no_sense_are_wrong_use(
    wrong: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["optimise", "a.jpg", "-o", "out", "--limit", wrong])

    assert left.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"eyebright: --limit: {message}")
