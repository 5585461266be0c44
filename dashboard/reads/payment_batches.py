"""The list of payment batches, and how the payments of each stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, text, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from queues.models import (
    Account,
    Approval,
    ApprovalState,
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentState,
)

PAGE = 40
UNSETTLED, HALTED = "unsettled", "halted"
"""States that are none of a batch's own: all that have not ended, and what was paused or stopped."""

_OVER = (PaymentBatchState.CLOSED.value, PaymentBatchState.CANCELLED.value)
LIVE = tuple(s.value for s in PaymentBatchState if s.value not in _OVER)
ODD = (
    PaymentState.HELD.value,
    PaymentState.UNKNOWN.value,
    PaymentState.RETURNED.value,
    PaymentState.REJECTED.value,
)
"""States in which a payment is not on its way."""

_OUTLIERS = text(
    "SELECT batch_id, count(*) AS counted FROM payment "
    "WHERE batch_id = ANY (CAST(:ids AS bigint[])) AND outliers <> '[]' AND outliers <> '[\"first_payment\"]' "
    "GROUP BY batch_id"
)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; `state`: of `PaymentBatchState`, `UNSETTLED`, `HALTED`, or "" for all."""

    state: str = UNSETTLED
    fund: str = ""
    channel: str = ""
    words: str = ""


@dataclass(frozen=True)
class BatchRow:
    """A row. counts: payments by state; of what has ended only the odd ones. turn: the duty that is asked.
    outliers: as `flagged_of` counts."""

    batch: PaymentBatch
    counts: dict[str, int]
    outliers: int
    maker: str
    turn: str


@dataclass(frozen=True)
class Listed:
    """One page, the latest day first. `after`: where the next begins, None at the end."""

    rows: Sequence[BatchRow]
    after: tuple[Any, int] | None


def page_of(
    session: Session, wanted: Wanted, after: tuple[Any, int] | None = None, *, size: int = PAGE
) -> Listed:
    """The page behind `after`."""
    query = select(PaymentBatch).where(*_conditions(wanted))
    if after is not None:
        query = query.where(tuple_(col(PaymentBatch.pay_on), col(PaymentBatch.id)) < tuple_(*after))
    latest = (col(PaymentBatch.pay_on).desc(), col(PaymentBatch.id).desc())
    found = session.exec(query.order_by(*latest).limit(size + 1)).all()
    shown = found[:size]
    more = (shown[-1].pay_on, shown[-1].id) if len(found) > size else None
    return Listed(rows_of(session, shown), more)


def by_state(session: Session) -> dict[str, int]:
    """How many batches stand in each state."""
    query = select(PaymentBatch.state, func.count()).group_by(PaymentBatch.state)
    return dict(session.exec(query).all())


def counts_of(
    session: Session, batch_ids: Sequence[int], states: Sequence[str] = ()
) -> dict[int, dict[str, int]]:
    """{batch: {state: payments}}, of all states or of some; found in the index."""
    query: Any = sql_select(col(Payment.batch_id), col(Payment.state), func.count()).where(
        col(Payment.batch_id).in_(batch_ids)
    )
    if states:
        query = query.where(col(Payment.state).in_(states))
    found: dict[int, dict[str, int]] = {}
    for batch_id, state, n in session.execute(
        query.group_by(col(Payment.batch_id), col(Payment.state))
    ).all():
        found.setdefault(batch_id, {})[state] = n
    return found


def rows_of(session: Session, batches: Sequence[PaymentBatch]) -> list[BatchRow]:
    """The batches with what belongs to each row."""
    if not batches:
        return []
    live = [b.id for b in batches if b.state not in _OVER]
    over = [b.id for b in batches if b.state in _OVER]
    counts = counts_of(session, live) | counts_of(session, over, ODD)
    outliers = flagged_of(session, live)
    makers = account_names(session, [b.made_by for b in batches])
    turns = _turns(session, [b.id for b in batches if b.state == PaymentBatchState.APPROVAL])
    return [
        BatchRow(
            b, counts.get(b.id, {}), outliers.get(b.id, 0), makers.get(b.made_by, ""), turns.get(b.id, "")
        )
        for b in batches
    ]


def flagged_of(session: Session, batch_ids: Sequence[int]) -> dict[int, int]:
    """How many payments of each batch somebody should look at before agreeing; a first payment alone is told, but
    is none of them."""
    rows = session.connection().execute(_OUTLIERS, {"ids": list(batch_ids)}).all()
    return {row.batch_id: row.counted for row in rows}


def account_names(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    """Names by which people are shown, by id of their account."""
    known = sorted({i for i in ids if i})
    rows = session.exec(select(Account).where(col(Account.id).in_(known))).all() if known else []
    return {a.id: a.display_name or a.username for a in rows}


def actor_names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    """`account:5` -> their name; what is none is left out."""
    ids = {a: int(a.partition(":")[2]) for a in actors if a.startswith("account:") and a[8:].isdigit()}
    names = account_names(session, list(ids.values()))
    return {actor: names[i] for actor, i in ids.items() if i in names}


def _turns(session: Session, batch_ids: Sequence[int]) -> dict[int, str]:
    subjects = {f"payment_batch:{i}": i for i in batch_ids}
    if not subjects:
        return {}
    query = select(Approval.subject, Approval.duty).where(
        col(Approval.subject).in_(subjects), Approval.state == ApprovalState.ASKED.value
    )
    return {subjects[subject]: duty for subject, duty in session.exec(query).all()}


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == UNSETTLED:
        conditions.append(col(PaymentBatch.state).in_(LIVE))
    elif wanted.state == HALTED:
        conditions.append(col(PaymentBatch.state).in_([PaymentBatchState.PAUSED, PaymentBatchState.STOPPED]))
    elif wanted.state:
        conditions.append(col(PaymentBatch.state) == wanted.state)
    if wanted.fund:
        conditions.append(col(PaymentBatch.fund) == wanted.fund)
    if wanted.channel:
        conditions.append(col(PaymentBatch.channel) == wanted.channel)
    if words := " ".join(wanted.words.split()):
        like = "%" + words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        conditions.append(col(PaymentBatch.title).ilike(like) | (col(PaymentBatch.key) == words.upper()))
    return conditions
