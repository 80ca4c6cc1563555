"""Every method against its definition in float64, on both paths; and the entry's own laws."""

import importlib
from collections.abc import Iterator

import numpy as np
import pytest
import skimage.data
from PIL import Image

from eyebright import kernels
from eyebright.errors import InputError
from eyebright.kernels import srgb, tones
from eyebright.transform import METHODS, resize
from scaling_definitions import by_definition

SIZES = [(100, 77), (511, 512), (13, 1), (1, 13), (1, 1), (256, 256)]
ENLARGED = (700, 600)

module = importlib.import_module("eyebright.transform.resize")  # its name is that of the function


@pytest.fixture(params=["compiled", "numpy"])
def _path(request: pytest.FixtureRequest) -> Iterator[None]:
    with kernels.using(request.param):
        yield


both_paths = pytest.mark.usefixtures("_path")
each_method = pytest.mark.parametrize("method", METHODS)


def small_photo() -> np.ndarray:
    return np.ascontiguousarray(skimage.data.astronaut()[100:300, 120:340])


def with_alpha(photo: np.ndarray) -> np.ndarray:
    """Fading from nothing in the middle to full at the corners."""
    height, width = photo.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    alpha = np.clip(np.hypot(x - width / 2, y - height / 2) * 2 - 100, 0, 255).astype(np.uint8)
    return np.dstack([photo, alpha])


@both_paths
@pytest.mark.parametrize("method", ["lanczos3", "mks2021"])
@pytest.mark.parametrize("size", [*SIZES, ENLARGED])
def test_a_photo_is_filtered_as_the_definition_says(size: tuple[int, int], method: str) -> None:
    photo = skimage.data.astronaut()
    off = np.abs(by_definition(photo, *size, method) - resize(photo, *size, method=method))

    assert off.max() <= 1
    assert off.mean() < 1e-3


@both_paths
@pytest.mark.parametrize("method", ["dpid-1", "dpid-0.5", "perceptual"])
@pytest.mark.parametrize("size", [(100, 77), (220, 199), (31, 200), (7, 1), (1, 7), (1, 1)])
def test_detail_is_kept_as_the_definition_says(size: tuple[int, int], method: str) -> None:
    photo = small_photo()
    off = np.abs(by_definition(photo, *size, method) - resize(photo, *size, method=method))

    assert off.max() <= 1
    assert off.mean() < 2e-3


@both_paths
@each_method
def test_sixteen_bits_stay_as_fine_as_they_came(method: str) -> None:
    photo = small_photo().astype(np.uint16) * 257
    photo += np.random.default_rng(3).integers(0, 257, photo.shape, dtype=np.uint16) // 2
    made = resize(photo, 61, 44, method=method)
    off = np.abs(by_definition(photo, 61, 44, method) - made)

    assert made.dtype == np.uint16
    assert off.max() <= 4
    assert off.mean() < 0.5


@both_paths
@each_method
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", [(100, 77), (13, 1), (1, 13)])
def test_alpha_is_premultiplied(size: tuple[int, int], depth: type, method: str) -> None:
    picture = with_alpha(small_photo()).astype(depth)
    level = int(np.iinfo(depth).max) // 255
    picture *= depth(level)
    expected, found = by_definition(picture, *size, method), resize(picture, *size, method=method)
    solid = expected[..., 3] > 8 * level

    assert np.abs(expected[..., 3] - found[..., 3]).max() <= level
    assert np.abs(expected - found)[solid].max() <= level


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
@each_method
def test_hidden_colour_does_not_bleed_into_the_edge(method: str) -> None:
    picture = np.zeros((64, 64, 4), dtype=np.uint8)
    picture[...] = (255, 0, 0, 0)
    picture[:, :32] = (0, 0, 255, 255)
    found = resize(picture, 20, 20, method=method)

    assert not found[..., 0].any()
    assert found[found[..., 3] > 0][:, 2].min() == 255


@both_paths
@pytest.mark.parametrize("method", ["lanczos3", "mks2021", "dpid-1", "dpid-0.5"])
def test_black_and_white_average_in_linear_light(method: str) -> None:
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    found = resize(np.dstack([board] * 3), 32, 32, method=method)

    assert set(np.unique(found)) <= {187, 188}  # half the light is code 187.5, not 127.5


