"""What makes a picture dear or cheap to encode, in numbers."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from eyebright.analyse import texture
from eyebright.pixels import Pixels


def noise(height: int, width: int, strength: float = 40.0) -> Pixels:
    rng = np.random.default_rng(5)
    return np.clip(128 + strength * rng.standard_normal((height, width, 3)), 0, 255).astype(
        np.uint8
    )


def test_every_picture_has_as_many_numbers_all_finite() -> None:
    shapes = [(1, 1), (31, 33), (32, 32), (240, 313), (700, 900)]
    found = [texture.features(noise(*shape)) for shape in shapes]

    assert len({f.shape for f in found}) == 1
    assert all(f.dtype == np.float32 and np.isfinite(f).all() for f in found)


def test_no_size_is_told_beyond_what_was_learnt() -> None:
    flat = [
        np.full((*shape, 3), 90, np.uint8) for shape in ((1600, 1600), (1700, 2900), (1600, 1000))
    ]
    largest, larger, smaller = (texture.features(one) for one in flat)

    assert np.array_equal(largest, larger)
    assert smaller[0] < largest[0]
    assert smaller[1] < largest[1]


def test_alpha_is_not_looked_at() -> None:
    opaque = noise(64, 64)
    clear = np.dstack([opaque, np.zeros((64, 64), np.uint8)])

    assert np.array_equal(texture.features(clear), texture.features(opaque))


def test_of_a_large_picture_tiles_spread_evenly_are_looked_at() -> None:
    large = np.zeros((32 * 40, 32 * 40, 3), np.uint8)
    large[:, 32 * 20 :] = noise(32 * 40, 32 * 20)

    tiles = texture._tiles(large)
    assert 0.8 * texture.MAX_TILES <= len(tiles) <= texture.MAX_TILES
    lively = np.mean([tile.std() > 0 for tile in tiles])
    assert lively == pytest.approx(0.5, abs=0.02)


def test_the_transform_is_the_one_of_jpeg() -> None:
    ramp = np.tile(np.arange(8, dtype=np.float32) * 16, (1, 8, 1))

    spectrum = row_by_row(texture._spectra(ramp))
    # ITU-T T.81, A.3.3, by hand: the mean times 8, and the first wave.
    wave = sum(16 * x * np.cos((2 * x + 1) * np.pi / 16) for x in range(8)) * np.sqrt(2)
    assert spectrum[0] == pytest.approx(56 * 8, rel=1e-4)
    assert spectrum[1] == pytest.approx(wave, rel=1e-4)
    assert np.abs(spectrum[8:]).max() < 0.05


def row_by_row(ordered: texture.Floats) -> texture.Floats:
    found = np.empty(64, np.float32)
    found[texture._order()] = ordered[:, 0]
    return found


def test_bands_are_slices_of_the_ordered_coefficients() -> None:
    sums = [row + column for row in range(8) for column in range(8)]

    assert sorted(sums) == [sums[at] for at in texture._order()]
    for total in (0, 1, 5, 10, 14, 15, 20):
        assert sum(one < total for one in sums) == texture._below(total)


def test_the_table_lies_as_the_coefficients_do() -> None:
    steps = row_by_row(texture._steps(50)).reshape(8, 8)

    # ITU-T T.81, table K.1: its first row and column.
    assert steps[0].tolist() == [16, 11, 10, 16, 24, 40, 51, 61]
    assert steps[:, 0].tolist() == [16, 12, 14, 14, 18, 24, 49, 72]


def test_noise_needs_more_bits_than_a_ramp_and_a_coarser_table_leaves_less_alike() -> None:
    ramp = np.tile(np.linspace(0, 255, 96).astype(np.uint8)[:, None, None], (1, 96, 3))

    def coded(pixels: Pixels, quality: int) -> list[float]:
        luma = texture._ycc(texture._tiles(pixels))[0]
        spectra = texture._spectra(luma)
        energy = np.square(spectra)
        energy[0] = 0
        sums = texture._low_sums(energy)
        return list(texture._coded(spectra, sums, texture._steps(quality)))

    assert coded(noise(96, 96), 70)[0] > coded(ramp, 70)[0] + 2
    assert coded(noise(96, 96), 30)[1] > coded(noise(96, 96), 93)[1] + 1


def test_a_former_jpeg_shows_on_its_grid() -> None:
    out = io.BytesIO()
    Image.fromarray(noise(256, 256, 12)).save(out, "JPEG", quality=20)
    saved = np.asarray(Image.open(out).convert("RGB"))

    def on_grid(pixels: Pixels) -> float:
        return next(texture._grid(texture._ycc(texture._tiles(pixels))[0]))

    assert on_grid(saved) > 0.5
    assert abs(on_grid(noise(256, 256, 12))) < 0.1


@given(arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3))))
def test_no_picture_makes_them_infinite(pixels: Pixels) -> None:
    assert np.isfinite(texture.features(pixels)).all()


def test_it_is_told_where_an_encoder_works_otherwise_on_large_pictures() -> None:
    def told(side: int) -> list[float]:
        flat = np.full((side, side + 50, 3), 90, np.uint8)
        return texture.features(flat)[2 : 2 + len(texture.RESOLUTIONS_PX)].tolist()

    assert [told(side) for side in (479, 480, 720, 1080)] == [
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
    ]
