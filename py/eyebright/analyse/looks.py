"""The models one by one: what each takes of a picture, and which facts come of what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from eyebright.analyse import artefacts, content, faces, layout, saliency, subject, text
from eyebright.analyse.asking import FALLBACK
from eyebright.analyse.proxy import CLOSER_PX, SEEN_PX, proxy
from eyebright.frozen import Frozen
from eyebright.host import icc
from eyebright.host.base import Tensor
from eyebright.pixels import Pixels
from eyebright.values import Attention, Facts, Seen, Writing

Fields: TypeAlias = dict[str, Any]
"""Fields of Facts by name."""


class View:
    """A picture as the models see it; its proxies are made when first asked for.

    Each is averaged from the whole picture, 0.05 s for 12 megapixels on a server's core, as in
    training. `seen` made from `closer` would be softer: the mean step between neighbours was 7 and
    17 % smaller on two pictures (scikit-image's retina and hubble_deep_field).
    """

    def __init__(
        self, pixels: Pixels, facts: Facts, profile: bytes = b"", *, is_turned: bool = False
    ) -> None:
        self.pixels = pixels
        """As decoded, perhaps at a reduced size, in the colours of `profile`."""
        self.facts = facts
        """What is known so far: by statistics, the size as shown included, and by earlier looks."""
        self.is_turned = is_turned
        """Whether the file holds its rows as columns (EXIF orientation 5 to 8)."""
        self._profile = profile
        self._made: dict[int, Pixels] = {}
        self._making = threading.Lock()

    @property
    def is_whole(self) -> bool:
        return self.pixels.shape[:2] == (self.facts.height, self.facts.width)

    @property
    def seen(self) -> Pixels:
        return self._small(SEEN_PX)

    @property
    def closer(self) -> Pixels:
        return self._small(CLOSER_PX)

    @property
    def size(self) -> dict[str, int]:
        """Width and height as shown, in which coordinates are told."""
        return {"width": self.facts.width, "height": self.facts.height}

    def _small(self, longest: int) -> Pixels:
        with self._making:  # two models may ask at once
            if longest not in self._made:
                self._made[longest] = icc.as_srgb(proxy(self.pixels, longest), self._profile)
            return self._made[longest]


class Look(Frozen):
    """One model, and what stands in for it."""

    name: str
    prepare: Callable[[View], Mapping[str, Tensor] | None]
    """None: it cannot tell anything of this picture, which is no fault."""
    read: Callable[[Mapping[str, Tensor], View], Fields]
    fallback: Callable[[View], Fields]
    instead: str
    """What the fallback does, for people."""
    waits: bool = False
    """It is told what the looks before it saw, so it cannot begin beside them."""


def _attention(found: Attention, view: View) -> Fields:
    """Where people look, and what they are to look at where it stands alone on a plain ground."""
    return {
        "saliency": found.grid,
        "focal_permille": found.focal_permille,
        "spread_permille": found.spread_permille,
        "subject": subject.subject(view.seen, **view.size),
    }


def _writing(found: Writing) -> Fields:
    return {
        "text_lines": found.lines,
        "text_heights_px": tuple(line.x_height_px for line in found.lines),
        "text_permille": found.permille,
    }


def _faults(view: View) -> Mapping[str, Tensor] | None:
    """Only the picture's own pixels show what happened to it: none of a smaller copy.

    They lie as in the file, since JPEG's tables differ between rows and columns.
    """
    if not view.is_whole or not artefacts.is_large_enough(view.pixels):
        return None
    return artefacts.prepare(view.pixels.swapaxes(0, 1) if view.is_turned else view.pixels)


def _layout(facts: Facts) -> tuple[float, ...]:
    """Of the lines that the text model told; other lines are not those that content learnt from."""
    if facts.models.get(text.NAME, FALLBACK) == FALLBACK:
        return layout.UNKNOWN
    return layout.features(
        facts.text_lines, facts.text_permille, width=facts.width, height=facts.height
    )


def _kind(found: Seen) -> Fields:
    return {
        "seen_content": found.content,
        "content_confidence_permille": found.confidence_permille,
    }


def _kind_by_rule(facts: Facts) -> Fields:
    """As the statistics' rule has it, which knows no confidence."""
    found = content.fallback(facts.flat_permille, facts.colours)
    return {"seen_content": found.content, "content_confidence_permille": None}


LOOKS: tuple[Look, ...] = (
    Look(
        name=text.NAME,
        prepare=lambda view: text.prepare(view.closer),
        read=lambda told, view: _writing(text.read(told, view.closer, **view.size)),
        fallback=lambda view: _writing(text.fallback(view.closer, **view.size)),
        instead="text is told by where steps of brightness lie close together",
    ),
    Look(
        name=content.NAME,
        prepare=lambda view: content.prepare(view.seen, _layout(view.facts)),
        read=lambda told, _view: _kind(content.read(told)),
        fallback=lambda view: _kind_by_rule(view.facts),
        instead="flat areas and few colours tell a drawing from a photo",
        waits=True,
    ),
    Look(
        name=faces.NAME,
        prepare=lambda view: faces.prepare(view.closer),
        read=lambda told, view: {"faces": faces.read(told, view.closer, **view.size)},
        fallback=lambda view: {"faces": faces.fallback(view.closer, **view.size)},
        instead="no faces are known",
    ),
    Look(
        name=saliency.NAME,
        prepare=lambda view: saliency.prepare(view.seen),
        read=lambda told, view: _attention(saliency.read(told), view),
        fallback=lambda view: _attention(saliency.fallback(view.seen), view),
        instead="where people look is told by what stands out of the picture's own spectrum",
    ),
    Look(
        name=artefacts.NAME,
        prepare=_faults,
        read=lambda told, _view: {"artefacts": artefacts.read(told)},
        fallback=lambda view: {"artefacts": artefacts.fallback(view.facts.source_quality)},
        instead="a JPEG's quality is that of its tables, and no other faults are known",
    ),
)
"""In the order in which they look: what decides most comes first, should time run out; the kind of
picture is told by its text, too."""
