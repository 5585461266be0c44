"""The calls of the screen 상담 녹음: a talk begun, its pieces as they are recorded, its end."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.acts import recording
from dashboard.acts.decisions import Refused
from dashboard.acts.recording import LONGEST_PIECE, Consent, Waits
from dashboard.acts.rights import Right, may, require
from dashboard.acts.seeing import note_access
from dashboard.door.calls import Call, Unanswerable, answered, body_of, call_route, say
from dashboard.reads.cases import find as find_cases
from dashboard.reads.masked import shown
from dashboard.reads.unfinished_recordings import told, unfinished
from dashboard.visitor import Visitor
from queues.errors import StoreFull

_FULL = "저장할 자리가 모자랍니다. 녹음은 이 화면에 남아 있으니 시스템관리자에게 알려 주십시오."


async def piece(request: Request) -> Response:
    """PUT /recorder/piece/{talk_id}/{take}/{number}: the bytes of one piece. 409 with `expected`: not its turn."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return say("로그인이 필요합니다.", 401)
    if not may(visitor, Right.RECORD_TALKS):
        return say("녹음할 권한이 없습니다.", 403)
    body = await body_of(request, LONGEST_PIECE)
    if body is None:
        return say("녹음 조각이 너무 큽니다.", 413)
    at = request.path_params
    return await run_in_threadpool(_kept, visitor, at["talk_id"], at["take"], at["number"], body)


def _kept(visitor: Visitor, talk_id: int, take: str, number: int, body: bytes) -> Response:
    def keep(session: Session) -> Response:
        try:
            recording.keep_piece(session, visitor, talk_id, take, number, body)
        except Waits as waits:
            return JSONResponse({"error": str(waits), "expected": waits.expected}, 409)
        except Refused as refused:
            raise Unanswerable(str(refused), 410) from None
        except StoreFull:
            raise Unanswerable(_FULL, 507) from None
        return JSONResponse({"kept": number})

    return answered(keep)


def _call(call: Call) -> Call:
    """The same, its refusals as words for the browser."""

    def refusing(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            return call(session, visitor, asked)
        except Refused as refused:
            raise Unanswerable(str(refused)) from None

    return refusing


def begin(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"who", "how", "way", "receipt_no"} -> the talk that is being recorded."""
    consent = Consent(str(asked.get("who", "")), str(asked.get("how", "")))
    way, receipt_no = str(asked.get("way", "desk")), str(asked.get("receipt_no", ""))
    talk = recording.begin(session, visitor, consent, way=way, receipt_no=receipt_no)
    return {"talk": told(session, talk)}


def end(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"talk"} -> it has ended, and every piece of it is there."""
    recording.end(session, visitor, _number(asked))
    return {}


def leave(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"talk"} -> one that was left behind has ended with its last piece."""
    recording.end_left_behind(session, visitor, _number(asked))
    return {}


def withdraw(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"talk"} -> consent was taken back: nobody hears it."""
    recording.take_consent_back(session, visitor, _number(asked))
    return {}


def mine(session: Session, visitor: Visitor, _: dict[str, Any]) -> dict[str, Any]:
    """{} -> recordings that have not ended."""
    require(visitor, Right.RECORD_TALKS)
    return {"talks": unfinished(session, visitor.account_id)}


def cases(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"words"} -> cases whose number, name or company holds them."""
    require(visitor, Right.RECORD_TALKS)
    hits = find_cases(session, str(asked.get("words", "")).strip()[:60])
    numbers = ", ".join(str(h.application_id) for h in hits)
    note_access(session, visitor, "applications", "search", f"상담 녹음: 신청 {numbers or '없음'}")
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
                ),
            }
            for h in hits
        ]
    }


def _number(asked: dict[str, Any]) -> int:
    talk = asked.get("talk")
    if not isinstance(talk, int):
        raise Refused("알아볼 수 없는 요청입니다.")
    return talk


ROUTES = [
    Route("/recorder/piece/{talk_id:int}/{take:str}/{number:int}", piece, methods=["PUT"]),
    *(
        call_route(f"/recorder/{name}", _call(call))
        for name, call in (
            ("begin", begin),
            ("end", end),
            ("leave", leave),
            ("withdraw", withdraw),
            ("mine", mine),
            ("cases", cases),
        )
    ),
]
