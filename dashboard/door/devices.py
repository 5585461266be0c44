"""Browsers in which somebody has signed in before, told by a cookie.

Strangers who guess passwords lock an account for themselves; a browser that its owner has used keeps a
budget of failures of its own, so that nobody can keep the owner out by guessing on and on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response

from queues.keys import key_ring

COOKIE = "backoffice_known"
_DAYS = 180
_KEPT = 5
"""So many people of one browser are remembered."""


def device_of(cookies: Mapping[str, str], account_id: int) -> str:
    """What this browser is known by to an account; "" where the account never signed in from it."""
    for entry in _entries(cookies):
        owner, _, _ = entry.partition(".")
        if owner == str(account_id) and _is_genuine(entry):
            return entry
    return ""


def remember(response: Response, connection: HTTPConnection, account_id: int) -> None:
    """From now on this browser is known to the account."""
    others = [e for e in _entries(connection.cookies) if e.partition(".")[0] != str(account_id)]
    nonce = secrets.token_hex(12)
    fresh = f"{account_id}.{nonce}.{_mark(account_id, nonce)}"
    response.set_cookie(
        COOKIE,
        "~".join([fresh, *others][:_KEPT]),
        max_age=_DAYS * 86400,
        httponly=True,
        samesite="strict",
        secure=connection.url.scheme == "https",
        path="/signin",
    )


def _entries(cookies: Mapping[str, str]) -> list[str]:
    return [e for e in cookies.get(COOKIE, "").split("~") if e.count(".") == 2][:_KEPT]


def _is_genuine(entry: str) -> bool:
    owner, nonce, mark = entry.split(".")
    return owner.isdigit() and hmac.compare_digest(mark.encode(), _mark(int(owner), nonce).encode())


def _mark(account_id: int, nonce: str) -> str:
    ring = key_ring()
    key = ring.derive(ring.oldest, "known browsers")
    return hmac.digest(key, f"{account_id}.{nonce}".encode(), hashlib.sha256).hex()[:40]
