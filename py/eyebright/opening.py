"""From a checked file to its pixels and facts, within the memory there is."""

from __future__ import annotations

from eyebright import drawings, intake, metadata
from eyebright.analyse import seeing, statistics
from eyebright.aside import aside
from eyebright.errors import HostError, InputError, LimitExceeded
from eyebright.host import coding
from eyebright.host.base import Decoded, Host, decode_as
from eyebright.policy import Policies
from eyebright.policy.memory import Decoding, plan_decoding, plan_looking, width_that_fits
from eyebright.policy.precedence import crop_ban
from eyebright.values import COLOURS_NOT_CONVERTED, Capabilities, Facts, Goal, Source


async def with_memory(host: Host, capabilities: Capabilities | None) -> Capabilities:
    """As given, else the host's; memory is always this machine's matter, not the receiver's."""
    own = await host.capabilities()
    if capabilities is None or capabilities.memory_mb is not None:
        return capabilities or own
    return capabilities.replace(memory_mb=own.memory_mb)


def admitted(
    source: Source,
    goal: Goal,
    capabilities: Capabilities,
    policies: Policies,
    *,
    hurried: bool = False,
) -> Decoding:
    """How to decode it. Raises LimitExceeded for what does not fit into memory."""
    decoding = plan_decoding(source, goal, capabilities, policies, hurried=hurried)
    if decoding.fits:
        return decoding
    width = width_that_fits(source, goal, capabilities, policies)
    smaller = f"a max_width of {width}" if width else "a smaller picture"
    raise LimitExceeded(
        f"{source.name}: {source.width} x {source.height} pixels need about {decoding.need_mb} MB "
        f"of memory, and {decoding.budget_mb} MB may be used; take {smaller}, or allow more "
        "(max_memory_mb) where the machine has it"
    )


def readable(source: Source, capabilities: Capabilities, *, whole: bool = False) -> Decoding:
    """As `admitted`, for pixels that are only looked at; `whole` where each of them counts."""
    decoding = plan_looking(source, capabilities, whole=whole)
    if decoding.fits:
        return decoding
    raise LimitExceeded(
        f"{source.name}: {source.width} x {source.height} pixels need about {decoding.need_mb} MB "
        f"of memory, and {decoding.budget_mb} MB may be used; take a smaller picture, or a machine "
        "with more"
    )


async def decode_source(
    host: Host, source: Source, data: bytes, divisor: int = 1, *, keep_colours: bool = False
) -> Decoded:
    """The host's pixels; what it cannot decode is told with the file's name."""
    if source.format == drawings.FORMAT:
        data = intake.at_size(data, source.width, source.height)
    try:
        return await decode_as(
            host, data, source.format, keep_colours=keep_colours, divisor=divisor
        )
    except (InputError, HostError) as exc:
        raise type(exc)(f"{source.name}: {exc}") from exc


def may_keep_colours(source: Source, goal: Goal) -> bool:
    """The frames of animations carry no profile, so those are converted."""
    return goal.colour == "keep" and source.frames == 1


def may_matter(goal: Goal, policies: Policies) -> bool:
    """Whether what models see can change anything: not where all pixels stay as they are."""
    policy = policies.contents.get(goal.content)
    if policy is None or not policy.lossless_only:
        return True
    return bool(goal.crop or goal.crops) and not crop_ban(goal.content, policies)


def must_look_again(facts: Facts, content: str, policies: Policies) -> bool:
    """Whether crops of such content need looks that these facts were made without.

    Another policy, in force then, may have spared them; where crops are forbidden now, none counts.
    """
    if facts.models:  # all models look at a picture, or none does
        return False
    return content not in policies.contents or not crop_ban(content, policies)


async def looked_at(
    host: Host, source: Source, data: bytes, decoded: Decoded, *, models: bool
) -> seeing.Sight:
    """The facts of a picture by statistics and by models, and what stood in for a model."""
    facts = await aside(facts_of, source, data, decoded)
    if not models:
        return seeing.Sight(facts, ())
    is_turned = source.orientation in intake.TURNED
    return await seeing.see(
        host, facts, decoded.pixels, profile=decoded.profile, is_turned=is_turned
    )


def facts_of(source: Source, data: bytes, decoded: Decoded) -> Facts:
    """With what is known of the colours: their own profile, or that nothing here converts them."""
    own = decoded.profile or coding.keepable(data, source.format, _profile(data, source))
    codings = (n.values for n in decoded.notes if n.code == COLOURS_NOT_CONVERTED)
    unconverted = next((str(values.get("coding", "a profile")) for values in codings), "")
    return statistics.facts(
        source,
        decoded.pixels,
        divisor=decoded.divisor,
        profile=decoded.profile,
        profile_bytes=len(own),
        unconverted=unconverted,
    )


def _profile(data: bytes, source: Source) -> bytes:
    return metadata.read(data, source.format).icc if source.has_icc else b""
