"""An HTTP service of the sandbox: a real server on 127.0.0.1, in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from starlette.types import ASGIApp

_COMES_UP_WITHIN = 10.0


class Serving:
    """Serves an application; after `stop` it may be started again on the same port. `name`: in words."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp, port: int = 0) -> int:
        """Answers from now on; returns the port, a free one for 0.

        Raises OSError when the port is taken, TimeoutError when the server does not come up.
        """
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        port = int(listener.getsockname()[1])
        config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run, args=([listener],), name=self.name, daemon=True)
        self._thread.start()
        until = time.monotonic() + _COMES_UP_WITHIN
        while not server.started:
            if time.monotonic() > until:
                raise TimeoutError(f"the sandbox's {self.name} does not come up on port {port}")
            time.sleep(0.02)
        return port

    def stop(self) -> None:
        """Nobody answers any more: connections are refused."""
        if self._server and self._thread:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(timeout=10)
            self._server = self._thread = None
