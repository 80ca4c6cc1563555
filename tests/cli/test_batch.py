"""Many files at once: duplicates are told and not worked on twice; the cache keeps its bounds."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from eyebright.__main__ import main
from eyebright.cli.cache import SUFFIX
from eyebright.host import native

PLANTED = "Holiday at 52.1N 4.3E"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, a copy of the first, the first as a JPEG, and the second turned."""
    made = tmp_path / "in"
    made.mkdir()
    cup = Image.fromarray(samples.coffee()[::3, ::3])
    cup.save(made / "a.png")
    Image.fromarray(samples.astronaut()[::3, ::3]).save(made / "b.png")
    shutil.copy(made / "a.png", made / "c.png")
    cup.save(made / "d.jpg", quality=90)
    Image.fromarray(np.rot90(samples.astronaut()[::3, ::3])).save(made / "e.png")
    return made


def run(folder: Path, out: Path, *options: str) -> int:
    fixed = ["--formats", "webp", "--force", "--jobs", "2"]
    return main(["optimise", str(folder), "-o", str(out), *fixed, *options])


def codes_by_name(text: str) -> dict[str, set[str]]:
    results = json.loads(text)["results"]
    return {r["name"]: {reason["code"] for reason in r["reasons"]} for r in results}


def test_duplicates_are_named_in_json(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, tmp_path / "out", "--json") == 0

    text = capsys.readouterr().out
    found = {
        (Path(d["first"]).name, Path(d["second"]).name): d["kind"]
        for d in json.loads(text)["duplicates"]
    }
    assert found == {
        ("a.png", "c.png"): "exact",
        ("a.png", "d.jpg"): "near",
        ("b.png", "e.png"): "turned",
    }


def test_the_same_bytes_are_worked_on_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(folder, out, "--json") == 0

    codes = codes_by_name(capsys.readouterr().out)
    assert [name for name, seen in codes.items() if "duplicate-exact" in seen] == ["c.png"]
    assert (out / "a.webp").read_bytes() == (out / "c.webp").read_bytes()


def test_people_are_told_in_a_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, tmp_path / "out") == 0

    lines = capsys.readouterr().out
    assert "c.png has the same bytes as" in lines
    assert "d.jpg looks the same as" in lines


