"""Nothing but the sign-in page and the program's own scripts is answered without a session.

Stands before Streamlit: its pages, its WebSocket, `/media/`, uploads and our own routes all pass here.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.door.cookies import session_token
from dashboard.door.sessions import visitor_of
from dashboard.visitor import Visitor
from queues.errors import NoDatabase

# The browser asks for these before anyone is signed in; they hold nothing of the record.
OPEN_PATHS = frozenset({"/signin", "/_stcore/health", "/favicon.ico", "/favicon.png"})
OPEN_PREFIXES = ("/static/",)
NO_DATABASE = "데이터베이스에 연결할 수 없습니다. 잠시 뒤에 다시 열어 주십시오."
# All that there is for one whose password was set by somebody else.
WITH_INITIAL_PASSWORD = frozenset({"/password"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_open(path: str) -> bool:
    """True for paths that are answered without a session."""
    return path in OPEN_PATHS or (path.startswith(OPEN_PREFIXES) and ".." not in path)


def same_origin(headers: Headers) -> bool:
    """False when the browser says that another site caused the request."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


class Guard:
    """ASGI middleware that puts the `Visitor` into `scope["state"]["visitor"]`, or turns away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        changes_something = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if changes_something and not same_origin(connection.headers):
            await _turn_away(PlainTextResponse("다른 사이트에서 온 요청입니다.", 403), scope, receive, send)
            return
        if scope["type"] == "http" and is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        try:
            visitor = await _visitor(connection)
        except (OperationalError, NoDatabase):
            await _turn_away(PlainTextResponse(NO_DATABASE, 503), scope, receive, send)
            return
        if visitor is None:
            await _turn_away(_answer_without_session(connection), scope, receive, send)
            return
        if visitor.must_change and scope["path"] not in WITH_INITIAL_PASSWORD:
            await _turn_away(_answer_before_change(connection), scope, receive, send)
            return
        scope.setdefault("state", {})["visitor"] = visitor
        await self.app(scope, receive, send)


async def _visitor(connection: HTTPConnection) -> Visitor | None:
    token = session_token(connection.cookies)
    return await run_in_threadpool(visitor_of, token) if token else None


def _answer_without_session(connection: HTTPConnection) -> Response:
    """A page asked for by a person leads to the sign-in; anything else is refused."""
    wants_page = "text/html" in connection.headers.get("accept", "")
    if connection.scope["type"] == "http" and connection.scope["method"] == "GET" and wants_page:
        path = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        return RedirectResponse(f"/signin?next={quote(path, safe='')}", status_code=303)
    return PlainTextResponse("로그인이 필요합니다.", status_code=401)


def _answer_before_change(connection: HTTPConnection) -> Response:
    wants_page = "text/html" in connection.headers.get("accept", "")
    if connection.scope["type"] == "http" and connection.scope["method"] == "GET" and wants_page:
        return RedirectResponse("/password", status_code=303)
    return PlainTextResponse("먼저 비밀번호를 바꿔 주십시오.", status_code=403)


async def _turn_away(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4401, "reason": ""})
        return
    await response(scope, receive, send)
