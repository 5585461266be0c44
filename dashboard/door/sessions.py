"""Sessions of browsers: signing in, whose session a token is, signing out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlmodel import Session

from config.settings import settings
from dashboard.door.devices import device_of
from dashboard.door.throttle import Throttle
from dashboard.visitor import Visitor
from queues import access, accounts, database
from queues.errors import PasswordRefused, SignInRefused
from queues.models import Account, LoginSession

TOO_OFTEN = "로그인에 여러 번 실패했습니다. {minutes}분 뒤에 다시 시도해 주십시오."

_addresses = Throttle()


@cache
def _browsers() -> Throttle:
    """A known browser has as many failures as an account has with strangers."""
    return Throttle(settings().password_failures, settings().lock_minutes * 60)


@dataclass(frozen=True)
class Refusal:
    """Why a sign-in failed, to be read, and the HTTP status that says so."""

    text: str
    status: int


@dataclass(frozen=True)
class Entered:
    """Who signed in, with the token for the cookie."""

    token: str
    account_id: int


def sign_in(
    username: str, password: str, address: str, agent: str, cookies: Mapping[str, str]
) -> Entered | Refusal:
    """Who may come in, or why not. Failures count by account and by address; those of a browser that the
    account has been used in before, by that browser alone."""
    with database.session() as session:
        account = accounts.find(session, username)
        device = device_of(cookies, account.id) if account else ""
        throttle, who = (_browsers(), device) if device else (_addresses, address)
        wait = throttle.wait_seconds(who)
        if wait > 0:
            return Refusal(TOO_OFTEN.format(minutes=max(1, round(wait / 60))), 429)
        try:
            account = accounts.verify_password(session, username, password, known=bool(device))
        except SignInRefused as refused:
            throttle.failed(who)
            _note_failure(session, account, address)
            return Refusal(f"{refused}.", 423 if refused.locked else 401)
        token = accounts.open_session(session, account, address=address, agent=agent)
        access.log_access(
            session, account, address=address, subject=f"account:{account.id}", action="sign_in"
        )
        return Entered(token, account.id)


def change_password(token: str, current: str, new: str, address: str, agent: str) -> Entered | Refusal:
    """A person's own new password; all their sessions end, and one begins anew here."""
    with database.session() as session:
        account = accounts.session_account(session, token)
        if account is None:
            return Refusal("로그인 시간이 끝났습니다. 다시 로그인해 주십시오.", 401)
        who = f"account:{account.id}"
        if _browsers().wait_seconds(who) > 0:
            return Refusal("현재 비밀번호를 여러 번 틀렸습니다. 잠시 뒤에 다시 시도해 주십시오.", 429)
        try:
            accounts.verify_password(session, account.username, current, known=True)
        except SignInRefused:
            _browsers().failed(who)
            return Refusal("현재 비밀번호가 맞지 않습니다.", 401)
        try:
            accounts.choose_password(session, account, new)
        except PasswordRefused as refused:
            return Refusal(str(refused), 422)
        return Entered(accounts.open_session(session, account, address=address, agent=agent), account.id)


def _note_failure(session: Session, account: Account | None, address: str) -> None:
    """In the log of accesses, where whoever looks through it sees guessing."""
    if account is not None:
        subject = f"account:{account.id}"
        access.log_access(session, account, address=address, subject=subject, action="sign_in_failed")


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
