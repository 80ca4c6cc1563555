"""A user's policy file: what it may say, and how its mistakes are named."""

from __future__ import annotations

import pytest

from eyebright import policy
from eyebright.errors import PolicyError
from eyebright.policy import decide
from eyebright.policy.content import BUILT_IN, CONTEXTS, POLICIES
from eyebright.policy.files import (
    MAX_CONTENTS,
    MAX_FILE_CHARS,
    load_policies,
    load_policy_files,
)
from eyebright.values import Capabilities, Facts, Goal

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="")

FILE = """
[content.food]
extends = "product"
target = 82
[content.menu]
extends = "food"
min_text_px = 12
[content.general]
target = 70
[brand]
name = "Acme"
colours = ["#d0103a"]
formats = ["webp", "jpeg"]
[contexts]
banner = "designer"
hero = ""
"""


def test_an_empty_file_changes_nothing_but_is_known() -> None:
    loaded = load_policies("")

    assert loaded.contents == POLICIES
    assert loaded.contexts == CONTEXTS
    assert loaded.brand is None
    assert len(loaded.fingerprint) == 8


def test_a_content_extends_another_and_may_stand_before_it() -> None:
    loaded = load_policies(
        '[content.menu]\nextends = "food"\nfloor = 90\n'
        + FILE.split("[cont", maxsplit=1)[0]
        + '[content.food]\nextends = "product"\ntarget = 82\n'
    )

    assert loaded.contents["menu"] == POLICIES["product"].replace(target=82.0, floor=90)


def test_a_content_extends_general_where_it_names_nothing() -> None:
    loaded = load_policies("[content.food]\ntarget = 82\n")

    assert loaded.contents["food"] == POLICIES["general"].replace(target=82.0)


def test_a_built_in_content_is_changed_in_place() -> None:
    loaded = load_policies(FILE)

    assert loaded.contents["general"] == POLICIES["general"].replace(target=70.0)
    assert loaded.contents["art"] == POLICIES["art"]


def test_a_built_in_content_may_start_from_another() -> None:
    loaded = load_policies('[content.art]\nextends = "product"\n')

    assert loaded.contents["art"] == POLICIES["product"]


def test_contexts_are_added_and_changed() -> None:
    loaded = load_policies(FILE)

    assert loaded.contexts["banner"] == "designer"
    assert loaded.contexts["hero"] == ""
    assert loaded.contexts["social"] == "editor"


def test_decide_uses_the_file_and_its_fingerprint() -> None:
    loaded = load_policies(FILE)

    plan = decide(PHOTO, Goal(content="menu", context="banner"), Capabilities(), loaded)

    assert plan.target == 82
    assert plan.limits.min_text_px == 12
    assert plan.limits.brand_colours == ("#d0103a",)
    assert plan.reviewers == ("designer",)
    assert {"jpeg"} == {c.format for c in plan.candidates}  # whole chroma, which WebP lacks
    assert plan.policy_version.endswith(f"+{loaded.fingerprint}")


def test_the_fingerprint_follows_the_meaning_not_the_spelling() -> None:
    spelled = load_policies("# a comment\n[content.food]\ntarget = 82.0\n")

    assert spelled.fingerprint == load_policies("[content.food]\ntarget = 82\n").fingerprint
    assert spelled.fingerprint != load_policies("[content.food]\ntarget = 83\n").fingerprint


