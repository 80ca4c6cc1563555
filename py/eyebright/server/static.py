"""Static files whose pictures are negotiated: in place of Starlette's own StaticFiles."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from eyebright.errors import EyebrightError, InputError
from eyebright.policy import BUILT_IN, Policies
from eyebright.server.answers import answer, refusal
from eyebright.server.images import Images
from eyebright.server.settings import Settings
from eyebright.values import EXTENSION, MIME

PICTURE_ENDINGS = tuple({*(f".{name}" for name in MIME), *EXTENSION.values()} - {".svg", ".ico"})
"""Of files that go through the policy; drawings and icons stay as they are."""


class EyebrightStaticFiles(StaticFiles):
    """Serves a folder: pictures as each receiver shows them best, everything else as it is.

    `settings` may say more than the folder. What cannot be read as a picture is served untouched.
    """

    def __init__(
        self,
        *,
        directory: str,
        settings: Settings | None = None,
        policies: Policies = BUILT_IN,
        **others: Any,
    ) -> None:
        super().__init__(directory=directory, **others)
        given = settings or Settings(images=directory)
        self.images = Images(given.replace(images=directory), policies)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not path.lower().endswith(PICTURE_ENDINGS) or scope["method"] not in {"GET", "HEAD"}:
            return await super().get_response(path, scope)
        request = Request(scope)
        try:
            variant = await self.images.variant(path, request.query_params, scope["headers"])
        except InputError:
            return await super().get_response(path, scope)
        except EyebrightError as exc:
            return refusal(exc)
        name = path.rpartition("/")[2]
        return answer(request, variant, name=name, max_age_s=self.images.settings.max_age_s)
