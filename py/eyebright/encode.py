"""Pixels and a trial in, bytes out, through the host's codecs. Decides nothing."""

from __future__ import annotations

from eyebright.errors import CodecError
from eyebright.host.base import Host, Pixels
from eyebright.values import Trial


async def encode(host: Host, pixels: Pixels, trial: Trial) -> bytes:
    """The trial's bytes. Raises CodecError, naming the format, where the encoder fails."""
    height, width = pixels.shape[:2]
    if (width, height) != (trial.width, trial.height):
        raise CodecError(
            f"{trial.format}: the trial wants {trial.width} x {trial.height} pixels, "
            f"but {width} x {height} were given"
        )
    data = await host.encode(pixels, trial)
    if not data:
        raise CodecError(
            f"{trial.format}: the encoder returned no bytes at quality {trial.quality}"
        )
    return data