def test_a_second_run_takes_everything_from_the_cache(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = str(tmp_path / "cache")
    assert run(folder, tmp_path / "first", "--cache", cache, "--json") == 0
    before = json.loads(capsys.readouterr().out)["results"]

    assert run(folder, tmp_path / "second", "--cache", cache, "--json") == 0

    text = capsys.readouterr().out
    assert all("cached" in seen for seen in codes_by_name(text).values())
    assert [r["bytes"] for r in before] == [r["bytes"] for r in json.loads(text)["results"]]
    for path in (tmp_path / "first").iterdir():
        assert (tmp_path / "second" / path.name).read_bytes() == path.read_bytes()


def test_another_goal_takes_nothing_from_the_cache(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = str(tmp_path / "cache")
    assert run(folder / "b.png", tmp_path / "first", "--cache", cache) == 0
    capsys.readouterr()

    assert run(folder / "b.png", tmp_path / "b", "--cache", cache, "--target", "60", "--json") == 0

    assert "cached" not in codes_by_name(capsys.readouterr().out)["b.png"]


def test_a_broken_entry_is_made_anew(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert run(folder / "b.png", tmp_path / "first", "--cache", str(cache)) == 0
    (entry,) = cache.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(whole[:-9])

    assert run(folder / "b.png", tmp_path / "second", "--cache", str(cache)) == 0

    assert len(entry.read_bytes()) == pytest.approx(len(whole), abs=99)
    assert [p.read_bytes() for p in (tmp_path / "first").iterdir()] == [
        p.read_bytes() for p in (tmp_path / "second").iterdir()
    ]


def test_the_cache_stays_within_its_bytes(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    assert run(folder, tmp_path / "out", "--cache", str(cache), "--cache-bytes", "24000") == 0

    assert 0 < sum(path.stat().st_size for path in cache.iterdir()) <= 24000


def test_clearing_the_cache_deletes_entries_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert run(folder / "a.png", tmp_path / "first", "--cache", str(cache)) == 0
    (cache / "letter.txt").write_text("mine")
    old = {path.name for path in cache.iterdir() if path.suffix == SUFFIX}

    assert run(folder / "b.png", tmp_path / "b", "--cache", str(cache), "--clear-cache") == 0

    left = {path.name for path in cache.iterdir()}
    assert "letter.txt" in left
    assert not old & left


def test_nothing_private_reaches_the_cache(folder: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLANTED
    with Image.open(folder / "a.png") as image:
        image.save(folder / "private.jpg", quality=20, exif=exif)
    cache = tmp_path / "cache"

    assert run(folder / "private.jpg", tmp_path / "out", "--cache", str(cache)) == 0

    kept = b"".join(path.read_bytes() for path in cache.iterdir())
    assert PLANTED.encode() not in kept
    assert b"private.jpg" not in kept


def test_clearing_without_a_cache_is_wrong_use(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(folder, tmp_path / "out", "--clear-cache")

    assert "--cache" in capsys.readouterr().err


def test_a_damaged_entry_of_the_cache_is_made_again_with_a_note(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    one = folder / "a.png"
    assert run(one, tmp_path / "first", "--cache", str(cache)) == 0
    for entry in cache.iterdir():
        entry.write_bytes(entry.read_bytes()[:-9])
    capsys.readouterr()

    assert run(one, tmp_path / "second", "--cache", str(cache), "--json") == 0

    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert [note["code"] for note in result["fallbacks"]] == ["cache-damaged"]
    made, again = (next((tmp_path / name).iterdir()) for name in ("first", "second"))
    assert made.read_bytes() == again.read_bytes()


def test_a_cache_that_takes_nothing_costs_no_result(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full"
    full.write_text("no folder, so that nothing can be put into it")

    assert run(folder / "a.png", tmp_path / "out", "--cache", str(full / "x"), "--json") == 0

    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert [note["code"] for note in result["fallbacks"]] == ["cache-unavailable"]
    assert (tmp_path / "out" / "a.webp").stat().st_size == result["bytes"]


def test_facts_come_from_the_cache_the_second_time(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    asked = ["analyse", str(folder / "a.png"), "--json", "--cache", str(cache)]
    assert main(asked) == 0
    first = capsys.readouterr().out
    (entry,) = cache.iterdir()
    changed = json.loads(first) | {"detail_centibits": 7}
    body = json.dumps(changed).encode()
    entry.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    assert main(asked) == 0

    assert json.loads(capsys.readouterr().out)["detail_centibits"] == 7
    entry.write_bytes(b"broken")
    assert main(asked) == 0
    assert capsys.readouterr().out == first


def test_facts_without_models_are_not_kept_and_told_each_time(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(native, "_runtime_version", lambda: "")
    asked = ["analyse", str(folder / "a.png"), "--cache", str(tmp_path / "cache")]
    told = []
    for _ in range(2):
        assert main(asked) == 0
        told.append(capsys.readouterr().err)

    assert "Models do not run here" in told[0]
    assert told[0] == told[1]


def test_that_models_do_not_run_is_told_once_for_all_files(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(native, "_runtime_version", lambda: "")
    assert run(folder, tmp_path / "out") == 0

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("eyebright: Models do not run here: ")


def test_a_cache_that_takes_nothing_costs_no_facts(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full"
    full.write_text("no folder, so that nothing can be put into it")

    assert main(["analyse", str(folder / "a.png"), "--cache", str(full / "x")]) == 0

    told = capsys.readouterr()
    assert "Format            PNG" in told.out
    assert "the cache did not take the facts" in told.err


def test_a_file_that_limits_refuse_is_refused_although_its_result_is_kept(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = ["--cache", str(tmp_path / "cache")]
    assert run(folder / "a.png", tmp_path / "first", *cache) == 0

    assert run(folder / "a.png", tmp_path / "second", *cache, "--limit", "max_pixels=1") == 1

    assert "a.png" in capsys.readouterr().err


def test_files_at_once_come_out_as_one_after_another(folder: Path, tmp_path: Path) -> None:
    one, many = tmp_path / "one", tmp_path / "many"

    assert main(["optimise", str(folder), "-o", str(one), "--jobs", "1"]) == 0
    assert main(["optimise", str(folder), "-o", str(many), "--jobs", "4"]) == 0
    assert written(one) == written(many)


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}
