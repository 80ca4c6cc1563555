"""Cache keys: what is in them, what is not, and how few a picture has."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import eyebright
from eyebright.policy import bucketed, cache_key, canonical_json, decide, negotiate
from eyebright.policy.buckets import MAX_KEYS_PER_IMAGE, MAX_KEYS_WITHOUT_NETWORK
from eyebright.policy.hints import HEADERS, NETWORK_HEADERS
from eyebright.policy.keys import LIMITED_ONLY, TOLD_ONLY, output_of
from eyebright.values import Capabilities, Facts, Goal, Plan, Reason

FACTS = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="ab" * 32)
PLAN = decide(FACTS, Goal(), Capabilities())
VERSIONS = {
    "eyebright": "0.1.0",
    "policy": "1",
    "kernels": "compiled",
    "models": {},
    "encoders": {"avif": "libaom 3", "webp": "1.5", "jpeg": "mozjpeg 4"},
    "decoders": {"jpeg": "libjpeg-turbo 3.1", "colour": "LittleCMS 2.17"},
}

CHANGES: dict[str, object] = {
    "width": 800,
    "height": 600,
    "target": 76.0,
    "floor": 51,
    "lossless_only": True,
    "max_bytes": 9,
    "candidates": PLAN.candidates[:1],
    "original_bytes": 1,
    "picture_class": "graphic",
    "policy_version": "0",
}
"""A change of each of the plan's oldest parts that the search reads."""


def key(plan: Plan = PLAN, versions: Any = None, source: str = "ab" * 32) -> str:
    return cache_key(source, plan, versions or VERSIONS)


def test_a_key_can_be_read_and_holds_a_hash() -> None:
    prefix, _, digest = key().rpartition("-")

    assert prefix == "eb3-1600x1200-avif.webp.jpeg-75"
    assert (32, set()) == (len(digest), set(digest) - set("0123456789abcdef"))


@pytest.mark.parametrize("part", CHANGES)
def test_whatever_the_search_reads_changes_the_key(part: str) -> None:
    assert key() != key(PLAN.replace(**{part: CHANGES[part]}))


def test_what_is_only_told_changes_no_key() -> None:
    told = PLAN.replace(content="art", reasons=(Reason(code="a", text="b"),), reviewers=("editor",))

    assert key() == key(told)


def test_every_part_of_a_plan_is_either_told_or_in_the_key() -> None:
    parts = set(Plan.field_names)

    assert parts == set(output_of(PLAN)) | TOLD_ONLY | LIMITED_ONLY
    assert parts == set(output_of(PLAN.replace(max_bytes=1))) | TOLD_ONLY


def test_least_sizes_count_only_under_a_byte_limit() -> None:
    limited = PLAN.replace(max_bytes=1000)

    assert key() == key(PLAN.replace(min_width=5))
    assert key(limited) != key(limited.replace(min_width=5))


@pytest.mark.parametrize("part", ["eyebright", "policy", "kernels", "models", "decoders"])
def test_versions_change_the_key(part: str) -> None:
    assert key() != key(versions=VERSIONS | {part: "other"})


def test_encoders_count_only_where_they_are_tried() -> None:
    encoders = {"avif": "libaom 3", "webp": "1.5", "jpeg": "mozjpeg 4"}

    assert key() != key(versions=VERSIONS | {"encoders": encoders | {"avif": "libaom 4"}})
    assert key() == key(versions=VERSIONS | {"encoders": encoders | {"jxl": "0.11"}})


def test_another_source_has_another_key() -> None:
    assert key() != key(source="cd" * 32)


def test_an_original_of_which_no_byte_may_change_has_one_key() -> None:
    kept = PLAN.replace(keep_original=True, keep_bytes=True)

    assert key(kept) == key(kept.replace(width=1, metadata="none"), versions={})
    assert key(kept) != key(kept, source="cd" * 32)
    assert key(kept).startswith("eb3-original-")


def test_a_kept_original_has_a_key_for_each_rule_on_metadata() -> None:
    kept = PLAN.replace(keep_original=True)

    assert key(kept) == key(kept.replace(width=1), versions={"eyebright": "0.1.0"})
    assert key(kept) != key(kept.replace(metadata="none"))
    assert key(kept) != key(kept.replace(keep_bytes=True))
    assert key(kept) != key(versions={"eyebright": "0.2.0"})
    assert key(kept) != key(kept, source="cd" * 32)
    assert key(kept).startswith("eb3-original-")


