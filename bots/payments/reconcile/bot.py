"""payments.reconcile: every day is held against the bank's word, to the won, until it agrees and is closed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bots.payments import fate
from bots.payments.line.errors import DayNotOpened, NeverLeft, Unanswered
from bots.payments.reconcile import not_at_bank, settle
from bots.payments.reconcile.compare import Compared, compare
from bots.payments.reconcile.due import closable, due_days
from bots.payments.reconcile.locking import lock_batches
from bots.payments.reconcile.matching import match
from bots.payments.reconcile.ours import DayKey, Ours, ours
from bots.payments.reconcile.statements import take, whole_statement
from bots.payments.reconcile.theirs import NotTold, Told, ask_totals
from bots.payments.reconcile.word import hear_lines
from config.bank_hours import may_ask_at
from config.bank_line import NoBankLine
from config.settings import settings
from queues import bank_days
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.days import today
from queues.errors import StaleDecision
from queues.models import BankDay, BankDayState, BankMessage, Payment, PaymentState

log = logging.getLogger(__name__)
ACTOR = "bot:payments.reconcile"
_PAID_OR_OPEN = (
    PaymentState.SENDING,
    PaymentState.UNKNOWN,
    PaymentState.ACCEPTED,
    PaymentState.SETTLED,
)


@bot("payments.reconcile", title="일일 대사", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Take in what statements say, then go through all days that are due; each day commits by itself."""
    counts: Counter[str] = Counter()
    _take_statements(item.payload.get("statements") or ())
    with record() as session:
        counts["lines"] += match(session)
    counts += hear_lines(ACTOR)
    counts["settled"] += settle.by_statement(ACTOR)
    with record() as session:
        keys = due_days(session)
    for number, key in enumerate(keys, 1):
        counts += one_day(key)
        item.progress(number, len(keys))
    counts += not_at_bank.see_to(ACTOR)
    counts["closed"] += close_old()
    told = {name: count for name, count in counts.items() if count}
    return Outcome(counts=told, idle=not told)


def one_day(key: DayKey) -> Counter[str]:
    """Compare a day, ask the bank for its totals where they are wanted, settle what agrees."""
    counts: Counter[str] = Counter()
    with record() as session:
        before, asked_at, wanted = ours(session, key), _now(session), _totals_wanted(session, key)
    totals = _ask(key, asked_at, counts) if wanted else None
    with record() as session:
        if totals is not None and ours(session, key) != before:
            totals = None  # something happened meanwhile: what was asked and what is known are of two times
            counts["moved"] += 1
        was = bank_days.day_row(session, key.day, key.fund, key.channel).state
        compared = compare(session, key, totals, ACTOR)
        _say_contradictions(session, compared)
    if compared.state.value != was:
        counts[compared.state.value] += 1
    counts["settled"] += _settle(key, compared)
    return +counts


def close_old() -> int:
    """Days that agree and are over are closed; how many."""
    closed = 0
    with record() as session:
        found = closable(session, today())
    for bank_day_id, version in found:
        try:
            with record() as session:
                bank_days.close(session, bank_day_id, version, None)
            closed += 1
        except (StaleDecision, bank_days.NotSignable) as error:
            log.info("bank day %d stays open: %s", bank_day_id, type(error).__name__)
    return closed


def _take_statements(told: Sequence[Mapping[str, Any]]) -> None:
    for one in told:
        if one.get("whole"):
            with record() as session:
                of = [date.fromisoformat(day) for day in one["days"]]
                take(session, str(one["fund"]), of, str(one["sha256"]))


def _totals_wanted(session: Session, key: DayKey) -> bool:
    """Whether the bank is asked: only about today and yesterday, in its hours, when nothing of the day is under way,
    and when what is known is not enough or not new."""
    if key.channel != "firm" or key.day < today() - timedelta(days=1) or settings().bank_line is None:
        return False
    now = datetime.now(UTC)
    if may_ask_at(now) > now:
        return False
    standing: Ours = ours(session, key)
    if standing.undecided or standing.running:
        return False
    day = bank_days.day_row(session, key.day, key.fund, key.channel)
    if day.state == BankDayState.CLOSED or whole_statement(session, key, day) is not None:
        return False
    return _is_news(session, day, standing, now)


def _is_news(session: Session, day: BankDay, standing: Ours, now: datetime) -> bool:
    if day.totals_message_id is None or day.state != BankDayState.AGREED:
        return True
    if standing.sums != (day.our_count, day.our_won, day.our_back_won):
        return True
    asked = session.get_one(BankMessage, day.totals_message_id).at
    return now - asked > timedelta(minutes=settings().totals_again_minutes)


def _ask(key: DayKey, asked_at: datetime, counts: Counter[str]) -> Told | None:
    """None where the bank does not answer now; the next run asks again."""
    try:
        return ask_totals(key.day, key.fund, asked_at)
    except (NoBankLine, NotTold) as error:
        log.warning("no totals of %s, %s: %s", key.day, key.fund, error)
        counts["not_told"] += 1
    except (DayNotOpened, NeverLeft, Unanswered) as error:
        log.warning("no totals of %s, %s: %s", key.day, key.fund, error)
        counts["no_answer"] += 1
    return None


def _say_contradictions(session: Session, compared: Compared) -> None:
    """The bank has paid what we have as not paid: a person is asked, and nobody pays the order meanwhile.

    Also what counts as returned because the bank had said that it had not paid. In the transaction that makes it
    known: it is said once.
    """
    if not compared.fresh:
        return
    detail = {"statement": compared.against.sha256[:12] if compared.against else ""}
    query = select(Payment.batch_id).where(col(Payment.id).in_(compared.fresh)).distinct()
    lock_batches(session, session.exec(query).all())
    wrong = [p.id for p in fate.lock(session, compared.fresh) if p.state not in _PAID_OR_OPEN]
    for payment_id in wrong:
        fate.contradiction(session, payment_id, reason="statement", detail=detail, actor=ACTOR)


def _settle(key: DayKey, compared: Compared) -> int:
    """By totals, once all of the day agrees. By a statement each line settles its own payment."""
    told = compared.against
    if told is None or told.by != "totals" or compared.state != BankDayState.AGREED:
        return 0
    return settle.by_totals(key, told.asked_at, told.message_id, ACTOR)


def _now(session: Session) -> datetime:
    """By the database's clock, as events are dated."""
    now: datetime = session.exec(select(func.clock_timestamp())).one()
    return now
