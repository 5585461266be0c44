"""The two cookies: the session's token, and the token that a form has to bring back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION = "backoffice_session"
FORM = "backoffice_form"


def session_token(cookies: Mapping[str, str]) -> str | None:
    """The session's token as the browser sent it."""
    return cookies.get(SESSION) or None


def set_session(response: Response, connection: HTTPConnection, token: str) -> None:
    """Until the browser is closed; how long the session lasts is for the record to say."""
    response.set_cookie(
        SESSION, token, httponly=True, samesite="lax", secure=connection.url.scheme == "https", path="/"
    )


def clear_session(response: Response) -> None:
    response.delete_cookie(SESSION, httponly=True, samesite="lax", path="/")


def new_form_token(response: Response, connection: HTTPConnection, token: str, path: str = "/signin") -> None:
    """For the form at `path`."""
    response.set_cookie(
        FORM,
        token,
        httponly=True,
        samesite="strict",
        secure=connection.url.scheme == "https",
        path=path,
    )


def form_token_matches(connection: HTTPConnection, given: str) -> bool:
    """True when the form was the one that we gave to this browser."""
    expected = connection.cookies.get(FORM, "")
    return bool(expected) and secrets.compare_digest(expected, given)
