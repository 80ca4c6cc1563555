"""How much memory the work on pictures may take in a browser's tab."""

from __future__ import annotations

TAB_MB = 1000
"""Memory that formats which take more than others may fill, 10^6 bytes: every device has it."""

MOST_TAB_MB = 2000
LEAST_TAB_MB = 500
"""Bounds of what a tab may fill: half of what 32-bit WebAssembly can address, and what starts."""

TAB_SHARE = 4
"""A tab may fill a quarter of the device's memory. Our choice."""

ENGINE_MB = 260
"""What the tab takes before the first picture: 165 for the engine, up to 95 for the page
(measured, Chromium 156)."""

ENCODE_MAX_PX = {"avif": 13_000_000, "jxl": 6_500_000}
"""Pixels that fit a tab of TAB_MB. Encoders grew to 45 bytes per pixel (AVIF 4:4:4; 28 at 4:2:0),
100 (JPEG XL), 16 (JPEG), 11 (WebP), beside 11 for the pictures and ENGINE_MB for the rest."""


def memory_mb(device_gb: float) -> int:
    """What pictures may take of a tab, 10^6 bytes, on a device with that much memory, 10^9."""
    tab_mb = round(device_gb * 1000) // TAB_SHARE
    return min(MOST_TAB_MB, max(LEAST_TAB_MB, tab_mb)) - ENGINE_MB


def encode_max_px(pictures_mb: int) -> dict[str, int]:
    """Largest picture by format whose encoder fits: never more than a tab of TAB_MB holds."""
    share = min(1.0, pictures_mb / (TAB_MB - ENGINE_MB))
    return {name: int(most * share) for name, most in ENCODE_MAX_PX.items()}
