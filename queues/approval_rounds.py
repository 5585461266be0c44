"""Rounds of asking: a line of people is opened about one content, and void once something else would leave."""

from __future__ import annotations

from sqlmodel import Session, col, select

from config.approval_lines import LineStep, line_for
from queues import audit, officers
from queues.errors import BackOfficeError
from queues.models import Account, Application, Approval, ApprovalState, Notice, NoticeState, Officer, Role
from queues.notices import move

_STANDING = (ApprovalState.WAITING.value, ApprovalState.ASKED.value, ApprovalState.APPROVED.value)


class NoApprover(BackOfficeError):
    """A step of the line names somebody who is not there; the text, in Korean, says whom."""


def open_line(session: Session, notice: Notice, *, actor: str = "bot") -> list[Approval]:
    """Begin a new round about the notice's content; the first step is asked at once, the notice in "approval".

    What stood of earlier rounds is void. Raises `NoApprover`, or ApprovalLinesError where no line fits.
    """
    assert notice.content_sha256
    steps = line_for(notice.kind, notice.program).steps
    rounds = select(Approval.round).where(Approval.subject == _subject(notice))
    number = max(session.exec(rounds), default=0) + 1
    void(session, notice, "again", actor)
    held = [(step, _account(session, notice, step)) for step in steps]
    line = [
        Approval(
            subject=_subject(notice),
            notice_id=notice.id,
            round=number,
            step=place,
            duty=step.duty,
            role=_role(session, step, held_by),
            account_id=held_by,
            state=(ApprovalState.ASKED if place == 1 else ApprovalState.WAITING).value,
            content_sha256=notice.content_sha256,
        )
        for place, (step, held_by) in enumerate(held, 1)
    ]
    session.add_all(line)
    session.flush()
    audit.record(session, actor, "approval.open", "notice", notice.id, round=number, steps=len(line))
    move(session, notice, NoticeState.APPROVAL, actor)
    return line


def line_of(session: Session, notice_id: int) -> list[Approval]:
    """The steps of the newest round, in order; empty without any."""
    query = select(Approval).where(Approval.notice_id == notice_id)
    rows = session.exec(query.order_by(col(Approval.round).desc(), col(Approval.step))).all()
    return [row for row in rows if row.round == rows[0].round]


def is_through(session: Session, notice: Notice) -> bool:
    """Whether every step of the newest round agreed to the notice as it is."""
    line = line_of(session, notice.id)
    agreed = {(step.state, step.content_sha256) for step in line}
    return agreed == {(ApprovalState.APPROVED.value, notice.content_sha256)}


def void(session: Session, notice: Notice, reason: str, actor: str = "bot") -> int:
    """What was agreed to is not any more what would leave: every standing step is void; returns how many.

    reason  a code ("changed", "dropped", ...)
    """
    query = select(Approval).where(Approval.notice_id == notice.id, col(Approval.state).in_(_STANDING))
    rows = session.exec(query.order_by(col(Approval.id)).with_for_update()).all()
    for row in rows:
        row.state = ApprovalState.VOID.value
        session.add(row)
    if rows:
        notice.approved_at = None
        session.add(notice)
        audit.record(session, actor, "approval.void", "notice", notice.id, reason=reason, steps=len(rows))
    session.flush()
    return len(rows)


def _subject(notice: Notice) -> str:
    return f"notice:{notice.id}"


def _role(session: Session, step: LineStep, held_by: int | None) -> str:
    """Of whom a step is asked; in place of a person only one of the same role or above decides."""
    if step.number and held_by is not None:
        return session.get_one(Account, held_by).role
    return Role.SUPERVISOR.value if step.who == "supervisor" else Role.STAFF.value


def _account(session: Session, notice: Notice, step: LineStep) -> int | None:
    """Whose turn a step is; None: anybody's of its role."""
    if step.who in ("staff", "supervisor"):
        return None
    if step.number:
        officer = session.exec(select(Officer).where(Officer.number == step.number)).one_or_none()
    else:
        officer = officers.owner(session, session.get_one(Application, notice.application_id))
    held = (
        select(Account.id).where(Account.officer_id == officer.id, col(Account.active))
        if officer is not None
        else None
    )
    account_id = session.exec(held.order_by(col(Account.id))).first() if held is not None else None
    if account_id is None and step.number:
        raise NoApprover(f"결재선에 있는 담당자 {step.number}의 계정이 없습니다.")
    return account_id
