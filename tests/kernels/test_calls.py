"""The C calls check every buffer: a wrong one raises, and never reads or writes outside."""

from typing import Any

import numpy as np
import pytest

from eyebright import kernels
from eyebright.kernels import srgb, tones

WIDTH, HEIGHT = 16, 12
PICTURE = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
PLAN = np.full((3, 2), 3, dtype=np.uint8)


@pytest.fixture(name="module")
def _module() -> kernels.Kernels:
    with kernels.using("compiled"):
        module = kernels.load()
    assert module is not None
    return module


def sums_arguments(module: kernels.Kernels) -> dict[str, Any]:
    scratch = np.empty(module.ssimulacra2_scratch(WIDTH, HEIGHT, PLAN), dtype=np.float32)
    return {
        "reference": PICTURE,
        "reference_channels": 3,
        "distorted": PICTURE,
        "distorted_channels": 3,
        "width": WIDTH,
        "height": HEIGHT,
        "background": 0.5,
        "linear": srgb.linear_table(),
        "plan": PLAN,
        "scratch": scratch,
        "out": np.empty((1, 3, 2, 6)),
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reference", PICTURE[:-1], "picture has a wrong length"),
        ("distorted", np.zeros(1, dtype=np.uint8), "picture has a wrong length"),
        ("distorted_channels", 4, "picture has a wrong length"),
        ("reference_channels", 1, "channels must be 3 or 4"),
        ("width", WIDTH + 1, "picture has a wrong length"),
        ("width", 0, "at least 1"),
        ("height", -1, "at least 1"),
        ("background", 1.5, "background must be within"),
        ("background", float("nan"), "background must be within"),
        ("linear", np.zeros(256, dtype=np.float32), "linear-light table"),
        ("plan", np.zeros(7, dtype=np.uint8), "plan must have"),
        ("plan", np.zeros(21, dtype=np.uint8), "plan must have"),
        ("scratch", np.zeros(3, dtype=np.float32), "scratch is too small"),
        ("out", np.zeros(35), "out has a wrong length"),
    ],
)
def test_a_wrong_argument_of_the_metric_is_refused(
    module: kernels.Kernels, name: str, value: object, message: str
) -> None:
    arguments = sums_arguments(module) | {name: value}

    with pytest.raises(ValueError, match=message):
        module.ssimulacra2_sums(*arguments.values())


def test_results_are_not_written_into_a_read_only_array(module: kernels.Kernels) -> None:
    arguments = sums_arguments(module)
    arguments["out"].setflags(write=False)

    with pytest.raises(TypeError):
        module.ssimulacra2_sums(*arguments.values())


def test_the_metrics_memory_does_not_grow_with_the_height(module: kernels.Kernels) -> None:
    plan = np.full((3, 6), 3, dtype=np.uint8)
    one_row = module.ssimulacra2_scratch(6000, 8, plan)

    assert module.ssimulacra2_scratch(6000, 60_000, plan) == one_row
    assert one_row * 4 < 10_000_000


