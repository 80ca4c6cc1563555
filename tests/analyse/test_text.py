import math

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from eyebright.analyse import text
from eyebright.errors import InputError
from eyebright.values import TextLine, Writing

SIZE = {"width": 128, "height": 64}


def proxy(width: int = 128, height: int = 64) -> np.ndarray:
    """Full of strokes, every third column."""
    picture = blank(width, height)
    picture[:, ::3] = 40
    return picture


def blank(width: int = 128, height: int = 64) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def outputs(*cores: tuple[int, int, int, int], height: float = 10, x_height: float = 5) -> dict:
    """Maps of a 128 x 64 proxy with cores at (left, top, right, bottom) cells, as if sure."""
    maps = np.full((1, 2, 32, 64), -6, np.float32)
    for left, top, right, bottom in cores:
        maps[0, :, top:bottom, left:right] = 9
    heights = np.empty((1, 2, 32, 64), np.float32)
    heights[0, 0], heights[0, 1] = np.log2(height), np.log2(x_height)
    return {"maps": maps, "heights": heights}


def page(lines: int, size: int = 20, width: int = 300) -> np.ndarray:
    """Black lines of text on white, 40 pixels apart, from (20, 20)."""
    image = Image.new("RGB", (width, 40 * lines + 20), "white")
    font = ImageFont.load_default(size)
    for index in range(lines):
        at = (20, 20 + 40 * index)
        ImageDraw.Draw(image).text(at, "Cash and change, thank you", fill=0, font=font)
    return np.asarray(image)


def test_sides_are_filled_up_to_multiples_of_32_with_the_edge() -> None:
    picture = np.arange(40 * 33 * 3, dtype=np.uint32).reshape(40, 33, 3).astype(np.uint8)
    image = text.prepare(picture)["image"]

    assert image.shape == (1, 64, 64, 3)
    assert image.dtype == np.uint8
    assert np.array_equal(image[0, :40, :33], picture)
    assert np.array_equal(image[0, 63, 63], picture[39, 32])


def test_a_core_becomes_a_line_of_the_height_that_the_model_tells() -> None:
    writing = text.read(outputs((10, 10, 40, 12)), proxy(), **SIZE)

    # columns 20..80, 0.2 heights and a pixel beyond at either end; 10.9 pixels around row 22
    assert writing.lines == (TextLine(x=17, y=17, width=66, height=11, x_height_px=5),)


def test_lines_are_told_in_pixels_of_the_picture_as_shown() -> None:
    writing = text.read(outputs((10, 10, 40, 12)), proxy(), width=384, height=192)

    assert writing.lines == (TextLine(x=51, y=50, width=198, height=33, x_height_px=15),)


def test_cores_a_row_apart_stay_two_lines_and_come_from_the_top_down() -> None:
    writing = text.read(outputs((10, 12, 40, 13), (10, 10, 40, 11)), proxy(), **SIZE)

    assert [line.y for line in writing.lines] == [16, 20]


def test_a_slanted_line_gets_the_box_around_it() -> None:
    steps = [(4 * step, 8 + step, 4 * step + 5, 9 + step) for step in range(12)]
    (line,) = text.read(outputs(*steps), proxy(), **SIZE).lines

    assert line.width == pytest.approx(98 + 2, abs=2)  # the proxy's left edge cuts the inset
    assert line.height == pytest.approx(10 + 24, abs=3)


def test_specks_are_no_line_whatever_the_model_says() -> None:
    cores, specks = ((10, 10, 40, 12), (10, 20, 40, 22)), blank()
    specks[20:24, 30:31] = 90
    specks[21, 60:62] = 0

    assert text.read(outputs(*cores), specks, **SIZE).lines == ()


def test_the_smallest_digit_is_a_line_beside_specks() -> None:
    cores, picture = ((10, 10, 14, 12), (10, 20, 14, 22)), blank()
    picture[19:26, 24] = 0  # a digit 1, seven pixels high
    picture[42, 24:26] = 0

    (line,) = text.read(outputs(*cores), picture, **SIZE).lines

    assert line.y < 22 < line.y + line.height


def test_a_core_that_is_not_sure_is_not_told() -> None:
    made = outputs((10, 10, 40, 12))
    made["maps"][made["maps"] > 0] = -0.2

    assert text.read(made, proxy(), **SIZE).lines == ()


def test_a_line_is_told_as_sure_as_its_core_is_on_the_whole() -> None:
    told = outputs((5, 9, 10, 40))
    core = told["maps"][0, 1]
    core[core > 0] = 1.0
    (line,) = text.read(told, proxy(), width=128, height=64).lines

    assert line.confidence_permille == round(1000 / (1 + math.exp(-1)))


def test_gradients_alone_are_sure_of_no_line() -> None:
    lines = text.fallback(page(3), width=600, height=280).lines

    assert {line.confidence_permille for line in lines} == {0}


def test_a_single_cell_is_noise() -> None:
    assert text.read(outputs((10, 10, 11, 11)), proxy(), **SIZE).lines == ()


def test_without_text_there_are_no_lines_and_no_share() -> None:
    assert text.read(outputs(), proxy(), **SIZE) == Writing(lines=(), permille=0)


def test_the_share_of_text_leaves_out_what_was_filled_up() -> None:
    made = outputs((0, 0, 64, 8))

    assert text.read(made, proxy(128, 40), **SIZE).permille == 400
    assert text.read(made, proxy(128, 64), **SIZE).permille == 250


def test_lines_stay_inside_the_picture() -> None:
    writing = text.read(outputs((0, 0, 64, 2), height=30), proxy(), **SIZE)

    assert writing.lines == (TextLine(x=0, y=0, width=128, height=19, x_height_px=5),)


def test_maps_of_another_shape_are_refused() -> None:
    made = outputs() | {"heights": np.zeros((1, 1, 32, 64), np.float32)}

    with pytest.raises(InputError, match="run the model that the manifest names"):
        text.read(made, proxy(), **SIZE)


@pytest.mark.parametrize("size", [(128, 65), (160, 64), (10, 10)])
def test_maps_of_another_picture_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="for this picture"):
        text.read(outputs(), proxy(*size), **SIZE)


def test_without_a_model_gradients_find_clear_lines_and_their_heights() -> None:
    writing = text.fallback(page(3), width=600, height=280)

    # ink of 502 x 36 pixels from row 50, 130 and 210; a wide space may part a line
    for row in (50, 130, 210):
        parts = [line for line in writing.lines if abs(line.y - row) <= 8]
        assert 400 <= sum(part.width for part in parts) <= 530
        assert all(24 <= part.height <= 44 for part in parts)
    assert {round((line.y - 50) / 80) for line in writing.lines} == {0, 1, 2}


def test_without_a_model_a_plain_picture_has_no_text() -> None:
    ramp = np.repeat(np.arange(200, dtype=np.uint8)[:, None, None], 3, axis=2)
    picture = np.repeat(ramp, 90, axis=1)

    assert text.fallback(picture, width=90, height=200) == Writing(lines=(), permille=0)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (3, 5)])
def test_pictures_of_a_few_pixels_have_no_text(size: tuple[int, int]) -> None:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    picture[::2] = 255

    assert text.fallback(picture, width=size[0], height=size[1]).lines == ()
    assert text.prepare(picture)["image"].shape == (1, 32, 32, 3)
