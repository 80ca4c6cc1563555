"""One server's images, played without processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from in_process import InProcess

from eyebright.policy import BUILT_IN, Policies
from eyebright.server.images import Images
from eyebright.server.settings import Settings
from eyebright.server.variants import Variant

AVIF = [(b"accept", b"image/avif,*/*")]
SMALL = {"w": "60"}

Scenario = Callable[[Images, InProcess, InProcess], Awaitable[None]]


def play(settings: Settings, scenario: Scenario, policies: Policies = BUILT_IN) -> None:
    """Run a scenario with lanes for good and for quick variants."""

    async def all_of_it() -> None:
        images = Images(settings, policies)
        good, quick = InProcess(), InProcess()
        images.workshop.lanes = good  # type: ignore[assignment] # as far as they are used
        images.workshop.quick_lanes = quick  # type: ignore[assignment] # as above
        try:
            await scenario(images, good, quick)
        finally:
            await images.close()

    asyncio.run(all_of_it())


async def until_final(images: Images) -> Variant:
    while True:
        got = await images.variant("photo.jpg", SMALL, AVIF)
        if got.is_final:
            return got
        await asyncio.sleep(0.02)
