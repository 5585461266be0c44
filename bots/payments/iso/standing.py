"""How far a file is, moved on in transactions of their own; what it means for its payments follows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from bots.payments import fate
from bots.payments.fate import Word
from queues import audit, days
from queues.database import session as record
from queues.models import BankMessage, Payment, PaymentFile, PaymentState
from queues.models import PaymentFileState as S
from queues.payment_moves import hold

NEVER_THERE, REFUSED_CODE, DOUBT = "never_there", "refused", "doubt"
FILE_REFUSED, NOT_SENT = "file_refused", "file_not_sent"
"""Codes of ``bank_answers.yaml`` under which the payments of a file end that the bank certainly has not."""
FILE_DOUBT, NO_ANSWER = "file_doubt", "file_no_answer"
REFUSED_AGAIN = "file_refused_again"
"""Refused as a whole, when an earlier upload of it may have reached the bank: that one may have been paid."""
_BLOCK = 1000


def held(session: Session, file_id: int) -> PaymentFile:
    """A file as it is, held with its batch until the transaction ends; payments come after it."""
    batch_id = session.exec(select(PaymentFile.batch_id).where(PaymentFile.id == file_id)).one()
    hold(session, batch_id)
    query = select(PaymentFile).where(PaymentFile.id == file_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def look(file_id: int) -> PaymentFile:
    """A file as it stands."""
    with record() as session:
        return session.get_one(PaymentFile, file_id)


def tried(session: Session, file: PaymentFile, actor: str) -> None:
    """An upload is about to begin: from its commit on the bank may have it."""
    if file.tries and file.reason != NEVER_THERE:
        file.doubted = True
    file.tries, file.tried_at, file.reason = file.tries + 1, datetime.now(UTC), ""
    session.add(file)
    audit.record(
        session, actor, "payment_file.upload", "payment_file", file.id, tries=file.tries, doubted=file.doubted
    )


def came_of_try(file_id: int, tries: int, reason: str, actor: str) -> None:
    """Why a try (the first, second, ...) ended without the bank's yes; nothing where another one has begun."""
    with record() as session:
        file = held(session, file_id)
        if file.state == S.LEAVING and file.tries == tries:
            file.reason = reason
            session.add(file)
            audit.record(session, actor, "payment_file.tried", "payment_file", file.id, reason=reason)


def taken(session: Session, file: PaymentFile, number: str, actor: str, *, found: bool) -> None:
    """The bank has it. `found`: by its list or an answer, not by its receipt."""
    if file.state not in (S.LEAVING, S.UNKNOWN):
        return
    file.bank_no, file.taken_at = number[:60] or file.bank_no, datetime.now(UTC)
    move(session, file, S.TAKEN, "found" if found else "", actor)
    session.add(
        BankMessage(
            direction="in", day=days.today(), class_code="receipt", batch_id=file.batch_id,
            reference=f"{file.msg_id}/receipt", note="found" if found else "",
        )
    )  # fmt: skip


def unknown(session: Session, file: PaymentFile, code: str, actor: str) -> None:
    """Nobody but people can tell whether the bank has it, or what came of it."""
    move(session, file, S.UNKNOWN, code, actor)
    _hear(session, file, "unknown", code, actor)


def refused(session: Session, file: PaymentFile, code: str, actor: str, *, person: bool = False) -> None:
    """The bank certainly has it not, and will not get it: nothing of it was or will be paid.

    person  a person said so; else it is the bank's word, or nothing was ever uploaded
    """
    move(session, file, S.REFUSED, code, actor)
    file.ended_at = datetime.now(UTC)
    _hear(session, file, "refused", code, actor, person=person)


def answered(session: Session, file: PaymentFile, actor: str) -> bool:
    """End a file of whose payments none waits for the bank's word any more; whether it has ended."""
    open_ones = select(Payment.id).where(
        Payment.file_id == file.id, col(Payment.state).in_([PaymentState.SENDING, PaymentState.UNKNOWN])
    )
    if session.exec(open_ones.limit(1)).first() is not None:
        return False
    if file.state in (S.TAKEN, S.UNKNOWN, S.LEAVING):
        file.ended_at = datetime.now(UTC)
        move(session, file, S.ANSWERED, "", actor)
    return True


def move(session: Session, file: PaymentFile, state: S, reason: str, actor: str) -> None:
    """Change the state of a file and note it in the audit; the database refuses what does not follow."""
    was, file.state, file.reason = file.state, state.value, reason
    session.add(file)
    session.flush()
    audit.record(
        session, actor, "payment_file.state", "payment_file", file.id,
        was=was, now=state.value, reason=reason, batch=file.batch_id,
    )  # fmt: skip


def waiting_payments(session: Session, file: PaymentFile) -> list[int]:
    """Payments of a file that wait for the bank's word."""
    states = [PaymentState.SENDING.value, PaymentState.UNKNOWN.value]
    query = select(Payment.id).where(Payment.file_id == file.id, col(Payment.state).in_(states))
    return list(session.exec(query.order_by(col(Payment.id))))


def _hear(
    session: Session, file: PaymentFile, means: fate.Means, code: str, actor: str, *, person: bool = False
) -> None:
    source: fate.Source = "person" if person else "file"
    ids = waiting_payments(session, file)
    for block in _blocks(ids):
        words = [Word(number, means, source, code, detail={"file": file.id}) for number in block]
        fate.hear(session, words, actor)


def _blocks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK)]