@pytest.mark.parametrize(
    ("text", "path", "remedy"),
    [
        ("[", "", "not valid TOML"),
        ("[contents.food]\n", "contents", "unknown section; use content, brand, contexts"),
        ("content = 5\n", "content", r"must be a section; write \[content\]"),
        ("brand = 5\n", "brand", r"write \[brand\]"),
        ("contexts = 5\n", "contexts", r"write \[contexts\]"),
        ("[content]\nfood = 5\n", "content.food", r"write \[content.food\]"),
        ("[content.auto]\n", "content.auto", "not a name"),
        ("[content.Food]\n", "content.Food", "small letters"),
        ("[content.food]\ncolour = 1\n", "content.food.colour", "known keys are"),
        ("[content.food]\ntarget = 'high'\n", "content.food.target", "expected a number"),
        ("[content.food]\ntarget = nan\n", "content.food.target", "finite"),
        ("[content.food]\ntarget = 101\n", "content.food.target", "not between 0 and 100"),
        ("[content.food]\ntarget = -1\n", "content.food.target", "not between 0 and 100"),
        ("[content.food]\nfloor = 101\n", "content.food.floor", "not between 0 and 100"),
        ("[content.food]\nmax_delta_e = -1\n", "content.food.max_delta_e", "not between 0"),
        ("[content.food]\nmin_text_px = 1001\n", "content.food.min_text_px", "0 and 1000"),
        ("[content.food]\nsubsampling = '422'\n", "content.food.subsampling", "use 420 or 444"),
        ("[content.food]\nforbid = ['fun']\n", "content.food.forbid[0]", "use lossy, scale"),
        ("[content.food]\nextends = 'fud'\n", "content.food.extends", "unknown 'fud'; use one of"),
        (
            "[content.a]\nextends = 'b'\n[content.b]\nextends = 'a'\n",
            "content.b.extends",
            "extend each other; break the circle",
        ),
        (
            "[content.food]\nextends = 'medical'\ntarget = 80\n",
            "content.food.target",
            "contradicts lossless_only",
        ),
        (
            "[content.food]\nrestore = true\nforbid = ['restore']\n",
            "content.food.restore",
            "contradicts forbid = restore",
        ),
        (
            "[content.medical]\nlossless_only = false\n",
            "content.medical.lossless_only",
            "cannot be lifted; give the content another name",
        ),
        (
            "[content.legal]\nkeep_original = false\n",
            "content.legal.keep_original",
            "cannot be lifted",
        ),
        ("[content.medical]\nforbid = []\n", "content.medical.forbid", "must still hold lossy"),
        ("[content.news]\nforbid = ['crop']\n", "content.news.forbid", "must still hold restore"),
        ("[brand]\nlogo = 'x'\n", "brand.logo", "known keys are"),
        ("[brand]\ntarget = 101\n", "brand.target", "not between 0 and 100"),
        ("[brand]\nfloor = -1\n", "brand.floor", "not between 0 and 100"),
        ("[brand]\nforbid = ['fun']\n", "brand.forbid[0]", "unknown 'fun'"),
        ("[brand]\nmax_delta_e = 101\n", "brand.max_delta_e", "not between 0 and 100"),
        ("[brand]\ncolour_delta_e = -1\n", "brand.colour_delta_e", "not between 0 and 100"),
        ("[brand]\nmin_text_px = -1\n", "brand.min_text_px", "not between 0 and 1000"),
        ("[brand]\nmax_width = 0\n", "brand.max_width", "0 is not a positive number"),
        ("[brand]\ncolours = ['#d0103a', 'red']\n", "brand.colours[1]", "write it like"),
        ("[brand]\nformats = []\n", "brand.formats", "leave it out to allow all"),
        ("[brand]\nformats = ['webp', 'gif']\n", "brand.formats[1]", "unknown 'gif'; use avif"),
        (
            "[brand]\nformats = ['jpeg']\nforbid = ['lossy']\n",
            "brand.formats",
            "none of these can be lossless; allow webp, png or jxl",
        ),
        ("[contexts]\nBanner = 'x'\n", "contexts.Banner", "not a name"),
        ("[contexts]\nbanner = 5\n", "contexts.banner", "name who reviews it"),
    ],
)
def test_mistakes_are_named_by_the_key_s_path(text: str, path: str, remedy: str) -> None:
    with pytest.raises(PolicyError, match=remedy) as caught:
        load_policies(text)

    assert path == caught.value.path


@pytest.mark.parametrize(
    "text",
    [
        "[content.food]\ntarget = 0\nfloor = 0\nmax_delta_e = 0\nmin_text_px = 1000\n",
        "[content.food]\ntarget = 100\nfloor = 100\nmax_delta_e = 100\nmin_text_px = 0\n",
        "[content.scan]\nextends = 'medical'\ntarget = 100\n",
        "[content.scan]\nextends = 'medical'\nforbid = []\n",
        "[content.news]\nforbid = ['crop', 'restore']\n",
        "[content.a-b_9]\n",
        "[brand]\nmax_width = 1\nformats = ['png']\nforbid = ['lossy']\n",
        "[brand]\nformats = ['jpeg']\nforbid = ['crop']\n",
    ],
)
def test_what_is_unusual_but_meant_is_taken(text: str) -> None:
    assert load_policies(text).fingerprint


def test_a_name_is_at_most_forty_characters() -> None:
    assert load_policies(f"[content.{'a' * 40}]\n").contents["a" * 40]
    with pytest.raises(PolicyError, match="not a name"):
        load_policies(f"[content.{'a' * 41}]\n")


