"""By which way a picture is made smaller: by its kind and by how many times smaller it gets.

The ways were compared by `python build/bench_scaling.py` on pictures to choose from and on others,
held out. Lanczos is the usual one: at an equal score of what is shown large, no other took clearly
fewer bytes on photos without aliasing much more. Scans and other text keep it, too: of rendered
lines at the guard's least height (`--ratios 1.5 2 2.5 5`) the text model finds all after each way
(recall 1.00), and strokes have 1.10 to 1.11 of the source's contrast after Lanczos, 1.08 to 1.10
after Magic Kernel Sharp, 1.11 to 1.15 after perceptual and .94 to 1.00 after DPID. Of scans there
were only 5 and 6.

Perceptual scores higher when shown large again (photos +0.1 to +0.7 at a ratio of 1.5 and 2.5, +2.1
to +2.3 at 2), but its own files are 3 to 17 % larger at their target, and it turns fine waves into
coarse ones (RMS 85 of 255 on a zone plate at 2.5, Lanczos 12). DPID never rings (Lanczos by 61
codes at an edge of 128), but loses 1.4 to 4.9 on photos, up to 19 on drawings and text, and shifts
the light by up to 9 of 255 (Lanczos 0.8). On codes instead of light, it shifts more.

Nothing is sharpened: a tenth more costs 3 to 5 % in bytes at the target and rings beyond Lanczos,
which no gain when shown large pays for everywhere (photos +0.6 to +1.0, drawings -0.7 at 1.5).
"""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.policy.classify import is_graphic
from eyebright.values import Facts, Plan, Reason

USUAL = "lanczos3"
"""Lanczos with three lobes."""

SHARP = "mks2021"
"""Magic Kernel Sharp 2021, which rings less."""

UP_TO_PERMILLE: Mapping[str, tuple[tuple[int, str], ...]] = {
    "graphic": ((2000, SHARP),),
}
"""By kind of picture, up to which ratio (source by result, per thousand) which way is taken.

Held-out graphics at a ratio of 1.5 and of 2 took 2.0 and 0.6 % fewer bytes at their target, 0.1 and
2.7 % fewer at an equal score when shown large (those to choose from: 2.2 and 1.3, 0.2 and 1.9 %),
and edges of 128 codes rang by 48 and 42 codes instead of 64 (aliasing is up to a tenth more); at
2.5 the bytes when shown were 0.7 and 2.4 % more.
"""

WHY = {
    USUAL: "Lanczos's filter makes it smaller, which keeps most detail for its bytes.",
    SHARP: "Magic Kernel Sharp makes it smaller, which rings less at hard edges.",
}


def with_method(facts: Facts, plan: Plan) -> Plan:
    """The plan with the way in which it is resized, and why where it is."""
    if plan.keep_original:
        return plan
    ratio = max(1000 * facts.width // plan.width, 1000 * facts.height // plan.height)
    kind = kind_of(facts)
    method = _method(kind, ratio)
    if (plan.width, plan.height) == (facts.width, facts.height):
        return plan.replace(scaling=method)
    values = {"method": method, "kind": kind, "ratio_permille": ratio}
    why = Reason(code="scaling-chosen", text=WHY[method], values=values)
    return plan.replace(scaling=method, reasons=(*plan.reasons, why))


def kind_of(facts: Facts) -> str:
    """graphic: flat areas with hard edges; all else, scans and other text too, is a photo."""
    return "graphic" if is_graphic(facts) else "photo"


def _method(kind: str, ratio_permille: int) -> str:
    for most, method in UP_TO_PERMILLE.get(kind, ()):
        if ratio_permille <= most:
            return method
    return USUAL
