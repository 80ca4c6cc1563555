"""Every metric by its name: one interface, with what its number means.

`measured(reference, distorted)` gives a float for two pictures of one size, uint8 sRGB, (H, W, 3),
or (H, W, 4) with straight alpha; where that is not opaque, the worse of a dark and a light ground.
Pictures too small for a metric are continued by their mirror image. Raises MetricError for other
shapes and types, greyscale among them, and for unequal sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import numpy.typing as npt

from eyebright.frozen import Frozen
from eyebright.metrics.butteraugli import butteraugli_3norm
from eyebright.metrics.delta_e import ColourDifference, colour_difference
from eyebright.metrics.iw_ssim import iw_ssim
from eyebright.metrics.psnr import psnr
from eyebright.metrics.psnr_hvs import psnr_hvs, psnr_hvs_m
from eyebright.metrics.score import ssimulacra2
from eyebright.metrics.ssim import ms_ssim

Measured: TypeAlias = Callable[[npt.ArrayLike, npt.ArrayLike], float]


class Metric(Frozen):
    """One way to tell how different two pictures are."""

    name: str
    measured: Measured
    unit: str
    """Of its number; a word for a scale of its own."""
    better: Literal["higher", "lower"]
    same: float
    """Its value for twice the same picture: the best there is."""
    worst: float
    """What it never passes on the other side; may be infinite."""
    is_symmetric: bool
    """Whether the pictures may change places."""
    source: str

    def described(self) -> dict[str, Any]:
        """What a reader of a score needs to know, as plain values; what is infinite, as None."""
        return {
            "unit": self.unit,
            "better": self.better,
            "range": [finite(self.worst), finite(self.same)],
            "source": self.source,
        }


def finite(value: float) -> float | None:
    """As JSON can tell it."""
    return value if abs(value) < float("inf") else None


INFINITE = float("inf")

COLOUR_FIGURES: Mapping[str, tuple[Callable[[ColourDifference], float], str]] = {
    "ciede2000-mean": (lambda found: found.mean, ""),
    "ciede2000-p95": (lambda found: found.p95, ", 95th percentile"),
    "ciede2000-max": (lambda found: found.maximum, ", maximum"),
}
"""What is told of the colours' differences, by the metric's name, and in words."""


def _colour_metric(name: str) -> Metric:
    told, words = COLOUR_FIGURES[name]
    return Metric(
        name=name,
        measured=lambda a, b: told(colour_difference(a, b)),
        unit="Delta E",
        better="lower",
        same=0,
        worst=INFINITE,
        is_symmetric=True,
        source=f"Sharma, Wu and Dalal 2005, over pixels of CIELAB under D65{words}",
    )


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="ssimulacra2",
            measured=ssimulacra2,
            unit="points",
            better="higher",
            same=100,
            worst=-INFINITE,
            is_symmetric=False,
            source="cloudinary/ssimulacra2 2.1",
        ),
        Metric(
            name="ms-ssim",
            measured=ms_ssim,
            unit="similarity",
            better="higher",
            same=1,
            worst=0,
            is_symmetric=True,
            source="Wang, Simoncelli and Bovik 2003, on BT.601 luma",
        ),
        Metric(
            name="iw-ssim",
            measured=iw_ssim,
            unit="similarity",
            better="higher",
            same=1,
            worst=0,
            is_symmetric=False,
            source="Wang and Li 2011, on BT.601 luma",
        ),
        Metric(
            name="butteraugli-3norm",
            measured=butteraugli_3norm,
            unit="distance",
            better="lower",
            same=0,
            worst=INFINITE,
            is_symmetric=False,
            source="libjxl 0.11 butteraugli.cc, for 80 cd/m2",
        ),
        Metric(
            name="psnr",
            measured=psnr,
            unit="dB",
            better="higher",
            same=INFINITE,
            worst=0,
            is_symmetric=True,
            source="10 log10(255^2 / mean square error) over encoded RGB",
        ),
        Metric(
            name="psnr-hvs",
            measured=psnr_hvs,
            unit="dB",
            better="higher",
            same=INFINITE,
            worst=-INFINITE,
            is_symmetric=True,
            source="Egiazarian et al. 2006, on BT.601 luma",
        ),
        Metric(
            name="psnr-hvs-m",
            measured=psnr_hvs_m,
            unit="dB",
            better="higher",
            same=INFINITE,
            worst=-INFINITE,
            is_symmetric=True,
            source="Ponomarenko et al. 2007, on BT.601 luma",
        ),
        *(_colour_metric(name) for name in COLOUR_FIGURES),
    )
}
"""The contract's own first; `ssimulacra2_attended` needs a map of attention and stands apart."""


def all_scores(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> dict[str, float]:
    """By name what each of `METRICS` measures, the colours looked at once. Raises MetricError."""
    colours = colour_difference(reference, distorted)
    known = {name: told(colours) for name, (told, _words) in COLOUR_FIGURES.items()}
    return {
        name: known[name] if name in known else metric.measured(reference, distorted)
        for name, metric in METRICS.items()
    }
