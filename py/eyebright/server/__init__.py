"""Pictures negotiated, made and kept on a server: an ASGI app, to run or to mount.

    from eyebright.server import Settings, create_app
    app = create_app(Settings(images="photos"))        # GET /img/{path}?w=&h=&aspect=&context=

`app` holds the routes, `images` the way of one request; `lanes` are the processes that work,
`store` keeps what they made. The policy decides, here and in the browser alike. It needs
`pip install eyebright[server]`; the package for browsers leaves this folder out.
"""

from __future__ import annotations

from eyebright.server.app import create_app
from eyebright.server.settings import Settings
from eyebright.server.static import EyebrightStaticFiles

__all__ = ["EyebrightStaticFiles", "Settings", "create_app"]
