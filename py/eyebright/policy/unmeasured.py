"""The one encode to send where there is no time to measure what came of it.

At a quality that is safe for nearly every picture: what the tables say the median picture needs for
a score well above the target.
"""

from __future__ import annotations

from eyebright.policy import cost, formats
from eyebright.policy.search import trial_at
from eyebright.policy.stops import TABLE_MARGIN
from eyebright.values import Candidate, Capabilities, Plan, Trial

SAFE_MARGIN = {"photo": TABLE_MARGIN, "graphic": 13.0}
"""SSIMULACRA2 above the target to take the tables' quality for. At target 75, of 82 photos 98 %
then reached it by the quick JPEG (87), as many by the quick WebP (86); of 32 graphics 94 % by AVIF
at its quickest (64), and all by JPEG 4:4:4 (92). With 7 for graphics AVIF reached it on a third."""


def unmeasured(plan: Plan, capabilities: Capabilities) -> Trial | None:
    """The quickest lossy encode of the plan at its safe quality.

    None where only a measured file will do: no pixel may change, the original stays, it moves, or
    it must keep to a number of bytes.
    """
    if plan.keep_original or plan.lossless_only or plan.frames > 1 or plan.max_bytes is not None:
        return None
    lossy = [way for way in plan.candidates if not way.lossless]
    if not lossy:
        return None
    way = min(lossy, key=lambda way: _ms_per_mp(way, capabilities))
    return trial_at(way, plan, safe_quality(way, plan))


def safe_quality(way: Candidate, plan: Plan) -> int:
    """Encoder quality, from the plan's floor to the candidate's most."""
    return formats.first_quality(way, plan, plan.target + SAFE_MARGIN[plan.picture_class])


def _ms_per_mp(way: Candidate, capabilities: Capabilities) -> float:
    """What nothing is known of comes last."""
    known = cost.ms_per_mp(way, capabilities)
    return float("inf") if known is None else known
