"""A dispatch leaves once: committed as leaving before the outside hears of it, asked about after any doubt.

planned   nothing of it is outside; so it is again when the outside has certainly refused it for now
leaving   the outside may have it: whoever finds it so asks before sending again
sent, failed, unknown   what came of it; unknown only where nobody but people can tell
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select

from bots.notices import fate
from bots.notices.send.alone import alone
from bots.notices.send.way import CannotGo, Doubtful, NobodyKnows, NotYet, Outgoing, SetUpWrong, Taken, Way
from bots.notices.send.ways import way_of
from config.quiet_hours import may_leave_at
from config.settings import settings
from queues import dispatches, files, notices, ways
from queues.database import session as record
from queues.models import Dispatch, DispatchEvent, DispatchState, Notice, NoticeState
from queues.retry import through_outages

log = logging.getLogger(__name__)

ACTOR = "bot:notices.send"
TRIED = "tried"
"""Code of the events that tell when it was tried."""
CONTENT = "content"
"""Code of the event right before the outside could keep it."""
CANCELLED, GIVEN_UP, NO_ANSWER, NO_CONSENT, OTHER_RECIPIENT = (
    "notice_cancelled",
    "channel_down",
    "no_answer",
    "consent_withdrawn",
    "recipient_changed",
)
# What was so when it was planned may not be so any more; an address is as it was committed.
_FORBIDDEN = ("no_consent", "withdrawn", "no_proof")


class Later(Exception):
    """It may not leave before `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"not before {at:%Y-%m-%d %H:%M} UTC")
        self.at = at


def carry(dispatch_id: int) -> str:
    """Bring one dispatch to where it goes on by itself or a person is asked; returns the state it is in then.

    May be called again at any time, also after the process was killed at any point. Raises `Later` (quiet hours),
    `NotYet` and `Doubtful` (call again), `SetUpWrong` (call again, and ask a person).
    """
    with alone(dispatch_id) as still_alone:
        with record() as session:
            _, dispatch = fate.locked(session, dispatch_id)
            if dispatch.state not in (DispatchState.PLANNED, DispatchState.LEAVING):
                return dispatch.state
            key, doubted = dispatch.key, dispatch.state == DispatchState.LEAVING
            way = _way(session, dispatch)
            if way is None:
                return dispatch.state
        if doubted and not _settle_doubt(dispatch_id, key, way):
            return _state(dispatch_id)
        outgoing = _begin(dispatch_id, way, again=doubted)
        if outgoing is None:
            return _state(dispatch_id)
        _send(dispatch_id, way, outgoing, still_alone)
        return _state(dispatch_id)


def _way(session: Session, dispatch: Dispatch) -> Way | None:
    """The way of its channel; None when there has been none for so long that a person is asked. Raises `SetUpWrong`."""
    try:
        return way_of(dispatch.channel)
    except SetUpWrong:
        if not _old(dispatch):
            raise
    if dispatch.state == DispatchState.LEAVING:
        _move(session, dispatch, DispatchState.UNKNOWN, NO_ANSWER)
    else:
        _move(session, dispatch, DispatchState.FAILED, GIVEN_UP)
    return None


def _settle_doubt(dispatch_id: int, key: str, way: Way) -> bool:
    """Ask the outside about what may have left; True when it certainly has not."""
    try:
        taken = way.ask(key, _tried_at(dispatch_id, CONTENT)) if _was_kept(dispatch_id) else None
    except NobodyKnows as error:
        _end(dispatch_id, DispatchState.UNKNOWN, error.code)
        return False
    except (Doubtful, NotYet):
        if not _too_late(dispatch_id):
            raise
        _end(dispatch_id, DispatchState.UNKNOWN, NO_ANSWER)
        return False
    if taken is None:
        return True
    _end(dispatch_id, DispatchState.SENT, "found", taken)
    return False


def _was_kept(dispatch_id: int) -> bool:
    """Whether the outside could have kept it at the last try: only after the event that says so."""
    return _tried_at(dispatch_id, CONTENT) >= _tried_at(dispatch_id, TRIED)


def _begin(dispatch_id: int, way: Way, *, again: bool) -> Outgoing | None:
    """Commit that it leaves; None when it does not. What goes out is kept first, byte for byte."""
    with record() as session:
        notice, dispatch = fate.locked(session, dispatch_id)
        if dispatch.state not in (DispatchState.PLANNED, DispatchState.LEAVING):
            return None
        if dispatch.state == DispatchState.PLANNED and notice.state != NoticeState.SENDING:
            _move(session, dispatch, DispatchState.CANCELLED, CANCELLED)
            return None
        if why := _stays(session, notice, dispatch):
            _move(session, dispatch, DispatchState.FAILED, why)
            return None
        now = datetime.now(UTC)
        at = may_leave_at(dispatch.channel, max(dispatch.not_before or now, now))
        if at > now:
            raise Later(at)
        if _old(dispatch):
            _move(session, dispatch, DispatchState.FAILED, GIVEN_UP)
            return None
        try:
            outgoing = way.prepare(session, notice, dispatch)
        except CannotGo as error:
            _move(session, dispatch, DispatchState.FAILED, error.code)
            return None
        dispatches.move(
            session, dispatch, DispatchState.LEAVING, code=TRIED, sha256=files.put(outgoing.content),
            detail=outgoing.detail | ({"again": True} if again else {}), actor=ACTOR,
        )  # fmt: skip
        return outgoing


def _stays(session: Session, notice: Notice, dispatch: Dispatch) -> str:
    """Why it must not go any more, a code; "" for one that goes."""
    if notices.is_anothers(session, notice):
        return OTHER_RECIPIENT  # whoever has it sent again has it made anew
    closed = ways.ways(session, notice)[_allowed_as(dispatch.channel)].why_not in _FORBIDDEN
    return NO_CONSENT if closed else ""


def _send(dispatch_id: int, way: Way, outgoing: Outgoing, still_alone: Callable[[], None]) -> None:
    def mark() -> None:
        with record() as session:
            _, dispatch = fate.locked(session, dispatch_id)
            dispatches.note(session, dispatch, CONTENT, actor=ACTOR)
        still_alone()

    try:
        taken = way.send(outgoing, mark)
    except CannotGo as error:
        _end(dispatch_id, DispatchState.FAILED, error.code)
    except (NotYet, SetUpWrong) as error:
        _end(dispatch_id, DispatchState.PLANNED, error.code)
        raise
    except Doubtful:
        raise
    else:
        # A database that is away for a moment must not turn what is known into a doubt.
        through_outages(lambda: _end(dispatch_id, DispatchState.SENT, "", taken))


def _end(dispatch_id: int, state: DispatchState, code: str, taken: Taken | None = None) -> None:
    with record() as session:
        _, dispatch = fate.locked(session, dispatch_id)
        if dispatch.state != DispatchState.LEAVING:
            return  # decided by a person meanwhile
        proof = ""
        if taken is not None:
            dispatch.provider_no, dispatch.request_state = taken.number, taken.state
            dispatch.price_won = taken.won
            dispatch.next_look_at = datetime.now(UTC) + timedelta(seconds=5)
            proof = files.put(json.dumps(taken.proof, ensure_ascii=False, indent=1).encode())
        _move(session, dispatch, state, code, proof)


def _move(session: Session, dispatch: Dispatch, state: DispatchState, code: str, proof: str = "") -> None:
    dispatches.move(session, dispatch, state, code=code, sha256=proof, actor=ACTOR)
    fate.settle(session, dispatch, actor=ACTOR)


def _tried_at(dispatch_id: int, code: str) -> datetime:
    """When it was last noted under this code; the beginning of time if never."""
    query = select(func.max(DispatchEvent.at)).where(
        DispatchEvent.dispatch_id == dispatch_id,
        DispatchEvent.state == DispatchState.LEAVING.value,
        col(DispatchEvent.code) == code,
    )
    with record() as session:
        return session.exec(query).one() or datetime.min.replace(tzinfo=UTC)


def _allowed_as(channel: str) -> str:
    return "sms" if channel == "lms" else channel


def _old(dispatch: Dispatch) -> bool:
    since = max(filter(None, (dispatch.created_at, dispatch.not_before)))
    return datetime.now(UTC) - since > timedelta(hours=settings().send_give_up_hours)


def _too_late(dispatch_id: int) -> bool:
    with record() as session:
        return _old(session.get_one(Dispatch, dispatch_id))


def _state(dispatch_id: int) -> str:
    with record() as session:
        return session.get_one(Dispatch, dispatch_id).state
