"""What people answer about a file of payments (questions of the kind "payment_file").

{"action": "was_uploaded", "comment"}      the bank has it: its answers are waited for
{"action": "was_not_uploaded", "comment"}  it certainly has it not: its orders may be paid anew. The bank's own
                                           list is asked first, and goes before what was answered
{"action": "seen"}                         nothing more is to be done about the file; about each of its payments of
                                           which nothing is known people are asked, and answer one by one
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bots.payments import questions
from bots.payments.given import Refused
from bots.payments.iso import standing
from bots.payments.iso.channel import ChannelError
from bots.payments.iso.connect import channel
from config.bank_files import NoBankFiles, bank_files
from queues.models import Payment, PaymentFile, PaymentState, ReviewTask
from queues.models import PaymentFileState as S
from queues.sealed_fields import decided_comment


def apply(session: Session, task: ReviewTask, decision: dict[str, Any]) -> None:
    """Carry out an answer, in the caller's transaction. Raises `Refused`: the question is asked again."""
    act = _ACTIONS.get(str(decision.get("action")))
    if act is None:
        raise Refused("unknown_action")
    number = task.evidence.get("file_id")
    if act is _seen:
        if isinstance(number, int):
            act(session, standing.held(session, number), f"account:{task.decided_by}")
        return
    if not decided_comment(decision):
        raise Refused("comment_needed")
    if not isinstance(number, int):
        raise Refused("unknown_action")
    file = standing.held(session, number)
    if file.state != S.UNKNOWN:
        raise Refused("moved_on")
    act(session, file, f"account:{task.decided_by}")


def _was_uploaded(session: Session, file: PaymentFile, actor: str) -> None:
    standing.taken(session, file, "", actor, found=True)


def _was_not_uploaded(session: Session, file: PaymentFile, actor: str) -> None:
    if file.reason == standing.REFUSED_AGAIN:
        raise Refused("file_one_by_one")
    certain = (file.tried_at or file.created_at) + timedelta(seconds=bank_files().certain_after_seconds)
    if datetime.now(UTC) < certain:
        raise Refused("file_too_early")
    try:
        held = channel().find(file.msg_id)
    except (ChannelError, NoBankFiles) as error:
        if not isinstance(error, ChannelError) or error.code != "no_list":
            raise Refused("file_not_asked") from error
        held = None  # the bank keeps no list: the person's word is all there is
    if held is not None:
        raise Refused("file_at_bank")
    standing.refused(session, file, standing.NOT_SENT, actor, person=True)


def _seen(session: Session, file: PaymentFile, actor: str) -> None:
    """Nothing changes. The bank will not say more by itself: what is unknown is a question of its own."""
    query = select(Payment).where(
        Payment.file_id == file.id,
        Payment.state == PaymentState.UNKNOWN.value,
        col(Payment.next_look_at).is_(None),
    )
    for payment in session.exec(query.order_by(col(Payment.id))):
        questions.ask(session, payment, questions.PAST_MIDNIGHT, evidence={"file_id": file.id}, actor=actor)


_ACTIONS: dict[str, Callable[[Session, PaymentFile, str], None]] = {
    "was_uploaded": _was_uploaded,
    "was_not_uploaded": _was_not_uploaded,
    "seen": _seen,
}
