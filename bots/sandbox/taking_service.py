"""A service over HTTP that takes things over: late, wrong and down, and it never refuses the same thing twice.

    POST {path}            a request with the client's own key; answered {"number", "request_state", "accepted_at"}
    GET  {path}?key=KEY    {"requests": [...]} under that key, after `lag` seconds
    GET  {path}/NUMBER     one request with its fate

It counts by key what it has taken over: `taken`. Everything needs a bearer token.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.serving import Serving

TOKEN = "sandbox-token"  # noqa: S105
LONGEST_SILENCE = 60.0
# "down" and "error" take nothing; "busy" asks for a pause; "lost", "silent" and "garbled" take it and do not say so.
# At a question only those count that answer nothing.
KINDS = ("down", "error", "busy", "lost", "silent", "garbled", "slow")


@dataclass
class Held:
    """One request that was taken over. `at`: by the monotonic clock; `end`: its fate, once it is known."""

    number: str
    key: str
    body: dict[str, Any]
    at: float
    accepted_at: datetime
    end: dict[str, Any] = field(default_factory=dict)


class TakingService:
    """Serves on 127.0.0.1 in a thread of its own; `start()` again after `stop()` finds what it had.

    seed, share      so many of the requests meet a trouble that is drawn
    lag              seconds after which a request stands in the list
    receipt_seconds  after which its fate is known
    """

    path = "/requests"
    name = "service"

    def __init__(
        self, *, port: int = 0, seed: int | None = None, share: float = 0.0, lag: float = 0.0,
        receipt_seconds: float = 0.0, token: str = TOKEN,
    ) -> None:  # fmt: skip
        self.port, self.lag, self.receipt_seconds, self.token = port, lag, receipt_seconds, token
        self.share = share if seed is not None else 0.0
        self.held: list[Held] = []
        self.troubles: list[tuple[str, float]] = []
        self.met: Counter[str] = Counter()
        self._rng = random.Random(f"{self.name} {seed}")
        self._lock = threading.Lock()
        self._serving = Serving(self.name)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def taken(self) -> Counter[str]:
        """How often each key was taken over."""
        with self._lock:
            return Counter(held.key for held in self.held)

    def trouble(self, kind: str, *, times: int = 1, amount: float = 1.0) -> None:
        """The next `times` requests meet this; `amount` in seconds."""
        if kind not in KINDS:
            raise ValueError(f"no trouble is of the kind {kind}")
        with self._lock:
            self.troubles += [(kind, amount)] * times

    def refuse(self, body: dict[str, Any]) -> str:
        """The code with which a request is refused, "" for none."""
        return "" if body.get("key") else "key"

    def fate(self, held: Held) -> dict[str, Any]:
        """What became of a request, once `receipt_seconds` have passed."""
        return {}

    def describe(self, held: Held) -> dict[str, Any]:
        """A request as it is answered."""
        known = time.monotonic() - held.at >= self.receipt_seconds
        if known and not held.end:
            held.end = self.fate(held)
        told = {"number": held.number, "key": held.key, "accepted_at": held.accepted_at.isoformat()}
        return (
            told | {"request_state": "done" if known else "processing", "receipt_state": "waiting"} | held.end
        )

    def routes(self) -> list[Route]:
        """Further addresses, before the general ones."""
        return []

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when it does not come up."""
        self.port = self._serving.start(self._app(), self.port)

    def stop(self) -> None:
        """Connections are refused from now on."""
        self._serving.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _app(self) -> Starlette:
        routes = [
            *self.routes(),
            Route(self.path, self.guarded(self._take), methods=["POST"]),
            Route(self.path, self.guarded(self._list)),
            Route(self.path + "/{number}", self.guarded(self._one)),
        ]
        return Starlette(routes=routes)

    def guarded(
        self, view: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A view for those who have the token."""

        async def see(request: Request) -> Response:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                return JSONResponse({"error": "token"}, 401)
            return await view(request)

        return see

    def find(self, number: str) -> Held | None:
        """The request of a number."""
        with self._lock:
            return next((held for held in self.held if held.number == number), None)

    async def _take(self, request: Request) -> Response:
        body = await request.json()
        kind, amount = self._meet()
        if kind in ("down", "error", "busy"):
            status = {"down": 503, "error": 500, "busy": 429}[kind]
            return JSONResponse({"error": kind}, status, {"Retry-After": str(max(1, int(amount)))})
        if kind == "slow":
            await asyncio.sleep(amount)
        if code := self.refuse(body):
            return JSONResponse({"error": code}, 400)
        told = self._hold(body)
        if kind == "silent":
            await asyncio.sleep(min(amount, LONGEST_SILENCE))
        if kind in ("silent", "lost"):
            return JSONResponse({"error": "gateway"}, 504 if kind == "silent" else 502)
        if kind == "garbled":
            return HTMLResponse("<html><body>처리되었습니다</body></html>")
        return JSONResponse(told, 202)

    def _hold(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            number = f"{self.name[0].upper()}{len(self.held) + 1:08d}"
            held = Held(number, str(body["key"]), body, time.monotonic(), datetime.now(UTC))
            self.held.append(held)
        return {"number": number, "request_state": "accepted", "accepted_at": held.accepted_at.isoformat()}

    async def _list(self, request: Request) -> Response:
        kind, amount = self._meet(asking=True)
        if kind:
            await asyncio.sleep(min(amount, LONGEST_SILENCE) if kind == "silent" else 0)
            return JSONResponse({"error": "internal"}, 503)
        key, now = request.query_params.get("key", ""), time.monotonic()
        with self._lock:
            found = [held for held in self.held if held.key == key and now - held.at >= self.lag]
        return JSONResponse({"requests": [self.describe(held) for held in found]})

    async def _one(self, request: Request) -> Response:
        held = self.find(request.path_params["number"])
        return JSONResponse(self.describe(held)) if held else JSONResponse({"error": "number"}, 404)

    def _meet(self, *, asking: bool = False) -> tuple[str, float]:
        """The trouble that this request meets; ("", 0) for none."""
        with self._lock:
            if self.troubles and (not asking or self.troubles[0][0] == "down"):
                found = self.troubles.pop(0)
            elif self._rng.random() < self.share:
                found = (self._rng.choice(("down",) if asking else ("down", "busy", "lost", "garbled")), 1.0)
            else:
                return "", 0.0
            self.met[found[0]] += 1
            return found
