"""The calls of the screen 창구 접수: files in, how far they have come, the confirmation to print."""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive

from config.settings import settings
from dashboard.acts.handing_in import NotTaken, Upload, hand_in
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.acts.seeing import note_access
from dashboard.door.calls import Unanswerable, answered, call_route, say
from dashboard.door.confirmation import confirmation_page
from dashboard.reads.cases import find as find_cases
from dashboard.reads.handed_in import HandedIn, handed_in, latest, progress
from dashboard.reads.masked import shown
from dashboard.visitor import Visitor
from queues import database
from queues.errors import StoreFull

_OVERHEAD = 1024 * 1024  # of the form around the files


class _TooMuch(Exception):
    """More came than may come."""


def _at_most(receive: Receive, most: int) -> Receive:
    """Stops reading a request that is longer than it may be, whatever its head says."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _TooMuch
        return message

    return counted


async def take(request: Request) -> Response:
    """POST /counter/hand-in: a form of several files, entered as a whole or not at all."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return say("로그인이 필요합니다.", 401)
    if not may(visitor, Right.HAND_IN):
        return say(str(NotAllowed(Right.HAND_IN)), 403)
    most = settings().counter_bytes + _OVERHEAD
    limited = Request(request.scope, _at_most(request.receive, most))
    try:
        if int(request.headers.get("content-length") or 0) > most:
            raise _TooMuch
        async with limited.form(max_files=settings().counter_files + 1, max_fields=20) as form:
            uploads = await _uploads(form)
            words = {name: str(form.get(name, "")) for name in ("token", "counter", "receipt_no", "remark")}
            return await run_in_threadpool(_enter, visitor, uploads, words)
    except _TooMuch:
        return say(
            f"한 번에 {settings().counter_bytes // 2**20} MB까지 접수할 수 있습니다. 나누어 접수해 주십시오.",
            413,
        )
    except (HTTPException, ValueError, TypeError):
        return say("알아볼 수 없는 요청입니다. 화면을 다시 열어 주십시오.", 400)


async def _uploads(form: FormData) -> list[Upload]:
    """Every file with its part; one without a part is one of its own."""
    given = [f for f in form.getlist("files") if isinstance(f, UploadFile)]
    parts = json.loads(str(form.get("parts") or "[]"))
    if not isinstance(parts, list) or not all(isinstance(p, int) for p in parts):
        raise ValueError("parts are numbers")
    alone = max([0, *parts]) + 1
    return [
        Upload(f.filename or "", await f.read(), parts[n] if n < len(parts) else alone + n)
        for n, f in enumerate(given)
    ]


def _enter(visitor: Visitor, uploads: list[Upload], words: dict[str, str]) -> Response:
    def enter(session: Session) -> Response:
        try:
            entered = hand_in(session, visitor, uploads, **words)
        except NotTaken as refused:
            raise Unanswerable(str(refused)) from None
        except StoreFull:
            raise Unanswerable(
                "저장할 자리가 모자라 접수하지 못했습니다. 고른 파일은 남아 있으니 시스템관리자에게 알려 주십시오.",
                507,
            ) from None
        session.flush()
        found = handed_in(session, entered.entry.id)
        assert found is not None
        return JSONResponse({**progress(session, found), "again": entered.again})

    return answered(enter)


def _own(session: Session, visitor: Visitor, entry_id: int) -> HandedIn:
    require(visitor, Right.HAND_IN)
    found = handed_in(session, entry_id)
    if found is None or not (
        found.entry.account_id == visitor.account_id or may(visitor, Right.SEE_DELIVERIES)
    ):
        raise Unanswerable("없는 접수입니다.", 404)
    return found


async def look(request: Request) -> Response:
    """GET /counter/entry/{id}: how far it has come."""
    visitor: Visitor = request.state.visitor
    number = request.path_params["entry_id"]
    return await run_in_threadpool(answered, lambda s: JSONResponse(progress(s, _own(s, visitor, number))))


async def confirmation(request: Request) -> Response:
    """GET /counter/entry/{id}/confirmation: 접수증, to print."""
    visitor: Visitor = request.state.visitor
    number = request.path_params["entry_id"]

    def make() -> Response:
        try:
            with database.session() as session:
                found = _own(session, visitor, number)
                note_access(session, visitor, f"desk_entry:{number}", "print")
                return HTMLResponse(confirmation_page(found))
        except (Unanswerable, NotAllowed) as refused:
            return PlainTextResponse(str(refused), 404)

    return await run_in_threadpool(make)


def today(session: Session, visitor: Visitor, _: dict[str, Any]) -> dict[str, Any]:
    """{} -> what this person entered today."""
    require(visitor, Right.HAND_IN)
    return {"entries": latest(session, visitor.account_id)}


def cases(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"words"} -> cases whose number, name or company holds them."""
    require(visitor, Right.HAND_IN)
    words = str(asked.get("words", "")).strip()[:60]
    hits = find_cases(session, words)
    numbers = ", ".join(str(h.application_id) for h in hits)
    note_access(session, visitor, "applications", "search", f"창구 접수: 신청 {numbers or '없음'}")
    return {
        "cases": [
            {
                "receipt_no": h.receipt_no,
                "program": h.program,
                "open": h.open,
                "who": " ".join(
                    w
                    for name in ("name", "birth_date")
                    if (w := shown(name, h.values.get(name, ""), revealed=False))
                )
                or h.values.get("company", ""),
            }
            for h in hits
        ]
    }


ROUTES = [
    Route("/counter/hand-in", take, methods=["POST"]),
    Route("/counter/entry/{entry_id:int}", look, methods=["GET"]),
    Route("/counter/entry/{entry_id:int}/confirmation", confirmation, methods=["GET"]),
    call_route("/counter/today", today),
    call_route("/counter/cases", cases),
]
