"""결재: the line of people whose agreement an official act needs before it leaves.

A round of asking is bound to the exact content of a letter (`Notice.content_sha256`). One person takes one
step of a round at most, so that the drafter never is the last approver; the database sees to that as well.
Who stands in for the absent decides in their place (대결) by `queues.absences`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, select

from config import review_reasons
from config.approval_lines import needs_reading
from queues import audit, crypto, reviews, work
from queues.approval_rounds import NoApprover, is_through, line_of, open_line, void
from queues.approval_turns import in_turn, may_decide, my_turn, turns
from queues.errors import BackOfficeError, NotYours, StaleDecision
from queues.models import Account, Approval, ApprovalState, Notice, NoticeState
from queues.notices import PREPARE, move
from queues.sealed_fields import sealed_comment

__all__ = [
    "NeedsReading",
    "NoApprover",
    "approve",
    "in_turn",
    "is_through",
    "line_of",
    "may_decide",
    "may_recall",
    "my_turn",
    "note_reading",
    "open_line",
    "recall",
    "send_back",
    "turns",
    "void",
]

SENT_BACK, TAKEN_BACK = "notice_sent_back", "notice_taken_back"
_LIVE = (ApprovalState.WAITING.value, ApprovalState.ASKED.value)


class NeedsReading(BackOfficeError):
    """Nobody agrees to this act who has not opened its letter; the text, in Korean, says so."""

    def __init__(self) -> None:
        super().__init__("통지서를 열어 읽은 뒤에 결재할 수 있는 문서입니다.")


def note_reading(session: Session, approval_id: int, account: Account) -> None:
    """The letter lies open before a person whose turn it is. Every other reading is not for the line."""
    step = _locked(session, approval_id)
    if step.state == ApprovalState.ASKED and in_turn(session, step, account):
        readings = dict(step.readings)
        readings.setdefault(str(account.id), datetime.now(UTC).isoformat())
        step.readings = readings
        session.add(step)


def approve(
    session: Session,
    approval_id: int,
    content_sha256: str,
    account: Account,
    comment: str = "",
    *,
    in_bulk: bool = False,
) -> Approval:
    """Agree to a letter; the next step is asked, or after the last the notice is "approved" and goes on.

    content_sha256  of the letter as the person saw it
    in_bulk         with others at one press: not for acts that need reading

    Pressed twice it is one. Raises `StaleDecision` when the content or the step is another by now,
    `NotYours` when it is not this person's turn, `NeedsReading` when the letter was not opened.
    """
    notice, step = _both_locked(session, approval_id)
    if _is_again(step, ApprovalState.APPROVED, content_sha256, account):
        return step
    _must_be_asked(session, notice, step, content_sha256, account)
    if needs_reading(notice.kind, notice.program) and (in_bulk or str(account.id) not in step.readings):
        raise NeedsReading()
    _settle(session, step, ApprovalState.APPROVED, account, comment)
    following = [s for s in line_of(session, notice.id) if s.step > step.step]
    if following:
        following[0].state = ApprovalState.ASKED.value
        session.add(following[0])
        return step
    notice.approved_at = step.decided_at
    move(session, notice, NoticeState.APPROVED, f"account:{account.id}")
    work.add(
        session,
        PREPARE,
        f"notice:{notice.id}:approved:{step.round}",
        payload={"notice_id": notice.id},
        priority=60,
        actor=f"account:{account.id}",
    )
    return step


def send_back(
    session: Session, approval_id: int, content_sha256: str, account: Account, comment: str
) -> Approval:
    """Not so (반려): the round is over, nothing leaves, and the case's officer is asked what to do.

    comment  why; it must not be empty. Raises as `approve` does.
    """
    if not comment.strip():
        raise ValueError("sending back needs a reason")
    notice, step = _both_locked(session, approval_id)
    if _is_again(step, ApprovalState.SENT_BACK, content_sha256, account):
        return step
    _must_be_asked(session, notice, step, content_sha256, account)
    _settle(session, step, ApprovalState.SENT_BACK, account, comment)
    for later in line_of(session, notice.id):
        if later.state in _LIVE:
            later.state = ApprovalState.VOID.value
            session.add(later)
    _ask(session, notice, SENT_BACK, f"account:{account.id}", comment)
    return step


def may_recall(session: Session, notice: Notice, account: Account) -> bool:
    """Whether this person drafted what still waits for others."""
    if notice.state != NoticeState.APPROVAL:
        return False
    line = line_of(session, notice.id)
    return bool(line) and (line[0].state, line[0].decided_by) == (ApprovalState.APPROVED.value, account.id)


def recall(session: Session, notice_id: int, account: Account, comment: str) -> Notice:
    """회수: who drafted a letter takes it back while others are still to agree; nothing leaves.

    Raises ValueError without a reason, `StaleDecision` when the line is through or another round began,
    `NotYours` for one who did not draft it.
    """
    if not comment.strip():
        raise ValueError("taking back needs a reason")
    query = select(Notice).where(Notice.id == notice_id).with_for_update()
    notice = session.exec(query.execution_options(populate_existing=True)).one()
    if notice.state != NoticeState.APPROVAL:
        raise StaleDecision(f"notice {notice_id} is not in approval any more")
    if not may_recall(session, notice, account):
        raise NotYours(f"notice {notice_id} was drafted by another person")
    actor = f"account:{account.id}"
    void(session, notice, TAKEN_BACK, actor)
    _ask(session, notice, TAKEN_BACK, actor, comment)
    return notice


def _ask(session: Session, notice: Notice, reason: str, actor: str, comment: str) -> None:
    """It goes on when the case's officer says how."""
    move(session, notice, NoticeState.REVIEW, actor, reason=reason)
    reviews.open_task(
        session,
        kind=reason,
        reason=reason,
        question=review_reasons.question(reason),
        application_id=notice.application_id,
        notice_id=notice.id,
        evidence=sealed_comment(comment.strip()),
        actor=actor,
    )


