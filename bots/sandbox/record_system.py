"""The system of record of the sandbox: cases out, attachments in, over real HTTP.

    GET    /cases?cursor=C&limit=N   {"cases": [...], "cursor": "17", "more": false}; an empty cursor asks for all
    GET    /events?cursor=N          {"events": [...], "cursor": "3", "more": false}: what happened to cases (`case_events`)
    GET    /events/ID                one of them
    POST   /attachments              with Idempotency-Key; {"acknowledged": true, "id": "A-000001", "repeated": false}
    DELETE /attachments/KEY          takes one back; the same answer however often
                                     "changes" {"account": ...} in the message change the case until then
    POST   /registrations            with Idempotency-Key; {"acknowledged": true, "case": {...}}: a new case
    DELETE /registrations/KEY        it was none; 409 {"error": "worked_on"} once it is decided
    POST   /transfers                with Idempotency-Key; {"acknowledged": true, "id": "T-000001"}
    POST   /notes                    with Idempotency-Key; {"acknowledged": true, "id": "N-000001"}: a session note in fields
                                     of limited length; 422 {"error": "too_long"} (`told_notes`)
    DELETE /transfers/KEY            have it back; 409 {"error": "taken"} once the other center has it
    POST   /sandbox/transfers/KEY    the other center takes it over
    GET    /sandbox/truth            what was sent and what ought to become of it
    GET    /sandbox/received         how much came back: attachments by key, repeats, withdrawals, refusals

A case has the columns of a labelled set's applications.csv, and: officer (number), officer_name, officer_team,
officer_center, received_on, due_on, dependents, version, and employer {business_no, name, representative, address,
phone, fax}.
A cursor is the number of the last change that the reader has seen. Unknown receipt numbers are refused with 422.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bots.sandbox.ledger import Answer, Ledger
from bots.sandbox.outages import Outage, outage_at
from bots.sandbox.serving import Serving

PAGE = 50
LONGEST_HANG = 15.0

__all__ = ["Ledger", "RecordSystem"]


class RecordSystem:
    """Serves a ledger on 127.0.0.1 in a thread of its own. `truth` is asked each time it is told."""

    def __init__(
        self,
        ledger: Ledger,
        outages: tuple[Outage, ...] = (),
        truth: Callable[[], object] = list,
        token: str = "",
        port: int = 0,
    ) -> None:
        self.ledger, self.outages, self.truth, self.token, self.port = ledger, outages, truth, token, port
        self._started = time.monotonic()
        self._serving = Serving("record system")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when the server does not come up."""
        self._started = time.monotonic()
        self.port = self._serving.start(self._app(), self.port)

    def stop(self) -> None:
        self._serving.stop()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/cases", self._cases),
                Route("/events", self._events),
                Route("/events/{id}", self._event),
                Route("/attachments", self._taking(self.ledger.attach), methods=["POST"]),
                Route("/attachments/{key:path}", self._giving_back(self._withdraw), methods=["DELETE"]),
                Route("/registrations", self._taking(self.ledger.register), methods=["POST"]),
                Route(
                    "/registrations/{key:path}", self._giving_back(self.ledger.unregister), methods=["DELETE"]
                ),
                Route("/transfers", self._taking(self.ledger.transfer), methods=["POST"]),
                Route("/transfers/{key:path}", self._giving_back(self.ledger.recall), methods=["DELETE"]),
                Route("/notes", self._taking(self.ledger.note), methods=["POST"]),
                Route("/sandbox/transfers/{key:path}", self._take_over, methods=["POST"]),
                Route("/sandbox/truth", self._truth),
                Route("/sandbox/received", self._received),
            ]
        )

    def _outage(self) -> Outage | None:
        return outage_at(self.outages, time.monotonic() - self._started)

    async def _refusal(self, request: Request) -> JSONResponse | None:
        """The answer of a system that is down, hangs or does not know the caller; None if all is well."""
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "who are you?"}, 401)
        outage = self._outage()
        if outage is None or outage.kind == "lost":
            return None
        self.ledger.counts[outage.kind] += 1
        if outage.kind == "hang":
            left = outage.end - (time.monotonic() - self._started)
            await asyncio.sleep(min(max(left, 0.0), LONGEST_HANG))
            return JSONResponse({"error": "gateway timeout"}, 504)
        return JSONResponse({"error": "maintenance"}, 503, headers={"Retry-After": "2"})

    async def _cases(self, request: Request) -> JSONResponse:
        if refusal := await self._refusal(request):
            return refusal
        try:
            cursor = int(request.query_params.get("cursor") or 0)
            limit = min(max(int(request.query_params.get("limit") or PAGE), 1), 1000)
        except ValueError:
            return JSONResponse({"error": "cursor and limit are whole numbers"}, 400)
        cases, after, more = self.ledger.since(cursor, limit)
        return JSONResponse({"cases": cases, "cursor": str(after), "more": more})

    async def _events(self, request: Request) -> JSONResponse:
        if refusal := await self._refusal(request):
            return refusal
        try:
            cursor = int(request.query_params.get("cursor") or 0)
        except ValueError:
            return JSONResponse({"error": "cursor is a whole number"}, 400)
        events, after, more = self.ledger.events.since(cursor, PAGE)
        return JSONResponse({"events": events, "cursor": str(after), "more": more})

    async def _event(self, request: Request) -> JSONResponse:
        if refusal := await self._refusal(request):
            return refusal
        event = self.ledger.events.one(request.path_params["id"])
        return JSONResponse(event) if event else JSONResponse({"error": "not found"}, 404)

    def _taking(
        self, take: Callable[[str, dict[str, Any]], Answer]
    ) -> Callable[[Request], Awaitable[JSONResponse]]:
        """A route on which something is told under a key."""

        async def told(request: Request) -> JSONResponse:
            if refusal := await self._refusal(request):
                return refusal
            key = request.headers.get("idempotency-key", "")
            if not key:
                return JSONResponse({"error": "Idempotency-Key is missing"}, 400)
            try:
                message = await request.json()
            except ValueError:
                return JSONResponse({"error": "not JSON"}, 400)
            if not isinstance(message, dict):
                return JSONResponse({"error": "not an object"}, 400)
            return self._maybe_lost(*take(key, message))

        return told

    def _giving_back(self, give: Callable[[str], Answer]) -> Callable[[Request], Awaitable[JSONResponse]]:
        """A route on which what was told under a key is taken back."""

        async def taken_back(request: Request) -> JSONResponse:
            if refusal := await self._refusal(request):
                return refusal
            return self._maybe_lost(*give(request.path_params["key"]))

        return taken_back

    def _withdraw(self, key: str) -> Answer:
        return 200, self.ledger.withdraw(key)

    async def _take_over(self, request: Request) -> JSONResponse:
        self.ledger.take_over(request.path_params["key"])
        return JSONResponse({"acknowledged": True})

    def _maybe_lost(self, status: int, answer: dict[str, Any]) -> JSONResponse:
        """Done it is; but in an outage of that kind the acknowledgement does not reach the caller."""
        outage = self._outage()
        if outage and outage.kind == "lost":
            self.ledger.counts["lost"] += 1
            return JSONResponse({"error": "bad gateway"}, 502)
        return JSONResponse(answer, status)

    async def _truth(self, _request: Request) -> JSONResponse:
        return JSONResponse({"deliveries": self.truth()})

    async def _received(self, _request: Request) -> JSONResponse:
        return JSONResponse(self.ledger.received())
