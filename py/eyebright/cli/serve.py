"""`eyebright serve`: a folder of pictures over HTTP, each as its receiver shows it best."""

from __future__ import annotations

import argparse
import logging
import socket
import sys
from contextlib import suppress

from eyebright.cli.failures import WrongUse
from eyebright.cli.options import add_limit, add_models, add_policy, path, positive
from eyebright.cli.policies import read_policies
from eyebright.errors import PolicyError

LOOPBACK = "127.0.0.1"
"""Nobody else reaches it, unless told otherwise."""

PORT = 8000

BUDGET_MS = 2_000
RECEIVE_S = 120
"""For the help alone, which is there without the server's extra: as `server.settings` has them."""

MOST_PORT = 65_535

KEEP_ALIVE_S = 5
"""An idle connection is closed: uvicorn's own default, named so that it stays."""


def add_serve(parser: argparse.ArgumentParser) -> None:
    """The options, and what runs them."""
    parser.description = (
        "GET /img/{path}?w=&h=&aspect=&context= sends each picture as its receiver shows it best, "
        "GET /markup/{path}?layout= the HTML for it. "
        "/healthz, /readyz and /metrics are for whoever runs it."
    )
    parser.add_argument(
        "--images", metavar="DIR", required=True, type=path, help="folder of the pictures"
    )
    parser.add_argument(
        "--host", metavar="ADDRESS", default=LOOPBACK, help="where to listen (default: %(default)s)"
    )
    parser.add_argument("--port", metavar="N", type=positive, default=PORT, help=f"default: {PORT}")
    parser.add_argument(
        "--cache",
        metavar="URL",
        default="",
        help="folder, or an address that fsspec knows, for what was made (default: your own cache)",
    )
    parser.add_argument(
        "--uploads",
        metavar="URL",
        default="",
        help="where POST /upload keeps pictures, as --cache (default: nothing is taken)",
    )
    parser.add_argument(
        "--workers", metavar="N", type=positive, help="processes that work (default: the cores)"
    )
    parser.add_argument(
        "--max-memory-mb",
        metavar="MB",
        type=positive,
        help="memory for the work on pictures, beside what the processes take when idle, 10^6 "
        "bytes, divided evenly among the workers and one more process, which makes quick variants: "
        "with --workers 1 each picture may take half of it (default: half of the machine's)",
    )
    parser.add_argument(
        "--budget-ms",
        metavar="MS",
        type=positive,
        help="after it a quick variant is sent, and the good one is made meanwhile "
        f"(default: {BUDGET_MS:,})",
    )
    parser.add_argument(
        "--receive-s",
        metavar="S",
        type=positive,
        help="in which all of an upload has to arrive; who is slower is told so (default: "
        f"{RECEIVE_S})",
    )
    parser.add_argument(
        "--origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="an origin whose scripts may read answers (CORS), once for each",
    )
    parser.add_argument(
        "--width",
        metavar="PX",
        type=positive,
        action="append",
        default=[],
        help="a step that w and h are rounded up to, once for each; the largest is a ceiling: "
        "what is above it gets that (default: any side)",
    )
    parser.add_argument(
        "--aspect",
        metavar="W:H",
        action="append",
        default=[],
        help="an aspect that may be asked for, once for each (default: any)",
    )
    add_policy(parser)
    add_models(parser)
    add_limit(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 once it was stopped, 1 where it could not start. Raises WrongUse."""
    if arguments.port > MOST_PORT:
        raise WrongUse(f"--port: {arguments.port} is above {MOST_PORT}")
    try:
        import uvicorn  # noqa: PLC0415 - of an extra, and heavy

        from eyebright.server import Settings, create_app  # noqa: PLC0415 - as above
        from eyebright.server.connection import BoundedHttp  # noqa: PLC0415 - as above
        from eyebright.server.starting import check_start  # noqa: PLC0415 - as above
    except ModuleNotFoundError as exc:
        raise WrongUse(
            f"serve needs {exc.name}, which is not installed; pip install eyebright[server]"
        ) from exc
    given = {
        "workers": arguments.workers,
        "memory_mb": arguments.max_memory_mb,
        "budget_ms": arguments.budget_ms,
        "receive_s": arguments.receive_s,
    }
    try:
        settings = Settings(
            images=str(arguments.images),
            cache=arguments.cache,
            uploads=arguments.uploads,
            models=arguments.models,
            origins=tuple(arguments.origin),
            widths=tuple(arguments.width),
            aspects=tuple(arguments.aspect),
            limits=arguments.limits,
            **{name: value for name, value in given.items() if value is not None},
        )
        check_start(settings)
    except PolicyError as exc:
        raise WrongUse(str(exc)) from exc
    config = uvicorn.Config(
        create_app(settings, read_policies(arguments.policy)),
        access_log=False,  # it would tell names of files and who asked
        server_header=False,
        http=BoundedHttp,
        timeout_keep_alive=KEEP_ALIVE_S,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    _log_to_stderr()
    with _listening(arguments.host, arguments.port) as listening, suppress(KeyboardInterrupt):
        host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        where = f"http://{host}:{arguments.port}"
        print(f"Eyebright serves {arguments.images} at {where}", file=sys.stderr, flush=True)
        server.run(sockets=[listening])
    return 0 if server.started else 1


def _listening(host: str, port: int) -> socket.socket:
    """Who connects from now on is waited on. Raises WrongUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        raise WrongUse(
            f"--host {host} --port {port}: {exc.strerror}; name another address or port"
        ) from exc


def _log_to_stderr() -> None:
    """One line of JSON for each request."""
    log = logging.getLogger("eyebright.server")
    log.setLevel(logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
