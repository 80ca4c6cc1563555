"""The gallery shows each chosen picture with its drawing and what no drawing says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

import evaluate
import gallery
from common import manifest
from common.modules import load
from common.rows import Row
from eyebright.values import Artefacts, Facts, Reason


def facts() -> Facts:
    return Facts(
        format="jpeg",
        width=40,
        height=30,
        size_bytes=9,
        sha256="",
        seen_content="photo",
        content_confidence_permille=987,
        artefacts=Artefacts(
            jpeg_quality=0,
            blockiness_permille=1,
            noise_centi=150,
            blur_permille=2,
            banding_permille=3,
        ),
    )


def test_a_caption_tells_what_is_not_drawn_and_what_failed() -> None:
    notes = (
        Reason(code="model-slow", text="The text model did not look."),
        Reason(code="profile-converted", text="Converted."),
    )

    assert gallery.caption(facts(), notes) == (
        "photo 98.7 %; faces 0; lines 0 (0 % of the area); spread 0; JPEG -; blocks 1; noise 1.5; "
        "blur 2; banding 3; The text model did not look."
    )


def test_every_shelf_gives_held_out_pictures_in_an_order_that_repeats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "set").mkdir()
    for name in "abcd":
        (tmp_path / "set" / f"{name}.png").touch()
    shelf = gallery.Shelf("set", 2, "text", lambda path: path.stem != "a")
    monkeypatch.setattr(gallery, "shelves", lambda: (shelf,))
    first, again = list(gallery.chosen(tmp_path)), list(gallery.chosen(tmp_path))

    assert first == again
    assert len(first) == 2
    assert "a" not in {path.stem for path, _unseen_by in first}
    assert {unseen_by for _path, unseen_by in first} == {"text"}


def test_shelves_hold_what_their_models_left_out() -> None:
    crowd, scenes, photos = (
        next(shelf for shelf in gallery.shelves() if shelf.folder.startswith(start))
        for start in ("saliency/crowd500", "saliency/scene500", "pristine/clic2025")
    )
    looks_of, faces_of = load("saliency", "prepare").fold_of, load("faces", "prepare").fold
    for_text = load("text", "prepare").is_test

    names = [f"{number:04}" for number in range(300)]
    kept = [n for n in names if crowd.is_held_out(Path("crowd500/images") / f"{n}.webp")]
    seen = [n for n in names if scenes.is_held_out(Path("scene500/images") / f"{n}.webp")]
    apart = [n for n in names if photos.is_held_out(Path(f"{n}.webp"))]

    assert kept == [
        n for n in names if {looks_of(f"crowd500/{n}.jpg"), faces_of(f"crowd500/{n}.jpg")} <= {0, 1}
    ]
    assert seen == [n for n in names if looks_of(f"scene500/{n}.jpg") in {0, 1}]
    assert 0.02 < len(kept) / len(names) < 0.3
    assert apart == [n for n in names if for_text(Path(f"{n}.webp"))]
    assert 0.1 < len(apart) / len(names) < 0.3


def test_the_page_holds_a_drawing_of_each_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "set").mkdir(parents=True)
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "data" / "set" / "<a>.png")
    monkeypatch.setattr(gallery, "shelves", lambda: (gallery.Shelf("set", 1, "text"),))

    assert gallery.write(tmp_path / "data", tmp_path / "out") == 1
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "&lt;a&gt;.png" in page
    with Image.open(tmp_path / "out" / "set-<a>.png") as drawing:
        assert drawing.size == (256, 256)


def test_scripts_of_the_same_name_keep_apart() -> None:
    faces, saliency = load("faces", "packed"), load("saliency", "prepare")

    assert Path(str(faces.__file__)).parent.name == "faces"
    assert Path(str(saliency.__file__)).parent.name == "saliency"
    assert "packed" not in sys.modules


def test_the_table_of_all_is_not_taken_for_a_models_own() -> None:
    assert load("faces", "prepare") is not load("saliency", "prepare")
    assert sys.modules["evaluate"] is evaluate


def row(**changes: object) -> Row:
    plain: dict[str, object] = {"model": "faces", "split": "test", "metric": "recall", "value": 0.9}
    return Row(**plain | changes)  # type: ignore[arg-type]  # as the tests below give them


def test_figures_stand_beside_what_was_asked_for_and_simple_means() -> None:
    beside = [row(target=">= .92", baseline="cascade", baseline_value=told) for told in (0.5, 0.0)]
    rows = [*beside, row(value=0.12345)]

    assert evaluate.table(rows)[1:] == [
        ("faces", "test", "recall", "0.9", ">= .92", "0.5 (cascade)"),
        ("faces", "test", "recall", "0.9", ">= .92", "0 (cascade)"),
        ("faces", "test", "recall", "0.123", "", ""),
    ]
    assert evaluate.markdown([("a", "b"), ("1", "2")]) == "| a | b |\n|---|---|\n| 1 | 2 |"


def test_what_is_missing_is_packed_first_or_asked_for_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[str] = []
    monkeypatch.setattr(evaluate, "PACKED", tmp_path)
    monkeypatch.setattr(evaluate, "prepare", lambda name, _data: packed.append(name))
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "data.npz").touch()

    with pytest.raises(SystemExit, match=r"models/content/prepare\.py and models/content/train"):
        evaluate.figures(tmp_path, ["faces", "text", "content"])
    assert packed == ["text"]


def test_the_readme_gets_the_tables_between_its_marks(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{evaluate.BEGIN}\nold\n{evaluate.END}\nafter\n", "utf-8")
    rows = [("model",), *((name,) for name in manifest.read())]
    evaluate.write_readme([rows], manifest.read(), readme)

    assert readme.read_text("utf-8") == (
        f"before\n{evaluate.BEGIN}\n{evaluate.markdown(rows)}\n{evaluate.END}\nafter\n"
    )


def test_the_figures_of_models_that_were_not_measured_stay_in_the_readme(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    lines = "| faces | 1 |  |", "| faces | 2 |  |", "| content | 3 | 4 |", "| gone | 5 |  |"
    table = "\n".join(("| model | a | b |", "|---|---|---|", *lines))
    other = "| model | c |\n|---|---|\n| text | 9 |"
    readme.write_text(f"{evaluate.BEGIN}\n{table}\n\n{other}\n{evaluate.END}\n", "utf-8")
    made = [
        [("model", "a", "b"), ("text", "6", ""), ("content", "7", "8")],
        [("model", "c"), ("content", "10")],
    ]
    evaluate.write_readme(made, ["content", "text"], readme)

    assert readme.read_text("utf-8").splitlines()[1:-1] == [
        *("| model | a | b |", "|---|---|---|", "| content | 7 | 8 |"),
        *("| faces | 1 |  |", "| faces | 2 |  |", "| text | 6 |  |"),
        *("", "| model | c |", "|---|---|", "| content | 10 |"),
    ]


def test_what_cannot_be_kept_in_the_readme_is_told_before_it_is_lost(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    before = f"{evaluate.BEGIN}\n| model | a |\n|---|---|\n| faces | 1 |\n{evaluate.END}\n"
    readme.write_text(before, "utf-8")

    with pytest.raises(SystemExit, match="run it without --model"):
        evaluate.write_readme([[("model", "b"), ("content", "2")]], ["content"], readme)
    assert readme.read_text("utf-8") == before


def test_the_tables_of_the_readme_are_read_as_they_were_written() -> None:
    text = (evaluate.ROOT / "README.md").read_text("utf-8")
    between = text.partition(evaluate.BEGIN)[2].partition(evaluate.END)[0].strip()
    tables = evaluate.parsed(between)

    assert [table[0] for table in tables] == [evaluate.HEADS, evaluate.COSTS]
    assert "\n\n".join(evaluate.markdown(table) for table in tables) == between


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing", "utf-8")

    with pytest.raises(SystemExit, match="put them back"):
        evaluate.write_readme([], [], readme)
    assert readme.read_text("utf-8") == "nothing"
