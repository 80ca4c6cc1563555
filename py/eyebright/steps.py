"""Where one file is: times its stages, counts its encodes and tells the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from eyebright.errors import CodecError, HostError
from eyebright.host.base import Host
from eyebright.values import Progress, Reason, Trial

OnProgress = Callable[[Progress], None]


class Steps:
    """Times the stages and tells the caller about them."""

    def __init__(self, host: Host, on_progress: OnProgress | None) -> None:
        self._host = host
        self._on_progress = on_progress
        self._stage = ""
        self._since = host.now_ms()
        self._timings: dict[str, float] = {}
        self.fallbacks: list[Reason] = []
        self.encodes = 0

    def start(self, stage: str, trial: Trial | None = None) -> None:
        """Close the stage before, open this one, and report it."""
        self._close()
        self._stage = stage
        if stage == "encode":
            self.encodes += 1
        if self._on_progress is None:
            return
        self._on_progress(
            Progress(
                stage=stage,
                format=trial.format if trial else "",
                trial=max(1, self.encodes) if trial else 0,
                fraction=self._fraction(),
            )
        )

    @contextmanager
    def apart(self, name: str) -> Iterator[None]:
        """Count the time within the block as another stage's, without telling the caller."""
        self._close()
        stage, self._stage = self._stage, name
        try:
            yield
        finally:
            self._close()
            self._stage = stage

    def adopt(self, other: Steps) -> None:
        """Take what the steps of an encode, begun before it was asked for, counted and recorded.

        That encode was started here, too, so it is counted already.
        """
        self.encodes += other.encodes - 1
        self.fallbacks.extend(other.fallbacks)

    def stop(self) -> dict[str, float]:
        """Milliseconds by stage, and their `total`."""
        self._close()
        return {**self._timings, "total": sum(self._timings.values())}

    def _close(self) -> None:
        now = self._host.now_ms()
        if self._stage:
            spent = self._timings.get(self._stage, 0.0) + now - self._since
            self._timings[self._stage] = spent
        self._since = now

    def _fraction(self) -> float:
        """Never falling; nobody knows beforehand how many encodes there will be."""
        if self._stage == "deliver":
            return 1.0
        before = {"intake": 0.0, "analyse": 0.1, "decide": 0.15}.get(self._stage)
        return before if before is not None else round(0.95 - 0.75 * 0.75**self.encodes, 3)

    def encoder_failed(self, trial: Trial, exc: CodecError) -> None:
        """Record that an encoder failed: that costs its format, never the file."""
        self.encodes -= 1  # none was made
        text = f"The {trial.format} encoder failed ({exc}), so that format was left out."
        values = {"format": trial.format}
        self.fallbacks.append(Reason(code="encoder-failed", text=text, values=values))

    def metadata_failed(self, trial: Trial, exc: CodecError) -> None:
        """Record that a made file could not take its metadata: it is not delivered without."""
        text = f"Metadata could not be written into {trial.format} ({exc}), so it was left out."
        values = {"format": trial.format}
        self.fallbacks.append(Reason(code="metadata-unwritten", text=text, values=values))

    def decoder_failed(self, trial: Trial, exc: HostError) -> None:
        """Record that a result could not be decoded here, so not be checked either."""
        text = f"The {trial.format} decoder failed ({exc}), so that result was left out."
        values = {"format": trial.format}
        self.fallbacks.append(Reason(code="decoder-failed", text=text, values=values))
