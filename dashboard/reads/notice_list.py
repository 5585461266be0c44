"""The list of letters that leave the center: a page of it at a time, however many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, tuple_
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from config.case_code import RECEIPT_NO
from dashboard.parts.times import now
from queues.finding import Place
from queues.models import Application, Dispatch, Employer, Notice, NoticeState, Person

PAGE = 50
COUNTED = 10_000

UNSETTLED, STUCK = "unsettled", "stuck"
"""States that are none of a notice's own: all that have not ended, and what a person has to see to."""

LIVE = tuple(s.value for s in NoticeState if s not in (NoticeState.SERVED, NoticeState.CANCELLED))
NEEDS_SOMEBODY = (NoticeState.REVIEW.value, NoticeState.RETURNED.value)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to.

    state    of `NoticeState`, `UNSETTLED` or `STUCK`; channel: of the last attempt, "none" for none yet
    older    made so many days ago or more; 0 for any
    words    a receipt number, document number, 등기번호, or the name of a person or employer
    """

    state: str = ""
    channel: str = ""
    kind: str = ""
    reason: str = ""
    program: str = ""
    older: int = 0
    words: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the list. `name` is in clear, for the screen to mask."""

    notice: Notice
    receipt_no: str
    name: str
    last: Dispatch | None


@dataclass(frozen=True)
class Listed:
    """One page, newest first. `after` is where the next one begins, None at the end."""

    rows: Sequence[Row]
    after: Place | None


def page_of(session: Session, wanted: Wanted, after: Place | None = None, *, size: int = PAGE) -> Listed:
    """The page behind `after`. Reads little more than it shows."""
    query = select(Notice).where(*_conditions(wanted))
    if after is not None:
        query = query.where(tuple_(col(Notice.created_at), col(Notice.id)) < tuple_(*after))
    newest = (col(Notice.created_at).desc(), col(Notice.id).desc())
    found = session.exec(query.order_by(*newest).limit(size + 1)).all()
    shown = found[:size]
    more = (shown[-1].created_at, shown[-1].id) if len(found) > size else None
    return Listed(_rows(session, shown), more)


def count(session: Session, wanted: Wanted) -> int:
    """How many fit; counted no further than `COUNTED` + 1."""
    some = select(Notice.id).where(*_conditions(wanted)).limit(COUNTED + 1).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def of_case(session: Session, application_id: int, *, limit: int = 12) -> list[Row]:
    """The latest letters of a case, newest first."""
    query = select(Notice).where(Notice.application_id == application_id)
    newest = query.order_by(col(Notice.created_at).desc(), col(Notice.id).desc())
    return _rows(session, session.exec(newest.limit(limit)).all())


def last_attempts(session: Session, notice_ids: Sequence[int]) -> dict[int, Dispatch]:
    """The last attempt of each notice that has one."""
    if not notice_ids:
        return {}
    query = (
        select(Dispatch)
        .where(col(Dispatch.notice_id).in_(notice_ids))
        .ext(distinct_on(col(Dispatch.notice_id)))
        .order_by(col(Dispatch.notice_id), col(Dispatch.number).desc())
    )
    return {d.notice_id: d for d in session.exec(query).all()}


def _rows(session: Session, found: Sequence[Notice]) -> list[Row]:
    if not found:
        return []
    ids = [n.id for n in found]
    query: Any = (
        sql_select(col(Notice.id), col(Application.receipt_no), col(Person.name), col(Employer.name))
        .join(Application, col(Notice.application_id) == col(Application.id))
        .outerjoin(Employer, col(Notice.employer_id) == col(Employer.id))
        .outerjoin(Person, col(Notice.person_id) == col(Person.id))
        .where(col(Notice.id).in_(ids))
    )
    about = {row[0]: (row[1], row[3] or row[2] or "") for row in session.execute(query).all()}
    last = last_attempts(session, ids)
    return [Row(n, *about[n.id], last.get(n.id)) for n in found]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    notice = Notice
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == UNSETTLED:
        conditions.append(col(notice.state).in_(LIVE))
    elif wanted.state == STUCK:
        conditions.append(col(notice.state).in_(NEEDS_SOMEBODY))
    elif wanted.state:
        conditions.append(col(notice.state) == wanted.state)
    for name in ("kind", "reason", "program"):
        if value := getattr(wanted, name):
            conditions.append(getattr(notice, name) == value)
    if wanted.channel:
        conditions.append(_by_channel(wanted.channel))
    if wanted.older:
        conditions.append(col(notice.created_at) <= _days_ago(wanted.older))
    if words := " ".join(wanted.words.split()):
        conditions.append(_about(words))
    return conditions


def _days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def _by_channel(channel: str) -> ColumnElement[bool]:
    """The last attempt went by it; "none": nothing was tried yet."""
    tried = select(Dispatch.id).where(col(Dispatch.notice_id) == col(Notice.id))
    if channel == "none":
        return ~tried.exists()
    last = (
        select(Dispatch.channel)
        .where(col(Dispatch.notice_id) == col(Notice.id))
        .order_by(col(Dispatch.number).desc())
        .limit(1)
    )
    return last.correlate(Notice).scalar_subquery() == channel


def _about(words: str) -> ColumnElement[bool]:
    """What was typed is a number that somebody has before them, or a name."""
    if re.fullmatch(RECEIPT_NO, words.upper()):
        own = select(Application.id).where(Application.receipt_no == words.upper())
        return col(Notice.application_id).in_(own)
    digits = re.sub(r"[\s-]", "", words)
    if re.fullmatch(r"\d{13}", digits):
        tracked = select(Dispatch.notice_id).where(Dispatch.registered_no == digits)
        return col(Notice.id).in_(tracked)
    people = select(Person.id).where(Person.name == words)
    employers = select(Employer.id).where(Employer.name == words)
    return or_(
        col(Notice.document_no) == words,
        and_(col(Notice.employer_id).is_(None), col(Notice.person_id).in_(people)),
        col(Notice.employer_id).in_(employers),
    )
