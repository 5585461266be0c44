"""The document system of the sandbox (온나라-like): numbers, dates of effect and seals over real HTTP.

    POST /documents              with Idempotency-Key; {"document_no", "effective_on", "seal"}; the same key again
                                 is answered alike, another content under it with 409 {"error": "other_content"}
    GET  /documents/KEY          the same, or 404
    GET  /sandbox/documents      what was registered, by key, and how often it was asked for

Numbers go up by one; the date of effect is the day on its own clock. A registration
needs a whole line: 기안 first, 전결 or 대결 last, by different people (422 {"error": "line"}).
"""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bots.sandbox.outages import Outage, outage_at
from bots.sandbox.seal import seal_picture
from bots.sandbox.serving import Serving
from config.letterhead import load_letterhead

LONGEST_HANG = 15.0
_NEEDED = ("title", "kind", "receipt_no", "content_sha256", "pages", "disclosure", "approvals")
_LAST = ("전결", "대결", "결재")


def _seoul_today() -> date:
    return datetime.now(ZoneInfo("Asia/Seoul")).date()


def _seconds_of_the_year() -> int:
    now = datetime.now(ZoneInfo("Asia/Seoul"))
    return int((now - now.replace(month=1, day=1, hour=0, minute=0, second=0)).total_seconds())


class DocumentBook:
    """What it holds; thread-safe. `counts`: registered, repeated, refused, lost, down, hang.

    first  the first number; by default one that rises with the year, so that a book begun anew gives none again
    """

    def __init__(
        self, issuer: str, first: int | None = None, today: Callable[[], date] = _seoul_today
    ) -> None:
        self._lock = threading.RLock()
        self.issuer, self.today = issuer, today
        self._next = first if first is not None else _seconds_of_the_year() // 5
        self.documents: dict[str, dict[str, Any]] = {}
        self.counts: Counter[str] = Counter()

    def register(self, key: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Once for a key; (HTTP status, body)."""
        with self._lock:
            if key in self.documents:
                known = self.documents[key]
                if known["content_sha256"] != document.get("content_sha256"):
                    self.counts["refused"] += 1
                    return 409, {"error": "other_content"}
                self.counts["repeated"] += 1
                return 200, self.answer(key)
            if problem := _wrong(document):
                self.counts["refused"] += 1
                return 422, {"error": problem}
            number = f"{self.issuer}-{self._next}"
            self._next += 1
            day = self.today().isoformat()
            self.documents[key] = {**document, "document_no": number, "effective_on": day}
            self.counts["registered"] += 1
            return 201, self.answer(key)

    def answer(self, key: str) -> dict[str, Any]:
        """Number, date and seal of a document."""
        known = self.documents[key]
        seal = base64.b64encode(seal_picture(load_letterhead().signed_by)).decode()
        return {"document_no": known["document_no"], "effective_on": known["effective_on"], "seal": seal}


def _wrong(document: dict[str, Any]) -> str:
    """What speaks against registering it, a code."""
    if any(name not in document for name in _NEEDED) or not str(document["title"]).strip():
        return "incomplete"
    line = document["approvals"]
    if not isinstance(line, list) or len(line) < 2 or not all(isinstance(step, dict) for step in line):
        return "line"
    first, last = line[0], line[-1]
    if first.get("duty") != "기안" or last.get("duty") not in _LAST or first.get("name") == last.get("name"):
        return "line"
    return "" if all(step.get("name") and step.get("day") for step in line) else "line"


class DocumentSystemServer:
    """Serves a book on 127.0.0.1 in a thread of its own; use start() and stop(), or a with block."""

    def __init__(
        self,
        book: DocumentBook | None = None,
        outages: tuple[Outage, ...] = (),
        token: str = "",
        port: int = 0,
        delay: float = 0.0,
    ) -> None:
        self.book = book or DocumentBook(load_letterhead().center)
        self.outages, self.token, self.port, self.delay = outages, token, port, delay
        self._started = time.monotonic()
        self._serving = Serving("document system")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when it does not come up."""
        self._started = time.monotonic()
        self.port = self._serving.start(self._app(), self.port)

    def stop(self) -> None:
        self._serving.stop()

    def __enter__(self) -> DocumentSystemServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/documents", self._register, methods=["POST"]),
                Route("/documents/{key:path}", self._find),
                Route("/sandbox/documents", self._held),
            ]
        )

    def _outage(self) -> Outage | None:
        return outage_at(self.outages, time.monotonic() - self._started)

    async def _refusal(self, request: Request) -> JSONResponse | None:
        await asyncio.sleep(self.delay)
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "who are you?"}, 401)
        outage = self._outage()
        if outage is None or outage.kind == "lost":
            return None
        self.book.counts[outage.kind] += 1
        if outage.kind == "hang":
            left = outage.end - (time.monotonic() - self._started)
            await asyncio.sleep(min(max(left, 0.0), LONGEST_HANG))
            return JSONResponse({"error": "gateway timeout"}, 504)
        return JSONResponse({"error": "maintenance"}, 503, headers={"Retry-After": "2"})

    async def _register(self, request: Request) -> JSONResponse:
        if refusal := await self._refusal(request):
            return refusal
        key = request.headers.get("idempotency-key", "")
        try:
            document = await request.json()
        except ValueError:
            return JSONResponse({"error": "not JSON"}, 400)
        if not key or not isinstance(document, dict):
            return JSONResponse({"error": "Idempotency-Key or document is missing"}, 400)
        status, answer = self.book.register(key, document)
        outage = self._outage()
        if outage and outage.kind == "lost":  # registered it is, but the answer does not arrive
            self.book.counts["lost"] += 1
            return JSONResponse({"error": "bad gateway"}, 502)
        return JSONResponse(answer, status)

    async def _find(self, request: Request) -> JSONResponse:
        if refusal := await self._refusal(request):
            return refusal
        key = request.path_params["key"]
        if key not in self.book.documents:
            return JSONResponse({"error": "not found"}, 404)
        return JSONResponse(self.book.answer(key))

    async def _held(self, _request: Request) -> JSONResponse:
        return JSONResponse({"documents": self.book.documents, "counts": dict(self.book.counts)})
