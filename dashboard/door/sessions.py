"""Sessions of browsers: signing in, whose session a token is, signing out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dashboard.visitor import Visitor
from queues import access, accounts, database
from queues.errors import SignInRefused
from queues.models import LoginSession


@dataclass(frozen=True)
class Refusal:
    """Why a sign-in failed, to be read, and the HTTP status that says so."""

    text: str
    status: int


def sign_in(username: str, password: str, address: str, agent: str) -> str | Refusal:
    """A token for the cookie, or why there is none."""
    with database.session() as session:
        try:
            account = accounts.verify_password(session, username, password)
        except SignInRefused as refused:
            return Refusal(f"{refused}.", 423 if refused.locked else 401)
        token = accounts.open_session(session, account, address=address, agent=agent)
        access.log_access(
            session, account, address=address, subject=f"account:{account.id}", action="sign_in"
        )
        return token


def visitor_of(token: str, *, touch: bool = True) -> Visitor | None:
    """Who has this session; None when it has ended or was revoked.

    Asking puts off the end of an idle session, unless `touch` is false.
    """
    with database.session() as session:
        account = accounts.session_account(session, token)
        if account is None:
            return None
        digest = hashlib.sha256(token.encode()).digest()
        row = session.get(LoginSession, digest)
        if not touch:
            session.rollback()
        return Visitor(
            account_id=account.id,
            username=account.username,
            display_name=account.display_name,
            role=account.role,
            address=row.address if row else "",
            session_id=digest.hex()[:16],
            officer_id=account.officer_id,
            must_change=account.must_change,
        )


def sign_out(token: str) -> None:
    """End the session."""
    with database.session() as session:
        accounts.revoke(session, token)
