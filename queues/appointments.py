"""임명: who holds the duties of the treasury, for which fund, from when until when.

재무관 commits (원인행위), 지출관 orders the payment, 출납공무원 pays. No two of them are in one hand for one fund; who
stands in (대리) acts only while no regular holder is there (`queues.absences`). The database keeps both (functions
``holds_duty`` and ``keep_duties_apart``), and who held a duty is not rewritten afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from config.funds import load_funds
from queues import audit
from queues.days import today
from queues.errors import BackOfficeError
from queues.models import Account, Appointment, Role

DUTIES = ("commitment", "order", "cashier")
"""In the order in which they act."""
TITLES = {"commitment": "재무관", "order": "지출관", "cashier": "출납공무원"}
_HOLDERS = (Role.STAFF.value, Role.SUPERVISOR.value)


class CannotAppoint(BackOfficeError):
    """An appointment that cannot be; the text, in Korean, says why."""


def appoint(
    session: Session,
    *,
    account_id: int,
    duty: str,
    fund: str,
    from_on: date,
    until_on: date | None = None,
    stands_in: bool = False,
    document_no: str = "",
    made_by: Account,
) -> Appointment:
    """Appoint an account to a duty of a fund, from a day until a day, both included; `until_on` None: open.

    document_no  of the order of appointment (임명 문서). made_by: who enters it, never the one who is appointed

    Raises `CannotAppoint`.
    """
    account = session.get(Account, account_id)
    if account is None or not account.active or account.role not in _HOLDERS:
        raise CannotAppoint("담당자나 관리자 권한이 있는, 사용 중인 계정만 임명할 수 있습니다.")
    if duty not in DUTIES:
        raise CannotAppoint("알 수 없는 직무입니다.")
    if fund not in load_funds().funds:
        raise CannotAppoint("알 수 없는 회계·기금입니다.")
    if until_on is not None and until_on < from_on:
        raise CannotAppoint("끝나는 날이 시작하는 날보다 앞섭니다.")
    if until_on is not None and until_on < today():
        raise CannotAppoint("이미 지난 기간입니다.")
    if account_id in accounts_of(session, made_by):
        raise CannotAppoint("자기 자신을 임명할 수 없습니다.")
    row = Appointment(
        account_id=account_id, duty=duty, fund=fund, stands_in=stands_in, from_on=from_on, until_on=until_on,
        document_no=document_no.strip()[:100], made_by=f"account:{made_by.id}",
    )  # fmt: skip
    _write(session, row)
    audit.record(
        session, f"account:{made_by.id}", "appointment.make", "account", account_id,
        appointment=row.id, duty=duty, fund=fund, stands_in=stands_in,
        from_on=str(from_on), until_on=str(until_on or ""),
    )  # fmt: skip
    return row


def end(session: Session, appointment_id: int, until_on: date, *, made_by: Account) -> Appointment:
    """Have an appointment end with a day, at the earliest with yesterday; one that has ended stays as it is.

    Raises `CannotAppoint`.
    """
    query = select(Appointment).where(Appointment.id == appointment_id).with_for_update(key_share=True)
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise CannotAppoint("없는 임명입니다.")
    yesterday = today() - timedelta(days=1)
    if row.until_on is not None and row.until_on < yesterday:
        raise CannotAppoint("이미 끝난 임명입니다.")
    if until_on < max(row.from_on, yesterday):
        raise CannotAppoint("지난 날로 소급하여 끝낼 수 없습니다. 어제나 시작하는 날부터 적을 수 있습니다.")
    was, row.until_on = row.until_on, until_on
    _write(session, row)
    audit.record(
        session, f"account:{made_by.id}", "appointment.end", "account", row.account_id,
        appointment=row.id, was=str(was or ""), now=str(until_on),
    )  # fmt: skip
    return row


def holds(session: Session, account_id: int, duty: str, fund: str, on: date | None = None) -> bool:
    """Whether an account may act in a duty of a fund on a day (today): as regular holder or in their place."""
    query = select(func.holds_duty(account_id, duty, fund, on or today()))
    return bool(session.exec(query).one())


def may_act(session: Session, duty: str, fund: str, on: date | None = None) -> list[int]:
    """The accounts that may act in a duty of a fund on a day (today), by id."""
    on = on or today()
    query = (
        select(Appointment.account_id)
        .where(Appointment.duty == duty, Appointment.fund == fund)
        .where(func.holds_duty(col(Appointment.account_id), duty, fund, on))
        .distinct()
    )
    return sorted(session.exec(query))


def duties_of(session: Session, account: Account, on: date | None = None) -> list[tuple[str, str]]:
    """Duty and fund of all in which an account may act on a day (today)."""
    query = select(Appointment.duty, Appointment.fund).where(
        Appointment.account_id == account.id,
        func.holds_duty(account.id, col(Appointment.duty), col(Appointment.fund), on or today()),
    )
    return sorted(set(session.exec(query)), key=lambda held: (held[1], DUTIES.index(held[0])))


def listing(
    session: Session, on: date | None = None, *, fund: str = "", past: bool = False
) -> Sequence[Appointment]:
    """Appointments that stand on a day or begin later (with `past` those that ended, too), by fund, duty and day."""
    query = select(Appointment)
    if not past:
        until = col(Appointment.until_on)
        query = query.where(or_(until.is_(None), until >= (on or today())))
    if fund:
        query = query.where(Appointment.fund == fund)
    order = (col(Appointment.fund), _PLACE, col(Appointment.stands_in), col(Appointment.from_on))
    return session.exec(query.order_by(*order)).all()


def accounts_of(session: Session, account: Account) -> list[int]:
    """All accounts of the person whose account it is: those of the same officer."""
    if account.officer_id is None:
        return [account.id]
    query = select(Account.id).where(Account.officer_id == account.officer_id)
    return sorted({account.id, *session.exec(query)})


_PLACE = text("array_position(ARRAY['commitment', 'order', 'cashier'], duty)")


def _write(session: Session, row: Appointment) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "23001":
            raise CannotAppoint(
                "재무관·지출관·출납공무원은 서로 겸할 수 없습니다. 같은 기간에 같은 회계의 다른 임명이 있습니다."
            ) from error
        raise
