"""The page's Python that needs no browser: the same files that MicroPython runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eyebright.errors
from eyebright.policy.content import CONTENTS
from eyebright.values import EXTENSION, FORMATS, MIME

WEB = Path(__file__).resolve().parents[2] / "web"
sys.path.insert(0, str(WEB))

from page import losses, names, tables, wishes, words  # noqa: E402  # web/ is no package
from page.items import CANCELLED, DONE, WAITING, Item, Queue, at_once  # noqa: E402  # likewise


def report(**changes: Any) -> dict[str, Any]:
    return {
        "format": "avif",
        "original_format": "jpeg",
        "width": 640,
        "height": 480,
        "bytes": 390_000,
        "original_bytes": 3_410_000,
        "score": 76.43,
        "target": 75.0,
        "target_reached": True,
        "quality": 62,
        "lossless": False,
        "kept_original": False,
        "encodes": 3,
        "content": "general",
        "timings_ms": {"encode": 1500.0, "verify": 300.0},
        "versions": {"encoders": {"avif": "libavif 1.0"}},
    } | changes


def item(name: str = "a.jpg") -> Item:
    return Item(None, name=name, path=name, size_bytes=1000)


# ---- Words


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (99_940, "99.9 kB"),
        (512_300, "512 kB"),
        (999_600, "1.0 MB"),
        (34_100_000, "34.1 MB"),
        (5_000_000_000, "5.0 GB"),
    ],
)
def test_sizes_read_as_people_write_them(count: int, text: str) -> None:
    assert text == words.size(count)


def test_the_saving_is_never_overstated() -> None:
    assert words.smaller(1000, 1) == "99 % smaller"
    assert words.smaller(1000, 999) == "a little smaller"
    assert words.smaller(1000, 1000) == "same size"
    assert words.smaller(0, 0) == "same size"


def test_the_summary_names_count_sizes_and_saving() -> None:
    counts = {"done": 12, "open": 0, "failed": 0, "cancelled": 0}

    assert words.summary(counts, 34_100_000, 3_900_000) == (
        "12 pictures, 34.1 MB to 3.9 MB, 88 % smaller"
    )


def test_what_the_summary_leaves_out_is_said_beside_it() -> None:
    counts = {"done": 2, "open": 1, "failed": 3, "cancelled": 1}

    assert words.remaining(counts) == "1 still to do, 3 could not be used, 1 cancelled"


def test_progress_names_stage_format_and_trial() -> None:
    progress = {"stage": "encode", "format": "avif", "trial": 2, "fraction": 0.4}

    assert words.stage(progress) == "Writing AVIF, trial 2"


def test_a_kept_original_claims_no_score() -> None:
    kept = report(kept_original=True, format="jpeg", quality=None)

    assert words.facts(kept) == [("format", "JPEG")]
    assert ("Score", "identical to the original") in tables.made(kept)


def test_what_an_unchanged_file_still_holds_stands_in_the_list() -> None:
    reasons = [
        {"code": "metadata-kept", "values": {"kinds": ["exif", "an editor's data"]}},
        {"code": "svg-active", "values": {"kinds": ["scripts"]}},
    ]

    assert words.still_holds(report(reasons=reasons)) == ""
    assert words.still_holds(report(reasons=reasons, kept_original=True)) == (
        "Still holds EXIF, an editor's data and scripts"
    )
    assert words.still_holds(report(reasons=reasons[1:], kept_original=True)) == (
        "Still holds scripts"
    )


def test_a_missed_target_stands_in_the_list() -> None:
    assert ("missed", "Target not reached") in words.facts(report(target_reached=False))


def test_an_animation_tells_its_frames_in_the_list() -> None:
    assert ("frames", "12 frames") in words.facts(report(frames=12))


def test_every_error_of_the_engine_has_plain_words() -> None:
    kinds = {
        name
        for name, kind in vars(eyebright.errors).items()
        if isinstance(kind, type) and issubclass(kind, eyebright.errors.EyebrightError)
    }
    spoken = kinds - {"EyebrightError", "HostError"}  # bases

    assert spoken <= set(words.ERROR)


def test_an_error_does_not_repeat_the_files_name() -> None:
    plain, own_words = words.error("InputError", "a.jpg: it cannot be read", "a.jpg")

    assert plain == "This file cannot be used."
    assert own_words == "It cannot be read."
    assert words.error("CodecError", "a.jpg failed", "a.jpg")[1] == "a.jpg failed."


@pytest.mark.parametrize(
    ("name", "message", "fault", "remedy"),
    [
        (
            "CorruptImage",
            "the file is empty; save it again",
            "The file is empty.",
            "Save it again.",
        ),
        (
            "UnsupportedFormat",
            "no picture; it takes ICO, SVG and HEIC; give one",
            "No picture.",
            "It takes ICO, SVG and, in some browsers, HEIC; give one.",
        ),
        (
            "LimitExceeded",
            "it is more than the limit; scale it down first, or raise the limit (max_pixels)",
            "It is more than the limit.",
            "Scale it down first.",
        ),
        (
            "CorruptImage",
            "its size is impossible",
            "This file is broken or cut short.",
            "Its size is impossible.",
        ),
    ],
)
def test_a_fault_of_the_file_is_said_once_with_what_can_be_done_here(
    name: str, message: str, fault: str, remedy: str
) -> None:
    assert words.error(name, f"a.jpg: {message}", "a.jpg") == (fault, remedy)


def test_what_the_page_says_otherwise_is_what_the_engine_says() -> None:
    """A sentence that the engine no longer has needs no other words."""
    package = Path(eyebright.errors.__file__).parent
    # Sentences are cut into literals at line ends.
    engine = "".join(p.read_text("utf-8") for p in sorted((package / "intake").glob("*.py")))
    joined = re.sub(r'"\s*\n\s*f?"', "", engine)

    assert [said for said, _here in words.NOT_HERE if said not in joined] == []


@pytest.mark.parametrize(
    ("code", "values", "told"),
    [
        ("animated", {"frames": 2, "format": "tiff"}, "2 pages"),
        ("animated", {"frames": 900, "format": "gif"}, "900 frames"),
        ("icon-kept", {"pictures": 5}, "5 sizes"),
        ("original-smaller", {}, ""),
    ],
)
def test_a_kept_file_of_several_pictures_tells_how_many(
    code: str, values: dict[str, Any], told: str
) -> None:
    kept = report(kept_original=True, reasons=[reason(code, **values)])

    assert words.holds_several(kept) == told


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("UnsupportedFormat", False),
        ("CorruptImage", False),
        ("LimitExceeded", False),
        ("EngineError", True),
        ("CodecError", True),
        ("NotReadableError", True),
    ],
)
def test_only_what_may_end_otherwise_can_be_tried_again(name: str, *, again: bool) -> None:
    assert again == words.can_be_tried_again(name)


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (69.96, "Score 70.0, high"),
        (69.94, "Score 69.9, medium"),
        (90.0, "Score 90.0, visually lossless"),
    ],
)
def test_the_level_is_that_of_the_score_shown(score: float, text: str) -> None:
    assert text == words.score(report(score=score))


def test_the_page_names_every_format_that_is_read() -> None:
    html = (WEB / "index.html").read_text("utf-8")
    accepted = html.partition('class="accepted">')[2].partition("</p>")[0].replace("&nbsp;", " ")
    read = set(words.FORMAT.values()) - {"HEIC"} | {"HEIC (in Safari)"}

    assert read == set(re.split(", | and ", accepted))


def test_every_format_and_content_has_a_name() -> None:
    assert set(MIME) == set(words.FORMAT)
    assert set(CONTENTS) - {"auto"} == set(words.CONTENT)


def test_the_form_offers_every_content_and_every_format() -> None:
    html = (WEB / "index.html").read_text("utf-8")
    contents = re.findall(
        r'value="(\w+)"', html.partition('id="content"')[2].partition("</select>")[0]
    )
    formats = re.findall(
        r'value="(\w+)"', html.partition('id="format-list"')[2].partition("</div>")[0]
    )

    assert list(CONTENTS) == contents
    assert set(FORMATS) == set(formats)


def test_the_page_has_no_inline_script_and_no_inline_style() -> None:
    html = (WEB / "index.html").read_text("utf-8")

    assert re.findall(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", html) == []


# ---- Names


def test_results_keep_their_name_and_folder_and_get_the_right_ending() -> None:
    assert names.result_path("trip/day 1/a.b.jpeg", report(format="jpeg")) == "trip/day 1/a.b.jpg"
    assert names.result_path("noending", report()) == "noending.avif"


def test_a_kept_original_keeps_its_whole_name() -> None:
    assert names.result_path("trip/A.JPEG", report(kept_original=True)) == "trip/A.JPEG"


def test_endings_are_those_of_the_package() -> None:
    for kind in FORMATS:
        ending = EXTENSION.get(kind, f".{kind}")

        assert names.result_path("a.x", report(format=kind)) == f"a{ending}"


def test_names_that_differ_only_in_capitals_collide() -> None:
    assert names.unique("A.avif", {"a.avif", "a-2.avif"}) == "A-3.avif"


def test_paths_stay_inside_the_archive() -> None:
    assert names.safe("../../etc/pa:ss\x00wd") == "etc/pa_ss_wd"
    assert names.safe("..") == "picture"


def test_names_that_windows_keeps_for_devices_are_changed() -> None:
    assert names.safe("trip/con.jpg") == "trip/_con.jpg"


def test_a_name_cannot_turn_the_direction_of_reading() -> None:
    assert names.safe("cat\u202egpj.avif") == "cat_gpj.avif"


def test_a_long_name_is_shown_with_its_end() -> None:
    folder, stem, tail = names.parts("trip/" + "a" * 60 + "_0012(1).jpg")

    assert (folder, tail) == ("trip/", "aa_0012(1).jpg"[-names.TAIL :])
    assert folder + stem + tail == "trip/" + "a" * 60 + "_0012(1).jpg"
    assert names.parts("cat.jpg") == ("", "cat.jpg", "")


paths = st.text(st.sampled_from("aAé ./\\:-2"), max_size=8)


@pytest.mark.property
@given(paths, st.sets(paths, max_size=6))
def test_a_unique_name_is_never_taken(path: str, taken: set[str]) -> None:
    given_name = names.unique(path, taken)

    assert given_name.lower() not in {name.lower() for name in taken}


@pytest.mark.property
@given(st.text(max_size=30))
def test_a_safe_path_has_no_way_up_and_no_root(path: str) -> None:
    parts = names.safe(path).split("/")

    assert all(part.strip(".") for part in parts)


# ---- The queue


@pytest.mark.parametrize(("cores", "files"), [(0, 2), (1, 2), (2, 3), (4, 5), (64, 5)])
def test_files_are_under_way_by_the_cores_there_are(cores: int, files: int) -> None:
    assert at_once(cores) == files


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_files_than_that_are_under_way(most: int) -> None:
    queue = Queue(most)
    for number in range(5):
        queue.add(item(f"{number}.jpg"))
    started = []
    while (following := queue.next_to_start()) is not None:
        following.start(None)
        started.append(following.name)

    assert started == ["0.jpg", "1.jpg", "2.jpg"][:most]


def test_sizes_count_finished_files_only() -> None:
    queue = Queue(2)
    done, waiting = item("a.jpg"), item("b.jpg")
    queue.add(done)
    queue.add(waiting)
    done.finish(None, report(original_bytes=100, bytes=10), "a.avif")

    assert queue.sizes() == (100, 10)
    assert queue.fraction() == 0.5
    assert queue.names_taken() == {"a.avif"}


def test_a_file_done_again_gives_its_name_and_result_back() -> None:
    again = item()
    again.finish(b"...", report(), "a.avif")
    again.reset()

    assert (again.state, again.saved_as, again.blob) == (WAITING, "", None)


def test_removed_files_no_longer_count() -> None:
    queue = Queue(2)
    only = item()
    queue.add(only)
    only.cancel()

    assert queue.count(CANCELLED) == 1
    queue.remove(only)
    assert queue.count(DONE, CANCELLED) == 0


def test_after_a_crash_the_files_that_were_under_way_run_alone() -> None:
    queue = Queue(2)
    first, second, third = (item(f"{number}.jpg") for number in range(3))
    for one in (first, second, third):
        queue.add(one)
    first.crashes = second.crashes = 1
    first.start(None)

    assert queue.next_to_start() is None
    first.finish(None, report(), "0.avif")
    assert queue.next_to_start() is second
    second.start(None)
    assert queue.next_to_start() is None


def test_the_own_file_may_be_taken_instead_of_the_result_and_back() -> None:
    queue = Queue(2)
    only = Item("own bytes", name="a.jpg", path="a.jpg", size_bytes=100)
    queue.add(only)
    only.finish("new bytes", report(original_bytes=100, bytes=10), "a.avif")
    only.decide(keeps_own=True, saved_as="a.jpg")

    assert (only.delivered(), only.saved_as, queue.sizes()) == ("own bytes", "a.jpg", (100, 100))
    only.decide(keeps_own=False, saved_as="a.avif")
    assert (only.delivered(), only.saved_as, queue.sizes()) == ("new bytes", "a.avif", (100, 10))


def test_results_of_another_goal_are_stale() -> None:
    queue = Queue(2)
    old, new = item("a.jpg"), item("b.jpg")
    for one, goal in ((old, "1"), (new, "2")):
        queue.add(one)
        one.finish(None, report(), "x")
        one.goal = goal

    assert queue.stale(lambda _item: "2") == [old]


def test_the_page_may_be_left_when_nothing_is_open_or_unsaved() -> None:
    queue = Queue(2)

    assert queue.may_be_left()
    only = item()
    queue.add(only)
    assert not queue.may_be_left()
    only.finish(None, report(), "a.avif")
    assert not queue.may_be_left()
    only.is_saved = True
    assert queue.may_be_left()


# ---- Metadata


def reason(code: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "text": "", "values": values}


def test_lost_credentials_are_warned_of() -> None:
    assert "C2PA" in losses.warning(report(reasons=[reason("provenance-removed")]))
    assert losses.warning(report(reasons=[reason("provenance-kept")])) == ""


def test_what_all_downloads_would_lose_is_asked_once() -> None:
    lost = report(name="press.jpg", reasons=[reason("provenance-removed")])

    assert losses.answers(1) == ("Keep my own file", "Use the new file")
    assert losses.question([lost]) == (
        "press.jpg loses its content credentials (C2PA) in the new file."
    )
    assert losses.question([lost, lost]) == (
        "2 pictures lose their content credentials (C2PA) in the new files."
    )


def test_tags_are_listed_by_name_with_a_count_of_what_is_not_listed() -> None:
    reasons = [
        reason("metadata-kept", tags=["EXIF Artist"], count=1),
        reason("metadata-stripped", kinds=["exif", "c2pa"], tags=["GPS GPSLatitude"], count=3),
    ]

    assert tables.tags(report(reasons=reasons)) == [
        ("Kept", "EXIF Artist"),
        ("Left out", "GPS GPSLatitude and 2 more"),
    ]


def test_a_file_without_metadata_lists_none() -> None:
    assert tables.tags(report(reasons=[reason("format-tried", bytes=1)])) == []


def test_what_was_found_in_the_file_is_told() -> None:
    facts = {
        "width": 4000,
        "height": 3000,
        "bit_depth": 16,
        "has_icc": True,
        "metadata": ["exif", "c2pa"],
        "transparent_permille": 4,
        "source_quality": 92,
        "source_subsampling": "420",
    }

    assert tables.found(report(facts=facts, frames=3)) == [
        ("Format", "JPEG"),
        ("Size", "3.4 MB"),
        ("Dimensions", "4000 x 3000 pixels (12.0 megapixels)"),
        ("JPEG quality", "about 92 of 100, colour at a quarter of the resolution"),
        ("Colours", "16 bits per channel, with a colour profile"),
        ("Transparency", "yes"),
        ("Animation", "3 frames"),
        ("Metadata", "EXIF, content credentials (C2PA)"),
        ("Taken as", "photo"),
    ]


def test_what_a_file_does_not_have_is_not_listed() -> None:
    plain = tables.found(report(facts={"width": 64, "height": 48}))

    assert [label for label, _value in plain] == ["Format", "Size", "Dimensions", "Taken as"]


def test_the_settings_line_tells_of_every_limit_and_rule() -> None:
    goal = {
        "content": "product",
        "target": 80.0,
        "max_width": 1600,
        "max_height": 1200,
        "max_bytes": 500_000,
        "formats": ["avif", "webp"],
        "colour": "keep",
    }

    assert wishes.settings(goal, {"name": "house.toml", "text": ""}) == (
        "Product, score 80, at most 1600 pixels wide, at most 1200 pixels high, at most 500 kB, "
        "AVIF or WebP, their own colours kept, by house.toml"
    )


def test_the_settings_line_tells_of_another_mode() -> None:
    said = [wishes.settings({"content": "auto", "mode": mode}) for mode in ("fast", "best")]

    assert said == ["Fast", "As small as can be"]


def test_the_engines_names_are_written_as_people_write_them() -> None:
    assert (
        words.proper("the jpeg data (exif, xmp) of a.jpg") == "the JPEG data (EXIF, XMP) of a.jpg"
    )
    assert words.sentence("the file is broken") == "The file is broken."
    assert words.sentence("a.jpg is broken!") == "a.jpg is broken!"


@pytest.mark.parametrize(
    ("mode", "words_of_it"), [("all", "All metadata kept"), ("none", "No metadata kept")]
)
def test_the_settings_line_tells_of_metadata(mode: str, words_of_it: str) -> None:
    goal = {"content": "auto", "target": None, "max_width": None, "formats": None}

    assert words_of_it == wishes.settings({**goal, "metadata": mode})
    assert wishes.settings({**goal, "metadata": "rights"}).startswith("Automatic")


def test_a_kind_of_a_policy_file_is_explained_by_what_it_asks() -> None:
    asked = {"name": "fine-food", "target": 82.5}

    assert wishes.kind_name("fine-food") == "Fine food"
    assert wishes.kind_help(asked, "a.toml") == "As a.toml says: score 82.5 or better."
    assert "no pixel" in wishes.kind_help(asked | {"lossless_only": True}, "a.toml")
    assert "not a byte" in wishes.kind_help(asked | {"keep_original": True}, "a.toml")


def test_a_refused_policy_file_is_named_once_and_so_is_what_stays_in_force() -> None:
    kept = {"name": "acme.toml", "text": ""}

    assert wishes.policy_refused("b.toml", "b.toml: brand.target: 600", kept) == (
        "b.toml: brand.target: 600. acme.toml stays in force."
    )
    assert wishes.policy_refused("b.toml", "the engine stopped", None) == (
        "b.toml: the engine stopped. No policy file is in force."
    )


# ---- Duplicates

PDQ = "f0" * 32


def finished(name: str, size_bytes: int = 1000, **changes: Any) -> Item:
    made = Item(None, name=name, path=name, size_bytes=size_bytes)
    known = {"source_sha256": name, "pdq": PDQ, "pdq_quality": 100} | changes
    made.finish(None, report(**known), name)
    made.goal = "{}"
    return made


def queue_of(*items: Item) -> Queue:
    queue = Queue(2)
    for one in items:
        queue.add(one)
    return queue


def test_a_file_of_the_same_bytes_is_named() -> None:
    second = finished("b.jpg", source_sha256="a.jpg")

    assert queue_of(finished("a.jpg"), second).likeness(second) == "Same file as a.jpg"


def test_files_of_one_name_are_told_by_their_folder_or_by_where_they_stand() -> None:
    first, second = finished("a.jpg"), finished("a.jpg")

    assert queue_of(first, second).likeness(second) == "Same file as the a.jpg above"
    first.path = "sub/a.jpg"
    assert queue_of(first, second).likeness(second) == "Same file as sub/a.jpg"


def test_all_that_may_end_otherwise_is_offered_again() -> None:
    cancelled, broken, stopped = item("a.jpg"), item("b.jpg"), item("c.jpg")
    cancelled.cancel()
    broken.fail("CorruptImage", "")
    stopped.fail("EngineError", "")
    queue = queue_of(cancelled, broken, stopped, finished("d.jpg"))

    assert queue.unmade(words.can_be_tried_again) == [cancelled, stopped]


@pytest.mark.parametrize(
    ("pdq", "quality", "told"),
    [
        (PDQ, 100, "Looks like a.jpg"),
        ("0f" + PDQ[2:], 100, "Looks like a.jpg"),
        ("0f" * 4 + PDQ[8:], 100, ""),  # 32 bits apart
        (PDQ, 49, ""),
    ],
)
def test_pictures_that_look_alike_are_named(pdq: str, quality: int, told: str) -> None:
    second = finished("b.jpg", pdq=pdq, pdq_quality=quality)

    assert queue_of(finished("a.jpg"), second).likeness(second) == told


def test_pictures_that_look_alike_after_turning_are_named() -> None:
    first = finished("a.jpg", pdq_turned=["3c" * 32, "0f" * 32])
    second, third = finished("b.jpg", pdq="0f" * 32), finished("c.jpg", pdq="55" * 32)

    assert queue_of(first, second).likeness(second) == "Looks, turned or mirrored, like a.jpg"
    assert queue_of(first, third).likeness(third) == ""


def test_the_first_of_two_is_not_called_a_copy() -> None:
    first = finished("a.jpg")

    assert queue_of(first, finished("b.jpg", source_sha256="a.jpg")).likeness(first) == ""


def test_only_finished_files_of_the_same_length_and_goal_can_lend_their_result() -> None:
    waits = item("d.jpg")
    twin = finished("b.jpg")
    queue = queue_of(finished("a.jpg", size_bytes=999), twin, finished("c.jpg"), waits)
    queue.items[2].goal = '{"target": 60}'

    assert queue.twins(waits, "{}") == [twin]
