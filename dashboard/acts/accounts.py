"""Accounts of staff: creating, new passwords, roles, ending sessions. For administrators only."""

from __future__ import annotations

import secrets

from sqlmodel import Session

from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import accounts, audit
from queues.models import Account, Role


class CannotChange(Exception):
    """The text says why, for the administrator who tried."""


def create(session: Session, visitor: Visitor, username: str, display_name: str, role: str) -> str:
    """A new account; returns its first password, which is shown once.

    Raises `NotAllowed`, `CannotChange`.
    """
    require(visitor, Right.ACCOUNTS)
    username = username.strip()
    if not username.isascii() or not username.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise CannotChange("아이디는 영문자, 숫자와 . - _ 로만 정할 수 있습니다.")
    if not display_name.strip():
        raise CannotChange("이름을 입력해 주십시오.")
    password = _password()
    try:
        accounts.create(
            session,
            username,
            password,
            role=Role(role),
            display_name=display_name.strip(),
            actor=visitor.actor,
        )
    except ValueError:
        raise CannotChange(f"‘{username}’은(는) 이미 있는 아이디입니다.") from None
    return password


def reset_password(session: Session, visitor: Visitor, account_id: int) -> str:
    """A new password, shown once; unlocks the account and ends its sessions. Raises `NotAllowed`."""
    require(visitor, Right.ACCOUNTS)
    password = _password()
    accounts.set_password(session, _account(session, account_id), password, visitor.actor)
    return password


def end_sessions(session: Session, visitor: Visitor, account_id: int) -> None:
    """Sign a person out everywhere. Raises `NotAllowed`."""
    require(visitor, Right.ACCOUNTS)
    account = _account(session, account_id)
    accounts.revoke_all(session, account)
    audit.record(session, visitor.actor, "session.revoke_all", "account", account_id)


def change(session: Session, visitor: Visitor, account_id: int, *, role: str, active: bool) -> None:
    """Another role, or closing and opening an account; a change ends its sessions.

    Raises `NotAllowed`, `CannotChange`: nobody takes the right away from themselves.
    """
    require(visitor, Right.ACCOUNTS)
    account = _account(session, account_id)
    if account.role == Role(role).value and account.active == active:
        return
    if account_id == visitor.account_id:
        raise CannotChange("자기 계정의 권한과 사용 여부는 다른 시스템관리자가 바꿔야 합니다.")
    audit.record(
        session,
        visitor.actor,
        "account.change",
        "account",
        account_id,
        was=f"{account.role}/{account.active}",
        now=f"{Role(role).value}/{active}",
    )
    account.role, account.active = Role(role).value, active
    session.add(account)
    accounts.revoke_all(session, account)


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise CannotChange("없는 계정입니다.")
    return account


def _password() -> str:
    """Four groups of four letters that are not mistaken for each other: 79 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
