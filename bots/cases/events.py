"""cases.events: what happened in the system of record becomes notices and decisions to pay; each event once.

An event that cannot be used, or whose case is not on file yet, becomes a piece of work of its own (`cases.event`):
it is asked for again, and goes to a person in the end. So none is lost, and none holds up the others.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from bots.cases.connect import record_system
from bots.cases.happenings import KINDS, PAYMENT_DECIDED, TAKEN_BACK, Happening, HappeningSource
from bots.cases.http import HttpRecordSystem
from bots.cases.source import SourceError
from bots.notices.calling_off import call_off
from bots.payments.orders.told import ToldPayment, UnclearPayment, read_payment
from config.notice_kinds import load_notice_kinds
from config.settings import settings
from queues import decisions, notices, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.days import today
from queues.errors import BusinessError
from queues.models import Application, Notice, SourceCursor, WorkItem, WorkState
from queues.retry import RetryPolicy

ACTOR = "bot:cases.events"
ONE = "cases.event"
_RAW = frozenset({"account"})
"""Besides the names of ``notices.yaml``: what `bots.notices.values` puts into other words."""
_DAYS = {"appointment": "visit_on", "reminder": "due_on"}
"""By kind: the day that it is about."""


class NotOnFile(SourceError):
    """The event's case is not in our record: it may come with the next pull."""


