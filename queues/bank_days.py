"""대사: days held against the bank's word and the accounting system's; explained, signed for, closed, opened anew.

A `BankDay` is one day of one fund against one counterpart: a channel of the bank or the accounting system. What
each says is found by `bots.payments.reconcile`; here is what people do about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, func, select

from queues import appointments, audit, crypto
from queues.bank_day_views import (
    DayLine,
    DifferenceLine,
    Side,
    ThreeWays,
    differences,
    overview,
    three_ways,
)
from queues.days import today
from queues.errors import BackOfficeError, StaleDecision
from queues.models import Account, BankDay, BankDayState, Difference

__all__ = [
    "ACCOUNTING",
    "BANKS",
    "NOT_PAID_BY_BANK",
    "DayLine",
    "DifferenceLine",
    "NotSignable",
    "Side",
    "ThreeWays",
    "close",
    "comment_of",
    "day_row",
    "differences",
    "explain",
    "left_out",
    "locked",
    "overview",
    "reopen",
    "sign",
    "three_ways",
    "undecided",
    "unsettled",
]

BANKS = ("firm", "iso20022")
ACCOUNTING = "accounting"
"""The counterpart of a day that is held against the accounting system."""


NOT_PAID_BY_BANK = "not_paid_by_bank"
"""Why a payment counts as returned that never left: the bank said yes, and then that it had not paid."""


class NotSignable(BackOfficeError):
    """A day cannot be closed, or a difference explained, as asked: `text` says why, in Korean."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(f"{code}: {said}")
        self.code = code
        self.text = said


def day_row(session: Session, day: date, fund: str, channel: str) -> BankDay:
    """The row of a day, made where there is none, locked until the end of the transaction."""
    statement = insert(BankDay).values(day=day, fund=fund, channel=channel, our_count=0)
    session.execute(statement.on_conflict_do_nothing(index_elements=["day", "fund", "channel"]))
    query = select(BankDay).where(BankDay.day == day, BankDay.fund == fund, BankDay.channel == channel)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one()


def locked(session: Session, bank_day_id: int) -> BankDay:
    """The row, locked. Raises `NotSignable` where there is none."""
    query = select(BankDay).where(BankDay.id == bank_day_id)
    row = session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotSignable("unknown", "그런 대사 자료가 없습니다. 화면을 새로 고치십시오.")
    return row


def explain(session: Session, difference_id: int, comment: str, account: Account) -> Difference:
    """A person says what is behind a difference; the same words may be written anew while its day is not closed.

    Raises `NotSignable` without words, for a difference that is gone, and for one of a closed day.
    """
    said = comment.strip()
    if not said:
        raise NotSignable("no_comment", "차이의 사유를 적으십시오.")
    found = session.get(Difference, difference_id)
    if found is None:
        raise NotSignable("unknown", "그런 차이가 없습니다. 화면을 새로 고치십시오.")
    day = locked(session, found.bank_day_id)
    session.refresh(found, with_for_update=True)
    if day.state == BankDayState.CLOSED:
        raise NotSignable("closed", "이미 마감된 날입니다.")
    if found.state == "resolved":
        raise NotSignable("resolved", "이 차이는 이미 해소되었습니다. 화면을 새로 고치십시오.")
    found.state, found.explained_by, found.comment_enc = "explained", account.id, crypto.seal(said)
    day.version += 1
    session.add_all([found, day])
    _note(session, account, "difference.explain", day, difference=found.id, cause=found.cause)
    return found


def sign(session: Session, bank_day_id: int, version: int, comment: str, account: Account) -> BankDay:
    """Close a day that differs: a person answers for it, in words, after each difference was explained.

    Raises `StaleDecision` when the day has changed since it was shown, `NotSignable` when it cannot be closed so.
    """
    day = _shown(session, bank_day_id, version)
    said = comment.strip()
    if day.state != BankDayState.DIFFERS:
        raise NotSignable("state", "차이가 있는 날만 서명하여 마감할 수 있습니다.")
    if not said:
        raise NotSignable("no_comment", "차이가 있는 채로 마감하는 사유를 적으십시오.")
    _is_over(session, day)
    left = session.exec(
        select(func.count()).where(Difference.bank_day_id == day.id, Difference.state == "open")
    ).one()
    if left:
        raise NotSignable(
            "unexplained", f"사유를 적지 않은 차이가 {left}건 있습니다. 먼저 사유를 적으십시오."
        )
    if _had_a_hand_in(session, day, account):
        raise NotSignable(
            "own_work", "그날의 지급을 작성하거나 결재한 사람은 그날의 차이에 서명할 수 없습니다."
        )
    now = datetime.now(UTC)
    day.signed_by, day.signed_at, day.comment_enc = account.id, now, crypto.seal(said)
    session.add(day)
    session.flush()
    _finish(session, day, f"account:{account.id}", signed=True, difference_won=day.difference_won)
    return day


def close(session: Session, bank_day_id: int, version: int, account: Account | None) -> BankDay:
    """Close a day that agrees; without an account it is the program that does, once the day is over.

    Raises `StaleDecision` and `NotSignable`.
    """
    day = _shown(session, bank_day_id, version)
    if day.state != BankDayState.AGREED:
        raise NotSignable("state", "은행(회계시스템)과 일치하는 날만 마감할 수 있습니다.")
    _is_over(session, day)
    _finish(session, day, f"account:{account.id}" if account else "bot", signed=False)
    return day


