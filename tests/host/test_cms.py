"""Both builds of LittleCMS convert alike, and either alone suffices."""

from __future__ import annotations

import importlib.util

import colour_files
import numpy as np
import pytest

from eyebright.errors import CapabilityMissing
from eyebright.host.native import cms

GREY = colour_files.grey_profile(2.2)


def leave_out(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """As in Pyodide, which holds a package only once a file needs it."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name in packages else find_spec(name)
    )


@pytest.mark.parametrize(
    ("profile", "channels"), [(GREY, 1), (colour_files.rgb_table_profile(), 3)]
)
def test_imagecodecs_alone_converts_as_pillow_does(
    monkeypatch: pytest.MonkeyPatch, profile: bytes, channels: int
) -> None:
    samples = colour_files.picture()[..., :channels]
    by_pillow = cms.convert(samples, profile)
    leave_out(monkeypatch, "PIL")
    alone = cms.convert(samples, profile)

    assert np.abs(by_pillow.astype(np.int16) - alone).max() <= 1


def test_without_either_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out(monkeypatch, "PIL", "imagecodecs")

    with pytest.raises(CapabilityMissing, match="install imagecodecs"):
        cms.convert(colour_files.picture()[..., :1], GREY)
