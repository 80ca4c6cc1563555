"""Crops of a file: its facts first, then the policy's ranked regions."""

from __future__ import annotations

import asyncio
from typing import Any

from eyebright import intake
from eyebright.host.base import Host
from eyebright.pipeline import Data, analyse
from eyebright.policy import BUILT_IN, Policies
from eyebright.policy import crops as policy
from eyebright.policy.wishes import read_wish
from eyebright.values import Box, Crop


async def crops(  # noqa: PLR0913 - one call for everything; all but two by their names
    data: Data,
    aspect: str,
    *,
    context: str = "",
    content: str = "auto",
    n: int = 3,
    focal_permille: tuple[int, ...] = (),
    box: Box | None = None,
    name: str = "",
    host: Host | None = None,
    policies: Policies = BUILT_IN,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
    models: bool = True,
) -> tuple[Crop, ...]:
    """Ranked crops of a file, the best first, as `policy.crops.crops` gives them for its facts.

    `data` is its bytes or its path, `aspect` is a shape ("16:9") or a size in pixels ("1200x630").
    Without `models` statistics alone look, and crops lie in the middle.
    Raises InputError for a file that cannot be used, PolicyError for what cannot be meant.
    """
    read_wish(aspect)  # before the work, not after
    facts = await analyse(data, name=name, host=host, limits=limits, models=models)
    return policy.crops(
        facts,
        aspect,
        context=context,
        content=content,
        n=n,
        focal_permille=focal_permille,
        box=box,
        policies=policies,
    )


def crops_sync(data: Data, aspect: str, **wishes: Any) -> tuple[Crop, ...]:
    """`crops` for callers without an event loop."""
    return asyncio.run(crops(data, aspect, **wishes))
