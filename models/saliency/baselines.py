"""Maps by simple means, to compare the saliency model with; none was trained but the mean."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyvips
from looks import Fixations, Map, density
from scipy.ndimage import gaussian_filter, laplace

from eyebright.analyse import saliency
from eyebright.pixels import LUMA

CENTRE = 0.23
"""Sigma of the Gaussian centre bias, of each side: the best correlation on training pictures."""

POINT = 0.2
"""Sigma of the Gaussian around the point that libvips names, of the longer side."""

CROP = 0.5
"""Sides of the crop that libvips is asked for, of the picture's."""

MEAN_PX = 128
"""Side of the square in which the training's fixations are averaged."""

EDGE_WEIGHT, COLOUR_WEIGHT, EVEN_WEIGHT = 0.2, 0.1, 0.02
"""As smartcrop.js weighs detail and saturation; its rule for skin colour is left out."""

Picture = npt.NDArray[np.uint8]


def centre(picture: Picture) -> Map:
    """A Gaussian in the middle, as wide as the picture's shape."""
    height, width = picture.shape[:2]
    return gaussian(height, width, (0.5, 0.5), (CENTRE * width, CENTRE * height))


def gaussian(height: int, width: int, at: tuple[float, float], sigma: tuple[float, float]) -> Map:
    """(height, width): centred at x and y of 0..1, sigmas in pixels."""
    x = (np.arange(width) + 0.5 - at[0] * width) / sigma[0]
    y = (np.arange(height) + 0.5 - at[1] * height) / sigma[1]
    bell: Map = np.exp(-0.5 * (y[:, None] ** 2 + x**2))
    return bell


def mean_map(fixations: Iterable[Fixations]) -> Map:
    """The density of all fixations of the training, in a square."""
    return density(np.concatenate(list(fixations)), MEAN_PX, MEAN_PX)


def libvips(picture: Picture) -> Map:
    """A Gaussian around the point at which libvips' attention strategy aims its crop."""
    height, width = picture.shape[:2]
    image = pyvips.Image.new_from_array(picture)
    _, found = image.smartcrop(
        round(width * CROP),
        round(height * CROP),
        interesting="attention",
        attention_x=True,
        attention_y=True,
    )
    at = (found["attention_x"] / width, found["attention_y"] / height)
    return gaussian(height, width, at, (POINT * max(height, width),) * 2)


def smartcrop(picture: Picture) -> Map:
    """Edges and saturated colours, blurred, times the centre bias."""
    wide = picture.astype(np.float64)
    edges = np.abs(laplace(wide @ np.array(LUMA))) / 255
    saturation = np.ptp(wide, axis=2) / np.maximum(wide.max(axis=2), 1)
    found = EDGE_WEIGHT * edges + COLOUR_WEIGHT * saturation + EVEN_WEIGHT
    blurred: Map = gaussian_filter(found, saliency.BLUR * max(picture.shape))
    return blurred * centre(picture)
