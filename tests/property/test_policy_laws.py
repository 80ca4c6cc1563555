"""Laws of the small parts: sizes and reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_strategies import sides

from eyebright.policy.sizes import fit
from eyebright.records import MOST_WHOLE
from eyebright.values import Reason, Report

pytestmark = pytest.mark.property


@given(sides, sides, st.none() | sides, st.none() | sides)
def test_sizes_fit_keep_the_aspect_and_never_grow(
    width: int, height: int, most_width: int | None, most_height: int | None
) -> None:
    fitted_width, fitted_height = fit(width, height, most_width, most_height)

    assert 1 <= fitted_width <= min(width, most_width or width)
    assert 1 <= fitted_height <= min(height, most_height or height)
    factor = min(1.0, (most_width or width) / width, (most_height or height) / height)
    assert abs(fitted_width - max(1, width * factor)) <= 1
    assert abs(fitted_height - max(1, height * factor)) <= 1


words = st.text(max_size=9)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words
reasons = st.builds(
    Reason, code=words, text=words, values=st.dictionaries(words, values, max_size=3)
)


scores = st.floats(-100, 100)
whole = st.integers(-MOST_WHOLE, MOST_WHOLE)
counts = {name: whole for name in Report.field_names if "int" in Report.__annotations__[name]}


@given(
    st.builds(
        Report,
        score=scores,
        target=scores,
        reasons=st.lists(reasons, max_size=3).map(tuple),
        **counts,
    )
)
def test_reports_round_trip_through_json(report: Report) -> None:
    assert report == Report.from_dict(report.to_dict())
