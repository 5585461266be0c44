"""Messages as a bank line leaves them in the record: 300 bytes, laid out by hand after the published table."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from queues import bank_messages, crypto
from queues.models import Payment, PaymentBatch

INQUIRY, FOUND, TRANSFER, FAILURE = "6000", "6100", "2000", "3000"
BANK, COMPANY = "004", "KBOFFICE0001"


def said(
    session: Session,
    batch: PaymentBatch,
    payment: Payment,
    class_code: str,
    *,
    answer: str = "",
    holder: str | None = None,
) -> int:
    """Keep one message; its id. An answer to a transfer bears 2100; the holder's name is the payment's own."""
    class_code = f"{int(class_code) + 100:04d}" if class_code == TRANSFER and answer else class_code
    answer = answer or ("0000" if class_code == FOUND else "")
    incoming = class_code in (FOUND, FAILURE, "2100")
    number = 0 if incoming and class_code == FAILURE else payment.number or payment.id + 100_000
    frame = _frame(batch, payment, class_code, number, answer, holder)
    entry = bank_messages.Entry(
        "in" if incoming else "out", frame, payment_id=payment.id, batch_id=batch.id, day=batch.pay_on
    )
    return bank_messages.record(session, [entry])[0]


def _frame(
    batch: PaymentBatch, payment: Payment, class_code: str, number: int, answer: str, holder: str | None
) -> bytes:
    """300 bytes in CP949."""
    frame = bytearray(b" " * 300)

    def put(offset: int, length: int, value: str | int) -> None:
        text = f"{value:0{length}d}" if isinstance(value, int) else value
        frame[offset : offset + length] = text.encode("cp949")[:length].ljust(length)

    account, name = crypto.open_(payment.account_enc or b""), crypto.open_(payment.holder_enc or b"")
    put(0, 9, "BANKLINE")
    put(9, 12, COMPANY)
    put(21, 3, BANK)
    put(24, 4, class_code)
    put(28, 3, "100")
    put(31, 1, 1)
    put(32, 6, number)
    put(38, 8, f"{batch.pay_on:%Y%m%d}")
    put(46, 6, f"{datetime.now():%H%M%S}")
    put(52, 4, answer)
    if class_code in ("2000", "2100"):
        put(100, 15, "10020001234567")
        put(129, 13, payment.amount_won)
        put(156, 3, payment.bank_code)
        put(159, 15, account)
        put(199, 14, payment.statement_text)
        put(226, 12, name)
    elif class_code in ("6000", "6100"):
        put(100, 15, account)
        put(128, 12, (holder or name) if class_code == FOUND else "")
        put(140, 3, payment.bank_code)
        put(143, 13, payment.amount_won)
    else:
        put(100, 6, payment.number)
        put(124, 15, account)
        put(139, 13, payment.amount_won)
        put(165, 13, payment.amount_won)
    return bytes(frame)
