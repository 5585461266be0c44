"""What an answer of the tracking changes in the record, in the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from bots.notices import fate, questions
from bots.notices.tracking.meaning import Meaning, meaning
from bots.notices.tracking.trace import Trace
from config.settings import settings
from queues import days, dispatches, files
from queues.models import Dispatch, DispatchEvent, DispatchState, Notice

EVENT = "post_event"
_DAILY_AFTER = 30  # looks; then once a day is enough


def take(session: Session, dispatch_id: int, registered_no: str, trace: Trace | None, actor: str) -> str:
    """Apply an answer to a dispatch; returns what it meant, a word for the counts.

    A dispatch that was changed meanwhile (another number, settled by a person) is left as it is.
    """
    notice, dispatch = fate.locked(session, dispatch_id)
    if dispatch.state != DispatchState.SENT or dispatch.registered_no != registered_no:
        return "changed_meanwhile"
    if trace is None:
        _look_again(session, notice, dispatch, actor)
        return "no_data"
    found = meaning(
        trace,
        name=dispatches.recipient(dispatch).get("name", ""),
        sent_on=days.day_of(dispatch.sent_at or dispatch.created_at),
        today=days.today(),
    )
    if found.kind == "mistaken":
        proof = files.put(trace.content)
        dispatches.note(session, dispatch, "tracking_mistaken", sha256=proof, actor=actor)
        _ask(session, notice, dispatch, questions.MISTAKEN, actor)
        return "mistaken"
    _keep_events(session, dispatch, trace, actor)
    if found.kind == "delivered" and notice.official and not found.receiver_admitted:
        dispatch.receiver = found.receiver
        _ask(session, notice, dispatch, questions.RECEIVER, actor)
        return "receiver_asked"
    if found.kind in ("delivered", "returned"):
        _end(session, dispatch, found, trace, actor)
    else:
        _look_again(session, notice, dispatch, actor)
    return found.kind


def put_off(session: Session, dispatch_id: int, code: str, actor: str) -> None:
    """It could not be looked up this time."""
    notice, dispatch = fate.locked(session, dispatch_id)
    dispatches.note(session, dispatch, code, actor=actor)
    _look_again(session, notice, dispatch, actor)


def _end(session: Session, dispatch: Dispatch, found: Meaning, trace: Trace, actor: str) -> None:
    arrived = found.kind == "delivered"
    dispatch.receiver, dispatch.receipt_state = found.receiver, trace.status
    dispatches.move(
        session,
        dispatch,
        DispatchState.DELIVERED if arrived else DispatchState.RETURNED,
        code="" if arrived else found.reason,
        detail={"place": found.place},
        sha256=files.put(trace.content),
        happened_at=found.at or datetime.now(UTC),
        actor=actor,
    )
    fate.settle(session, dispatch, actor=actor)


def _keep_events(session: Session, dispatch: Dispatch, trace: Trace, actor: str) -> None:
    """What was not told before, each with the answer in which it stands."""
    query = select(DispatchEvent.happened_at, DispatchEvent.detail).where(
        DispatchEvent.dispatch_id == dispatch.id, DispatchEvent.code == EVENT
    )
    known = {(at, detail.get("status")) for at, detail in session.exec(query)}
    fresh = [event for event in trace.events if (event.at, event.status) not in known]
    proof = files.put(trace.content) if fresh else ""
    for event in fresh:
        detail = {"status": event.status, "place": event.place}
        dispatches.note(
            session, dispatch, EVENT, detail=detail, sha256=proof, happened_at=event.at, actor=actor
        )
    if fresh:
        dispatch.receipt_state = trace.status
        session.add(dispatch)


def _look_again(session: Session, notice: Notice, dispatch: Dispatch, actor: str) -> None:
    now = datetime.now(UTC)
    dispatch.looks += 1
    pause = timedelta(minutes=settings().tracking_minutes)
    if dispatch.looks > _DAILY_AFTER:
        pause = max(pause, timedelta(days=1))
    dispatch.next_look_at = now + pause
    session.add(dispatch)
    patience = timedelta(days=settings().tracking_patience_days)
    if dispatch.sent_at and now - dispatch.sent_at > patience:
        questions.ask_once(session, notice, dispatch, questions.ON_THE_WAY, actor)


def _ask(session: Session, notice: Notice, dispatch: Dispatch, kind: str, actor: str) -> None:
    """Until a person has said what it is, nobody looks again."""
    dispatch.next_look_at = None
    session.add(dispatch)
    questions.ask(session, notice, dispatch, kind, actor)
