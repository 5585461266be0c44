"""What the review desk in the browser asks of the server, as JSON: the next case, a decision, one taken back.

The desk asks here and not through Streamlit, whose every answer runs a whole screen anew: so a case follows another
at once, and what is typed, zoomed or focused stays where it is. Rights are asked for by the acts behind each call,
the session by the guard before it; like any change, a call is taken only from our own pages.
"""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.acts import desk_calls
from dashboard.acts.reviewing import Refused, Stale
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing
from dashboard.door.calls import body_of
from dashboard.visitor import Visitor
from queues import database
from queues.errors import NoDatabase

_DEADLOCK = "40P01"
_log = logging.getLogger("dashboard")

Call = Callable[[Session, Visitor, dict[str, Any]], dict[str, Any]]


def desk_route(path: str, call: Call) -> Route:
    """POST `path`: a call of a desk; what it refuses, and why, comes back as JSON."""

    async def endpoint(request: Request) -> Response:
        return await _answer(request, call)

    return Route(path, endpoint, methods=["POST"])


async def _answer(request: Request, call: Call) -> Response:
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return _say("로그인이 필요합니다.", 401)
    body = await body_of(request)
    if body is None:
        return _say("한 번에 보낼 수 있는 길이를 넘었습니다.", 413)
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return _say("알아볼 수 없는 요청입니다.", 400)
    if not isinstance(asked, dict):
        return _say("알아볼 수 없는 요청입니다.", 400)
    status, said = await run_in_threadpool(carry_out, call, visitor, asked)
    return JSONResponse(said, status)


def carry_out(call: Call, visitor: Visitor, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """One call in a transaction of its own: the HTTP status, and what is said.

    Where two transactions waited for each other the database ended this one: it is done once more.
    """
    for last in (False, True):
        try:
            with database.session() as session:
                return 200, call(session, visitor, asked)
        except Exception as error:
            if last or not _was_in_the_way(error):
                return _why_not(error)
    raise AssertionError("the second time returns")


def _was_in_the_way(error: Exception) -> bool:
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") == _DEADLOCK


def _why_not(error: Exception) -> tuple[int, dict[str, Any]]:
    match error:
        case Stale():
            return 409, {"error": str(error), "stale": True}
        case Refused():
            return 422, {"error": str(error), "field": error.field}
        case ReasonMissing():
            return 422, {"error": str(error), "field": "reason"}
        case NotAllowed():
            return 403, {"error": str(error)}
        case OperationalError() | NoDatabase():
            return 503, {"error": "데이터베이스에 연결할 수 없습니다. 적은 내용은 이 화면에 남아 있습니다."}
        case _:
            return _failed(error)


def _failed(error: Exception) -> tuple[int, dict[str, Any]]:
    """The log gets kind and place, never the text, which may hold what was being shown."""
    number = secrets.token_hex(3)
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("desk call failed [%s]: %s\n%s", number, type(error).__name__, where)
    asked_badly = isinstance(error, (ValueError, TypeError, KeyError))
    text = (
        "처리하지 못했습니다. 적은 내용은 이 화면에 남아 있습니다. "
        f"이어지면 시스템관리자에게 오류번호 {number}을(를) 알려 주십시오."
    )
    return 400 if asked_badly else 500, {"error": text}


def _say(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status)


ROUTES = [
    desk_route("/desk/open", desk_calls.open_case),
    desk_route("/desk/next", desk_calls.next_case),
    desk_route("/desk/ahead", desk_calls.ahead),
    desk_route("/desk/look", desk_calls.look_again),
    desk_route("/desk/decide", desk_calls.decide_case),
    desk_route("/desk/undo", desk_calls.undo_decision),
    desk_route("/desk/arrange", desk_calls.arrange_pages),
    desk_route("/desk/stay", desk_calls.stay_at),
    desk_route("/desk/leave", desk_calls.leave),
    desk_route("/desk/find", desk_calls.find_cases),
    desk_route("/desk/reveal", desk_calls.reveal_all),
]
