"""Who must choose between crops: by where the picture stands, and where the crops are in doubt."""

from __future__ import annotations

from eyebright.policy.content import Policies
from eyebright.policy.crops import mass
from eyebright.policy.crops.scene import Scene
from eyebright.policy.cutting import FORBIDDEN_CODE
from eyebright.policy.stakes import UNREVIEWED_CONTEXTS, faces_unknown
from eyebright.values import Crop, Facts, Reason

EDITOR = "editor"

NO_CROP = (
    "review-crop-none",
    "No crop of this shape keeps everything, so the whole picture is first.",
)

LITTLE_PERMILLE = 500
"""Of all that draws the eye: where the best crop keeps less, what the picture is about may be the
part that goes, such as the landscape around a small person. Our choice."""


SMALL_PERMILLE = 60
"""Of a picture's height: where no head is higher, people may be part of a scene, a landscape for
one, rather than what it is about. Our choice: a sixteenth, as a standing person is some seven and a
half heads high (canon of proportions) and then takes less than half of the height."""

MOST_PERMILLE = 800
"""Of all that draws the eye: what keeps as much leaves out nothing to ask about. Our choice."""


def told(scene: Scene, found: tuple[Crop, ...], policies: Policies) -> tuple[Crop, ...]:
    """The crops with who must choose, and why; what the person chose needs nobody."""
    if found[0].strategy == "user":
        return found
    who, reasons = _reviewer(scene, found[0], policies)
    return tuple(
        crop.replace(review=who, reasons=(*crop.reasons, *reasons) if at == 0 else crop.reasons)
        for at, crop in enumerate(found)
    )


def forbidden(found: tuple[Crop, ...], banned_by: str) -> tuple[Crop, ...]:
    """The whole picture alone, with who wants it so."""
    reason = Reason(code=FORBIDDEN_CODE, text=f"{banned_by} allows no crops.", values={})
    return tuple(crop.replace(reasons=(*crop.reasons, reason)) for crop in found)


def _reviewer(scene: Scene, first: Crop, policies: Policies) -> tuple[str, tuple[Reason, ...]]:
    by_context = policies.contexts.get(scene.context, "")
    if by_context:
        text = f"It stands as {scene.context}, so somebody ({by_context}) must choose."
        return by_context, (_reason("review-crop-context", text, by_context),)
    if scene.context in UNREVIEWED_CONTEXTS:
        return "", ()
    doubt = _doubt(scene, first)
    return (EDITOR, (_reason(*doubt, EDITOR),)) if doubt else ("", ())


def _doubt(scene: Scene, first: Crop) -> tuple[str, str] | None:
    """Code and sentence of why the first crop may be wrong."""
    if first.strategy == "whole":
        return NO_CROP if first.pad else None
    if faces_unknown(scene.facts):
        text = "No model looked for faces, and crops may cut some, so a person must look."
        return "review-crop-faces", text
    kept = mass.kept_permille(scene.facts, first.box)
    if scene.facts.saliency and kept < LITTLE_PERMILLE:
        text = f"It keeps only {kept / 10:g} % of what draws the eye, so a person must choose."
        return "review-crop-doubt", text
    if scene.facts.saliency and kept < MOST_PERMILLE and _people_are_small(scene.facts):
        text = "People are small in it, and the crop leaves out what is around them."
        return "review-crop-scene", text
    return None


def _people_are_small(facts: Facts) -> bool:
    tallest = max((face.height for face in facts.faces), default=facts.height)
    return 1000 * tallest < SMALL_PERMILLE * facts.height


def _reason(code: str, text: str, who: str) -> Reason:
    return Reason(code=code, text=text, values={"reviewer": who})