@both_paths
@pytest.mark.parametrize(
    ("method", "most"),
    [("lanczos3", 0.1), ("mks2021", 0.1), ("perceptual", 0.1), ("dpid-0.5", 0.5), ("dpid-1", 1.0)],
)
@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_the_mean_light_of_a_photo_is_kept(name: str, method: str, most: float) -> None:
    """Of 255; DPID favours what differs, by its definition."""
    photo = getattr(skimage.data, name)()
    small = resize(photo, photo.shape[1] // 2, photo.shape[0] // 2, method=method)
    means = [255 * srgb.to_linear(pixels / 255).mean(axis=(0, 1)) for pixels in (photo, small)]

    assert np.abs(means[0] - means[1]).max() < most


@both_paths
def test_light_is_that_of_the_curves_that_are_given() -> None:
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    codes, halves = np.arange(256) / 255, (np.arange(255) + 0.5) / 255
    gammas = np.array([[1.0], [1.8], [2.6]])
    curves = tones.of_curves(codes**gammas, halves**gammas)
    found = resize(np.dstack([board] * 3), 32, 32, curves)

    assert np.abs(found - 255 * 0.5 ** (1 / gammas[:, 0])).max() <= 1


@both_paths
@each_method
def test_strips_and_memory_order_do_not_matter(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    photo = small_photo()
    whole = resize(photo, 123, 97, method=method)
    monkeypatch.setattr(module, "STRIP_PX", 1)
    flipped = np.ascontiguousarray(photo[::-1])[::-1]

    np.testing.assert_array_equal(whole, resize(flipped, 123, 97, method=method))


@each_method
@pytest.mark.parametrize("cores", [2, 3, 64])
@pytest.mark.parametrize("size", [(61, 40), (200, 3), (150, 333)])
def test_bands_on_several_cores_make_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, cores: int, size: tuple[int, int], method: str
) -> None:
    pixels = skimage.data.chelsea()[:120, :180]
    with kernels.using("compiled"):
        monkeypatch.setattr(module, "HAS_THREADS", False)
        expected = resize(pixels, *size, method=method)
        monkeypatch.setattr(module, "HAS_THREADS", True)
        monkeypatch.setattr(module, "BAND_BYTES", 1)
        monkeypatch.setattr(module.os, "cpu_count", lambda: cores)

        assert expected.tobytes() == resize(pixels, *size, method=method).tobytes()


@both_paths
@each_method
@pytest.mark.parametrize("channels", [3, 4])
def test_a_read_only_array_is_read(channels: int, method: str) -> None:
    picture = np.full((30, 40, channels), 200, dtype=np.uint8)
    picture.setflags(write=False)

    assert np.unique(resize(picture, 11, 7, method=method)).tolist() == [200]


def test_the_same_size_is_the_same_array() -> None:
    photo = skimage.data.astronaut()

    assert photo is resize(photo, 512, 512)


@each_method
def test_memory_does_not_grow_with_the_height(method: str) -> None:
    with kernels.using("compiled"):
        compiled = kernels.load()
    code = METHODS[method].code
    taps = METHODS[method].weights(3000, 1200).weights.shape[1]

    assert compiled is not None
    assert compiled.resize_scratch(code, 4000, 1600, taps) * 4 < 1_000_000


@pytest.mark.parametrize(
    ("shape", "size", "message"),
    [
        ((4, 4), (2, 2), "give .H, W, 3 or 4. uint8 or uint16"),
        ((4, 4, 1), (2, 2), "give .H, W, 3 or 4. uint8 or uint16"),
        ((4, 4, 3), (0, 2), "to 0 x 2: a side is empty"),
        ((4, 0, 3), (2, 2), "a side is empty"),
    ],
)
def test_what_cannot_be_resized_is_refused(
    shape: tuple[int, ...], size: tuple[int, int], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        resize(np.zeros(shape, dtype=np.uint8), *size)


def test_curves_of_other_codes_are_refused() -> None:
    with pytest.raises(InputError, match="curves are those of other codes"):
        resize(np.zeros((4, 4, 3), dtype=np.uint16), 2, 2, tones.of_srgb())


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="no method 'cubic' to resize: give one of lanczos3, mks"):
        resize(np.zeros((4, 4, 3), dtype=np.uint8), 2, 2, method="cubic")


def test_samples_at_an_odd_address_are_resized_alike() -> None:
    deep = np.arange(20 * 30 * 3, dtype=np.uint16).reshape(20, 30, 3) * 36
    moved = np.frombuffer(b"." + deep.tobytes(), dtype=np.uint16, offset=1).reshape(deep.shape)

    assert not moved.flags.aligned
    assert np.array_equal(resize(deep, 11, 7), resize(moved, 11, 7))
