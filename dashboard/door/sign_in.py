"""The sign-in page and its form: plain HTML, so that it works before Streamlit is let in."""

from __future__ import annotations

import secrets

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from config.settings import settings
from dashboard.door.cookies import (
    clear_session,
    form_token_matches,
    new_form_token,
    session_token,
    set_session,
)
from dashboard.door.devices import remember
from dashboard.door.guard import NO_DATABASE
from dashboard.door.sessions import Refusal, sign_in, visitor_of
from dashboard.door.sign_in_page import page
from queues.errors import NoDatabase

SIGNED_OUT = "로그아웃되었습니다."
SESSION_ENDED = "로그인 시간이 끝났거나 다른 곳에서 종료되었습니다. 다시 로그인해 주십시오."
FORM_TOO_OLD = "화면이 오래되어 다시 불러왔습니다. 한 번 더 입력해 주십시오."


def safe_next(target: str) -> str:
    """A path of our own, or "/": never an address that leads elsewhere."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\", "/signin"))
    return target if plain and "\n" not in target and "\r" not in target else "/"


async def show_form(request: Request) -> Response:
    """GET /signin: the form, or straight on for a browser that is signed in already."""
    token = session_token(request.cookies)
    target = safe_next(request.query_params.get("next", "/"))
    try:
        if token and await run_in_threadpool(visitor_of, token) is not None:
            return RedirectResponse(target, status_code=303)
    except (OperationalError, NoDatabase):
        return _form(request, target, error=NO_DATABASE, status=503)
    notice = {"out": SIGNED_OUT, "ended": SESSION_ENDED}.get(request.query_params.get("say", ""), "")
    if token and not notice:
        notice = SESSION_ENDED
    response = _form(request, target, notice=notice)
    if token:
        clear_session(response)
    return response


async def take_form(request: Request) -> Response:
    """POST /signin: name and password in, cookie out."""
    form = await request.form()
    username = str(form.get("username", "")).strip()[:100]
    password = str(form.get("password", ""))[:500]
    target = safe_next(str(form.get("next", "/")))
    address = request.client.host if request.client else ""
    if not form_token_matches(request, str(form.get("form_token", ""))):
        return _form(request, target, username, error=FORM_TOO_OLD, status=400)
    agent = request.headers.get("user-agent", "")[:300]
    try:
        result = await run_in_threadpool(sign_in, username, password, address, agent, request.cookies)
    except (OperationalError, NoDatabase):
        return _form(request, target, username, error=NO_DATABASE, status=503)
    if isinstance(result, Refusal):
        return _form(request, target, username, error=result.text, status=result.status)
    response = RedirectResponse(target, status_code=303)
    set_session(response, request, result.token)
    remember(response, request, result.account_id)
    return response


def _form(
    request: Request, target: str, username: str = "", *, notice: str = "", error: str = "", status: int = 200
) -> Response:
    token = secrets.token_urlsafe(24)
    html = page(settings().center_name, token, target, username, notice=notice, error=error)
    response = HTMLResponse(html, status_code=status)
    new_form_token(response, request, token)
    return response


ROUTES = [Route("/signin", show_form, methods=["GET"]), Route("/signin", take_form, methods=["POST"])]
