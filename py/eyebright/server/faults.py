"""What can go wrong on a server beside the pictures themselves, and the status of each answer.

HostError
└── ServerFault
    ├── Busy           more is asked for than can be queued
    ├── WorkerLost     the process that worked on it died, twice
    ├── TookTooLong    it was ended after `give_up_s`
    ├── NeedsTime      there is no quick variant of it
    ├── Changed        the file became another one meanwhile
    └── Unforeseen     a fault of the program; `unforeseen` tells the log of it
InputError
├── NoSuchPicture      no such file, or none that may be seen
├── NoSuchAddress      nothing of ours is at that address
├── WrongMethod        what is there is asked for in another way
├── TooLarge           more bytes were sent than are taken
├── TooLong            the address is longer than any that means something
├── TooSlow            it did not arrive in time
├── BadUpload          a form without a file, or none at all
├── ForeignOrigin      another site's page sent it
└── Refused            what a worker said of the file, by its kind
"""

from __future__ import annotations

from http import HTTPStatus

from eyebright.errors import EyebrightError, HostError, InputError, PolicyError

RETRY_AFTER_S = 5
"""What clients are told to wait after 503: some tasks' time. Our choice."""

STATUS = {
    "NoSuchPicture": HTTPStatus.NOT_FOUND,
    "NoSuchAddress": HTTPStatus.NOT_FOUND,
    "WrongMethod": HTTPStatus.METHOD_NOT_ALLOWED,
    "UnsupportedFormat": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "CorruptImage": HTTPStatus.UNPROCESSABLE_ENTITY,
    "InputError": HTTPStatus.UNPROCESSABLE_ENTITY,
    "LimitExceeded": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "TooLarge": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "TooLong": HTTPStatus.REQUEST_URI_TOO_LONG,
    "TooSlow": HTTPStatus.REQUEST_TIMEOUT,
    "BadUpload": HTTPStatus.BAD_REQUEST,
    "ForeignOrigin": HTTPStatus.FORBIDDEN,
    "PolicyError": HTTPStatus.BAD_REQUEST,
    "Busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "WorkerLost": HTTPStatus.SERVICE_UNAVAILABLE,
    "TookTooLong": HTTPStatus.SERVICE_UNAVAILABLE,
    "NeedsTime": HTTPStatus.SERVICE_UNAVAILABLE,
    "Changed": HTTPStatus.SERVICE_UNAVAILABLE,
    "CapabilityMissing": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
"""By the kind of the error; all else is the server's own fault."""


class ServerFault(HostError):
    """This server cannot do it now."""


class Busy(ServerFault):
    """More is asked for than can be queued."""


class WorkerLost(ServerFault):
    """The process that worked on it died."""


class TookTooLong(ServerFault):
    """It was ended."""


class NeedsTime(ServerFault):
    """There is no quick variant of it."""


class Changed(ServerFault):
    """The file became another one meanwhile."""


class Unforeseen(ServerFault):
    """A fault of the program, by the id under which the log tells of it."""

    def __init__(self, fault_id: str) -> None:
        super().__init__(
            f"the server failed by a fault of its own; whoever runs it finds {fault_id} in the log"
        )
        self.id = fault_id


class NoSuchPicture(InputError):
    """No such file, or none that may be seen: nobody is told which."""


class NoSuchAddress(InputError):
    """Nothing of ours is at that address."""


class WrongMethod(InputError):
    """What is there is asked for in another way."""


class TooLarge(InputError):
    """More bytes were sent than are taken."""


class TooLong(InputError):
    """The address is longer than any that means something."""


class TooSlow(InputError):
    """It did not arrive in time."""


class BadUpload(InputError):
    """A form without a file, or none at all."""


class ForeignOrigin(InputError):
    """Another site's page sent it."""


class Refused(InputError):
    """What a worker said of a file."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self._kind = kind

    @property
    def kind(self) -> str:
        return self._kind


def status_of(exc: EyebrightError) -> HTTPStatus:
    """Of the answer that tells of an error."""
    if isinstance(exc, PolicyError) and exc.path.startswith("headers"):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return STATUS.get(exc.kind, HTTPStatus.INTERNAL_SERVER_ERROR)
