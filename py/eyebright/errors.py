"""What can go wrong, as one tree.

    EyebrightError
    ├── InputError           the file cannot be used
    │   ├── UnsupportedFormat    a format we do not read here
    │   ├── CorruptImage         the bytes are broken or truncated
    │   └── LimitExceeded        too many pixels, frames or bytes
    ├── PolicyError          the goal, facts or policy contradict themselves
    ├── HostError            this machine cannot do it
    │   ├── CodecError           an encoder or decoder failed
    │   ├── CapabilityMissing    no codec, kernel or model for it here
    │   └── ModelRefused         a model's file is not the one that the manifest names
    └── MetricError          two pictures cannot be compared

Messages say what happened, to which thing, and what to do. `kind` is the stable
name that crosses to JavaScript and into `--json`. A file that cannot be beaten
is a result, not an error.
"""

from __future__ import annotations


class EyebrightError(Exception):
    """Base of everything raised on purpose."""

    @property
    def kind(self) -> str:
        return type(self).__name__


class InputError(EyebrightError):
    """The file cannot be used."""


class UnsupportedFormat(InputError):
    """A format that is not read here."""


class CorruptImage(InputError):
    """The bytes are broken or cut short."""


class LimitExceeded(InputError):
    """More pixels, frames or bytes than allowed."""


class PolicyError(EyebrightError):
    """Goal, facts or policy are invalid; `path` names the key, `file` the policy file."""

    def __init__(self, message: str, *, path: str = "", file: str = "") -> None:
        super().__init__(": ".join(filter(None, (file, path, message))))
        self.message = message
        self.path = path
        self.file = file


class HostError(EyebrightError):
    """This machine cannot do it."""


class CodecError(HostError):
    """An encoder or decoder failed."""


class CapabilityMissing(HostError):
    """No codec, kernel or model for it here."""


class ModelRefused(HostError):
    """A model's file is not the one that the manifest names."""


class MetricError(EyebrightError):
    """Two pictures cannot be compared."""
