from collections.abc import Iterator

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from eyebright import kernels, transform
from eyebright.errors import InputError
from eyebright.kernels import srgb, tones
from eyebright.transform import clean_hidden, hidden_colours, lanczos, resize

SIZES = [(100, 77), (511, 512), (13, 1), (1, 13), (700, 600), (1, 1), (256, 256)]


@pytest.fixture(params=["compiled", "numpy"])
def _path(request: pytest.FixtureRequest) -> Iterator[None]:
    with kernels.using(request.param):
        yield


both_paths = pytest.mark.usefixtures("_path")


def by_definition(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Whole picture in float64, one dense matrix per direction, written from the definition."""
    encoded = pixels.astype(np.float64) / 255
    light = srgb.to_linear(encoded[..., :3])
    alpha = encoded[..., 3:] if pixels.shape[2] == 4 else np.ones_like(encoded[..., :1])
    across = dense(pixels.shape[1], width) @ np.dstack([light * alpha, alpha])
    both = np.tensordot(dense(pixels.shape[0], height), across, axes=1)
    alpha = np.floor(np.clip(both[..., 3:], 0, 1) * 255 + 0.5)
    colour = np.clip(both[..., :3] / np.where(alpha > 0, both[..., 3:], 1), 0, 1)
    curve = np.where(colour <= 0.0031308, colour * 12.92, 1.055 * colour ** (1 / 2.4) - 0.055)
    codes = np.where(alpha > 0, np.floor(curve * 255 + 0.5), 0)
    return (np.dstack([codes, alpha]) if pixels.shape[2] == 4 else codes).astype(int)


def dense(inputs: int, outputs: int) -> np.ndarray:
    stretch = max(1.0, inputs / outputs)
    centres = (np.arange(outputs)[:, None] + 0.5) * inputs / outputs
    x = (np.arange(inputs)[None] + 0.5 - centres) / stretch
    weights = np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)
    return weights / weights.sum(axis=1, keepdims=True)


@both_paths
@pytest.mark.parametrize("size", SIZES)
def test_a_photo_is_resized_as_the_definition_says(size: tuple[int, int]) -> None:
    photo = skimage.data.astronaut()
    off = np.abs(by_definition(photo, *size) - resize(photo, *size))

    assert off.max() <= 1
    assert off.mean() < 1e-3


@both_paths
@pytest.mark.parametrize("size", SIZES)
def test_pillow_makes_the_same_of_the_linear_planes(size: tuple[int, int]) -> None:
    photo = skimage.data.coffee()
    light = srgb.to_linear(photo / 255).astype(np.float32)
    planes = [
        Image.fromarray(light[..., c]).resize(size, Image.Resampling.LANCZOS) for c in range(3)
    ]
    expected = srgb.to_codes(np.dstack([np.asarray(plane) for plane in planes])).astype(int)

    assert np.abs(expected - resize(photo, *size)).max() <= 1


@both_paths
@pytest.mark.parametrize("size", SIZES)
def test_alpha_is_premultiplied(size: tuple[int, int]) -> None:
    photo = skimage.data.chelsea()
    height, width = photo.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    alpha = np.clip(np.hypot(x - width / 2, y - height / 2) * 2 - 100, 0, 255).astype(np.uint8)
    picture = np.dstack([photo, alpha])
    expected, found = by_definition(picture, *size), resize(picture, *size)
    solid = expected[..., 3] > 8

    assert np.abs(expected[..., 3] - found[..., 3]).max() <= 1
    assert np.abs(expected - found)[solid].max() <= 1


@both_paths
def test_hidden_colour_does_not_bleed_into_the_edge() -> None:
    picture = np.zeros((64, 64, 4), dtype=np.uint8)
    picture[...] = (255, 0, 0, 0)
    picture[:, :32] = (0, 0, 255, 255)
    found = resize(picture, 20, 20)

    assert not found[..., 0].any()
    assert found[found[..., 3] > 0][:, 2].min() == 255


@both_paths
def test_black_and_white_average_in_linear_light() -> None:
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    found = resize(np.dstack([board] * 3), 32, 32)

    assert set(np.unique(found)) <= {187, 188}  # half the light is code 187.5, not 127.5


@both_paths
def test_light_is_that_of_the_curves_that_are_given() -> None:
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    codes, halves = np.arange(256) / 255, (np.arange(255) + 0.5) / 255
    gammas = np.array([[1.0], [1.8], [2.6]])
    curves = tones.of_curves(codes**gammas, halves**gammas)
    found = resize(np.dstack([board] * 3), 32, 32, curves)

    assert np.abs(found - 255 * 0.5 ** (1 / gammas[:, 0])).max() <= 1


@both_paths
def test_strips_and_memory_order_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = skimage.data.coffee()
    whole = resize(photo, 123, 97)
    monkeypatch.setattr(transform, "STRIP_PX", 1)
    flipped = np.ascontiguousarray(photo[::-1])[::-1]

    np.testing.assert_array_equal(whole, resize(flipped, 123, 97))


@pytest.mark.parametrize("cores", [2, 3, 64])
@pytest.mark.parametrize("size", [(61, 40), (200, 3), (150, 333)])
def test_bands_on_several_cores_make_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, cores: int, size: tuple[int, int]
) -> None:
    pixels = skimage.data.chelsea()[:120, :180]
    with kernels.using("compiled"):
        monkeypatch.setattr(transform, "HAS_THREADS", False)
        expected = resize(pixels, *size)
        monkeypatch.setattr(transform, "HAS_THREADS", True)
        monkeypatch.setattr(transform, "BAND_BYTES", 1)
        monkeypatch.setattr(transform.os, "cpu_count", lambda: cores)

        assert expected.tobytes() == resize(pixels, *size).tobytes()


@both_paths
@pytest.mark.parametrize("channels", [3, 4])
def test_a_read_only_array_is_read(channels: int) -> None:
    picture = np.full((30, 40, channels), 200, dtype=np.uint8)
    picture.setflags(write=False)

    assert np.unique(resize(picture, 11, 7)).tolist() == [200]


def test_the_same_size_is_the_same_array() -> None:
    photo = skimage.data.astronaut()

    assert photo is resize(photo, 512, 512)


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(1, 80),
    st.integers(1, 80),
    st.sampled_from([3, 4]),
    st.integers(0, 2**32 - 1),
)
def test_both_paths_resize_alike(
    w: int, h: int, width: int, height: int, n: int, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (h, w, n), dtype=np.uint8)
    with kernels.using("compiled"):
        compiled = resize(pixels, width, height).astype(int)
    with kernels.using("numpy"):
        numpy = resize(pixels, width, height).astype(int)
    seen = compiled[..., 3] > 8 if n == 4 else np.full((height, width), fill_value=True)

    assert np.abs(compiled - numpy)[seen].max(initial=0) <= 1
    assert np.abs(compiled - numpy)[..., n - 1].max() <= 1 or n == 3


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 255), st.sampled_from([3, 4]))
def test_a_flat_picture_stays_flat(size: int, other: int, code: int, channels: int) -> None:
    flat = np.full((size, size, channels), max(1, code), dtype=np.uint8)

    assert np.unique(resize(flat, other, other)).tolist() == [max(1, code)]


@pytest.mark.property
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_weights_sum_to_one_and_stay_inside(inputs: int, outputs: int) -> None:
    starts, weights = lanczos(inputs, outputs)

    np.testing.assert_allclose(np.ones(outputs), weights.sum(axis=1), atol=1e-5)
    assert starts.min() >= 0
    assert starts.max() + weights.shape[1] <= inputs
    assert (np.diff(starts) >= 0).all()


@pytest.mark.parametrize(
    ("shape", "size", "message"),
    [
        ((4, 4), (2, 2), "give .H, W, 3 or 4. uint8"),
        ((4, 4, 1), (2, 2), "give .H, W, 3 or 4. uint8"),
        ((4, 4, 3), (0, 2), "to 0 x 2: a side is empty"),
        ((4, 0, 3), (2, 2), "a side is empty"),
    ],
)
def test_what_cannot_be_resized_is_refused(
    shape: tuple[int, ...], size: tuple[int, int], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        resize(np.zeros(shape, dtype=np.uint8), *size)


def test_sixteen_bits_are_refused() -> None:
    with pytest.raises(InputError, match="uint16"):
        resize(np.zeros((4, 4, 3), dtype=np.uint16), 2, 2)


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 33)])
def test_cleaning_hidden_colours_changes_nothing_that_shows(
    size: tuple[int, int], *, smooth: bool
) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 4), dtype=np.uint8)
    pixels[..., 3] = np.random.default_rng(6).choice([0, 0, 90, 255], size).astype(np.uint8)
    before = pixels.copy()

    cleaned = clean_hidden(pixels, smooth=smooth)

    shows = pixels[..., 3] > 0
    np.testing.assert_array_equal(cleaned[..., 3], before[..., 3])
    np.testing.assert_array_equal(cleaned[shows], before[shows])
    np.testing.assert_array_equal(pixels, before)
    assert smooth or not hidden_colours(cleaned)


def test_hidden_colours_carry_on_what_is_around_them() -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[:, :10] = (200, 100, 50, 255)

    cleaned = clean_hidden(pixels, smooth=True)

    assert np.unique(cleaned[..., :3].reshape(-1, 3), axis=0).tolist() == [[200, 100, 50]]
