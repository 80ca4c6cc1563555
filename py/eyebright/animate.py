"""The animated way: frames out of their container, through the host, into animated WebP.

`policy.motion` asks for trials, here they are made and measured. Whatever cannot be taken apart
whole comes back as it was, with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright import metadata, motion
from eyebright.encode import encode
from eyebright.errors import CodecError, CorruptImage, HostError, InputError
from eyebright.frozen import Frozen
from eyebright.host.base import Host, Pixels
from eyebright.host.upright import drop_idle_alpha, turn_upright
from eyebright.metadata import Kept
from eyebright.motion import Film, Frame, canvas, webp
from eyebright.motion.film import CLEAR, KEEP
from eyebright.policy import motion as policy
from eyebright.steps import Steps
from eyebright.transform import clean_hidden, reshaped, resize
from eyebright.values import Choice, Limits, Outcome, Plan, Reason, Source, Trial
from eyebright.verify import failed, least, measure

AT_ONCE = 4
"""Frames that are with the host's encoders at a time."""


class Shown(Frozen):
    """What a viewer sees: canvases, how long each stays, how often it all plays."""

    canvases: tuple[Pixels, ...]
    durations_ms: tuple[int, ...]
    plays: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        height, width = self.canvases[0].shape[:2]
        return width, height


async def animate(
    host: Host, source: Source, data: bytes, plan: Plan, kept: Kept, steps: Steps
) -> tuple[Choice, bytes | None]:
    """The choice and the bytes of the new animation, None where the original stays.

    The new one carries the metadata in `kept`.
    """
    try:
        played = await watch(host, data, source.format)
    except InputError as exc:
        return _unreadable(exc, plan), None
    shown = _fitted(played, source, plan, (plan.width, plan.height))
    made: dict[Trial, bytes] = {}
    asking = policy.choose(plan)
    ask = next(asking)
    while True:
        if shown.size != (ask.trial.width, ask.trial.height):  # a byte limit asks for less
            shown = _fitted(played, source, plan, (ask.trial.width, ask.trial.height))
        attempt = Attempt(host, shown, kept, ask.trial, plan.limits)
        outcome, made[ask.trial] = await attempt.make(ask, steps)
        del attempt  # it holds what is shown at this size
        await asyncio.sleep(0)  # a cancelled task stops here, between trials
        try:
            ask = asking.send(outcome)
        except StopIteration as stop:
            choice: Choice = stop.value
            return choice, made[choice.outcome.trial] if choice.outcome else None


async def watch(host: Host, data: bytes, source_format: str) -> Shown:
    """What a file shows: neighbours that look alike are one, for the sum of their times.

    Raises CorruptImage where the container or a frame is broken.
    """
    film = motion.demux(data, source_format)
    canvases: list[Pixels] = []
    durations: list[int] = []
    async for picture, duration in _play(host, film):
        if canvases and _may_join(canvases[-1], picture, durations[-1] + duration):
            durations[-1] += duration
            continue
        canvases.append(picture)
        durations.append(duration)
    return Shown(canvases=tuple(canvases), durations_ms=tuple(durations), plays=film.plays)


async def _play(host: Host, film: Film) -> AsyncIterator[tuple[Pixels, int]]:
    """The canvas while each frame is on, and for how many milliseconds."""
    stage = canvas.Canvas(film.width, film.height)
    for frame in film.frames:
        yield stage.show(frame, await _decode(host, film, frame)), frame.duration_ms


async def _decode(host: Host, film: Film, frame: Frame) -> Pixels:
    if frame.box.width * frame.box.height > film.width * film.height:
        raise CorruptImage("a frame is larger than the whole animation")
    pixels = (await host.decode(frame.data, source_format=film.format)).pixels
    if pixels.shape[:2] != (frame.box.height, frame.box.width):
        raise CorruptImage("a frame has another size than its container says")
    return pixels


def _may_join(before: Pixels, after: Pixels, duration_ms: int) -> bool:
    return duration_ms <= webp.LONGEST_MS and np.array_equal(before, after)


