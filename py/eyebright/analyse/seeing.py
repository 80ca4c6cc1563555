"""Every model looks at the picture, within a time; where one cannot, classical means stand in.

They look beside one another, and what they tell is taken in one order.

What a model says is checked as facts from outside are. Nothing that a model does, or fails to do,
fails the picture: it is told in the notes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from eyebright.analyse import looks, registry
from eyebright.analyse.asking import FALLBACK, UNLOADED_CODE, Fault, ask, senseless
from eyebright.analyse.foreseeing import foresee
from eyebright.analyse.looks import Fields, Look, View
from eyebright.aside import aside
from eyebright.errors import CapabilityMissing, InputError, PolicyError
from eyebright.host.base import Host, Tensor
from eyebright.pixels import Pixels
from eyebright.policy.checked_facts import check_facts
from eyebright.values import Facts, Reason

BUDGET_MS = 8_000.0
"""For all models on one picture: what a person still waits for. All five are to take 0.15 s in the
page, a busy phone may take ten times as long and more."""

OPENING_MS = 20_000.0
"""More where some model is not open on this host: what runs them is 13 MB to fetch and to compile.
The page opens them before the first picture is there, and closes them when they are long idle."""

WARMING_PX = 64
"""Side of the grey square that sessions are opened with."""

UNAVAILABLE_CODE = "models-unavailable"
"""Code where this installation has nothing that runs models, which lasts."""

SENSELESS = (KeyError, IndexError, TypeError, ValueError, OverflowError, InputError, PolicyError)
"""What reading answers that no such model gives ends in, and making odd pictures ready."""


Told: TypeAlias = Fields | Fault | None
"""What a model says; why it says nothing; None where it can tell nothing of the picture."""

Asked: TypeAlias = asyncio.Task[Told]


class Sight(NamedTuple):
    """The facts with what was seen, and what stood in for a model, and why."""

    facts: Facts
    notes: tuple[Reason, ...]

    @property
    def is_unloaded(self) -> bool:
        """Whether what runs models did not load, so that asking another is in vain."""
        return any(note.code == UNLOADED_CODE for note in self.notes)


async def see(  # noqa: PLR0913 - all but three by their names
    host: Host,
    facts: Facts,
    pixels: Pixels,
    *,
    profile: bytes = b"",
    is_turned: bool = False,
    budget_ms: float = BUDGET_MS,
    opening_ms: float = OPENING_MS,
) -> Sight:
    """The facts with what models, or their fallbacks, see in these pixels.

    `facts` are those of `statistics`; `profile` is the one that the pixels are in, empty: sRGB;
    `is_turned` tells that the file holds rows as columns.
    Models that this build has not got do not look, and nothing stands in for them.
    """
    view = View(pixels, facts, profile, is_turned=is_turned)
    try:
        present = _present()
    except CapabilityMissing as exc:
        return _without_models(facts, view, looks.LOOKS, str(exc))
    if present and not await host.runtime_version():
        why = "what runs them, onnxruntime, is not installed (pip install eyebright[models])"
        return _without_models(facts, view, present, why)
    is_open = all(registry.is_open(host, registry.entries()[look.name]) for look in present)
    until = host.now_ms() + budget_ms + (0.0 if is_open else opening_ms)
    begins_at = 0 if is_open else 1  # the first opens what runs them, or cannot
    return await _looked(host, view, present, begins_at, until)


async def _looked(
    host: Host, view: View, present: tuple[Look, ...], begins_at: int, until: float
) -> Sight:
    """What each tells, in their order; from one place on they are asked beside one another."""
    facts, notes = view.facts, list[Reason]()
    begun: dict[str, Asked] = {}
    try:
        for at, look in enumerate(present):
            if at == begins_at:
                begun = _begun(host, present[at:], view, until)
            told = await (begun.get(look.name) or _asked(host, look, view, until))
            try:
                facts = _with_told(facts, look, told)
            except Fault as fault:
                if fault.code == UNLOADED_CODE:
                    without = _without_models(facts, view, present[at:], str(fault), UNLOADED_CODE)
                    return Sight(without.facts, (*notes, *without.notes))
                facts = _instead(facts, view, look)
                notes.append(_note(look, fault))
            view.facts = facts
    finally:  # some are at work where the call was given up
        for task in begun.values():
            task.cancel()
        await asyncio.gather(*begun.values(), return_exceptions=True)
    return Sight(facts, tuple(notes))


async def warm(host: Host) -> None:
    """Open every model before the first picture is there. What fails now is told with a picture."""
    grey = np.full((WARMING_PX, WARMING_PX, 3), 128, np.uint8)
    height, width = grey.shape[:2]
    facts = Facts(format="png", width=width, height=height, size_bytes=grey.size, sha256="")
    await see(host, facts, grey)
    await foresee(host, grey)


def free(host: Host) -> None:
    """Give back the memory that the models take on this host."""
    registry.free(host)


def _present() -> tuple[Look, ...]:
    known = registry.entries()
    return tuple(look for look in looks.LOOKS if look.name in known)


def _begun(host: Host, asked: Sequence[Look], view: View, until: float) -> dict[str, Asked]:
    """Those that wait for no other, by name."""
    return {
        look.name: asyncio.create_task(_asked(host, look, view, until))
        for look in asked
        if not look.waits
    }


async def _asked(host: Host, look: Look, view: View, until: float) -> Told:
    try:
        inputs = await aside(_inputs, look, view)
        if inputs is None:
            return None
        outputs = await ask(host, look.name, inputs, until - host.now_ms())
        return await aside(_read, look, outputs, view)
    except Fault as fault:
        return fault


def _with_told(facts: Facts, look: Look, told: Told) -> Facts:
    """Raises Fault where nothing sensible was told."""
    if told is None:
        return facts
    if isinstance(told, Fault):
        raise told
    try:
        return _with(facts, look, registry.entries()[look.name].version, told)
    except SENSELESS as exc:
        raise senseless(exc) from exc


def _inputs(look: Look, view: View) -> Mapping[str, Tensor] | None:
    """None where it can tell nothing of this picture. Raises Fault."""
    try:
        return look.prepare(view)
    except SENSELESS as exc:
        raise Fault("model-failed", f"the picture could not be made ready for it: {exc}") from exc


def _read(look: Look, outputs: Mapping[str, Tensor], view: View) -> Fields:
    """Raises Fault."""
    try:
        return look.read(outputs, view)
    except SENSELESS as exc:
        raise senseless(exc) from exc


def _with(facts: Facts, look: Look, version: str, fields: Fields) -> Facts:
    """Raises PolicyError for what no picture has."""
    found = facts.replace(**fields, models={**facts.models, look.name: version})
    check_facts(found)
    return found


def _instead(facts: Facts, view: View, look: Look) -> Facts:
    return _with(facts, look, FALLBACK, look.fallback(view))


def _without_models(
    facts: Facts, view: View, asked: tuple[Look, ...], why: str, code: str = UNAVAILABLE_CODE
) -> Sight:
    """Fallbacks throughout, told once."""
    for look in asked:
        facts = view.facts = _instead(facts, view, look)
    instead = "; ".join(look.instead for look in asked)
    text = f"Models do not run here: {why}. So {instead}."
    values = {"models": [look.name for look in asked], "why": why}
    return Sight(facts, (Reason(code=code, text=text, values=values),))


def _note(look: Look, fault: Fault) -> Reason:
    text = f"The {look.name} model did not look ({fault}), so {look.instead}."
    return Reason(code=fault.code, text=text, values={"model": look.name, "why": str(fault)})
