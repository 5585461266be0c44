"""payments.papers: the paper of an order (지출결의서), the papers of a batch (지급명세서 and the whole list)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlmodel import Session, col, select

from bots.payments.papers import batch as of_batch
from bots.payments.papers import order as of_order
from bots.payments.papers.render import render
from bots.typesetting import problem
from bots.typesetting.problem import LetterError
from queues import days, files, payment_orders, payment_papers
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import Payment, PaymentBatch, PaymentBatchState, PaymentState

ACTOR = f"bot:{payment_papers.PAPERS}"
AGAIN_AT_MOST = 500
"""Of a batch that is agreed to, the papers of so many orders are made anew by itself; of more, when asked for."""
_AGREED = (PaymentBatchState.APPROVED, PaymentBatchState.RUNNING, PaymentBatchState.DONE)
_PASSES = frozenset({problem.TIMEOUT, problem.MEMORY, problem.CRASHED})


@bot(payment_papers.PAPERS, title="지출결의서·지급명세서 작성", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """The papers of one order or of one batch, as things stand now; safe to repeat."""
    try:
        if order_id := item.payload.get("order_id"):
            return Outcome(counts={"orders": int(make_order(int(order_id)))})
        return Outcome(counts={"payments": make_batch(int(item.payload["batch_id"]))})
    except LetterError as error:
        if error.code in _PASSES:
            raise
        raise BusinessError("payment_paper", error.text) from error


def make_order(order_id: int) -> bool:
    """지출결의서 of an order; whether there is one: nothing is printed of what cannot be paid."""
    with record() as session:
        order = payment_orders.hold(session, order_id)
        if order.amount_won <= 0 or not order.content_sha256:
            return False
        content, values = order.content_sha256, of_order.values_of(session, order)
    pdf = render("payment_order.html.j2", f"지출결의서 {order_id}", values, days.today())
    sha256 = files.put(pdf)
    with record() as session:
        order = payment_orders.hold(session, order_id)
        if order.content_sha256 == content:
            order.paper_sha256 = sha256
            session.add(order)
    return True


def make_batch(batch_id: int) -> int:
    """지급명세서 and the whole list of a batch; once it is agreed to, its orders' papers bear that, too."""
    with record() as session:
        batch = session.get_one(PaymentBatch, batch_id)
        values = of_batch.values_of(session, batch)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"
            count = of_batch.write_list(session, batch, path)
            whole = files.put(path)
    pdf = render("payment_list.html.j2", f"지급명세서 {batch_id}", values, days.today())
    sha256 = files.put(pdf)
    with record() as session:
        query = select(PaymentBatch).where(PaymentBatch.id == batch_id).with_for_update()
        batch = session.exec(query).one()
        batch.paper_sha256, batch.list_sha256 = sha256, whole
        session.add(batch)
        if batch.state in _AGREED and count <= AGAIN_AT_MOST:
            _print_orders(session, batch_id)
    return count


def _print_orders(session: Session, batch_id: int) -> None:
    query = select(Payment.order_id).where(
        Payment.batch_id == batch_id, Payment.state != PaymentState.CANCELLED
    )
    for order_id in session.exec(query.order_by(col(Payment.position))):
        payment_papers.print_order(session, order_id, ACTOR, priority=payment_papers.OF_ITSELF)
