"""Calls of our own scripts in the browser, answered with JSON: no screen runs anew for them.

Rights are asked for by the acts behind each call, the session by the guard before it; like any change, a call
is taken only from our own pages. What is asked stands in the body, so that no address or log holds it.
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

from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing
from dashboard.visitor import Visitor
from queues import database
from queues.errors import NoDatabase

_LONGEST = 64 * 1024
_log = logging.getLogger("dashboard")

Call = Callable[[Session, Visitor, dict[str, Any]], dict[str, Any]]


class Unanswerable(Exception):
    """What was asked cannot be done; the text says why, for the person, and `status` for the browser."""

    def __init__(self, text: str, status: int = 422) -> None:
        super().__init__(text)
        self.status = status


def call_route(path: str, call: Call) -> Route:
    """POST `path` with a JSON object; `call` answers in a transaction of its own."""

    async def endpoint(request: Request) -> Response:
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        if visitor is None:
            return say("로그인이 필요합니다.", 401)
        body = await body_of(request)
        if body is None:
            return say("한 번에 보낼 수 있는 길이를 넘었습니다.", 413)
        try:
            asked = json.loads(body or b"{}")
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return say("알아볼 수 없는 요청입니다.", 400)
        return await run_in_threadpool(answered, lambda s: JSONResponse(call(s, visitor, asked)))

    return Route(path, endpoint, methods=["POST"])


async def body_of(request: Request, most: int = _LONGEST) -> bytes | None:
    """What was sent, or None as soon as it is more than `most` bytes: no more of it is taken into memory."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    return body


def answered(make: Callable[[Session], Response]) -> Response:
    """What `make` gives in a transaction, or what went wrong, in words for a person."""
    try:
        with database.session() as session:
            return make(session)
    except Unanswerable as problem:
        return say(str(problem), problem.status)
    except ReasonMissing as missing:
        return say(str(missing), 422)
    except NotAllowed as refused:
        return say(str(refused), 403)
    except (OperationalError, NoDatabase):
        return say("데이터베이스에 연결할 수 없습니다. 잠시 뒤에 다시 해 보십시오.", 503)
    except Exception as error:
        number = secrets.token_hex(3)
        where = "".join(traceback.format_tb(error.__traceback__))
        # Kind and place only: the text may hold what was being shown.
        _log.error("call failed [%s]: %s\n%s", number, type(error).__name__, where)
        return say(
            f"처리하지 못했습니다. 이어지면 시스템관리자에게 오류번호 {number}을(를) 알려 주십시오.", 500
        )


def say(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status_code=status)
