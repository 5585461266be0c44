"""The list of recorded talks: a page of it at a time, however many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from config.case_code import RECEIPT_NO
from dashboard.parts.times import now, today_start
from queues.finding import Place
from queues.models import (
    Account,
    Application,
    CounselingSession,
    LineFate,
    NoteLine,
    NoteState,
    Person,
    Recording,
    SessionNote,
    TalkState,
)
from queues.talk_totals import COUNSELOR, TotalRow, totals

PAGE = 50

WORKING, STUCK = "working", "stuck"
"""States that are none of a talk's own: what goes on by itself, and what a person has to see to first."""

IN_STATE: dict[str, tuple[str, ...]] = {
    WORKING: (TalkState.READY.value, TalkState.LISTENING.value, TalkState.HEARD.value),
    STUCK: (TalkState.RECEIVED.value, TalkState.FAILED.value),
    TalkState.DRAFTED.value: (TalkState.DRAFTED.value,),
    TalkState.SIGNED.value: (TalkState.SIGNED.value,),
    TalkState.CLOSED.value: (TalkState.CLOSED.value,),
}
DAYS = (0, 1, 7, 30, 365)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to.

    counselor  whose talks, 0 for everybody's
    state      a key of `IN_STATE`, "" for any
    days       held today (1) or within so many days; 0 for any time
    words      a receipt number, or the whole name of a person
    """

    counselor: int = 0
    state: str = ""
    days: int = 0
    words: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the list. `name` is in clear, for the screen to mask.

    seconds     of the recording, 0 when not known
    lines, left, doubtful   of the draft: its lines, those nobody has decided about, those of them with a doubt
    edited      of the note that was signed last, per mille, None without one
    """

    talk: CounselingSession
    name: str
    receipt_no: str
    counselor: str
    seconds: float
    problem: str
    lines: int = 0
    left: int = 0
    doubtful: int = 0
    edited: int | None = None


@dataclass(frozen=True)
class Listed:
    """One page, newest first. `after` is where the next one begins, None at the end."""

    rows: Sequence[Row]
    after: Place | None


def page_of(session: Session, wanted: Wanted, after: Place | None = None, *, size: int = PAGE) -> Listed:
    """The page behind `after`."""
    query = select(CounselingSession).where(*_conditions(wanted))
    held, number = col(CounselingSession.held_at), col(CounselingSession.id)
    if after is not None:
        query = query.where(tuple_(held, number) < tuple_(*after))
    found = session.exec(query.order_by(held.desc(), number.desc()).limit(size + 1)).all()
    shown = found[:size]
    more = (shown[-1].held_at, shown[-1].id) if len(found) > size else None
    return Listed(_rows(session, shown), more)


def counts(session: Session, wanted: Wanted) -> dict[str, int]:
    """How many fit by each key of `IN_STATE`, and "" for all, whatever state is wanted."""
    anything = Wanted(wanted.counselor, "", wanted.days, wanted.words)
    query: Any = (
        sql_select(col(CounselingSession.state), func.count())
        .where(*_conditions(anything))
        .group_by(col(CounselingSession.state))
    )
    by_state: dict[str, int] = dict(session.execute(query).all())
    return {key: sum(by_state.get(s, 0) for s in states) for key, states in IN_STATE.items()} | {
        "": sum(by_state.values())
    }


def own_totals(session: Session, account_id: int, on: date) -> TotalRow | None:
    """What became of a counselor's own talks within the thirty days up to one, None without any."""
    rows = totals(session, on - timedelta(days=29), on, COUNSELOR)
    return next((row for row in rows if row.key == str(account_id)), None)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.counselor:
        conditions.append(col(CounselingSession.counselor_id) == wanted.counselor)
    if wanted.state:
        conditions.append(col(CounselingSession.state).in_(IN_STATE[wanted.state]))
    if wanted.days == 1:
        conditions.append(col(CounselingSession.held_at) >= today_start())
    elif wanted.days:
        conditions.append(col(CounselingSession.held_at) >= now() - timedelta(days=wanted.days))
    if words := " ".join(wanted.words.split()):
        conditions.append(_about(words))
    return conditions


def _about(words: str) -> ColumnElement[bool]:
    if re.fullmatch(RECEIPT_NO, words.upper()):
        own = select(Application.id).where(Application.receipt_no == words.upper())
        return col(CounselingSession.application_id).in_(own)
    if words.isdigit() and len(words) < 18:
        return col(CounselingSession.id) == int(words)
    people = select(Person.id).where(
        or_(col(Person.name) == words, col(Person.name) == words.replace(" ", ""))
    )
    return col(CounselingSession.person_id).in_(people)


def _rows(session: Session, found: Sequence[CounselingSession]) -> list[Row]:
    ids = [t.id for t in found]
    if not ids:
        return []
    about = _about_each(session, ids)
    sounds = _sounds(session, ids)
    drafts = _drafts(session, ids)
    signed = _signed(session, ids)
    return [
        Row(t, *about[t.id], *sounds.get(t.id, (0.0, "")), *drafts.get(t.id, (0, 0, 0)), signed.get(t.id))
        for t in found
    ]


def _about_each(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Name of the person, receipt number, name of the counselor."""
    query: Any = (
        sql_select(
            col(CounselingSession.id),
            col(Person.name),
            col(Application.receipt_no),
            col(Account.display_name),
            col(Account.username),
        )
        .outerjoin(Person, col(CounselingSession.person_id) == col(Person.id))
        .outerjoin(Application, col(CounselingSession.application_id) == col(Application.id))
        .outerjoin(Account, col(CounselingSession.counselor_id) == col(Account.id))
        .where(col(CounselingSession.id).in_(ids))
    )
    return {n: (who or "", no or "", name or user or "") for n, who, no, name, user in session.execute(query)}


def _sounds(session: Session, ids: Sequence[int]) -> dict[int, tuple[float, str]]:
    """Seconds of the recordings, and what is wrong with one of them."""
    query: Any = (
        sql_select(
            col(Recording.session_id), func.sum(col(Recording.duration_ms)), func.max(col(Recording.problem))
        )
        .where(col(Recording.session_id).in_(ids))
        .group_by(col(Recording.session_id))
    )
    return {n: (float(ms or 0) / 1000, problem or "") for n, ms, problem in session.execute(query)}


def _drafts(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    open_ = col(NoteLine.fate) == LineFate.PROPOSED.value
    doubt = func.jsonb_array_length(col(NoteLine.flags)) > 0
    query: Any = (
        sql_select(
            col(SessionNote.session_id),
            func.count(col(NoteLine.id)),
            func.sum(case((open_, 1), else_=0)),
            func.sum(case((open_ & doubt, 1), else_=0)),
        )
        .join(NoteLine, col(NoteLine.note_id) == col(SessionNote.id))
        .where(col(SessionNote.session_id).in_(ids), col(SessionNote.state) == NoteState.DRAFT.value)
        .group_by(col(SessionNote.session_id))
    )
    return {n: (int(lines), int(left), int(doubts)) for n, lines, left, doubts in session.execute(query)}


def _signed(session: Session, ids: Sequence[int]) -> dict[int, int | None]:
    query = select(SessionNote.session_id, SessionNote.edited).where(
        col(SessionNote.session_id).in_(ids), SessionNote.state == NoteState.SIGNED.value
    )
    return dict(session.exec(query).all())
