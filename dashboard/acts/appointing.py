"""임명: who holds the duties of the treasury, entered and ended; by right, never for oneself."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import appointments, audit
from queues.appointments import CannotAppoint
from queues.models import Account, Appointment
from queues.sealed_fields import sealed_comment


def appoint(
    session: Session,
    visitor: Visitor,
    *,
    account_id: int,
    duty: str,
    fund: str,
    from_on: date,
    until_on: date | None = None,
    stands_in: bool = False,
    document_no: str = "",
) -> Appointment:
    """Appoint an account, from a day until a day or openly. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.APPOINT)
    if not document_no.strip():
        raise Refused("임명 문서번호를 적어 주십시오.", "document_no")
    try:
        return appointments.appoint(
            session,
            account_id=account_id,
            duty=duty,
            fund=fund,
            from_on=from_on,
            until_on=until_on,
            stands_in=stands_in,
            document_no=document_no,
            made_by=session.get_one(Account, visitor.account_id),
        )
    except CannotAppoint as why:
        raise Refused(str(why)) from None


def end(
    session: Session, visitor: Visitor, appointment_id: int, until_on: date, comment: str = ""
) -> Appointment:
    """Have an appointment end with a day. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.APPOINT)
    try:
        row = appointments.end(
            session, appointment_id, until_on, made_by=session.get_one(Account, visitor.account_id)
        )
    except CannotAppoint as why:
        raise Refused(str(why)) from None
    if comment.strip():
        audit.record(
            session, visitor.actor, "appointment.end.why", "account", row.account_id,
            appointment=row.id, **sealed_comment(comment.strip()[:1000]),
        )  # fmt: skip
    return row
