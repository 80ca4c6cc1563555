"""When models look at a picture at all."""

from __future__ import annotations

import pytest

from eyebright.opening import may_matter
from eyebright.policy import load_policy_files
from eyebright.values import Goal

EXACT = load_policy_files([("p.toml", "[content.scan]\nlossless_only = true\n")])


@pytest.mark.parametrize(
    ("goal", "looks"),
    [
        (Goal(content="scan"), False),
        (Goal(content="scan", crop="1:1"), True),
        (Goal(content="scan", crops=("1:1",)), True),
        (Goal(content="medical", crop="1:1"), False),
        (Goal(content="general"), True),
    ],
)
def test_models_look_where_pixels_may_change_or_parts_be_cut(goal: Goal, looks: bool) -> None:  # noqa: FBT001
    assert may_matter(goal, EXACT) is looks
