"""The methods of resizing by their definitions: whole pictures in float64, nothing shared.

Light is linear, colour premultiplied; one dense matrix along each side, loops over outputs.
"""

from __future__ import annotations

import numpy as np

from eyebright.kernels import srgb

EPSILON = 1e-6
"""Of the perceptual method's paper."""


def by_definition(pixels: np.ndarray, width: int, height: int, method: str) -> np.ndarray:
    """Codes as the definition has them, (height, width, channels) of uint8's or uint16's range."""
    most = np.iinfo(pixels.dtype).max
    light = light_of(pixels)
    made = DEFINITIONS[method](light, width, height)
    return codes_of(made, most, pixels.shape[2])


def light_of(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 4): linear light times alpha, and alpha."""
    encoded = pixels.astype(np.float64) / np.iinfo(pixels.dtype).max
    alpha = encoded[..., 3:] if pixels.shape[2] == 4 else np.ones_like(encoded[..., :1])
    return np.dstack([srgb.to_linear(encoded[..., :3]) * alpha, alpha])


def codes_of(light: np.ndarray, most: int, channels: int) -> np.ndarray:
    alpha = np.floor(np.clip(light[..., 3:], 0, 1) * most + 0.5)
    colour = np.clip(light[..., :3] / np.where(alpha > 0, light[..., 3:], 1), 0, 1)
    curve = np.where(colour <= 0.0031308, colour * 12.92, 1.055 * colour ** (1 / 2.4) - 0.055)
    codes = np.where(alpha > 0, np.floor(curve * most + 0.5), 0)
    return (np.dstack([codes, alpha]) if channels == 4 else codes).astype(int)


def lanczos3(light: np.ndarray, width: int, height: int) -> np.ndarray:
    def kernel(x: np.ndarray) -> np.ndarray:
        return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)

    return both_sides(light, width, height, kernel)


def mks2021(light: np.ndarray, width: int, height: int) -> np.ndarray:
    """In the closed form that its author gives, piece by piece."""

    def kernel(x: np.ndarray) -> np.ndarray:
        x = np.abs(x)
        pieces = [
            577 / 576 - 239 / 144 * x**2,
            35 / 36 * (x - 1) * (x - 239 / 140),
            1 / 6 * (x - 2) * (65 / 24 - x),
            1 / 36 * (x - 3) * (x - 15 / 4),
            -1 / 288 * (x - 9 / 2) ** 2,
        ]
        return np.select([x < end for end in (0.5, 1.5, 2.5, 3.5, 4.5)], pieces, 0)

    return both_sides(light, width, height, kernel)


def both_sides(light: np.ndarray, width: int, height: int, kernel: object) -> np.ndarray:
    across = dense(light.shape[1], width, kernel) @ light
    return np.tensordot(dense(light.shape[0], height, kernel), across, axes=1)


def dense(inputs: int, outputs: int, kernel: object) -> np.ndarray:
    stretch = max(1.0, inputs / outputs)
    centres = (np.arange(outputs)[:, None] + 0.5) * inputs / outputs
    weights = kernel((np.arange(inputs)[None] + 0.5 - centres) / stretch)
    return weights / weights.sum(axis=1, keepdims=True)


def shares(inputs: int, outputs: int) -> np.ndarray:
    """(outputs, inputs): which part of each output lies on each input."""
    edges = np.arange(inputs + 1)[None]
    begins = np.arange(outputs)[:, None] * inputs / outputs
    inside = np.clip(edges, begins, begins + inputs / outputs)
    return np.diff(inside, axis=1) * outputs / inputs


def dpid(light: np.ndarray, width: int, height: int, power: float) -> np.ndarray:
    columns, rows = shares(light.shape[1], width), shares(light.shape[0], height)
    means = np.tensordot(rows, columns @ light, axes=1)
    guides = np.empty_like(means)
    for y, x in np.ndindex(height, width):
        near = [
            (2 - abs(dy)) * (2 - abs(dx)) * np.array([1.0, *means[y + dy, x + dx]])
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
            if 0 <= y + dy < height and 0 <= x + dx < width
        ]
        total = np.sum(near, axis=0)
        guides[y, x] = total[1:] / total[0]
    out = np.empty_like(means)
    for y, x in np.ndindex(height, width):
        in_y, in_x = np.nonzero(rows[y])[0], np.nonzero(columns[x])[0]
        values = light[np.ix_(in_y, in_x)]
        distance = np.sqrt(((values - guides[y, x]) ** 2).sum(axis=2))
        weights = np.outer(rows[y, in_y], columns[x, in_x]) * distance**power
        total = weights.sum()
        out[y, x] = (weights[..., None] * values).sum(axis=(0, 1)) / total if total else means[y, x]
    return out


def perceptual(light: np.ndarray, width: int, height: int) -> np.ndarray:
    """As the paper's listing has it, but that a side of one pixel has patches of one."""
    columns, rows = shares(light.shape[1], width), shares(light.shape[0], height)
    means = np.tensordot(rows, columns @ light, axes=1)
    squares = np.tensordot(rows, columns @ light**2, axes=1)
    total, count = np.zeros_like(means), np.zeros((height, width, 1))
    tall, wide = min(2, height), min(2, width)
    for y, x in np.ndindex(height - tall + 1, width - wide + 1):
        patch = np.s_[y : y + tall, x : x + wide]
        middle = means[patch].mean(axis=(0, 1))
        variance = (means[patch] ** 2).mean(axis=(0, 1)) - middle**2
        whole = squares[patch].mean(axis=(0, 1)) - middle**2
        gain = np.sqrt(np.maximum(whole, 0) / np.maximum(variance, EPSILON))
        gain[variance < EPSILON] = 0
        total[patch] += middle + gain * (means[patch] - middle)
        count[patch] += 1
    return total / count


DEFINITIONS = {
    "lanczos3": lanczos3,
    "mks2021": mks2021,
    "dpid-1": lambda light, width, height: dpid(light, width, height, 1.0),
    "dpid-0.5": lambda light, width, height: dpid(light, width, height, 0.5),
    "perceptual": perceptual,
}
