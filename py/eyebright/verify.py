"""Final bytes in, a measured Outcome out: decoded again, checked, scored against the pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from eyebright.aside import aside
from eyebright.errors import HostError, InputError
from eyebright.host import icc
from eyebright.host.base import Decoded, Host, Pixels, decode_as
from eyebright.metrics import ssimulacra2
from eyebright.metrics.delta_e import colour_shift
from eyebright.metrics.score import ssimulacra2_local
from eyebright.values import Limits, Outcome, Trial

FAILED_SCORE = -100.0
"""Score of bytes that do not decode to the promised picture: below any real encode."""

SCORE_DIGITS = 3
"""Decimals of a score: below what two machines' floats differ by, and rounded once, here."""

OnHostError = Callable[[Trial, HostError], None]
"""Told where nothing here could decode a result, say because the decoder did not load."""


async def verify(  # noqa: PLR0913 - two more beside it all, by their names
    host: Host,
    data: bytes,
    trial: Trial,
    reference: Pixels,
    limits: Limits | None = None,
    on_host_error: OnHostError | None = None,
    *,
    profile: bytes = b"",
    decoding: AbstractContextManager[None] | None = None,
) -> Outcome:
    """Decode `data` and measure it against `reference`, the pixels it was made from.

    Colour differences are measured where `limits` bound them. What cannot be decoded, by its own
    fault or the host's, has failed; the host's is told to `on_host_error`, raised without one.
    `profile` is the one that the pixels are in where their colours were kept; `data` must name it.
    Within `decoding` the host decodes.
    """
    try:
        with decoding or nullcontext():
            shown = await decode_as(host, data, trial.format, keep_colours=bool(profile))
    except InputError:
        return failed(trial, data)
    except HostError as exc:
        if on_host_error is None:
            raise
        on_host_error(trial, exc)
        return failed(trial, data)
    return await aside(_judged, data, trial, (reference, shown), limits or Limits(), profile)


def _judged(
    data: bytes, trial: Trial, pair: tuple[Pixels, Decoded], limits: Limits, profile: bytes
) -> Outcome:
    """What was decoded, against what it was made from."""
    reference, decoded = pair[0], pair[1].pixels
    is_size = decoded.shape[:2] == reference.shape[:2]
    if not is_size or pair[1].profile != profile or _lost_alpha(decoded, reference):
        return failed(trial, data)
    if trial.lossless:
        exact = same_picture(decoded, reference)
        score = 100.0 if exact else round(ssimulacra2(reference, decoded), SCORE_DIGITS)
        return Outcome(trial=trial, size_bytes=len(data), score=score, passed_checks=exact)
    outcome = measure(trial, len(data), (reference, decoded), limits)
    matrix = icc.matrix_of(profile)
    if matrix is None:
        return outcome
    shown = matrix.to_srgb(reference), matrix.to_srgb(decoded)
    return _worse(outcome, measure(trial, len(data), shown, limits))


def _worse(as_coded: Outcome, as_srgb: Outcome) -> Outcome:
    """Of kept colours, the lower scores; the differences of colour are those that sRGB shows.

    As coded, nothing that lies outside of sRGB escapes; as sRGB, every step has its true size.
    """
    return as_srgb.replace(
        score=min(as_coded.score, as_srgb.score),
        worst_tile=least((as_coded.worst_tile, as_srgb.worst_tile)),
    )


def least(values: Iterable[float | None]) -> float | None:
    """Of those that were measured."""
    return min((value for value in values if value is not None), default=None)


def measure(trial: Trial, size_bytes: int, pair: tuple[Pixels, Pixels], limits: Limits) -> Outcome:
    """A lossy encode by its scores, and by its colours where `limits` bound them.

    Large pictures are scored whole, too, in every trial. A quarter of the tiles would save 3 % of a
    trial with AVIF, 7 with WebP, 15 with JPEG and 53 with the quick JPEG (5.3 megapixels,
    `build/bench_tiles.py`), and not of the last one. But their mean was 4 to 5 points off the
    whole's score, its standard error 1: for an interval of .5 nearly all tiles would be needed.
    And a local fault may stand in any of them.
    """
    reference, decoded = pair
    found = ssimulacra2_local(reference, decoded)
    outcome = Outcome(
        trial=trial,
        size_bytes=size_bytes,
        score=round(found.whole, SCORE_DIGITS),
        worst_tile=round(found.worst_tile, SCORE_DIGITS),
    )
    return _with_colours(outcome, reference, decoded, limits)


def _with_colours(outcome: Outcome, reference: Pixels, decoded: Pixels, limits: Limits) -> Outcome:
    if limits.max_delta_e is None and limits.brand_delta_e is None:
        return outcome
    found = colour_shift(
        reference,
        decoded,
        brand_colours=limits.brand_colours,
        brand_range=limits.brand_delta_e or 0.0,
    )
    brand = None if found.brand is None else round(found.brand, 4)
    return outcome.replace(delta_e=round(found.mean, 4), brand_delta_e=brand)


def same_picture(first: Pixels, second: Pixels) -> bool:
    """No pixel differs; a missing alpha channel counts as opaque."""
    if not np.array_equal(first[..., :3], second[..., :3]):
        return False
    if first.shape[2] == second.shape[2]:
        return first.shape[2] == 3 or np.array_equal(first[..., 3], second[..., 3])
    alpha = first[..., 3] if first.shape[2] == 4 else second[..., 3]
    return bool((alpha == 255).all())


def _lost_alpha(decoded: Pixels, reference: Pixels) -> bool:
    return (
        reference.shape[2] == 4 and decoded.shape[2] == 3 and bool((reference[..., 3] < 255).any())
    )


def failed(trial: Trial, data: bytes) -> Outcome:
    """The outcome of bytes that are not the promised picture, or of an encoder that failed."""
    return Outcome(trial=trial, size_bytes=len(data), score=FAILED_SCORE, passed_checks=False)
