"""Accounts of staff and their sign-ins. Passwords by argon2id; a session is a row that can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import update
from sqlmodel import Session, col, select

from config.settings import settings
from queues import audit
from queues.errors import PasswordRefused, SignInRefused
from queues.models import Account, LoginSession, Role

SHORTEST_PASSWORD = 10
_REFUSED = "아이디 또는 비밀번호가 맞지 않습니다"


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to compare with when there is no such account, so that both take equally long."""
    return _hasher().hash(secrets.token_urlsafe(16))


def create(
    session: Session,
    username: str,
    password: str,
    *,
    role: Role = Role.STAFF,
    display_name: str = "",
    officer_id: int | None = None,
    must_change: bool = False,
    actor: str = "system",
) -> Account:
    """A new account. `must_change`: the password is an initial one, to be changed at the first sign-in.

    Raises ValueError when the name is taken or the password too short.
    """
    username = username.strip()
    if not username or find(session, username) is not None:
        raise ValueError(f"the account name {username!r} is empty or taken")
    account = Account(
        username=username,
        display_name=display_name or username,
        password_hash=_hash(password),
        role=Role(role).value,
        officer_id=officer_id,
        must_change=must_change,
        password_at=datetime.now(UTC),
    )
    session.add(account)
    session.flush()
    audit.record(session, actor, "account.create", "account", account.id, role=account.role)
    return account


def find(session: Session, username: str) -> Account | None:
    """The account of that name."""
    return session.exec(select(Account).where(Account.username == username.strip())).one_or_none()


def set_password(
    session: Session, account: Account, password: str, actor: str, *, must_change: bool = False
) -> None:
    """Change the password, unlock the account and end all its sessions.

    `must_change`: it was set by somebody else, and is to be changed at the next sign-in.
    """
    account.password_hash = _hash(password)
    account.must_change, account.password_at = must_change, datetime.now(UTC)
    account.failed_count, account.locked_until = 0, None
    session.add(account)
    revoke_all(session, account)
    audit.record(session, actor, "account.password", "account", account.id)


def choose_password(session: Session, account: Account, password: str) -> None:
    """A person's own new password; ends all sessions.

    Raises `PasswordRefused` for one that is short, of one kind of character only, close to the name
    of the account, or the one that it has.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordRefused(f"비밀번호는 {SHORTEST_PASSWORD}자 이상이어야 합니다.")
    kinds = {"letter" if c.isalpha() else "digit" if c.isdigit() else "other" for c in password}
    if len(kinds) < 2 or len(set(password)) < 5:
        raise PasswordRefused("글자, 숫자, 기호 가운데 두 가지 이상을 섞어 주십시오.")
    if account.username.casefold() in password.casefold():
        raise PasswordRefused("비밀번호에 아이디를 넣을 수 없습니다.")
    if _matches(account.password_hash, password):
        raise PasswordRefused("쓰던 비밀번호와 다른 비밀번호를 정해 주십시오.")
    set_password(session, account, password, f"account:{account.id}")


def unlock(session: Session, account: Account, actor: str) -> None:
    """Let an account that is locked in again."""
    session.refresh(account, with_for_update=True)
    account.failed_count, account.locked_until = 0, None
    session.add(account)
    audit.record(session, actor, "account.unlock", "account", account.id)


def sit_at(session: Session, account: Account, officer_id: int | None, actor: str) -> None:
    """Say which officer (담당자) the account's person is; None: none.

    Raises ValueError while another account that is in use has that officer.
    """
    if officer_id is not None:
        taken = select(Account.id).where(
            Account.officer_id == officer_id, Account.id != account.id, col(Account.active)
        )
        if session.exec(taken).first() is not None:
            raise ValueError(f"officer {officer_id} has another account")
    audit.record(
        session, actor, "account.officer", "account", account.id, was=account.officer_id, now=officer_id
    )
    account.officer_id = officer_id
    session.add(account)


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password needs at least {SHORTEST_PASSWORD} characters")
    return _hasher().hash(password)


def verify_password(session: Session, username: str, password: str, *, known: bool = False) -> Account:
    """The account, if name and password are right. Commits the count of failures itself.

    known  it comes from a browser in which this person has signed in before: a lock does not hold there
           and its failures do not lock (whoever counts them is the caller), so that nobody is locked out
           by strangers who guess

    Raises `SignInRefused`, whose text may be shown: it does not tell whether the name exists, except
    that a locked account says so to who knows its password.
    """
    account = session.exec(
        select(Account)
        .where(Account.username == username.strip())
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    right = _matches(account.password_hash if account else _nobody(), password)
    if account is None or not account.active:
        session.rollback()
        raise SignInRefused(_REFUSED)
    now = datetime.now(UTC)
    if not known and account.locked_until is not None and account.locked_until > now:
        session.rollback()
        raise SignInRefused(
            "로그인 실패가 반복되어 계정이 잠겼습니다. 잠시 뒤에 다시 시도하십시오" if right else _REFUSED,
            locked=right,
        )
    if not right:
        if known:
            session.rollback()
        else:
            _count_failure(session, account, now)
        raise SignInRefused(_REFUSED)
    if not known:
        account.failed_count, account.locked_until = 0, None
    if _hasher().check_needs_rehash(account.password_hash):
        account.password_hash = _hasher().hash(password)
    session.add(account)
    session.commit()
    return account


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except VerificationError:
        return False


def _count_failure(session: Session, account: Account, now: datetime) -> None:
    account.failed_count += 1
    if account.failed_count >= settings().password_failures:
        account.failed_count = 0
        account.locked_until = now + timedelta(minutes=settings().lock_minutes)
        audit.record(session, "system", "account.lock", "account", account.id)
    session.add(account)
    session.commit()


def open_session(session: Session, account: Account, *, address: str = "", agent: str = "") -> str:
    """Sign in; returns the token for the browser's cookie, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=_digest(token),
            account_id=account.id,
            expires_at=datetime.now(UTC) + timedelta(hours=settings().session_hours),
            address=address,
            agent=agent[:300],
        )
    )
    audit.record(session, f"account:{account.id}", "session.open", "account", account.id, address=address)
    return token


def session_account(session: Session, token: str) -> Account | None:
    """Whose session this token is; None when it ended, was revoked, or was idle for too long."""
    row = session.get(LoginSession, _digest(token)) if token else None
    if row is None:
        return None
    now = datetime.now(UTC)
    idle = now - row.last_seen_at
    if row.revoked_at or row.expires_at < now or idle > timedelta(minutes=settings().session_idle_minutes):
        return None
    account = session.get(Account, row.account_id)
    if account is None or not account.active:
        return None
    if idle > timedelta(seconds=20):
        row.last_seen_at = now
        session.add(row)
    return account


def revoke(session: Session, token: str) -> None:
    """End one session (sign out)."""
    row = session.get(LoginSession, _digest(token))
    if row is not None and row.revoked_at is None:
        row.revoked_at = datetime.now(UTC)
        session.add(row)
        audit.record(session, f"account:{row.account_id}", "session.close", "account", row.account_id)


def revoke_all(session: Session, account: Account) -> None:
    """End every session of an account."""
    session.execute(
        update(LoginSession)
        .where(col(LoginSession.account_id) == account.id, col(LoginSession.revoked_at).is_(None))
        .values(revoked_at=datetime.now(UTC))
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
