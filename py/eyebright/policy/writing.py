"""Text in the picture: which of it counts, and what it asks of colours, size and target.

Lines that a model finds on a photo may be a shop's sign, or no text at all, and are no reason to
refuse the size that somebody asked for. They count where the picture is made to be read.
"""

from __future__ import annotations

from eyebright.policy import formats
from eyebright.policy.precedence import Rules
from eyebright.values import Facts, Reason

READ = frozenset({"screenshot", "chart", "drawing", "document"})
"""Kinds of pictures that are made to be read."""

MUCH_PERMILLE = 40
"""Share of the area from which on a picture of no known kind is: all known ones are in READ or in
SCENES. Version 1 of the text model found 0 to 39 on 41 of 42 photos (CLIC 2025, CID22, gb82), 44
and more on 38 screenshots and receipts (gb82, Sysinternals, SROIE). Version 3 found 0 to 37 on 54
photos without writing, 28 and more on screenshots, 42 and more on a third of the receipts.
"""

SCENES = frozenset({"photo", "product"})
"""Kinds of pictures on which a line found may be no text at all."""

MUCH_IN_SCENE_PERMILLE = 100
"""Share of the area from which on text counts there, too: a tenth, as a caption over the whole
width has. Our choice, above what false lines on a photo reach (39, once 41 of one 160 pixels wide).
"""

LEGIBLE_PX = 5.0
"""Text under this x-height is not legible in the source either (the classic 5 x 7 dot matrix needs
5 rows for it), so scaling loses nothing."""

STRAY = 10
"""One line in so many may be misjudged, or of no weight: it does not set the size alone."""

LEAST_TARGET = 70.0
"""Where text counts, hints lower a target no further: high quality on SSIMULACRA2's own scale."""


def counts(facts: Facts) -> bool:
    """Whether its text is to stay readable, as far as a model can tell.

    The model's fallback takes textures for text, so on photos it counts for nothing.
    """
    if not facts.text_lines:
        return False
    if facts.seen_content in READ:
        return True
    if facts.models.get("text") == "fallback":
        return False
    is_scene = facts.seen_content in SCENES
    return facts.text_permille >= (MUCH_IN_SCENE_PERMILLE if is_scene else MUCH_PERMILLE)


def smallest(facts: Facts) -> int | None:
    """The x-height, pixels, that scaling has to spare; None where there is none.

    Heights that somebody gave without lines all count.
    """
    if facts.text_lines and not counts(facts):
        return None
    heights = sorted(height for height in facts.text_heights_px if height >= LEGIBLE_PX)
    return heights[len(heights) // STRAY] if heights else None


def exact(facts: Facts, rules: Rules, width: int | None) -> tuple[Rules, tuple[Reason, ...]]:
    """The rules with the limit that this width meets, where somebody asked for exactly that one.

    How small the text gets is then told, not mended.
    """
    height, limit = smallest(facts), rules.limits.min_text_px
    if width is None or height is None or "scale" in rules.limits.forbid:
        return rules, ()
    if height * width >= limit * facts.width:
        return rules, ()
    thousandths = 1000 * height * width // facts.width
    text = (
        f"Letters would be {thousandths / 1000:.1f} pixels high, less than {limit:g}, and hard to "
        "read; the size is the one that was asked for."
    )
    values = {"x_height_px": height, "min_text_px": limit, "width": width}
    lower = max(0, thousandths - 1) / 1000  # a hair less, so that no rounding asks for a pixel more
    limits = rules.limits.replace(min_text_px=lower)
    return rules.replace(limits=limits), (Reason(code="text-small", text=text, values=values),)


def protected(
    facts: Facts, rules: Rules, named: tuple[str, ...] | None
) -> tuple[Rules, tuple[Reason, ...]]:
    """The rules with full chroma where text counts, and why.

    Halved chroma frays coloured letters (jpeg-archive issue 12). Where only formats are `named`
    whose lossy files have no other chroma (WebP), a lossless one is tried.
    """
    if rules.lossless_only or rules.policy.subsampling == "444" or not counts(facts):
        return rules, ()
    text = "There is text in it, so chroma is kept whole."
    values = {"lines": len(facts.text_lines), "text_permille": facts.text_permille}
    asked = named or rules.formats
    lossless = asked is not None and formats.HAS_FULL_CHROMA.isdisjoint(asked)
    policy = rules.policy.replace(
        subsampling="444", try_lossless=lossless or rules.policy.try_lossless
    )
    return rules.replace(policy=policy), (Reason(code="text-chroma", text=text, values=values),)
