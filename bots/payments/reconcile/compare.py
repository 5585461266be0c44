"""One day, ours against the bank's: what it comes to, whether it agrees, and what follows for its payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bots.payments.reconcile import causes
from bots.payments.reconcile.ours import DayKey, Ours, ours
from bots.payments.reconcile.statements import whole_statement
from bots.payments.reconcile.theirs import Told, by_statement
from queues import audit, bank_days
from queues.days import today
from queues.models import BankDay, BankDayState, BankMessage

_MAY_BE_ASKED = timedelta(days=1)
"""The bank gives the totals of today and yesterday; of the second channel a statement is there by the next day."""


@dataclass(frozen=True, slots=True)
class Compared:
    """state  of the day by now
    against  the word that it was held against; None where the bank has told nothing of it
    fresh    payments that the bank's statement shows as paid, and we do not, not known before
    """

    state: BankDayState
    against: Told | None
    fresh: tuple[int, ...] = ()


def compare(session: Session, key: DayKey, totals: Told | None, actor: str) -> Compared:
    """Hold a day against the bank's statement, or else its totals, in the caller's transaction.

    totals  as the bank told them just now; None: as it told them last, if ever
    """
    day = bank_days.day_row(session, key.day, key.fund, key.channel)
    now = ours(session, key)
    told = _word(session, key, day, totals)
    if day.state == BankDayState.CLOSED:
        if now.sums == (day.our_count, day.our_won, day.our_back_won) and _is_old(day, told):
            day.compared_at = datetime.now(UTC)
            session.add(day)
            return Compared(BankDayState.CLOSED, told)
        bank_days.reopen(session, day, "changed_since", actor)
    before = (day.state, day.our_count, day.our_won, day.our_back_won, day.their_count, day.their_won)
    _write(day, now, told)
    session.add(day)
    session.flush()
    fresh: list[int] = []
    if told is not None and told.by == "statement":
        fresh = causes.find_by_statement(session, key, day)
    else:
        causes.find_by_totals(
            session, key, day, told, over=key.day < today(), unheard=key.day < today() - _MAY_BE_ASKED
        )
    session.flush()
    state = _state(key, now, told, causes.left(session, day))
    day.state, day.compared_at = state.value, datetime.now(UTC)
    if before != (day.state, day.our_count, day.our_won, day.our_back_won, day.their_count, day.their_won):
        day.version += 1
    if before[0] != day.state:
        audit.record(session, actor, "bank_day.compare", "bank_day", day.id, was=before[0], now=day.state)
    session.add(day)
    return Compared(state, told, tuple(fresh))


def _word(session: Session, key: DayKey, day: BankDay, totals: Told | None) -> Told | None:
    statement = whole_statement(session, key, day)
    if statement is not None:
        return by_statement(session, key, *statement)
    if totals is not None:
        return totals
    if day.totals_message_id is None or day.their_count is None or day.their_won is None:
        return None
    message = session.get_one(BankMessage, day.totals_message_id)
    sums = (day.their_count, day.their_won, day.their_back_won or 0)
    back = day.their_back_count or 0
    return Told(*sums, "totals", message.at, message_id=message.id, back_count=back)


def _is_old(day: BankDay, told: Told | None) -> bool:
    """Whether a closed day was closed with this word of the bank."""
    if told is None:
        return True
    known = told.sums == (day.their_count, day.their_won, day.their_back_won)
    new_file = told.by == "statement" and day.compared_at is not None and told.asked_at > day.compared_at
    return known and not new_file


def _write(day: BankDay, now: Ours, told: Told | None) -> None:
    day.our_count, day.our_won, day.our_back_won = now.sums
    day.our_back_count = now.back_count
    if told is None:
        day.their_count = day.their_won = day.their_back_count = day.their_back_won = None
        day.difference_won = 0
        return
    day.their_count, day.their_won, day.their_back_won = told.sums
    day.their_back_count = told.back_count
    day.difference_won = (told.paid_won - told.back_won) - (now.paid_won - now.back_won)
    if told.message_id is not None:
        day.totals_message_id = told.message_id
    if told.sha256:
        day.statement_sha256 = told.sha256


def _state(key: DayKey, now: Ours, told: Told | None, left: int) -> BankDayState:
    """A day of which something is under way is open while it lasts; agreed is only what agrees in every sum."""
    is_over = key.day < today()
    if told is None:
        return BankDayState.DIFFERS if left and is_over else BankDayState.OPEN
    if (now.undecided or now.running) and not is_over:
        return BankDayState.OPEN
    if told.sums == now.sums and not now.undecided and not left:
        return BankDayState.AGREED
    return BankDayState.DIFFERS