def test_a_file_that_is_far_too_long_is_not_read() -> None:
    assert load_policies("#" * MAX_FILE_CHARS)
    with pytest.raises(PolicyError, match="100001 characters; at most 100000 are read"):
        load_policies("#" * (MAX_FILE_CHARS + 1))


def test_the_number_of_contents_is_bounded() -> None:
    most = "".join(f"[content.c{number}]\n" for number in range(MAX_CONTENTS))

    assert len(load_policies(most).contents) == MAX_CONTENTS + len(POLICIES)
    with pytest.raises(PolicyError, match="101 contents; at most 100"):
        load_policies(most + "[content.another]\n")


def test_a_lossless_content_of_one_s_own_may_leave_scaling_free() -> None:
    loaded = load_policies("[content.scan]\nextends = 'medical'\nforbid = []\n")

    plan = decide(PHOTO, Goal(content="scan", max_width=100), Capabilities(), loaded)

    assert plan.width == 100
    assert all(c.lossless for c in plan.candidates)


def test_the_brand_may_say_all_at_once() -> None:
    loaded = load_policies(
        "[brand]\nname = 'A'\ntarget = 77\nfloor = 55\nmax_width = 900\nforbid = ['crop']\n"
        "min_text_px = 10\nmax_delta_e = 3\ncolour_delta_e = 1\ncolours = ['#000000']\n"
    )

    plan = decide(PHOTO, Goal(), Capabilities(), loaded)

    assert (plan.target, plan.floor, plan.width) == (77, 55, 900)
    assert plan.limits.brand_delta_e == 1


HOUSE = '[content.food]\nextends = "product"\nforbid = ["crop"]\n[contexts]\nbanner = "designer"\n'


def test_a_file_lies_over_another() -> None:
    own = '[content.menu]\nextends = "food"\ntarget = 90\n[contexts]\nbanner = ""\n'

    loaded = load_policy_files([("house.toml", HOUSE), ("own.toml", own)])

    assert loaded.contents["menu"].forbid == ("crop",)
    assert (loaded.contents["food"].target, loaded.contents["menu"].target) == (80, 90)
    assert loaded.contexts["banner"] == ""


def test_a_later_file_changes_what_an_earlier_one_added() -> None:
    own = "[content.food]\ntarget = 90\n"

    food = load_policy_files([("house.toml", HOUSE), ("own.toml", own)]).contents["food"]

    assert (food.target, food.floor, food.forbid) == (90, 85, ("crop",))


def test_a_brand_below_holds_for_the_files_over_it() -> None:
    brand = '[brand]\nname = "Acme"\n'

    loaded = load_policy_files([("acme.toml", brand), ("own.toml", "[content.x]\n")])

    assert loaded.brand is not None
    assert loaded.brand.name == "Acme"


def test_no_files_are_the_built_in_tables() -> None:
    assert load_policy_files([]) == BUILT_IN


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("[content.food]\nforbid = []\n", "own.toml: content.food.forbid: must still hold crop;"),
        ("[content.food]\nlossless_only = 1\n", "own.toml: content.food.lossless_only: expected"),
        ('[content.x]\nextends = "x"\n', "own.toml: content.x.extends: x and x extend each other"),
        ("[content]\nfood = 3\n", "own.toml: content.food: must be a section; write"),
        ("a = " + "[" * 9000, "own.toml: the policy file is nested without end; a table"),
    ],
)
def test_a_mistake_in_a_file_over_another_names_that_file(own: str, message: str) -> None:
    with pytest.raises(PolicyError) as raised:
        load_policy_files([("house.toml", HOUSE), ("own.toml", own)])

    assert str(raised.value).startswith(message)
    assert raised.value.file == "own.toml"


def test_a_second_brand_is_a_conflict() -> None:
    with pytest.raises(PolicyError, match=r"^b: brand: an earlier file has a brand already; keep"):
        load_policy_files([("a", "[brand]\n"), ("b", "[brand]\n")])


def test_more_files_than_anybody_needs_are_refused() -> None:
    with pytest.raises(PolicyError, match=r"^9 policy files; at most 8 lie over one another$"):
        load_policy_files([(str(n), "") for n in range(9)])

    assert load_policy_files([(str(n), "") for n in range(8)]).brand is None


def test_only_the_named_functions_are_loaded_late() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        policy.nothing  # noqa: B018 - reading it is the test

    assert policy.load_policies is load_policies
    assert policy.load_policy_files is load_policy_files
