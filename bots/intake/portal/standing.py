"""How we stand with a portal: whether we may sign in, and what to do when we may not.

A wrong password is tried once and then not again until a person has changed it or says to try again: sites
lock accounts. Sign-ins that got no clear answer are counted and spaced for the same reason.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from bots.browsing.credentials import Credentials
from bots.intake.portal.errors import PortalDown
from config.portals import Portal
from queues import audit, reviews, work
from queues.bots import Work
from queues.database import session as record
from queues.models import PortalStanding, ReviewState, ReviewTask, WorkItem, WorkState

ACTOR = "bot:intake.portal"
REFUSED, LOCKED, MUST_CHANGE = "portal_refused", "portal_locked", "portal_password"
# What may have mended itself meanwhile, and when it is looked at again.
_LOOK_AGAIN = {
    "portal_settings": timedelta(0),
    "portal_changed": timedelta(minutes=30),
    MUST_CHANGE: timedelta(hours=1),
}
_SAY_AGAIN = timedelta(hours=1)
_UNANSWERED, _SPACE = 3, timedelta(minutes=15)
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


class Named(Protocol):
    """A site, by the name under which its standing is kept and the one that staff read."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...


class StillStopped(Exception):
    """A person has been asked and has not seen to it yet: there is nothing to do."""


class AskAgain(Exception):
    """A person closed the question, and what stands in the way still does. The one argument is its code."""


def may_visit(name: str, credentials: Credentials, item: Work) -> None:
    """Raises `StillStopped` while a person has to see to something first.

    New credentials lift a stop, and so does a person who starts the bot or has its work done again. Where a
    person closed the question and nothing has changed, it is asked again: raises `AskAgain`.
    """
    with record() as session:
        standing = _locked(session, name)
        if standing.credential not in (None, credentials.fingerprint()):
            _withdraw(session, standing.stopped_item)
            _clear(standing)
            standing.unanswered, standing.unanswered_at = 0, None
        session.add(standing)
        code, asked = standing.stopped_code, _is_asked(session, standing)
        since = datetime.now(UTC) - (standing.stopped_at or datetime.now(UTC))
    if not code or _is_wanted(item):
        return
    if code in _LOOK_AGAIN and since >= _LOOK_AGAIN[code]:
        return
    if not asked and since >= _SAY_AGAIN:
        raise AskAgain(code)
    raise StillStopped


def _is_wanted(item: Work) -> bool:
    """Whether a person started it, or had it done again."""
    return item.attempt > 1 or item.payload.get("trigger") == "manual"


def _is_asked(session: Session, standing: PortalStanding) -> bool:
    query = select(ReviewTask.id).where(
        ReviewTask.item_id == standing.stopped_item, col(ReviewTask.state).in_(_OPEN)
    )
    return session.exec(query.limit(1)).first() is not None


def stop(name: str, code: str, item: Work) -> bool:
    """Nobody signs in any more until `may_visit` says so; returns whether a person is yet to be told.

    The item is where a person is told. When the same has been told at another one, that will do.
    """
    with record() as session:
        standing = _locked(session, name)
        told = standing.stopped_code == code and _is_asked(session, standing)
        standing.stopped_code, standing.stopped_at = code, datetime.now(UTC)
        if not told or _is_wanted(item):
            if standing.stopped_item != item.id:
                _withdraw(session, standing.stopped_item)
            standing.stopped_item, told = item.id, False
        session.add(standing)
        audit.record(session, ACTOR, "portal.stop", "work_item", item.id, portal=name, code=code)
        return not told


def before_sign_in(portal: Named, credentials: Credentials) -> None:
    """Note a sign-in before it is sent. Raises `PortalDown` when too many got no clear answer just now."""
    with record() as session:
        standing = _locked(session, portal.name)
        now = datetime.now(UTC)
        last = standing.unanswered_at
        if standing.unanswered >= _UNANSWERED and last is not None and now - last < _SPACE:
            raise PortalDown(
                f"{portal.title}: 로그인에 답이 없어 잠시 쉽니다. 계정이 잠기지 않도록 15분에 한 번만 시도합니다."
            )
        standing.unanswered, standing.unanswered_at = standing.unanswered + 1, now
        standing.credential = credentials.fingerprint()
        session.add(standing)


def answered(portal: Named, *, welcome: bool) -> None:
    """The site has answered a sign-in clearly; a welcome lifts a stop."""
    with record() as session:
        standing = _locked(session, portal.name)
        standing.unanswered, standing.unanswered_at = 0, None
        if welcome and standing.stopped_code in (REFUSED, LOCKED, MUST_CHANGE):
            _withdraw(session, standing.stopped_item)
            _clear(standing)
        session.add(standing)


def needs_whole_look(portal: Portal) -> bool:
    """Whether the inbox is to be gone through to its end: something is left over, or it is long ago."""
    with record() as session:
        standing = _locked(session, portal.name)
        last = standing.looked_through_at
        every = timedelta(minutes=portal.limits.full_look_minutes)
        return standing.left_over or last is None or datetime.now(UTC) - last >= every


def begin_look(portal: Portal) -> None:
    """From now on something is left over, until `end_look` says otherwise: a visit that dies is made good."""
    with record() as session:
        standing = _locked(session, portal.name)
        standing.left_over = True
        session.add(standing)


def end_look(portal: Portal, *, whole: bool, left_over: bool) -> None:
    """A look has come to its end; `left_over`: something that was seen is not in the record yet."""
    with record() as session:
        standing = _locked(session, portal.name)
        standing.left_over = left_over
        if standing.stopped_code:
            _withdraw(session, standing.stopped_item)
            _clear(standing)
        if whole and not left_over:
            standing.looked_through_at = datetime.now(UTC)
        session.add(standing)


def ask(item: Work, code: str, text: str) -> None:
    """Ask a person about an item that goes on being tried; once, however often it is."""
    with record() as session:
        reviews.open_task(
            session, kind="system_error", reason=code, question=text, item_id=item.id, actor=ACTOR
        )


def withdraw_question(item_id: int) -> None:
    """What was asked about an item has settled itself."""
    with record() as session:
        _withdraw(session, item_id)


def _withdraw(session: Session, item_id: int | None) -> None:
    query = select(ReviewTask).where(ReviewTask.item_id == item_id, col(ReviewTask.state).in_(_OPEN))
    for task in session.exec(query.with_for_update()):
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, ACTOR, "review.cancel", "review_task", task.id)
    item = session.get(WorkItem, item_id, with_for_update=True) if item_id is not None else None
    if item is not None and item.state == WorkState.REVIEW:
        work.move(session, item, WorkState.CANCELLED, "settled_itself", ACTOR)


def _clear(standing: PortalStanding) -> None:
    standing.stopped_code, standing.stopped_item, standing.stopped_at = "", None, None


def _locked(session: Session, name: str) -> PortalStanding:
    session.execute(insert(PortalStanding).values(name=name).on_conflict_do_nothing())
    return session.exec(select(PortalStanding).where(PortalStanding.name == name).with_for_update()).one()
