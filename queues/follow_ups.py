"""할 일과 상담 일정: what follows a talk, proposed with its note, accepted, moved and finished by its counselor."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from queues import audit, crypto
from queues.days import today
from queues.errors import NotYours, StaleDecision
from queues.models import (
    Account,
    CounselingSession,
    FollowUp,
    FollowUpState,
    NoteState,
    SessionNote,
)
from queues.note_identifiers import REFUSAL, shows_identifier
from queues.session_notes import NotEditable, hold
from queues.talk_states import readable

TASK, APPOINTMENT = "task", "appointment"
KINDS, DOERS = (TASK, APPOINTMENT), ("counselor", "person")
LONGEST = 500
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_AGREED = (FollowUpState.ACCEPTED.value, FollowUpState.DONE.value)


def accept(
    session: Session,
    follow_up_id: int,
    version: int,
    account: Account,
    *,
    on: date | None,
    at: str = "",
    text: str,
    kind: str = "",
) -> FollowUp:
    """Take it on, as it was proposed or with another day, time and wording.

    at  "14:00" or "". version: of the follow-up, as it was seen
    Raises `NotYours`, `NotEditable`, `StaleDecision`, as all here do.
    """
    found = _held(session, follow_up_id, account)
    if found.state == FollowUpState.DONE:
        raise NotEditable("이미 끝낸 일입니다.")
    wanted = (kind or found.kind, on, at, _checked(text))
    _possible(*wanted)
    if found.version != version:
        if (
            found.version == version + 1
            and found.state == FollowUpState.ACCEPTED
            and _said(found) == wanted
            and found.decided_by == account.id
        ):
            return found  # pressed twice
        raise StaleDecision(f"follow-up {found.id} has changed since it was shown")
    found.kind, found.on, found.at = wanted[:3]
    if wanted[3] != text_of(found):
        found.text_enc = crypto.seal(wanted[3])
    return _decide(session, found, FollowUpState.ACCEPTED, account)


def decline(session: Session, follow_up_id: int, version: int, account: Account) -> FollowUp:
    """It is not to be done."""
    return _turn(session, follow_up_id, version, FollowUpState.DECLINED, account)


def put_back(session: Session, follow_up_id: int, version: int, account: Account) -> FollowUp:
    """Nothing is decided about it any more."""
    return _turn(session, follow_up_id, version, FollowUpState.PROPOSED, account)


def finish(session: Session, follow_up_id: int, version: int, account: Account) -> FollowUp:
    """It is done."""
    return _turn(session, follow_up_id, version, FollowUpState.DONE, account)


def take_up_again(session: Session, follow_up_id: int, version: int, account: Account) -> FollowUp:
    """It was called done and is not."""
    if _held(session, follow_up_id, account).state not in (FollowUpState.DONE, FollowUpState.ACCEPTED):
        raise NotEditable("끝낸 일만 다시 꺼낼 수 있습니다.")
    return _turn(session, follow_up_id, version, FollowUpState.ACCEPTED, account)


def add(
    session: Session,
    note_id: int,
    account: Account,
    *,
    kind: str,
    who: str,
    on: date | None,
    at: str = "",
    text: str,
) -> FollowUp:
    """One of the counselor's own, accepted at once."""
    talk, note = hold(session, note_id)
    _mine(talk, account)
    if who not in DOERS:
        raise NotEditable("누가 할 일인지 골라 주십시오.", "who")
    text = _checked(text)
    _possible(kind, on, at, text)
    last = session.exec(select(func.max(FollowUp.position)).where(FollowUp.note_id == note.id)).one()
    made = FollowUp(
        note_id=note.id,
        position=(last or 0) + 1,
        counselor_id=talk.counselor_id,
        person_id=talk.person_id,
        kind=kind,
        who=who,
        on=on,
        at=at,
        text_enc=crypto.seal(text),
    )
    session.add(made)
    session.flush()
    return _decide(session, made, FollowUpState.ACCEPTED, account)


def of_talk(session: Session, talk_id: int) -> list[FollowUp]:
    """What follows a talk, in whichever version of its note it was proposed; by day, what has none last."""
    query = (
        select(FollowUp)
        .join(SessionNote, col(SessionNote.id) == col(FollowUp.note_id))
        .where(SessionNote.session_id == talk_id)
        .order_by(col(FollowUp.on).nulls_last(), col(FollowUp.at), col(FollowUp.id))
    )
    return list(session.exec(query))


def of_note(session: Session, note_id: int) -> list[FollowUp]:
    """The same for the talk of a note."""
    return of_talk(session, session.get_one(SessionNote, note_id).session_id)


def text_of(found: FollowUp) -> str:
    """What is to be done."""
    return crypto.open_(found.text_enc) if found.text_enc else ""


def talk_of(session: Session, found: FollowUp) -> CounselingSession:
    """The talk that it came from."""
    return session.get_one(CounselingSession, session.get_one(SessionNote, found.note_id).session_id)


