"""지출결의서 and 지급명세서 say what the record says, and show no whole account."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from bots.payments.orders import bot as orders
from bots.payments.papers import bot as papers
from bots.payments.papers.in_words import won_in_words
from queues import files, payment_orders
from queues.models import PaymentBatch, PaymentOrder
from tests.bots.payments.order_world import allotted, batch_of, case, decided


@pytest.mark.parametrize(
    ("won", "words"),
    [(113_560, "금일십일만삼천오백육십원"), (1_845_000, "금일백팔십사만오천원"), (10, "금일십원"),
     (100_000_000, "금일억원"), (9_999_999_999_990, "금구조구천구백구십구억구천구백구십구만구천구백구십원"),
     (10_010_000_000, "금일백억일천만원")],
)  # fmt: skip
def test_sums_in_words(won: int, words: str) -> None:
    assert won_in_words(won) == words


def test_there_are_no_words_for_nothing() -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        won_in_words(0)


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_the_papers_of_an_order_and_its_batch(session: Session) -> None:
    allotted(session)
    made = [decided(session, case(session), won) for won in (1_848_007, 600_000)]
    session.commit()
    for one in made:
        orders.make(one.id)
    both = list(session.exec(select(PaymentOrder).order_by(PaymentOrder.id)))  # type: ignore[arg-type]
    assert papers.make_order(both[0].id)
    session.expire_all()
    pdf = files.read(both[0].paper_sha256)
    payee = payment_orders.payee_of(both[0])
    told = _text(pdf)
    assert "금 1,848,000원" in told and "금일백팔십사만팔천원" in told and "10원 미만 7원은 버림" in told
    assert payee.name in told and payee.account not in told and payee.account[-4:] in told
    assert "4100" in told and "고용보험기금" in told
    batch, _payments = batch_of(session, both)
    session.commit()
    assert papers.make_batch(batch.id) == 2
    session.expire_all()
    batch = session.get_one(PaymentBatch, batch.id)
    assert "금 2,448,000원" in _text(files.read(batch.paper_sha256))
    sheet = load_workbook(io.BytesIO(files.read(batch.list_sha256)), read_only=True)["지급명세"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[7] for row in rows] == [1_848_000, 600_000]
    assert rows[0][4] == payee.name and payee.account not in str(rows)
