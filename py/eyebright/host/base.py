"""What a machine must be able to do for the pipeline: the only border to the platform.

Pixels are numpy arrays, (H, W, 3) or (H, W, 4) uint8, sRGB, straight (not premultiplied)
alpha, upright: a host applies the orientation and the colour profile once, while decoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy.typing as npt

from eyebright.frozen import Frozen
from eyebright.pixels import Pixels
from eyebright.values import Capabilities, Reason, Trial

__all__ = [
    "COLOUR",
    "Connected",
    "Decoded",
    "Host",
    "Pixels",
    "Remembering",
    "Tensor",
    "decode_as",
]

Tensor: TypeAlias = npt.NDArray[Any]

COLOUR = "colour"
"""Key of the colour management among the versions of decoders, beside the formats."""


class Decoded(Frozen):
    """Upright sRGB pixels and what decoding had to do to get them."""

    pixels: Pixels
    divisor: int = 1
    """Each side was divided by it: 1 where the pixels are whole."""
    notes: tuple[Reason, ...] = ()
    """For example that a profile was converted, or that 16 bits became 8."""
    profile: bytes = b""
    """ICC profile of the pixels where their colours were kept; empty: sRGB."""


async def decode_as(
    host: Host, data: bytes, source_format: str, *, keep_colours: bool = False, divisor: int = 1
) -> Decoded:
    """As `Host.decode`; hosts that keep no colours are not asked to."""
    if keep_colours:
        return await host.decode(
            data, source_format=source_format, keep_colours=True, divisor=divisor
        )
    return await host.decode(data, source_format=source_format, divisor=divisor)


class Host(Protocol):
    """One machine: codecs, models, a clock. `native`, `browser` and `fake` implement it."""

    name: str

    async def capabilities(self) -> Capabilities:
        """What is shown and written here, probed, never taken from a MIME claim."""
        ...

    async def decode(
        self, data: bytes, *, source_format: str, keep_colours: bool = False, divisor: int = 1
    ) -> Decoded:
        """Decode the first frame of `data` (a format name as in `values.MIME`).

        `keep_colours` leaves pixels in their own RGB profile where a matrix describes it.
        A JPEG is asked for at 1/2, 1/4 or 1/8 of each side, rounded up, to save memory; a host
        that cannot gives it whole, which `Decoded.divisor` tells and a note explains.

        Raises CorruptImage for bytes that do not decode whole, UnsupportedFormat where no
        decoder is here, LimitExceeded where memory does not suffice.
        """
        ...

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        """Encode exactly as the trial says, without metadata. Raises CodecError."""
        ...

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run an ONNX model. Raises CapabilityMissing where no runtime is here."""
        ...

    async def read_model(self, name: str) -> bytes:
        """The file of a model that ships with the package. Raises CapabilityMissing."""
        ...

    def is_open(self, model: bytes) -> bool:
        """Whether a model runs at once; first its session, perhaps what runs it, is opened."""
        ...

    def free_models(self) -> None:
        """Give the memory of opened models back; they are opened again when needed."""
        ...

    async def runtime_version(self) -> str:
        """Of what runs models, with its name; empty where nothing does."""
        ...

    async def encoder_versions(self) -> Mapping[str, str]:
        """Library and version by format, as the encoders themselves tell where they can."""
        ...

    async def decoder_versions(self) -> Mapping[str, str]:
        """The same of the decoders, and of the colour management under COLOUR.

        A browser does not tell the version of its own: see `host.browser`.
        """
        ...

    def now_ms(self) -> float:
        """Milliseconds on a clock that never goes back."""
        ...

    async def close(self) -> None:
        """Free workers and sessions. The host is not used afterwards."""
        ...


@runtime_checkable
class Connected(Protocol):
    """A host that knows of the connection and the memory of the browser that it runs in."""

    def receiver(self) -> Mapping[str, Any]:
        """Values by their names in navigator.connection and navigator."""
        ...


@runtime_checkable
class Remembering(Protocol):
    """A host that keeps finished results; each method raises CapabilityMissing where it cannot."""

    async def recall(self, key: str) -> bytes | None: ...

    async def keep(self, key: str, data: bytes, most_bytes: int) -> None: ...

    async def forget(self) -> int: ...
