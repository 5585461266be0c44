"""A day of payments in the ledger, and what the bank says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, select

from bots.payments.reconcile import settle
from bots.payments.reconcile.compare import compare
from bots.payments.reconcile.matching import match
from bots.payments.reconcile.ours import DayKey
from bots.payments.reconcile.statements import take
from bots.payments.reconcile.theirs import Told
from bots.payments.reconcile.word import hear_lines
from config.settings import settings
from queues.database import session as record
from queues.models import BankDay, Difference, Payment, PaymentFile, PaymentState, StatementLine
from queues.payments import note
from tests.dashboard import payment_filling as filling

ACTOR = "bot:payments.reconcile"
_days = iter(range(2, 4000, 3))
_people: dict[str, filling.Treasury] = {}


def treasury(session: Session) -> filling.Treasury:
    """The officers, once for each database; of no session."""
    known = _people.get(str(settings().database_url))
    if known is None:
        known = _people[str(settings().database_url)] = filling.treasury(session)
        session.commit()
        for who in vars(known).values():
            session.expunge(who)
    return known


class Day:
    """A batch of one day, and the bank's lines about it."""

    def __init__(
        self, session: Session, ends: list[str], channel: str = "firm", ago: int | None = None
    ) -> None:
        self.session = session
        people = self.people = treasury(session)
        self.ago = next(_days) if ago is None else ago
        first = ["approved"] * len(ends) if channel == "iso20022" else ends
        state = "running" if channel == "iso20022" else "done"
        self.batch = filling.batch(session, people, state, first, days_ago=self.ago, channel=channel)
        self.payments = filling.of_batch(session, self.batch)
        if channel == "iso20022":
            self._leave_in_a_file(ends)
        session.commit()
        self.key = DayKey(self.batch.pay_on, self.batch.fund, channel)

    def _leave_in_a_file(self, ends: list[str]) -> None:
        won = sum(p.amount_won for p in self.payments)
        file = PaymentFile(
            batch_id=self.batch.id, part=1, msg_id=f"M{self.batch.id}", sha256="0" * 64,
            payments=len(self.payments), total_won=won,
        )  # fmt: skip
        self.session.add(file)
        self.session.flush()
        for one, end in zip(self.payments, ends, strict=True):
            one.file_id, one.sent_on = file.id, self.batch.pay_on
            note(self.session, one, PaymentState.SENDING, "bot")
            note(self.session, one, PaymentState(end), "bot")
        self.batch.state = "done"

    def line(self, one: Payment, *, kind: str = "transfer", won: int | None = None, **more: Any) -> None:
        amount = won if won is not None else one.amount_won
        named = f"{one.sent_on:%Y%m%d}-{one.number:06d}" if one.number else one.end_to_end
        sign = -1 if kind == "transfer" else 1
        given: dict[str, Any] = {
            "day": self.key.day,
            "source": "camt.053",
            "named": named,
            "account_index": one.account_index,
        }
        count = len(self.session.exec(select(StatementLine.id)).all())
        self.session.add(
            StatementLine(
                fund=self.key.fund, key=f"B{count}", amount_won=sign * amount, kind=kind, **(given | more)
            )
        )
        self.session.commit()

    def statement(self, sha256: str = "ab" * 32) -> None:
        """The whole day has been told."""
        with record() as session:
            take(session, self.key.fund, [self.key.day], sha256)
            match(session)
        hear_lines(ACTOR)
        settle.by_statement(ACTOR)

    def row(self) -> BankDay:
        self.session.expire_all()
        return self.session.exec(
            select(BankDay).where(
                BankDay.day == self.key.day,
                BankDay.fund == self.key.fund,
                BankDay.channel == self.key.channel,
            )
        ).one()

    def causes(self) -> dict[str, str]:
        found = self.session.exec(select(Difference).where(Difference.bank_day_id == self.row().id)).all()
        return {one.key.partition(":")[0]: one.state for one in found}

    def states(self) -> list[str]:
        self.session.expire_all()
        return [one.state for one in filling.of_batch(self.session, self.batch)]

    def totals(self, count: int, won: int, back: int = 0) -> str:
        """The bank tells its totals now; the state of the day."""
        with record() as session:
            compared = compare(session, self.key, Told(count, won, back, "totals", datetime.now(UTC)), ACTOR)
        if compared.state == "agreed":
            settle.by_totals(self.key, datetime.now(UTC), None, ACTOR)
        return compared.state.value