def _locked(session: Session, approval_id: int) -> Approval:
    query = select(Approval).where(Approval.id == approval_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _both_locked(session: Session, approval_id: int) -> tuple[Notice, Approval]:
    """The notice before its steps, as everybody locks them."""
    notice_id = session.exec(select(Approval.notice_id).where(Approval.id == approval_id)).one()
    query = select(Notice).where(Notice.id == notice_id).with_for_update()
    notice = session.exec(query.execution_options(populate_existing=True)).one()
    return notice, _locked(session, approval_id)


def _is_again(step: Approval, state: ApprovalState, content_sha256: str, account: Account) -> bool:
    return (step.state, step.decided_by, step.content_sha256) == (state.value, account.id, content_sha256)


def _must_be_asked(
    session: Session, notice: Notice, step: Approval, content_sha256: str, account: Account
) -> None:
    contents = {content_sha256, step.content_sha256, notice.content_sha256}
    if step.state != ApprovalState.ASKED or notice.state != NoticeState.APPROVAL or len(contents) > 1:
        raise StaleDecision(f"approval {step.id} has changed since it was shown")
    if not in_turn(session, step, account):
        raise NotYours(f"approval {step.id} is another person's to decide")


def _settle(session: Session, step: Approval, state: ApprovalState, account: Account, comment: str) -> None:
    step.state = state.value
    step.decided_by, step.decided_at = account.id, datetime.now(UTC)
    step.comment_enc = crypto.seal(comment.strip()) if comment.strip() else None
    session.add(step)
    session.flush()
    audit.record(
        session, f"account:{account.id}", f"approval.{state.value}", "notice", step.notice_id or 0,
        approval=step.id, round=step.round, step=step.step, duty=step.duty, content=step.content_sha256,
        for_account=step.account_id,
    )  # fmt: skip
