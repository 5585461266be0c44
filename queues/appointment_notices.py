"""An accepted appointment is announced to the person, where the counselor asks for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from config.letterhead import load_letterhead
from queues import notices
from queues.days import today
from queues.follow_ups import APPOINTMENT, talk_of
from queues.models import Account, Application, FollowUp, FollowUpState, Notice, NoticeState
from queues.session_notes import NotEditable

KIND = "appointment"
PURPOSE = "상담"


def announce(
    session: Session, found: FollowUp, account: Account, *, purpose: str = "", place: str = ""
) -> Notice:
    """Have the person told of an accepted appointment, in the caller's transaction; of the same day and time, once.

    purpose  "상담" unless given; place: the center's address unless given
    Raises `NotEditable` when it cannot be announced.
    """
    application = _case_of(session, found)
    if found.kind != APPOINTMENT or found.state != FollowUpState.ACCEPTED:
        raise NotEditable("확정한 일정만 안내할 수 있습니다.", "announce")
    if found.on is None or not found.at:
        raise NotEditable("날짜와 시각이 모두 있어야 안내할 수 있습니다.", "at")
    if found.on < today():
        raise NotEditable("지난 일정은 안내할 수 없습니다.", "on")
    key = f"follow_up:{found.id}:{found.on.isoformat()}:{found.at}"
    earlier = [notice for notice in announced(session, found) if notice.key != key]
    values = {
        "purpose": purpose.strip() or PURPOSE,
        "visit_on": found.on.isoformat(),
        "visit_at": found.at,
        "place": place.strip() or _place(),
        "note": f"{_instead_of(earlier)}담당 상담사: {account.display_name or account.username}",
    }
    return notices.announce(session, KIND, application, key, values, actor=f"account:{account.id}")


def announced(session: Session, found: FollowUp) -> list[Notice]:
    """The notices about it that were not called off, the latest last."""
    return of_cases(session, [talk_of(session, found).application_id]).get(found.id, [])


def of_cases(session: Session, application_ids: Collection[int | None]) -> dict[int, list[Notice]]:
    """By follow-up, the notices to these cases that were not called off, the latest last."""
    query = select(Notice).where(
        col(Notice.application_id).in_({i for i in application_ids if i is not None}),
        Notice.kind == KIND,
        Notice.state != NoticeState.CANCELLED,
    )
    told: dict[int, list[Notice]] = {}
    for notice in session.exec(query.order_by(col(Notice.id))):
        if notice.key.startswith("follow_up:"):
            told.setdefault(int(notice.key.split(":")[1]), []).append(notice)
    return told


def _case_of(session: Session, found: FollowUp) -> Application:
    talk = talk_of(session, found)
    application = session.get(Application, talk.application_id) if talk.application_id else None
    if application is None:
        raise NotEditable("신청(접수번호)이 연결된 상담만 일정을 안내할 수 있습니다.", "announce")
    if application.person_id != talk.person_id:
        raise NotEditable("상담한 사람과 신청인이 달라 안내할 수 없습니다.", "announce")
    return application


def _place() -> str:
    head = load_letterhead()
    return f"{head.center} ({head.address})"


def _instead_of(earlier: list[Notice]) -> str:
    if not earlier:
        return ""
    told = notices.values_of(earlier[-1])
    day = date.fromisoformat(str(told["visit_on"]))
    return f"앞서 안내해 드린 {day.month}월 {day.day}일 {told['visit_at']} 일정이 바뀌었습니다. "