def test_a_kept_original_s_key_is_the_hash_of_what_of_it_goes_out() -> None:
    kept = PLAN.replace(keep_original=True, metadata="none")
    whole = kept.replace(keep_bytes=True)

    assert key(kept) == original_key('{"eyebright":"0.1.0","metadata":"none","source":"%s"}')
    assert key(kept, {"policy": "1"}) == original_key(
        '{"eyebright":"","metadata":"none","source":"%s"}'
    )
    assert key(whole) == original_key('{"source":"%s"}')


def original_key(text: str) -> str:
    digest = hashlib.sha256((text % ("ab" * 32)).encode()).hexdigest()
    return f"eb3-original-{digest[:32]}"


def test_keys_do_not_depend_on_the_order_of_versions() -> None:
    assert key() == key(versions=dict(reversed(list(VERSIONS.items()))))


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"b": 0.1, "a": [1, "ü"]}) == '{"a":[1,"\\u00fc"],"b":0.1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


def test_keys_are_the_same_under_any_hash_seed() -> None:
    script = (
        "from eyebright.policy import *; from eyebright.values import *;"
        "f = Facts(format='jpeg', width=1600, height=1200, size_bytes=900000, sha256='ab' * 32);"
        "c = bucketed(negotiate({'accept': 'image/avif,*/*', 'ect': '3g', 'dpr': '2'}));"
        "print(cache_key(f.sha256, decide(f, Goal(), c), {}))"
    )
    path = {"PYTHONPATH": str(Path(eyebright.__file__).parent.parent)}
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env=path | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    }

    assert len(outputs) == 1


NAMED = [("image/avif",), ("image/webp",), ("image/jxl",)]
ACCEPTS = [
    ",".join([name for keep, (name,) in zip(chosen, NAMED, strict=True) if keep] + ["*/*"])
    for chosen in product([True, False], repeat=3)
]
SENT = {
    "accept": ACCEPTS,
    "sec-ch-dpr": ["", "0.9", "1", "1.1", "1.5", "2", "2.625", "3", "4"],
    "sec-ch-width": ["", *map(str, range(50, 4000, 395))],
    "sec-ch-viewport-width": ["", "360", "1920"],
    "device-memory": ["", "0.25", "1", "8"],
    "save-data": ["", "on"],
    "ect": ["", "slow-2g", "2g", "3g", "4g"],
    "rtt": ["", "50", "100", "1000", "5000"],
    "downlink": ["", "0.05", "0.4", "1.35", "10"],
}
"""Values of each field that is sent; the product has some millions, so it is sampled."""

SAMPLES = 1_000


def sampled_keys(goal: Goal, reads: list[str]) -> set[str]:
    """Keys of one picture over evenly spread combinations of what may be sent."""
    machine = Capabilities(encode=("avif", "webp", "jpeg", "png", "jxl"))
    combinations = [[(name, value) for value in SENT[name]] for name in SENT if name in reads]
    keys = set()
    for index in range(SAMPLES):
        chosen, rest = [], index * 2_654_435_761  # Knuth's multiplicative hash spreads the choice
        for values in combinations:
            rest, at = divmod(rest, len(values))
            chosen.append(values[at])
        headers = [(name, value) for name, value in chosen if value]
        plan = decide(FACTS, goal, bucketed(negotiate(headers, machine, reads=reads)))
        keys.add(cache_key(FACTS.sha256, plan, VERSIONS))
    return keys


def test_a_picture_has_few_keys_whatever_is_sent() -> None:
    without_network = [name for name in HEADERS if name not in NETWORK_HEADERS]
    goal = Goal(purpose="serve")

    assert len(sampled_keys(goal, list(HEADERS))) <= MAX_KEYS_PER_IMAGE
    assert len(sampled_keys(goal, without_network)) <= MAX_KEYS_WITHOUT_NETWORK


def test_only_the_formats_matter_where_neither_slot_nor_network_do() -> None:
    keys = sampled_keys(Goal(), ["accept", "sec-ch-dpr", "sec-ch-width", "device-memory"])

    assert len(keys) == 4  # avif and webp named or not; jxl is written only when asked for


def test_all_widths_and_densities_of_one_class_share_a_key() -> None:
    goal = Goal(purpose="serve")
    hints = [(str(width), dpr) for width in range(641, 801, 53) for dpr in ("1.6", "1.75", "2")]
    negotiated = [negotiate({"sec-ch-width": width, "sec-ch-dpr": dpr}) for width, dpr in hints]

    raw = {cache_key(FACTS.sha256, decide(FACTS, goal, c), {}) for c in negotiated}
    classed = {cache_key(FACTS.sha256, decide(FACTS, goal, bucketed(c)), {}) for c in negotiated}
    assert (len(raw) > 3, len(classed)) == (True, 1)
