"""A case that lacks papers, papers that come and go, and letters that leave, without the bots that carry them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake.attach import attach_document, detach
from queues import dispatches, notices, supplementing
from queues.days import today
from queues.models import (
    Application,
    Attachment,
    ClockStop,
    Delivery,
    Dispatch,
    DispatchState,
    Document,
    Notice,
    NoticeState,
    SupplementRequest,
    SupplementStep,
)

_NUMBERS = count(2_000_001)
NEEDS = ("separation_certificate", "bankbook_copy", "id_card")
"""What ub_application asks for besides its form."""


def noon(day: date) -> datetime:
    """A moment of a day where the center is."""
    return datetime.combine(day, time(12), ZoneInfo("Asia/Seoul"))


def case(session: Session, *, received: date | None = None, program: str = "ub_application") -> Application:
    """An open case of a person of its own."""
    number = next(_NUMBERS)
    row = CaseRow(
        f"2026-UB-{number}", program, "open", f"사람{number % 1000}", f"{number % 10**6:06d}-1{number:06d}"[:14],
        phone="010-1234-5678", received_on=received or today() - timedelta(days=30),
    )  # fmt: skip
    (application_id,) = upsert_cases(session, [row])
    return session.get_one(Application, application_id)


def close(session: Session, application: Application, status: str) -> None:
    """The system of record says what became of the case."""
    row = CaseRow(application.receipt_no, application.program, status, "")
    upsert_cases(session, [row])


def paper(
    session: Session,
    application: Application,
    kind: str,
    *,
    came: datetime | None = None,
    source: str = "spool",
) -> Attachment:
    """A paper arrives and is attached."""
    number = next(_NUMBERS)
    delivery = Delivery(
        source=source, source_ref=f"paper-{number}", received_at=came or datetime.now(UTC),
        original_sha256="0" * 64, page_count=1,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    document = Document(delivery_id=delivery.id, position=0, type=kind, pages=[1])
    session.add(document)
    session.flush()
    return attach_document(session, document, application, decided_by="bot", actor="bot:test")


def undo(session: Session, attachment: Attachment) -> None:
    detach(session, attachment, "account:1")


def requests(session: Session, application: Application) -> list[SupplementRequest]:
    query = select(SupplementRequest).where(SupplementRequest.application_id == application.id)
    return list(session.exec(query.order_by(col(SupplementRequest.id))))


def request_of(session: Session, application: Application) -> SupplementRequest:
    """The last one."""
    return requests(session, application)[-1]


def letters(session: Session, request: SupplementRequest) -> list[tuple[str, str]]:
    """Kind and state of its notices."""
    query = select(Notice).where(Notice.supplement_id == request.id).order_by(col(Notice.id))
    return [(n.kind, n.state) for n in session.exec(query)]


def steps(session: Session, request: SupplementRequest) -> list[str]:
    query = select(SupplementStep).where(SupplementStep.supplement_id == request.id)
    return [s.kind for s in session.exec(query.order_by(col(SupplementStep.id)))]


def stops(session: Session, application: Application) -> list[tuple[date, date | None]]:
    query = select(ClockStop).where(ClockStop.application_id == application.id).order_by(col(ClockStop.id))
    return [(s.from_on, s.until_on) for s in session.exec(query)]


def ready(session: Session, notice: Notice) -> Dispatch:
    """The letter is final and planned to leave."""
    notice.state = NoticeState.READY.value
    session.add(notice)
    session.flush()
    to = {"name": "홍길동", "postcode": "04637", "address": "서울 중구 세종대로 110"}
    return dispatches.plan(session, notice, "registered", to)


def leave(session: Session, notice: Notice, on: date, *, arrived: date | None = None) -> Dispatch:
    """The letter leaves on a day, arrives, and its request hears of it."""
    dispatch = ready(session, notice)
    dispatches.move(session, dispatch, DispatchState.LEAVING)
    dispatches.move(session, dispatch, DispatchState.SENT, happened_at=noon(on))
    notices.move(session, notice, NoticeState.SENT, "bot")
    notice.sent_at = noon(on)
    if arrived is not None:
        dispatches.move(session, dispatch, DispatchState.DELIVERED, happened_at=noon(arrived))
        notice.served_on, notice.served_how = arrived, "registered"
        notices.move(session, notice, NoticeState.SERVED, "bot")
    supplementing.take_over(session, notice.id, "bot")
    session.flush()
    return dispatch


def come_back(session: Session, notice: Notice, dispatch: Dispatch) -> None:
    dispatches.move(session, dispatch, DispatchState.RETURNED)
    notices.move(session, notice, NoticeState.RETURNED, "bot")


def asked(session: Session, days_ago: int, *, needs: tuple[str, ...] = NEEDS) -> Application:
    """A case whose request left so many days ago; all but `needs` is there."""
    application = case(session, received=today() - timedelta(days=days_ago + 3))
    before = noon(today() - timedelta(days=days_ago + 1))
    for kind in ("ub_application", *(n for n in NEEDS if n not in needs)):
        paper(session, application, kind, came=before)
    notice = supplementing.ask(session, request_of(session, application).id, "account:1")
    assert notice is not None
    notice.due_on = None  # it was written so long ago
    leave(session, notice, today() - timedelta(days=days_ago))
    return application
