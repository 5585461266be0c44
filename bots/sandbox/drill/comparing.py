"""The bank's own books against the ledger: who was paid how often, by whose word, and how much.

Every debt has an account of its own, or two where a person corrected it: the books tell without any number of ours
whether it was paid.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Transfer
from bots.sandbox.drill.owed import Debt
from queues.models import PaymentState

_STANDS = text(
    "SELECT DISTINCT ON (order_id) order_id, state, amount_won FROM payment "
    "ORDER BY order_id, state IN ('rejected', 'returned', 'cancelled'), id DESC"
)
"""Of each order the payment that is alive, or else the last one."""
_PAID = (PaymentState.ACCEPTED.value, PaymentState.SETTLED.value)
_UNKNOWN = (PaymentState.SENDING.value, PaymentState.UNKNOWN.value, PaymentState.APPROVED.value)


@dataclass(frozen=True, slots=True)
class Result:
    """What a drill writes. The first five of the states add up to `payments`.

    paid          the ledger says accepted or settled, of the payment by which each order stands
    in_review     held or taken off: a person has the order
    paid_twice    payments to one debt beyond the first that the bank did not give back
    lost          paid by one side and not by the other, where the ledger does not call it unknown
    wrong_amount  paid with another amount than was owed, or to an account to which nothing is owed
    difference    won paid by the books less won paid by the ledger
    """

    payments: int
    paid: int
    rejected: int
    returned: int
    unknown: int
    in_review: int
    kills: int
    paid_twice: int
    lost: int
    wrong_amount: int
    difference: int
    per_second: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def in_order(self) -> bool:
        """Nobody was paid twice or wrongly, and both sides say the same."""
        states = self.paid + self.rejected + self.returned + self.unknown + self.in_review
        wrong = self.paid_twice, self.lost, self.wrong_amount, self.difference
        return states == self.payments and not any(wrong)


def compare(
    session: Session,
    books: Books,
    debts: dict[int, Debt],
    *,
    kills: int,
    seconds: float,
    corrected: Mapping[int, tuple[str, str]] | None = None,
) -> Result:
    """`debts`: by the id of their order; `corrected`: bank and account to which one was paid later on, by the same."""
    ledger = {row.order_id: (row.state, row.amount_won) for row in session.execute(_STANDS)}
    paid_by_bank: dict[tuple[str, str], list[Transfer]] = defaultdict(list)
    for transfer in books.transfers("paid"):
        paid_by_bank[transfer.bank, transfer.account].append(transfer)
    states: Counter[str] = Counter()
    lost = wrong = twice = 0
    ours = theirs = 0
    for order_id, debt in debts.items():
        state, won = ledger.get(order_id, ("", 0))
        name = _named(state)
        states[name] += 1
        accounts = {(debt.bank, debt.account), (corrected or {}).get(order_id, (debt.bank, debt.account))}
        found = [one for account in accounts for one in paid_by_bank.pop(account, [])]
        twice += max(0, len(found) - 1)
        wrong += sum(one.amount != debt.won for one in found)
        lost += (name == "paid") != bool(found) and name != "unknown"
        ours += won if name == "paid" else 0
        theirs += sum(one.amount for one in found)
    strangers = [one for some in paid_by_bank.values() for one in some]
    return Result(
        payments=len(debts),
        paid=states["paid"],
        rejected=states["rejected"],
        returned=states["returned"],
        unknown=states["unknown"],
        in_review=states["in_review"],
        kills=kills,
        paid_twice=twice,
        lost=lost,
        wrong_amount=wrong + len(strangers),
        difference=theirs + sum(one.amount for one in strangers) - ours,
        per_second=round(len(debts) / seconds, 1) if seconds else 0.0,
    )


def _named(state: str) -> str:
    if state in _PAID:
        return "paid"
    if state in _UNKNOWN:
        return "unknown"
    return state if state in (PaymentState.REJECTED.value, PaymentState.RETURNED.value) else "in_review"
