"""The means that a picture is made with on this host: versions, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright import kernels
from eyebright.host.base import COLOUR, Host
from eyebright.values import Capabilities, Plan, Reason, Source
from eyebright.version import VERSION


async def versions_of(
    host: Host,
    source: Source,
    plan: Plan,
    capabilities: Capabilities,
    models: Mapping[str, str],
) -> dict[str, Any]:
    """Everything whose change may change the output, for the record and the cache key."""
    encoders, decoders = await host.encoder_versions(), await host.decoder_versions()
    wanted = {candidate.format for candidate in plan.candidates}
    quick = {f"{c.format}-{c.encoder}" for c in plan.candidates if c.encoder}
    return {
        "eyebright": VERSION,
        "policy": plan.policy_version,
        "kernels": capabilities.kernels,
        "models": dict(models),
        "encoders": {name: encoders[name] for name in sorted((wanted | quick) & set(encoders))},
        "decoders": {
            name: decoders[name]
            for name in sorted({*wanted, source.format, COLOUR} & set(decoders))
        },
    }


def missing_kernels(capabilities: Capabilities) -> tuple[Reason, ...]:
    """Told where numpy stands in for the compiled kernels."""
    if capabilities.kernels == "compiled":
        return ()
    text = "The compiled kernels are missing here, so scoring and scaling ran on numpy, slower."
    return (Reason(code="kernels-missing", text=text, values={"why": kernels.why_numpy()}),)
