"""접수 통지: a case that is new on file is confirmed to whoever applied."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from bots.notices.calling_off import call_off
from config.notice_kinds import load_notice_kinds
from queues import notices
from queues.models import Application, Notice

RECEIPT = "receipt"
_OPEN = "open"


def confirm(session: Session, application_ids: Iterable[int], since: date, actor: str = "bot") -> int:
    """Announce the reception of cases that are new on file; returns of how many.

    since  cases received earlier are passed over: those letters have gone out some other way

    None is announced where ``notices.yaml`` says `automatic: false` of the kind.
    """
    described = load_notice_kinds().kinds.get(RECEIPT)
    if described is None or not described.automatic:
        return 0
    query = select(Application).where(
        col(Application.id).in_(list(application_ids)), Application.status == _OPEN
    )
    told = 0
    for application in session.exec(query.order_by(col(Application.id))).all():
        if application.received_on is not None and application.received_on >= since:
            notices.announce(session, RECEIPT, application, _key(application.id), actor=actor)
            told += 1
    return told


def take_back(session: Session, application_id: int, actor: str) -> None:
    """The case was registered by mistake: its confirmation does not leave, if it still can be held."""
    notice = session.exec(select(Notice).where(Notice.key == _key(application_id))).one_or_none()
    if notice is not None:
        call_off(session, notice, actor, "case_given_up")


def _key(application_id: int) -> str:
    return f"receipt:{application_id}"