def snapshot(session: Session, talk_id: int) -> list[dict[str, Any]]:
    """What was agreed to be done, as plain JSON: kind, who, on, at, text."""
    return [
        {
            "kind": f.kind,
            "who": f.who,
            "on": f.on.isoformat() if f.on else "",
            "at": f.at,
            "text": text_of(f),
        }
        for f in of_talk(session, talk_id)
        if f.state in _AGREED
    ]


def keep_for_earlier(session: Session, note: SessionNote) -> None:
    """The follow-ups that were added in a draft belong to the signed version before it, once it is dropped."""
    query = select(SessionNote.id).where(
        SessionNote.session_id == note.session_id, SessionNote.number == note.number - 1
    )
    earlier = session.exec(query).one()
    last = session.exec(select(func.max(FollowUp.position)).where(FollowUp.note_id == earlier)).one() or 0
    mine = select(FollowUp).where(FollowUp.note_id == note.id).order_by(col(FollowUp.position))
    for place, found in enumerate(session.exec(mine), last + 1):
        found.note_id, found.position = earlier, place
        session.add(found)
    session.flush()


def belong_to(session: Session, talk: CounselingSession) -> None:
    """It turned out whose talk it is: what follows it is that counselor's and about that person."""
    for found in of_talk(session, talk.id):
        found.counselor_id, found.person_id = talk.counselor_id, talk.person_id
        session.add(found)
    session.flush()


def held(session: Session, follow_up_id: int, account: Account) -> FollowUp:
    """One of the counselor's own, with its talk locked. Raises `NotYours`, `StaleDecision`."""
    return _held(session, follow_up_id, account)


def _held(session: Session, follow_up_id: int, account: Account) -> FollowUp:
    note_id = session.exec(select(FollowUp.note_id).where(FollowUp.id == follow_up_id)).one_or_none()
    if note_id is None:
        raise StaleDecision(f"there is no follow-up {follow_up_id} any more")
    talk, note = hold(session, note_id)
    _mine(talk, account)
    if not readable(talk) and note.state == NoteState.DRAFT:
        raise NotEditable("녹음 동의가 없는 상담이어서 할 일과 일정을 볼 수 없습니다.")
    query = select(FollowUp).where(FollowUp.id == follow_up_id)
    return session.exec(query.execution_options(populate_existing=True)).one()


def _mine(talk: CounselingSession, account: Account) -> None:
    if talk.counselor_id != account.id:
        raise NotYours(f"talk {talk.id} is another counselor's")


def _turn(
    session: Session, follow_up_id: int, version: int, state: FollowUpState, account: Account
) -> FollowUp:
    found = _held(session, follow_up_id, account)
    if found.version != version:
        if found.version == version + 1 and found.state == state and found.decided_by == account.id:
            return found  # pressed twice
        raise StaleDecision(f"follow-up {found.id} has changed since it was shown")
    if state == FollowUpState.DONE and found.state != FollowUpState.ACCEPTED:
        raise NotEditable("맡기로 한 일만 끝낼 수 있습니다.")
    return _decide(session, found, state, account)


def _decide(session: Session, found: FollowUp, state: FollowUpState, account: Account) -> FollowUp:
    found.state, found.version = state.value, found.version + 1
    found.decided_by, found.decided_at = account.id, datetime.now(UTC)
    session.add(found)
    _outdate_draft(session, found)
    audit.record(
        session, f"account:{account.id}", "follow_up.decide", "follow_up", found.id,
        state=state.value, kind=found.kind, on=found.on.isoformat() if found.on else "",
    )  # fmt: skip
    session.flush()
    return found


def _outdate_draft(session: Session, found: FollowUp) -> None:
    """What was agreed stands in the note, too: who signs has to have seen it."""
    talk_id = session.exec(select(SessionNote.session_id).where(SessionNote.id == found.note_id)).one()
    drafts = select(SessionNote).where(
        SessionNote.session_id == talk_id, SessionNote.state == NoteState.DRAFT
    )
    for draft in session.exec(drafts):
        draft.version += 1
        session.add(draft)


def _possible(kind: str, on: date | None, at: str, _text: str) -> None:
    if kind not in KINDS:
        raise NotEditable("할 일인지 일정인지 골라 주십시오.", "kind")
    if kind == APPOINTMENT and on is None:
        raise NotEditable("일정에는 날짜가 있어야 합니다.", "on")
    if kind == APPOINTMENT and on is not None and on < today():
        raise NotEditable("지난 날짜로 일정을 잡을 수 없습니다.", "on")
    if at and (on is None or not _TIME.fullmatch(at)):
        raise NotEditable("시각은 날짜와 함께 ‘14:00’처럼 적어 주십시오.", "at")


def _checked(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise NotEditable("무엇을 할지 적어 주십시오.", "text")
    if len(text) > LONGEST:
        raise NotEditable(f"{LONGEST}자까지 쓸 수 있습니다.", "text")
    if shows_identifier(text):
        raise NotEditable(REFUSAL, "text")
    return text


def _said(found: FollowUp) -> tuple[str, date | None, str, str]:
    return found.kind, found.on, found.at, text_of(found)
