"""One's own password: plain HTML like the sign-in, for it stands before everything else at the first one."""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from config.settings import settings
from dashboard.door.cookies import form_token_matches, new_form_token, session_token, set_session
from dashboard.door.password_page import page
from dashboard.door.sessions import Refusal, change_password
from dashboard.door.sign_in import FORM_TOO_OLD
from dashboard.visitor import Visitor

INITIAL = "처음 받은 비밀번호입니다. 계속하려면 본인만 아는 비밀번호로 바꿔 주십시오."
DIFFERENT = "새 비밀번호 두 칸이 서로 다릅니다."


async def show_form(request: Request) -> Response:
    """GET /password."""
    return _form(request)


async def take_form(request: Request) -> Response:
    """POST /password: the current one and the new one twice; then in again, with all else signed out."""
    form = await request.form()
    current, new, again = (str(form.get(name, ""))[:500] for name in ("current", "new", "again"))
    if not form_token_matches(request, str(form.get("form_token", ""))):
        return _form(request, error=FORM_TOO_OLD, status=400)
    if new != again:
        return _form(request, error=DIFFERENT, status=422)
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")[:300]
    token = session_token(request.cookies) or ""
    result = await run_in_threadpool(change_password, token, current, new, address, agent)
    if isinstance(result, Refusal):
        return _form(request, error=result.text, status=result.status)
    response = RedirectResponse("/", status_code=303)
    set_session(response, request, result.token)
    return response


def _form(request: Request, *, error: str = "", status: int = 200) -> Response:
    visitor: Visitor = request.state.visitor
    token = secrets.token_urlsafe(24)
    notice = INITIAL if visitor.must_change else ""
    html = page(settings().center_name, token, visitor, notice=notice, error=error)
    response = HTMLResponse(html, status_code=status)
    new_form_token(response, request, token, "/password")
    return response


ROUTES = [Route("/password", show_form, methods=["GET"]), Route("/password", take_form, methods=["POST"])]
