"""The picture as trials need it: without idle alpha, at each size, hidden colours cleaned."""

from __future__ import annotations

import numpy as np

from eyebright.host import icc
from eyebright.host.base import Pixels
from eyebright.kernels.tones import Tones
from eyebright.transform import clean_hidden, hidden_colours, resize
from eyebright.values import Facts, Plan, Reason, Trial


class Renditions:
    """Each size is scaled once, from the original pixels, in the light that `profile` tells."""

    def __init__(
        self, pixels: Pixels, *, cleans: bool, profile: bytes = b"", method: str = "lanczos3"
    ) -> None:
        self._pixels = pixels
        self._method = method
        self._cleans = cleans and hidden_colours(pixels)
        self._last = self._kept = pixels
        matrix = icc.matrix_of(profile)
        self._curves = matrix.tones() if matrix else None

    @property
    def source(self) -> tuple[Pixels, Tones | None]:
        """The original pixels and the curves that they are coded in; None: sRGB's."""
        return self._pixels, self._curves

    def keep(self, pixels: Pixels) -> None:
        """Give these wherever the picture is wanted at their size."""
        self._kept = pixels

    def for_trial(self, trial: Trial) -> Pixels:
        """At the trial's size; what nobody can see is filled with what compresses best."""
        scaled = self.at(trial.width, trial.height)
        return clean_hidden(scaled, smooth=not trial.lossless) if self._cleans else scaled

    def at(self, width: int, height: int) -> Pixels:
        """The picture `width` x `height` pixels."""
        for known in (self._last, self._kept, self._pixels):
            if known.shape[:2] == (height, width):
                return known
        self._last = resize(self._pixels, width, height, self._curves, self._method)
        return self._last


def drop_opaque_alpha(pixels: Pixels, facts: Facts) -> Pixels:
    """Without an alpha channel that hides nothing."""
    if pixels.shape[2] == 3 or facts.transparent_permille:
        return pixels
    return np.ascontiguousarray(pixels[..., :3])


def hidden_cleaned(pixels: Pixels, plan: Plan) -> tuple[Reason, ...]:
    """For the report: that colours under full transparency go."""
    if not plan.clean_hidden or not hidden_colours(pixels):
        return ()
    text = "Colour under fully transparent pixels, which nobody sees, is not kept in a new file."
    return (Reason(code="hidden-cleaned", text=text),)
