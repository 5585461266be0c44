"""One letter with all that became of it: who agreed, by which ways it went, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from queues import crypto
from queues.dispatches import recipient
from queues.models import (
    Account,
    Application,
    Approval,
    Consent,
    Dispatch,
    DispatchEvent,
    DispatchState,
    Employer,
    Notice,
    Officer,
    Person,
    PostBatch,
    ReviewState,
    ReviewTask,
    SupplementRequest,
    WorkItem,
    WorkState,
)

OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
MAY_STILL_LEAVE = (
    DispatchState.PLANNED.value,
    DispatchState.LEAVING.value,
    DispatchState.UNKNOWN.value,
)
_TROUBLED = (WorkState.FAILED.value, WorkState.REVIEW.value)


@dataclass(frozen=True)
class Step:
    """A step of the line: what was asked, whose turn it is or was, and what they said (in clear)."""

    approval: Approval
    asked_of: str
    decided_by: str
    comment: str


@dataclass(frozen=True)
class Attempt:
    """One attempt with its events, oldest first. `to`: where it went, in clear, for the screen to mask."""

    dispatch: Dispatch
    to: dict[str, str]
    batch: PostBatch | None
    events: Sequence[DispatchEvent]


@dataclass(frozen=True)
class OnFile:
    """Who is to be reached, and where, as the case says now; in clear, for the screen to mask."""

    name: str
    phone: str
    postcode: str
    address: str
    email: str
    employer: bool
    consents: Sequence[Consent] = ()


@dataclass(frozen=True)
class NoticeSheet:
    """A letter. `steps` are of the newest round; `rounds` says how often it was asked for.

    tasks    open questions about it, oldest first; troubled: work of it that failed
    words    of its short message, in clear
    """

    notice: Notice
    application: Application
    recipient: OnFile
    officer: str
    attempts: Sequence[Attempt]
    steps: Sequence[Step]
    rounds: int
    tasks: Sequence[ReviewTask]
    troubled: Sequence[WorkItem]
    supplement: SupplementRequest | None
    words: str

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def may_still_leave(self) -> bool:
        """Whether an attempt is under way, so that nothing else may leave."""
        return any(a.dispatch.state in MAY_STILL_LEAVE for a in self.attempts)


def notice_sheet(session: Session, notice_id: int) -> NoticeSheet | None:
    """None when there is no such letter."""
    notice = session.get(Notice, notice_id)
    if notice is None:
        return None
    application = session.get_one(Application, notice.application_id)
    officer = session.get(Officer, application.officer_id) if application.officer_id else None
    approvals = session.exec(
        select(Approval)
        .where(Approval.subject == f"notice:{notice_id}")
        .order_by(col(Approval.round), col(Approval.step))
    ).all()
    rounds = max((a.round for a in approvals), default=0)
    tasks = session.exec(
        select(ReviewTask)
        .where(
            ReviewTask.application_id == notice.application_id,
            col(ReviewTask.kind).startswith("notice"),
            col(ReviewTask.state).in_(OPEN),
        )
        .order_by(col(ReviewTask.id))
    ).all()
    return NoticeSheet(
        notice=notice,
        application=application,
        recipient=on_file(session, notice),
        officer=officer.name or officer.number if officer else "",
        attempts=_attempts(session, notice_id),
        steps=_steps(session, [a for a in approvals if a.round == rounds]),
        rounds=rounds,
        tasks=[t for t in tasks if t.evidence.get("notice_id") == notice_id],
        troubled=_troubled(session, notice_id),
        supplement=session.get(SupplementRequest, notice.supplement_id) if notice.supplement_id else None,
        words=crypto.open_(notice.text_enc) if notice.text_enc else "",
    )


def on_file(session: Session, notice: Notice) -> OnFile:
    """The recipient of a letter as the case knows them now."""
    if notice.employer_id:
        e = session.get_one(Employer, notice.employer_id)
        agreed = session.exec(select(Consent).where(Consent.employer_id == e.id)).all()
        return OnFile(e.name, e.phone, e.postcode, e.address, e.email, True, agreed)
    if notice.person_id:
        p = session.get_one(Person, notice.person_id)
        agreed = session.exec(select(Consent).where(Consent.person_id == p.id)).all()
        return OnFile(p.name, p.phone, p.postcode, p.address, p.email, False, agreed)
    return OnFile("", "", "", "", "", False)


def notice_of(task: ReviewTask) -> int | None:
    """The letter that a question is about."""
    number = task.evidence.get("notice_id")
    return int(number) if number else None


def account_names(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    """Names by which people are shown, by id of their account."""
    known = [i for i in set(ids) if i]
    rows = session.exec(select(Account).where(col(Account.id).in_(known))).all() if known else []
    return {a.id: a.display_name or a.username for a in rows}


def last_change(sheet: NoticeSheet) -> datetime:
    """When something last happened to it, as far as its attempts tell."""
    times = [e.at for a in sheet.attempts for e in a.events]
    return max([sheet.notice.created_at, *times])


def _attempts(session: Session, notice_id: int) -> list[Attempt]:
    found = session.exec(
        select(Dispatch).where(Dispatch.notice_id == notice_id).order_by(col(Dispatch.number))
    ).all()
    ids = [d.id for d in found]
    events = (
        session.exec(
            select(DispatchEvent)
            .where(col(DispatchEvent.dispatch_id).in_(ids))
            .order_by(col(DispatchEvent.id))
        ).all()
        if ids
        else []
    )
    return [
        Attempt(
            dispatch=d,
            to=recipient(d) if d.to_enc else {},
            batch=session.get(PostBatch, d.batch_id) if d.batch_id else None,
            events=[e for e in events if e.dispatch_id == d.id],
        )
        for d in found
    ]


def _steps(session: Session, approvals: Sequence[Approval]) -> list[Step]:
    names = account_names(session, [i for a in approvals for i in (a.account_id, a.decided_by)])
    return [
        Step(
            approval=a,
            asked_of=names.get(a.account_id or 0, ""),
            decided_by=names.get(a.decided_by or 0, ""),
            comment=crypto.open_(a.comment_enc) if a.comment_enc else "",
        )
        for a in approvals
    ]


def _troubled(session: Session, notice_id: int) -> Sequence[WorkItem]:
    query = select(WorkItem).where(
        col(WorkItem.reference).in_([f"notice:{notice_id}"]), col(WorkItem.state).in_(_TROUBLED)
    )
    return session.exec(query.order_by(col(WorkItem.id))).all()
