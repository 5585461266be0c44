"""Accounts of staff: creating, new passwords, roles, ending sessions. For administrators only."""

from __future__ import annotations

import secrets

from sqlmodel import Session, select

from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import accounts, audit
from queues.models import Account, Officer, Role


class CannotChange(Exception):
    """The text says why, for the administrator who tried."""


def create(
    session: Session,
    visitor: Visitor,
    username: str,
    display_name: str,
    role: str,
    officer_id: int | None = None,
) -> str:
    """A new account; returns its first password, which is shown once and changed at the first sign-in.

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
        account = accounts.create(
            session,
            username,
            password,
            role=Role(role),
            display_name=display_name.strip(),
            must_change=True,
            actor=visitor.actor,
        )
    except ValueError:
        raise CannotChange(f"‘{username}’은(는) 이미 있는 아이디입니다.") from None
    if officer_id is not None:
        _sit_at(session, visitor, account, officer_id)
    return password


def reset_password(session: Session, visitor: Visitor, account_id: int) -> str:
    """A new password, shown once and changed at the next sign-in; unlocks the account and ends its sessions.

    Raises `NotAllowed`.
    """
    require(visitor, Right.ACCOUNTS)
    password = _password()
    account = _account(session, account_id)
    accounts.set_password(session, account, password, visitor.actor, must_change=True)
    return password


def unlock(session: Session, visitor: Visitor, account_id: int) -> None:
    """Let somebody in again whose account is locked. Raises `NotAllowed`."""
    require(visitor, Right.ACCOUNTS)
    accounts.unlock(session, _account(session, account_id), visitor.actor)


def sit_at(session: Session, visitor: Visitor, account_id: int, officer_id: int | None) -> None:
    """Say which officer a person is. Raises `NotAllowed`, `CannotChange`."""
    require(visitor, Right.ACCOUNTS)
    account = _account(session, account_id)
    if account.officer_id != officer_id:
        _sit_at(session, visitor, account, officer_id)


def _sit_at(session: Session, visitor: Visitor, account: Account, officer_id: int | None) -> None:
    if officer_id is not None and session.get(Officer, officer_id) is None:
        raise CannotChange("없는 담당자입니다.")
    try:
        accounts.sit_at(session, account, officer_id, visitor.actor)
    except ValueError:
        raise CannotChange("이미 다른 계정이 그 담당자로 지정되어 있습니다.") from None


def enter_officer(session: Session, visitor: Visitor, number: str, name: str, team: str) -> Officer:
    """An officer whom the system of record does not tell of. Raises `NotAllowed`, `CannotChange`."""
    require(visitor, Right.ACCOUNTS)
    number, name = number.strip()[:30], name.strip()[:50]
    if not number or not name:
        raise CannotChange("담당자번호와 이름을 입력해 주십시오.")
    if session.exec(select(Officer).where(Officer.number == number)).first() is not None:
        raise CannotChange(f"담당자번호 {number}은(는) 이미 있습니다.")
    officer = Officer(number=number, name=name, team=team.strip()[:50])
    session.add(officer)
    session.flush()
    audit.record(session, visitor.actor, "officer.enter", "officer", officer.id)
    return officer


def keep_officer(session: Session, visitor: Visitor, officer_id: int, *, active: bool) -> None:
    """An officer who has left gets nothing new; their open cases go by the rules. Raises `NotAllowed`."""
    require(visitor, Right.ACCOUNTS)
    officer = session.get_one(Officer, officer_id)
    if officer.active != active:
        officer.active = active
        session.add(officer)
        audit.record(session, visitor.actor, "officer.active", "officer", officer_id, now=active)


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