def reopen(session: Session, day: BankDay, reason: str, actor: str) -> None:
    """What was learned later does not fit a closed day: it is open again, and whoever signed for it has signed
    for something else."""
    signed_by, day.signed_by, day.signed_at = day.signed_by, None, None
    day.state, day.closed_at = BankDayState.OPEN.value, None
    day.version += 1
    session.add(day)
    audit.record(
        session, actor, "bank_day.reopen", "bank_day", day.id, reason=reason, signed_by=signed_by or 0
    )


def undecided(session: Session, day: date, fund: str, channel: str) -> int:
    """How many payments that were sent on a day have no end by the bank's word yet."""
    return int(session.execute(_UNDECIDED, {"day": day, "fund": fund, "channel": channel}).scalar_one())


def unsettled(session: Session, day: date, fund: str, channel: str) -> int:
    """How many were accepted and are settled by nothing yet."""
    return int(session.execute(_UNSETTLED, {"day": day, "fund": fund, "channel": channel}).scalar_one())


def left_out(session: Session, payment_id: int) -> bool:
    """Whether the bank's account of a day that is over leaves out a payment (`ours_not_at_bank` stands, or was signed
    for), and no line of a statement is about it, or could be: one of the same sum that nobody has explained."""
    return bool(session.execute(_LEFT_OUT, {"payment": payment_id, "today": today()}).scalar_one())


def comment_of(row: BankDay | Difference) -> str:
    """What a person wrote, opened; "" where nothing."""
    return crypto.open_(row.comment_enc) if row.comment_enc else ""


def _shown(session: Session, bank_day_id: int, version: int) -> BankDay:
    day = locked(session, bank_day_id)
    if day.version != version:
        raise StaleDecision(f"bank day {bank_day_id} has changed since it was shown (version {day.version})")
    return day


def _is_over(session: Session, day: BankDay) -> None:
    """Nothing of the day may still be under way."""
    if day.their_count is None and day.state != BankDayState.DIFFERS:
        raise NotSignable("not_told", "은행(회계시스템)의 합계를 아직 받지 못하였습니다.")
    if day.channel not in BANKS:
        return
    if left := undecided(session, day.day, day.fund, day.channel):
        raise NotSignable(
            "undecided",
            f"결과를 모르는 지급이 {left}건 있습니다. 확인할 지급에서 먼저 결과를 확정하십시오.",
        )
    running = session.execute(_RUNNING, {"fund": day.fund, "channel": day.channel, "day": day.day})
    if running.scalar_one():
        raise NotSignable("running", "그날의 지급이 아직 진행 중입니다. 끝난 뒤에 마감하십시오.")


def _had_a_hand_in(session: Session, day: BankDay, account: Account) -> bool:
    """Under whatever account: one person may have two."""
    accounts = appointments.accounts_of(session, account)
    asked = {"day": day.day, "fund": day.fund, "channel": day.channel, "accounts": accounts}
    return bool(session.execute(_HAND_IN, asked).scalar_one())


def _finish(session: Session, day: BankDay, actor: str, **detail: Any) -> None:
    day.state, day.closed_at = BankDayState.CLOSED.value, datetime.now(UTC)
    day.version += 1
    session.add(day)
    session.flush()
    audit.record(session, actor, "bank_day.close", "bank_day", day.id, **_what(day), **detail)


def _note(session: Session, account: Account, action: str, day: BankDay, **detail: Any) -> None:
    audit.record(session, f"account:{account.id}", action, "bank_day", day.id, **_what(day), **detail)


def _what(day: BankDay) -> Mapping[str, str]:
    return {"day": day.day.isoformat(), "fund": day.fund, "channel": day.channel}


_OF_DAY = """
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE p.sent_on = :day AND b.fund = :fund AND b.channel = :channel
"""
_UNDECIDED = text(f"SELECT count(*) {_OF_DAY} AND p.state IN ('sending', 'unknown')")
_UNSETTLED = text(f"SELECT count(*) {_OF_DAY} AND p.state = 'accepted'")
_LEFT_OUT = text("""
    SELECT EXISTS (
        SELECT 1 FROM payment p JOIN payment_batch b ON b.id = p.batch_id
            JOIN difference d ON d.payment_id = p.id JOIN bank_day day ON day.id = d.bank_day_id
        WHERE p.id = :payment AND d.cause = 'ours_not_at_bank' AND d.state <> 'resolved' AND day.day < :today
        AND NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.payment_id = p.id)
        AND NOT EXISTS (
            SELECT 1 FROM statement_line l
            WHERE l.payment_id IS NULL AND l.fund = b.fund AND l.day >= p.sent_on AND l.amount_won = -p.amount_won
            AND (l.account_index IS NULL OR p.account_index IS NULL OR l.account_index = p.account_index)
            AND NOT EXISTS (
                SELECT 1 FROM difference e WHERE e.statement_line_id = l.id AND e.state = 'explained')))
""")
_RUNNING = text("""
    SELECT EXISTS (SELECT 1 FROM payment_batch b WHERE b.state = 'running'
        AND b.fund = :fund AND b.channel = :channel AND b.pay_on <= :day)
""")
_HAND_IN = text("""
    SELECT EXISTS (
        SELECT 1 FROM payment_batch b WHERE b.fund = :fund AND b.channel = :channel
            AND EXISTS (SELECT 1 FROM payment p WHERE p.batch_id = b.id AND p.sent_on = :day)
            AND (b.made_by = ANY(:accounts) OR EXISTS (
                SELECT 1 FROM approval a WHERE a.subject = 'payment_batch:' || b.id
                    AND a.state = 'approved' AND a.decided_by = ANY(:accounts))))
""")
