"""Accounts and the sessions that are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from dashboard.parts.times import now
from queues.models import Account, LoginSession


def accounts(session: Session) -> Sequence[Account]:
    """All, by name of sign-in."""
    return session.exec(select(Account).order_by(col(Account.username))).all()


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """What accounts are called, by id."""
    query = select(Account).where(col(Account.id).in_(list(ids)))
    return {a.id: a.display_name or a.username for a in session.exec(query)}


def open_sessions(session: Session) -> dict[int, list[LoginSession]]:
    """Sessions that still hold, by account."""
    query = select(LoginSession).where(
        col(LoginSession.revoked_at).is_(None), col(LoginSession.expires_at) > now()
    )
    by_account: dict[int, list[LoginSession]] = {}
    for row in session.exec(query.order_by(col(LoginSession.last_seen_at).desc())).all():
        by_account.setdefault(row.account_id, []).append(row)
    return by_account
