"""notices.receipts asks what became of what was sent: messages, electronic delivery, mails that came back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bots.notices import fate
from bots.notices.send import archive
from bots.notices.send.way import Fate, NotYet
from bots.notices.send.ways import CHANNELS, service_of, way_of
from config.settings import Settings, settings
from queues import dispatches, files
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Dispatch, DispatchState

RECEIPTS = "notices.receipts"
ACTOR = "bot:notices.receipts"
MAIL_BOUNCED, NO_RECEIPT = "mail_bounced", "no_receipt"
AT_ONCE = 500
BOUNCE_DAYS = 6
_BOUNCES = {"5.1.1": "mail_no_recipient", "5.1.2": "mail_no_recipient", "5.2.2": "mail_full"}
# Between two looks: seconds at first, for most receipts come at once; later ever longer.
_FIRST, _LONGEST = 10.0, 3600.0


@bot(RECEIPTS, title="문자·전자고지 수신 확인", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Look after every dispatch whose time it is. A service that does not answer holds up no other."""
    del item
    counts: Counter[str] = Counter()
    silent: set[str] = set()
    for dispatch_id, channel, key, number in _due():
        service = service_of(channel)
        if service in silent:
            continue
        if channel == "email":
            _look_again(dispatch_id, Fate(number=number))
            continue
        try:
            told = way_of(channel).fate(key, number)
        except NotYet as error:
            if error.code == "service_answer":  # about this one only
                _look_again(dispatch_id, Fate(number=number))
            else:
                silent.add(service)
            counts["unanswered"] += 1
            continue
        counts[_note(dispatch_id, told)] += 1
    counts.update(_mails_back())
    found = {name: count for name, count in counts.items() if count and name}
    return Outcome(counts=found, idle=not found)


def _due() -> list[tuple[int, str, str, str]]:
    query = (
        select(Dispatch.id, Dispatch.channel, Dispatch.key, Dispatch.provider_no)
        .where(
            Dispatch.state == DispatchState.SENT.value,
            col(Dispatch.channel).in_(CHANNELS),
            col(Dispatch.next_look_at) <= datetime.now(UTC),
        )
        .order_by(col(Dispatch.next_look_at))
        .limit(AT_ONCE)
    )
    with record() as session:
        return [(row[0], row[1], row[2], row[3]) for row in session.exec(query)]


def _note(dispatch_id: int, told: Fate) -> str:
    """Keep what the service says; returns the end it came to, "" for none."""
    if not told.end:
        return _look_again(dispatch_id, told)
    with record() as session:
        _, dispatch = fate.locked(session, dispatch_id)
        if dispatch.state != DispatchState.SENT:
            return ""
        _keep(dispatch, told)
        dispatches.move(
            session, dispatch, DispatchState(told.end), code=told.code, happened_at=told.at,
            sha256=files.put(told.proof) if told.proof else "", actor=ACTOR,
        )  # fmt: skip
        fate.settle(session, dispatch, actor=ACTOR)
    return told.end


def _look_again(dispatch_id: int, told: Fate) -> str:
    """No end yet: look later, and after the time that the service is given, no more."""
    with record() as session:
        _, dispatch = fate.locked(session, dispatch_id)
        if dispatch.state != DispatchState.SENT:
            return ""
        changed = (dispatch.request_state, dispatch.receipt_state) != (told.request, told.receipt)
        _keep(dispatch, told)
        dispatch.looks += 1
        pause = min(_FIRST * 2.0 ** min(dispatch.looks - 1, 12), _LONGEST)
        now = datetime.now(UTC)
        over = now - (dispatch.sent_at or now) > _follow(dispatch.channel, settings())
        dispatch.next_look_at = None if over else now + timedelta(seconds=pause)
        session.add(dispatch)
        if over:
            dispatches.note(session, dispatch, NO_RECEIPT, actor=ACTOR)
        elif changed and (told.request or told.receipt):
            detail = {"request": told.request, "receipt": told.receipt}
            dispatches.note(session, dispatch, "receipt", detail=detail, actor=ACTOR)
        return NO_RECEIPT if over else ""


def _keep(dispatch: Dispatch, told: Fate) -> None:
    dispatch.request_state = told.request or dispatch.request_state
    dispatch.receipt_state = told.receipt or dispatch.receipt_state
    if told.won is not None:
        dispatch.price_won = told.won


def _follow(channel: str, now: Settings) -> timedelta:
    if channel == "email":
        return timedelta(days=BOUNCE_DAYS)
    service = now.electronic_box if channel == "electronic" else now.message_gateway
    return timedelta(hours=service.follow_hours if service else 72.0)


def _mails_back() -> Counter[str]:
    """Mails that came back into the archive: each ends its dispatch once."""
    server = settings().mail_out
    since = datetime.now(UTC) - timedelta(days=BOUNCE_DAYS)
    if server is None or server.archive is None or not _some_mail_is_out(since):
        return Counter()
    try:
        back = archive.returned(server.archive, since.date())
    except NotYet:
        return Counter(unanswered=1)
    counts: Counter[str] = Counter()
    for report in back:
        if report.to != server.copy_to.lower() or not report.to:  # the archive's own copy is not the mail
            counts[_bounce(report)] += 1
        archive.handled(report)
    return counts


def _some_mail_is_out(since: datetime) -> bool:
    query = select(Dispatch.id).where(
        Dispatch.state == DispatchState.SENT.value,
        Dispatch.channel == "email",
        col(Dispatch.sent_at) >= since,
    )
    with record() as session:
        return session.exec(query.limit(1)).first() is not None


def _bounce(report: archive.Returned) -> str:
    with record() as session:
        query = select(Dispatch.id).where(Dispatch.key == report.key, Dispatch.channel == "email")
        found = session.exec(query.where(Dispatch.state == DispatchState.SENT.value)).first()
        if found is None:
            return ""
        _, dispatch = fate.locked(session, found)
        if dispatch.state != DispatchState.SENT:
            return ""
        code = _BOUNCES.get(report.status, MAIL_BOUNCED)
        dispatch.receipt_state = report.status
        dispatches.move(
            session, dispatch, DispatchState.RETURNED, code=code, detail={"status": report.status},
            happened_at=report.at, sha256=files.put(report.raw), actor=ACTOR,
        )  # fmt: skip
        fate.settle(session, dispatch, actor=ACTOR)
    return "returned"
