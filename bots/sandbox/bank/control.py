"""What can be told to a bank that runs as a process of its own, over HTTP.

    POST /faults       {"message", "kind", "times", "account", "after"}: the next ones meet this
    POST /chance       {"seed", "share"} of everything, or {"seed", "shares": {message: {kind: share}}}; /calm ends it
    POST /delays       {"late", "progress", "returned", "again", "stuck"} in seconds
    POST /accounts     [{"bank", "number", "holder", "state"}, ...]
    POST /debits       {"account", "balance", "password", "per_transfer", "per_day"}
    POST /clock        {"shut": true} or {"time": "23:55"}
    POST /lines        {"do": "break" | "refuse" | "accept"}
    POST /failures     failures that were to come later come now: {"hastened"}
    GET  /counts       {"counts", "met", "failures": how many the payer does not know of}

The books are read from their file (`books.Books`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.bank import failures
from bots.sandbox.bank.entries import Payee
from bots.sandbox.bank.faults import everything
from bots.sandbox.bank.server import BankServer


class Control:
    """The desk of one bank, within its event loop."""

    def __init__(self, server: BankServer) -> None:
        self._bank = server
        self._desks: dict[str, Callable[[Any], dict[str, Any] | None]] = {
            "faults": self._order,
            "chance": self._chance,
            "calm": lambda _: self._bank.faults.calm(),
            "delays": self._delays,
            "accounts": lambda told: self._bank.books.open_accounts(Payee(**one) for one in told),
            "debits": lambda told: self._bank.books.open_debit(told.pop("account"), **told),
            "clock": self._clock,
            "lines": self._lines,
            "failures": lambda _: {"hastened": failures.hasten(self._bank.books)},
        }

    def app(self) -> Starlette:
        """As an ASGI application."""
        return Starlette(
            routes=[
                Route("/counts", self._counts),
                Route("/{desk}", self._told, methods=["POST"]),
            ]
        )

    async def _told(self, request: Request) -> Response:
        desk = self._desks.get(request.path_params["desk"])
        if desk is None:
            return JSONResponse({"error": "unknown"}, 404)
        body = await request.body()
        try:
            answer = desk(await request.json() if body else {})
        except (TypeError, ValueError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(answer or {})

    async def _counts(self, _: Request) -> Response:
        bank = self._bank
        unknown = failures.unknown_to_payer(bank.books)
        return JSONResponse(
            {"counts": dict(bank.teller.counts), "met": dict(bank.faults.met), "failures": unknown}
        )

    def _order(self, told: dict[str, Any]) -> None:
        self._bank.faults.order(told.pop("message"), told.pop("kind"), **told)

    def _chance(self, told: dict[str, Any]) -> None:
        shares = told.get("shares") or everything(told["share"], seed=0).shares
        self._bank.faults.begin(shares, told["seed"])

    def _delays(self, told: dict[str, float]) -> None:
        for name, seconds in told.items():
            if not hasattr(self._bank.faults.delays, name):
                raise ValueError(f"no delay is called {name}")
            setattr(self._bank.faults.delays, name, float(seconds))

    def _clock(self, told: dict[str, Any]) -> None:
        if "shut" in told:
            self._bank.clock.shut = bool(told["shut"])
        if "time" in told:
            then = time.fromisoformat(told["time"])
            self._bank.clock.set_to(then.hour, then.minute)

    def _lines(self, told: dict[str, str]) -> None:
        what = told["do"]
        if what not in ("break", "refuse", "accept"):
            raise ValueError(f"lines cannot {what}")
        self._bank.refuses_lines = what == "refuse"
        if what != "accept":
            self._bank.break_lines()
