"""The routes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from eyebright.errors import EyebrightError
from eyebright.policy import BUILT_IN, HEADERS, Policies
from eyebright.server.answers import SAFE, answer, refusal
from eyebright.server.asking import check_length, queried
from eyebright.server.faults import NoSuchAddress, WrongMethod
from eyebright.server.images import Images
from eyebright.server.markup import markup
from eyebright.server.meters import Meters
from eyebright.server.observe import CAME_FROM, ROUTE, Observed
from eyebright.server.settings import Settings
from eyebright.server.unforeseen import logged, trace_of
from eyebright.server.upload import Uploads

EXPOSED = ("ETag", "Server-Timing", "Eyebright-Width", "Eyebright-Height", "Content-Disposition")
"""What scripts of the settings' origins may read beside what every script may."""

PLACES = "pictures are at {root}/img/PATH, the HTML for them at {root}/markup/PATH"
"""Told to who asks for something else; `root` is where the app is mounted."""

Handler = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings, policies: Policies = BUILT_IN) -> Starlette:
    """An ASGI app to run or to mount: /img/{path}, /markup/{path}, /healthz, /readyz, /metrics.

    And /upload, where the settings name a place for it.

    Its processes start with the app, or, where it is mounted, with the first request.
    """
    meters = Meters()
    images = Images(settings, policies, meters)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await images.workshop.machine()
        yield
        await images.close()

    app = Starlette(
        routes=_routes(images),
        middleware=[Middleware(Observed, meters=meters), *_cors(settings)],
        exception_handlers=UNROUTED,
        lifespan=lifespan,
    )
    app.state.images = images
    return app


def _routes(images: Images) -> list[Route]:
    settings = images.settings

    async def image(request: Request) -> Response:
        path = request.path_params["path"]
        query = queried(request.scope["query_string"])
        variant = await images.variant(path, query, request.scope["headers"])
        request.scope[CAME_FROM] = variant.came_from
        name = path.rpartition("/")[2]
        made = answer(request, variant, name=name, max_age_s=settings.max_age_s)
        sent_bytes = 0 if request.method == "HEAD" else len(made.body)
        images.meters.count_sent(variant, sent_bytes)
        return made

    async def html(request: Request) -> Response:
        path, root = request.path_params["path"], request.scope.get("root_path", "")
        text = await markup(images, path, request.query_params, root)
        headers = {**SAFE, "Cache-Control": f"public, max-age={settings.max_age_s}"}
        return HTMLResponse(text, headers=headers)

    async def health(_request: Request) -> Response:
        """Whether this process answers at all."""
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        """Whether pictures can be made."""
        machine = await images.workshop.machine()
        return JSONResponse({"ready": True, "writes": list(machine.able.encode)})

    async def metrics(_request: Request) -> Response:
        return Response(images.meters.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    get = ["GET"]
    routes = [
        Route("/img/{path:path}", _told("image", image), methods=get),
        Route("/markup/{path:path}", _told("markup", html), methods=get),
        Route("/healthz", _told("health", health), methods=get),
        Route("/readyz", _told("ready", ready), methods=get),
        Route("/metrics", _told("metrics", metrics), methods=get),
    ]
    return [*routes, _upload(images)] if settings.uploads else routes


def _upload(images: Images) -> Route:
    uploads = Uploads(images)

    async def upload(request: Request) -> Response:
        return await uploads.take(request)

    return Route("/upload", _told("upload", upload), methods=["POST"])


def _told(route: str, handler: Handler) -> Handler:
    """The handler, its route told to the log, its errors told to the client."""

    async def handle(request: Request) -> Response:
        request.scope[ROUTE] = route
        try:
            check_length(request.scope["query_string"])
            return await handler(request)
        except EyebrightError as exc:
            return refusal(exc)
        except HTTPException:
            raise  # to those in UNROUTED
        except Exception as exc:  # noqa: BLE001 - the border: it goes to the log, not to the client
            return refusal(logged(type(exc).__name__, trace_of(exc)))

    return handle


async def _nothing_there(request: Request, _exc: Exception) -> Response:
    places = PLACES.format(root=request.scope.get("root_path", ""))
    return refusal(NoSuchAddress(f"nothing is at this address; {places}"))


async def _asked_otherwise(_request: Request, exc: Exception) -> Response:
    told = (exc.headers or {}).get("Allow", "") if isinstance(exc, HTTPException) else ""
    allow = ", ".join(sorted(told.split(", ")))  # the router has them in any order
    refused = refusal(WrongMethod(f"this address takes only {allow}"))
    refused.headers["Allow"] = allow
    return refused


UNROUTED: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    HTTPStatus.NOT_FOUND: _nothing_there,
    HTTPStatus.METHOD_NOT_ALLOWED: _asked_otherwise,
}
"""What the router finds no handler for; `Any` as Starlette types its keys."""


def _cors(settings: Settings) -> list[Middleware]:
    if not settings.origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=HEADERS,
            expose_headers=EXPOSED,
        )
    ]