def _fitted(shown: Shown, source: Source, plan: Plan, size: tuple[int, int]) -> Shown:
    """Upright, in the plan's shape, at this size by its method; the same where it is so already."""
    if source.orientation == 1 and not plan.reshapes and shown.size == size:
        return shown  # canvases are normal as they are played
    canvases = []
    for picture in shown.canvases:
        upright = reshaped(turn_upright(picture, source.orientation), plan)
        canvases.append(canvas.normal(resize(upright, *size, method=plan.scaling)))
    return Shown(canvases=tuple(canvases), durations_ms=shown.durations_ms, plays=shown.plays)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One trial of an animation."""

    host: Host
    shown: Shown
    kept: Kept
    trial: Trial
    limits: Limits

    async def make(self, ask: policy.Ask, steps: Steps) -> tuple[Outcome, bytes]:
        """On the samples or on all frames. An encoder that fails costs its format."""
        steps.start("encode", self.trial)
        try:
            if not ask.whole:
                return await self._samples(steps), b""
            data = await write(self.host, self.shown, self.trial)
        except CodecError as exc:
            steps.encoder_failed(self.trial, exc)
            return failed(self.trial, b""), b""
        try:
            data = metadata.write(data, self.kept, width=self.trial.width, height=self.trial.height)
        except CodecError as exc:
            steps.metadata_failed(self.trial, exc)
            return failed(self.trial, b""), b""
        steps.start("verify", self.trial)
        return await self._verify(data, steps), data

    async def _samples(self, steps: Steps) -> Outcome:
        """A few frames, each written whole by itself."""
        chosen = _sampled(self.shown)
        stills = await _encode_all(self.host, chosen, self.trial)
        steps.start("verify", self.trial)
        name = self.trial.format
        try:
            decoded = [(await self.host.decode(s, source_format=name)).pixels for s in stills]
        except HostError as exc:
            steps.decoder_failed(self.trial, exc)
            return failed(self.trial, b"")
        worst = self._worst(sum(len(still) for still in stills), chosen, decoded)
        return worst.replace(pictures=len(stills))

    async def _verify(self, data: bytes, steps: Steps) -> Outcome:
        """Played again: the same times and loops, and the samples as good as promised."""
        try:
            sampled = await self._played_again(data)
        except InputError:
            return failed(self.trial, data)
        except HostError as exc:
            steps.decoder_failed(self.trial, exc)
            return failed(self.trial, data)
        if sampled is None:
            return failed(self.trial, data)
        if self.trial.lossless:
            return Outcome(trial=self.trial, size_bytes=len(data), score=100.0)
        return self._worst(len(data), _sampled(self.shown), sampled)

    async def _played_again(self, data: bytes) -> list[Pixels] | None:
        """The samples as a player shows them, one frame held at a time; None where it differs."""
        shown, film = self.shown, motion.demux(data, self.trial.format)
        times = tuple(frame.duration_ms for frame in film.frames)
        if (film.plays, times, film.width, film.height) != (
            shown.plays,
            shown.durations_ms,
            *shown.size,
        ):
            return None
        indices, index, sampled = set(policy.samples(len(times))), 0, []
        async for picture, _duration in _play(self.host, film):
            if self.trial.lossless and not np.array_equal(picture, shown.canvases[index]):
                return None
            if index in indices:
                sampled.append(drop_idle_alpha(picture))
            index += 1
        return sampled

    def _worst(
        self, size_bytes: int, references: Sequence[Pixels], decoded: Sequence[Pixels]
    ) -> Outcome:
        """The worst scores and the largest colour differences of any frame."""
        found = [
            measure(self.trial, size_bytes, pair, self.limits)
            for pair in zip(references, decoded, strict=True)
        ]
        return found[0].replace(
            score=min(outcome.score for outcome in found),
            worst_tile=least(outcome.worst_tile for outcome in found),
            delta_e=_largest(outcome.delta_e for outcome in found),
            brand_delta_e=_largest(outcome.brand_delta_e for outcome in found),
        )


def _sampled(shown: Shown) -> list[Pixels]:
    indices = policy.samples(len(shown.canvases))
    return [drop_idle_alpha(shown.canvases[i]) for i in indices]


def _largest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


async def write(host: Host, shown: Shown, trial: Trial) -> bytes:
    """The animation as WebP, each frame only where it differs. Raises CodecError."""
    plan = canvas.patches(shown.canvases)
    frames: list[Frame] = []
    for first in range(0, len(plan), AT_ONCE):
        indices = range(first, min(first + AT_ONCE, len(plan)))
        cuts = [_cut(shown, plan, index, hide=trial.lossless) for index in indices]
        stills = await _encode_all(host, [drop_idle_alpha(pixels) for pixels, _over in cuts], trial)
        frames += [
            Frame(
                data=still,
                box=plan[index].box,
                duration_ms=shown.durations_ms[index],
                blend=over,
                dispose=CLEAR if index + 1 < len(plan) and plan[index + 1].clears else KEEP,
            )
            for index, still, (_pixels, over) in zip(indices, stills, cuts, strict=True)
        ]
    width, height = shown.size
    film = Film(format="webp", width=width, height=height, plays=shown.plays, frames=tuple(frames))
    try:
        return webp.join(film)
    except ValueError as exc:
        raise CodecError(f"the animation does not fit into WebP: {exc}") from exc


def _cut(
    shown: Shown, plan: Sequence[canvas.Patch], index: int, *, hide: bool
) -> tuple[Pixels, bool]:
    """What is written of a canvas, and whether it is laid over what is there."""
    if index == 0:
        return shown.canvases[0], False
    base = canvas.base_of(shown.canvases[index - 1], plan[index - 1].box, plan[index])
    return canvas.cut(shown.canvases[index], base, plan[index].box, hide=hide)


async def _encode_all(host: Host, pictures: Sequence[Pixels], trial: Trial) -> list[bytes]:
    stills: list[bytes] = []
    for first in range(0, len(pictures), AT_ONCE):
        batch = pictures[first : first + AT_ONCE]
        stills.extend(await asyncio.gather(*(_encode(host, p, trial) for p in batch)))
    return stills


async def _encode(host: Host, pixels: Pixels, trial: Trial) -> bytes:
    height, width = pixels.shape[:2]
    cleaned = pixels if trial.lossless else clean_hidden(pixels, smooth=True)
    return await encode(host, cleaned, trial.replace(width=width, height=height))


def _unreadable(exc: InputError, plan: Plan) -> Choice:
    text = f"Its frames cannot all be read ({exc}), so the original is kept."
    return Choice(
        outcome=None,
        target_reached=plan.max_bytes is None or plan.original_bytes <= plan.max_bytes,
        reasons=(Reason(code="animation-unreadable", text=text),),
    )