@bot("cases.events", title="처리 결과 연계", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Read what happened from where the last run stopped."""
    system = _system()
    if system is None:
        return Outcome(idle=True)
    try:
        told = pull_events(system)
    finally:
        system.close()
    return Outcome(counts={"events": told}, idle=told == 0)


@bot(
    ONE,
    title="처리 결과 한 건",
    concurrency=1,
    retry=RetryPolicy(tries=8, first=15.0, longest=3600.0),
    patient=True,
)
def run_one(item: Work) -> Outcome:
    """An event that could not be used at once: it is asked for anew."""
    system = _system()
    if system is None:
        return Outcome()
    try:
        happening = system.happening(str(item.payload["event_id"]))
    finally:
        system.close()
    with record() as session:
        row = session.get(WorkItem, item.id, with_for_update=True)
        if row is not None and row.bot == ONE and row.state == WorkState.CANCELLED:
            return Outcome()  # taken back meanwhile
        take(session, happening)
    return Outcome(counts={"events": 1})


def pull_events(source: HappeningSource) -> int:
    """Everything since the cursor; each page commits with its cursor. Returns how many events there were.

    What happened before the first run ever is passed over (`BACKOFFICE_CASE_EVENTS_FROM` says otherwise): those
    letters have gone out some other way. Raises SourceError; what was read before the error stays.
    """
    cursor, since = _standing(source)
    total = 0
    for page in source.happenings(cursor):
        with record() as session:
            for happening in page.happenings:
                _take_or_put_off(session, happening, since)
            _remember(session, _name(source), page.cursor, since)
        total += len(page.happenings)
    return total


def _take_or_put_off(session: Session, happening: Happening, since: datetime) -> None:
    if happening.at is not None and happening.at < since:
        return
    try:
        take(session, happening)
    except (NotOnFile, BusinessError):
        payload = {"event_id": happening.id}
        work.add(session, ONE, f"event:{happening.id}", payload=payload, priority=30, actor=ACTOR)


def take(session: Session, happening: Happening) -> Notice | None:
    """Have the notice made that tells of an event, and enter what is to be paid by it, in the caller's transaction;
    the same event again is the same.

    None for an event that takes another back or only pays, and where ``notices.yaml`` says `automatic: false` of
    the kind.
    Raises `NotOnFile`, and `BusinessError` (notice_event_unclear) for what cannot be used as it is.
    """
    if happening.unclear:
        raise _unclear(happening, happening.unclear)
    if happening.type == TAKEN_BACK:
        _take_back(session, happening)
        return None
    query = select(Application).where(Application.receipt_no == happening.receipt_no)
    application = session.exec(query).one_or_none()
    if application is None:
        raise NotOnFile(f"사건 알림 {happening.id}: 신청이 아직 연계되지 않았습니다")
    payment = _payment(happening)
    notice = None if happening.type == PAYMENT_DECIDED else _announce(session, happening, application)
    if payment is not None:
        _enter(session, happening, application, payment)
    return notice


def _payment(happening: Happening) -> ToldPayment | None:
    """What is to be paid by an event. Raises `BusinessError`."""
    if happening.payment is None:
        if happening.type == PAYMENT_DECIDED:
            raise _unclear(happening, "지급 내용(payment)이 없음")
        return None
    try:
        return read_payment(happening.payment)
    except UnclearPayment as unclear:
        raise _unclear(happening, str(unclear)) from unclear


def _enter(session: Session, happening: Happening, application: Application, payment: ToldPayment) -> None:
    """The decision to pay. Raises `BusinessError` where it was told otherwise before."""
    try:
        decided_on = date.fromisoformat(str(happening.values.get("decided_on", ""))[:10])
    except ValueError:
        raise _unclear(happening, "결정일(decided_on)이 없거나 날짜가 아님") from None
    told = {name: getattr(payment, name) for name in payment.__slots__}
    try:
        decisions.enter(
            session, f"event:{happening.id}", application, decisions.GRANTED, decided_on, actor=ACTOR, **told
        )
    except decisions.ToldOtherwise as error:
        raise _unclear(happening, "이미 받은 지급 결정과 내용이 다름(취소한 뒤 새로 알려야 함)") from error


def _announce(session: Session, happening: Happening, application: Application) -> Notice | None:
    kind = KINDS[happening.type]
    if not load_notice_kinds().kinds[kind].automatic:
        return None
    known = load_notice_kinds().needs(kind, final=False).keys() | _RAW
    if unknown := sorted(set(happening.values) - known):
        raise _unclear(happening, f"알 수 없는 항목: {', '.join(unknown)[:200]}")
    if _is_past(kind, happening):
        raise _unclear(happening, "알릴 날짜가 이미 지남")
    return notices.announce(
        session, kind, application, f"event:{happening.id}", happening.values, actor=ACTOR
    )


def _is_past(kind: str, happening: Happening) -> bool:
    """An invitation for yesterday helps nobody. A day that cannot be read is the letter's own matter."""
    with suppress(ValueError):
        day = str(happening.values.get(_DAYS.get(kind, ""), ""))
        return bool(day) and date.fromisoformat(day[:10]) < today()
    return False


def _take_back(session: Session, happening: Happening) -> None:
    """The event was an error: its notice does not leave, or is never made where the event was put off, and what
    was to be paid by it is stopped.

    Raises `BusinessError` once it may have left.
    """
    number = str(happening.values.get("event", ""))
    if _is_given_up(session, number):
        return
    decision = decisions.take_back(session, f"event:{number}", ACTOR)
    notice = session.exec(select(Notice).where(Notice.key == f"event:{number}")).one_or_none()
    if notice is None and decision is None:
        raise _unclear(happening, "취소할 알림이 없음")
    if notice is None:
        return
    if not call_off(session, notice, ACTOR, "taken_back"):
        raise _unclear(happening, "통지서가 이미 나갔거나 발송 중임")


def _is_given_up(session: Session, event_id: str) -> bool:
    """Whether an event still waited for its case, or for a person, and now does so no more."""
    query = select(WorkItem).where(WorkItem.bot == ONE, WorkItem.reference == f"event:{event_id}")
    last = session.exec(query.order_by(col(WorkItem.attempt).desc())).first()
    if last is None:
        return False
    return last.state == WorkState.CANCELLED or work.cancel(session, last, ACTOR, "taken_back")


def _unclear(happening: Happening, why: str) -> BusinessError:
    return BusinessError(
        "notice_event_unclear", f"행정시스템의 사건 알림 {happening.id}을(를) 쓸 수 없습니다: {why}"
    )


def _system() -> HttpRecordSystem | None:
    """The system of record, where it is one that can be asked."""
    address = settings().case_source_url or ""
    return record_system(address) if address.startswith(("http://", "https://")) else None


def _name(source: HappeningSource) -> str:
    return f"events:{source.name}"


def _standing(source: HappeningSource) -> tuple[str, datetime]:
    """The cursor, and since when events count."""
    with record() as session:
        row = session.get(SourceCursor, _name(source))
        kept = (row.cursor or {}) if row else {}
    first = settings().case_events_from or datetime.now(UTC)
    since = datetime.fromisoformat(str(kept["since"])) if kept.get("since") else first
    return str(kept.get("at", "")), since


def _remember(session: Session, name: str, cursor: str, since: datetime) -> None:
    row = session.get(SourceCursor, name) or SourceCursor(source=name)
    row.cursor = {"at": cursor, "since": since.isoformat()}
    row.last_delta_at = datetime.now(UTC)
    row.error = ""
    session.add(row)
