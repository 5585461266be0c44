"""What a test or the demo asks of the post and tells it, over HTTP: /sandbox/...

GET   /sandbox/state            deposit, jobs, posted and paid by key, payments, uploads, letters
GET   /sandbox/letters/KEY      the pages of a letter, a PDF
POST  /sandbox/skip             {"seconds": n}: the post's clock is put forward
POST  /sandbox/deposit          {"won": n}
POST  /sandbox/troubles         {"kind", "place", "after", "times", "amount"}
POST  /sandbox/returns          {"keys": [...]} or {"registered_nos": [...]} with {"reason"}, or {"share": 0.1}
POST  /sandbox/pace             {"delivered_after": seconds, "lag": seconds}
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.post_site.journey import REASONS
from bots.sandbox.post_site.ledger import PostLedger
from bots.sandbox.post_site.troubles import PostTroubles
from bots.sandbox.post_site.windows import misaddressed


class Asking:
    """Everything about the post that its clients do not see."""

    def __init__(self, ledger: PostLedger, troubles: PostTroubles) -> None:
        self.ledger, self.troubles = ledger, troubles

    def state(self) -> dict[str, Any]:
        """All that was taken in and what has become of it, without names and addresses."""
        jobs = self.ledger.jobs
        return {
            "deposit": self.ledger.deposit,
            "uploads": self.ledger.uploads,
            "double_pay_attempts": self.ledger.double_pay_attempts,
            "payments": self.ledger.payments,
            "posted": dict(self.ledger.posted),
            "paid": dict(self.ledger.paid),
            "jobs": [
                {
                    "number": job.number,
                    "name": job.name,
                    "service": job.service,
                    "envelope": job.envelope,
                    "state": job.state,
                    "price": job.price,
                    "sheets": job.sheets,
                    "paid_count": job.paid_count,
                    "keys": job.keys,
                }
                for job in jobs
            ],
            "letters": [
                {
                    "key": letter.key,
                    "registered_no": letter.registered_no,
                    "events": [
                        [f"{event.at:%Y-%m-%d %H:%M}", event.status, event.detail]
                        for event in self.ledger.journeys.events(letter.registered_no)
                    ],
                }
                for job in jobs
                for letter in job.letters
            ],
        }

    async def tell(self, request: Request) -> Response:
        return JSONResponse(self.state())

    async def letter(self, request: Request) -> Response:
        try:
            content = self.ledger.letter_pdf(request.path_params["key"])
        except KeyError:
            return JSONResponse({"error": "no such letter"}, 404)
        return Response(content, media_type="application/pdf")

    async def misaddressed(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(misaddressed, self.ledger.jobs))

    def skip(self, told: dict[str, Any]) -> None:
        self.ledger.clock.skip(float(told["seconds"]))

    def set_deposit(self, told: dict[str, Any]) -> None:
        self.ledger.deposit = int(told["won"])

    def trouble(self, told: dict[str, Any]) -> None:
        self.troubles.add(
            str(told["kind"]),
            str(told["place"]),
            after=int(told.get("after", 0)),
            times=int(told.get("times", 1)),
            amount=float(told.get("amount", 1.0)),
        )

    def returns(self, told: dict[str, Any]) -> None:
        for one in [*told.get("keys", ()), *told.get("registered_nos", ())]:
            self.ledger.journeys.come_back(str(one), str(told.get("reason") or REASONS[0]))
        if "share" in told:
            self.ledger.journeys.share = float(told["share"])

    def pace(self, told: dict[str, Any]) -> None:
        journeys = self.ledger.journeys
        journeys.delivered_after = float(told.get("delivered_after", journeys.delivered_after))
        journeys.lag = float(told.get("lag", journeys.lag))


def _telling(do: Callable[[dict[str, Any]], None]) -> Callable[[Request], Awaitable[Response]]:
    async def told(request: Request) -> Response:
        try:
            do(json.loads(await request.body()))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return JSONResponse({"error": repr(error)}, 400)
        return JSONResponse({"done": True})

    return told


def routes(asking: Asking) -> list[Route]:
    """All addresses under /sandbox."""
    return [
        Route("/sandbox/state", asking.tell),
        Route("/sandbox/letters/{key}", asking.letter),
        Route("/sandbox/misaddressed", asking.misaddressed),
        Route("/sandbox/skip", _telling(asking.skip), methods=["POST"]),
        Route("/sandbox/deposit", _telling(asking.set_deposit), methods=["POST"]),
        Route("/sandbox/troubles", _telling(asking.trouble), methods=["POST"]),
        Route("/sandbox/returns", _telling(asking.returns), methods=["POST"]),
        Route("/sandbox/pace", _telling(asking.pace), methods=["POST"]),
    ]
