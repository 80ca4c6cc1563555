"""SSIMULACRA2 2.1 written straight from its published definition, as a second opinion.

Whole planes, float64, scipy's filters, both variances and the covariance by themselves: none
of the rearrangements that `eyebright.metrics` makes.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import convolve1d

from eyebright.metrics.weights import WEIGHTS

BIAS = 0.0037930732552754493


def score(reference: np.ndarray, distorted: np.ndarray, background: float = 0.0) -> float:
    terms = norms(reference, distorted, background).ravel()
    raw = 0.9562382616834844 * float(np.dot(WEIGHTS[: len(terms)], np.abs(terms)))
    cubic = 6.248496625763138e-05 * raw**3
    error = 2.326765642916932 * raw - 0.020884521182843837 * raw**2 + cubic
    return 100 - 10 * error**0.6276336467831387 if error > 0 else 100.0


def norms(reference: np.ndarray, distorted: np.ndarray, background: float = 0.0) -> np.ndarray:
    a, b = linear(reference, background), linear(distorted, background)
    found = []
    for scale in range(6):
        if min(a.shape[:2]) < 8:
            break
        if scale:
            a, b = halved(a), halved(b)
        found.append([channel_norms(p, q) for p, q in zip(xyb(a), xyb(b), strict=True)])
    return np.swapaxes(np.array(found), 0, 1)


def linear(codes: np.ndarray, background: float) -> np.ndarray:
    encoded = codes / 255
    if codes.shape[2] == 4:
        alpha = encoded[..., 3:]
        encoded = alpha * encoded[..., :3] + (1 - alpha) * background
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def halved(picture: np.ndarray) -> np.ndarray:
    rows = np.minimum(np.arange(-(-picture.shape[0] // 2) * 2), picture.shape[0] - 1)
    columns = np.minimum(np.arange(-(-picture.shape[1] // 2) * 2), picture.shape[1] - 1)
    even = picture[rows][:, columns]
    return even.reshape(len(rows) // 2, 2, len(columns) // 2, 2, 3).mean(axis=(1, 3))


def xyb(picture: np.ndarray) -> list[np.ndarray]:
    r, g, b = np.moveaxis(picture, 2, 0)
    long = np.cbrt(0.30 * r + 0.622 * g + 0.078 * b + BIAS) - np.cbrt(BIAS)
    medium = np.cbrt(0.23 * r + 0.692 * g + 0.078 * b + BIAS) - np.cbrt(BIAS)
    mixed = 0.24342268924547819 * r + 0.20476744424496821 * g + 0.5518098665095536 * b
    short = np.cbrt(mixed + BIAS) - np.cbrt(BIAS)
    x, y = (long - medium) / 2, (long + medium) / 2
    return [x * 14 + 0.42, y + 0.01, (short - y) + 0.55]


def channel_norms(a: np.ndarray, b: np.ndarray) -> list[list[float]]:
    found = maps(a, b)
    return [[m.mean() for m in found], [(m**4).mean() ** 0.25 for m in found]]


def maps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    mu1, mu2 = blur(a), blur(b)
    structure = 2 * (blur(a * b) - mu1 * mu2) + 0.0009
    variance = (blur(a * a) - mu1**2) + (blur(b * b) - mu2**2) + 0.0009
    ssim = np.maximum(0, 1 - (1 - (mu1 - mu2) ** 2) * structure / variance)
    edge = (1 + np.abs(b - mu2)) / (1 + np.abs(a - mu1)) - 1
    return np.array([ssim, np.maximum(edge, 0), np.maximum(-edge, 0)])


def blur(plane: np.ndarray) -> np.ndarray:
    taps = recursive_gaussian_taps()
    return convolve1d(convolve1d(plane, taps, axis=0, mode="constant"), taps, 1, mode="constant")


def recursive_gaussian_taps(sigma: float = 1.5) -> np.ndarray:
    """Charalampidis' truncated cosines (2016), as gauss_blur.cc sets them up for this sigma."""
    radius = round(3.2795 * sigma + 0.2546)
    omega = np.array([1, 3, 5]) * np.pi / (2 * radius)
    sign = np.array([1, -1, 1])
    p = sign / np.tan(omega / 2)
    r = sign * p**2 / np.sin(omega)
    rho = np.exp(-0.5 * sigma**2 * omega**2) / radius
    det = p[0] * r[1] - r[0] * p[1]
    zeta15, zeta35 = (p[1] * r[2] - r[1] * p[2]) / det, (p[2] * r[0] - r[2] * p[0]) / det
    right = [1, radius**2 - sigma**2, zeta15 * rho[0] + zeta35 * rho[1] + rho[2]]
    beta = np.linalg.solve(np.array([p, r, [zeta15, zeta35, 1]]), right)
    return np.array([beta @ np.cos(omega * n) for n in range(1 - radius, radius)])
