"""What fits into the memory that each process has, and what a visitor is told of the rest."""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.drawings import passes_through
from eyebright.errors import LimitExceeded
from eyebright.policy import Policies
from eyebright.policy.memory import plan_decoding, width_that_fits
from eyebright.server.settings import Settings
from eyebright.values import Capabilities, Facts, Goal


class Fitting:
    """By the plan that the working processes follow."""

    def __init__(self, settings: Settings, policies: Policies) -> None:
        self._settings = settings
        self._policies = policies

    def check(self, name: str, facts: Facts, goal: Goal, able: Capabilities) -> None:
        """Raises LimitExceeded, with what can be asked for instead."""
        if passes_through(facts, goal):
            return
        decoding = plan_decoding(facts, goal, able, self._policies)
        if not decoding.fits:
            raise self._refusal(name, facts, goal, able)

    def widest(self, name: str, facts: Facts, goal: Goal, able: Capabilities) -> int:
        """The largest `w` up to which all can be asked for. Raises LimitExceeded where none can."""
        if passes_through(facts, goal):
            return self._sides(facts)[-1]
        width = self._widest(facts, goal, able)
        if width is None:
            least = goal.replace(max_width=self._sides(facts)[0])
            raise self._refusal(name, facts, least, able)
        return width

    def _widest(self, facts: Facts, goal: Goal, able: Capabilities) -> int | None:
        return width_that_fits(facts, goal, able, self._policies, self._sides(facts))

    def _sides(self, facts: Facts) -> Sequence[int]:
        """All that `w` may be, ascending, as far as it makes a difference."""
        settings = self._settings
        steps = sorted(settings.widths)
        return steps or range(1, min(facts.width, settings.max_side_px) + 1)

    def _refusal(self, name: str, facts: Facts, goal: Goal, able: Capabilities) -> LimitExceeded:
        decoding = plan_decoding(facts, goal, able, self._policies)
        return LimitExceeded(
            f"{name}: {facts.width} x {facts.height} pixels need about {decoding.need_mb} MB of "
            f"memory, and {decoding.budget_mb} MB may be used; {self._instead(facts, goal, able)}"
            "put a smaller original there, or let whoever runs the server allow more "
            "(--max-memory-mb)"
        )

    def _instead(self, facts: Facts, goal: Goal, able: Capabilities) -> str:
        """What the address can say, as far as there is such a thing."""
        width = self._widest(facts, goal, able)
        if width:
            return f"ask for at most w={width}, "
        width = self._widest(facts, goal.replace(crop=""), able) if goal.crop else None
        return f"ask for it without the aspect and for at most w={width}, " if width else ""