def resize_arguments(module: kernels.Kernels) -> dict[str, Any]:
    """Halves the picture by means of two."""
    weights = np.full((WIDTH // 2, 2), 0.5, dtype=np.float32)
    starts = np.arange(0, WIDTH, 2, dtype=np.int32)
    return {
        "method": 0,
        "pixels": PICTURE,
        "width": WIDTH,
        "height": HEIGHT,
        "channels": 3,
        "columns": starts,
        "column_weights": weights,
        "rows": starts[: HEIGHT // 2].copy(),
        "row_weights": weights[: HEIGHT // 2].copy(),
        "first": 0,
        "last": HEIGHT // 2,
        "linear": tones.of_srgb().light,
        "thresholds": tones.of_srgb().thresholds,
        "guesses": tones.of_srgb().guesses,
        "scratch": np.empty(module.resize_scratch(3, WIDTH, WIDTH // 2, 2), dtype=np.float32),
        "out": np.empty((HEIGHT // 2, WIDTH // 2, 3), dtype=np.uint8),
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pixels", PICTURE[1:], "picture has a wrong length"),
        ("channels", 2, "channels must be 3 or 4"),
        ("height", 0, "at least 1"),
        ("columns", np.arange(1, 17, 2, dtype=np.int32), "reaches outside"),
        ("columns", np.full(8, -1, dtype=np.int32), "reaches outside"),
        ("rows", np.array([0, 4, 2, 6, 8, 10], dtype=np.int32), "must not fall"),
        ("row_weights", np.zeros(7, dtype=np.float32), "weights have a wrong length"),
        ("row_weights", np.zeros(0, dtype=np.float32), "weights have a wrong length"),
        ("linear", srgb.code_table(), "table has a wrong length"),
        ("thresholds", np.zeros(3 * 255, dtype=np.float32), "table has a wrong length"),
        ("guesses", srgb.guess_table()[:5], "table has a wrong length"),
        ("linear", tones.of_wide_srgb().light, "table has a wrong length"),
        ("method", 4, "no such method"),
        ("method", -1, "no such method"),
        ("first", -1, "no such rows"),
        ("first", HEIGHT // 2, "no such rows"),
        ("last", HEIGHT // 2 + 1, "no such rows"),
        ("last", HEIGHT // 2 - 1, "out has a wrong length"),
        ("scratch", np.zeros(3, dtype=np.float32), "scratch is too small"),
        ("out", np.zeros(3, dtype=np.uint8), "out has a wrong length"),
    ],
)
def test_a_wrong_argument_of_the_resize_is_refused(
    module: kernels.Kernels, name: str, value: object, message: str
) -> None:
    arguments = resize_arguments(module) | {name: value}

    with pytest.raises(ValueError, match=message):
        module.resize(*arguments.values())


@pytest.mark.parametrize(
    "name", ["columns", "column_weights", "row_weights", "linear", "thresholds", "scratch"]
)
def test_a_buffer_at_an_odd_address_is_refused(module: kernels.Kernels, name: str) -> None:
    arguments = resize_arguments(module)
    content = arguments[name].tobytes()
    moved = np.frombuffer(bytearray(b"." + content), dtype=np.uint8)[1:]

    with pytest.raises(ValueError, match="multiple of its items' size"):
        module.resize(*(arguments | {name: moved}).values())


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_light_above_all_thresholds_always_has_a_code(
    module: kernels.Kernels, channel: int
) -> None:
    arguments = resize_arguments(module)
    thresholds = arguments["thresholds"].copy()
    thresholds[channel, -1] = 1

    with pytest.raises(ValueError, match="last threshold of a channel must be infinite"):
        module.resize(*(arguments | {"thresholds": thresholds}).values())


def test_what_is_no_number_becomes_black(module: kernels.Kernels) -> None:
    weights = np.full((WIDTH // 2, 2), np.nan, dtype=np.float32)
    arguments = resize_arguments(module) | {"column_weights": weights}
    arguments["out"][:] = 9
    module.resize(*arguments.values())

    assert not arguments["out"].any()


def test_sides_whose_product_wraps_are_refused(module: kernels.Kernels) -> None:
    """In 64 bits these sides, four channels and two bytes each come to 4,584 bytes."""
    width, height = 1_610_626_925, 1_431_643_153
    arguments = resize_arguments(module) | {
        "pixels": np.zeros(width * height * 8 % 2**64, dtype=np.uint8),
        "width": width,
        "height": height,
        "channels": 4,
        "linear": tones.of_wide_srgb().light,
        "thresholds": tones.of_wide_srgb().thresholds,
        "guesses": tones.of_wide_srgb().guesses,
    }

    with pytest.raises(ValueError, match="picture has a wrong length"):
        module.resize(*arguments.values())


def test_memory_that_cannot_be_is_not_told_as_less(module: kernels.Kernels) -> None:
    most = 2**31 - 1

    with pytest.raises(ValueError, match="too large for this machine's memory"):
        module.resize_scratch(0, most, most, most)


@pytest.mark.parametrize(
    ("plane", "scratch", "message"),
    [(99, 10_000, "plane has"), (100, 3, "scratch is"), (101, 10_000, "plane has")],
)
def test_a_wrong_argument_of_the_blur_is_refused(
    module: kernels.Kernels, plane: int, scratch: int, message: str
) -> None:
    values, memory, out = (np.zeros(n, dtype=np.float32) for n in (plane, scratch, 100))

    with pytest.raises(ValueError, match=message):
        module.blur(values, 10, 10, memory, out)


def proxy_arguments(module: kernels.Kernels) -> dict[str, Any]:
    """Halves the picture by boxes of two."""
    firsts = np.arange(WIDTH // 2, dtype=np.int32)
    weights = np.tile(np.array([4096, 0, 0], dtype=np.int32), (WIDTH // 2, 1))
    return {
        "pixels": PICTURE,
        "width": WIDTH,
        "height": HEIGHT,
        "channels": 3,
        "column_box": 2,
        "columns": firsts,
        "column_weights": weights,
        "row_box": 2,
        "rows": firsts[: HEIGHT // 2].copy(),
        "row_weights": weights[: HEIGHT // 2].copy(),
        "scratch": np.empty(module.proxy_scratch(WIDTH, 2), dtype=np.float32),
        "out": np.empty((HEIGHT // 2, WIDTH // 2, 3), dtype=np.uint8),
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pixels", PICTURE[1:], "picture has a wrong length"),
        ("channels", 2, "channels must be 3 or 4"),
        ("channels", 4, "picture has a wrong length"),
        ("height", 0, "at least 1"),
        ("column_box", 0, "at least 1 pixel long"),
        ("row_box", 3, "begins outside"),
        ("columns", np.arange(1, 9, dtype=np.int32), "begins outside"),
        ("columns", np.full(8, -1, dtype=np.int32), "begins outside"),
        ("columns", np.zeros(17, dtype=np.int32), "as many outputs as pixels"),
        ("rows", np.array([0, 4, 2, 3, 4, 5], dtype=np.int32), "must not fall"),
        ("rows", np.zeros(0, dtype=np.int32), "as many outputs as pixels"),
        ("row_weights", np.zeros(7, dtype=np.int32), "weights have a wrong length"),
        ("scratch", np.zeros(3, dtype=np.float32), "scratch is too small"),
        ("out", np.zeros(3, dtype=np.uint8), "out has a wrong length"),
    ],
)
def test_a_wrong_argument_of_the_proxy_is_refused(
    module: kernels.Kernels, name: str, value: object, message: str
) -> None:
    arguments = proxy_arguments(module) | {name: value}

    with pytest.raises(ValueError, match=message):
        module.proxy(*arguments.values())


@pytest.mark.parametrize(("width", "box"), [(0, 1), (5, 0), (-1, 1)])
def test_no_memory_is_told_for_a_proxy_that_cannot_be(
    module: kernels.Kernels, width: int, box: int
) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        module.proxy_scratch(width, box)
