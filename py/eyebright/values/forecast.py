"""What an encoder is expected to need on some pixels: whole numbers, so that all decide alike."""

from __future__ import annotations

from eyebright.records import Record

FORECAST_TARGETS = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
"""SSIMULACRA2 at which forecasts are told."""


class Forecast(Record):
    """One encoder's dial and bytes at each of FORECAST_TARGETS, rising with the target."""

    quality_tenths: tuple[int, ...]
    """Tenths of a step of the encoder's quality."""
    log2_bits_centi: tuple[int, ...]
    """Hundredths of the binary logarithm of bits per pixel."""
    margin_centi: tuple[int, ...]
    """Hundredths of SSIMULACRA2: nine scores in ten are so near to the target."""
