"""The messages that we send, each made of what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bots.payments.messages.codec import layout
from bots.payments.messages.faults import MessageFault
from bots.payments.messages.message import Message, Value


@dataclass(frozen=True, slots=True)
class Head:
    """What the header of a request says. `at`: where the center is; its day belongs to the number."""

    identification: str
    company_code: str
    bank_code: str
    number: int
    at: datetime


def request(code: str, head: Head, **body: Value) -> Message:
    """A request with the table's blanks and zeros in all other fields. `code`: "2000/100". Raises `MessageFault`."""
    class_code, task_code = code.split("/")
    values: dict[str, Value] = {
        field.name: 0 if field.kind == "9" else "" for field in layout(class_code, task_code)
    }
    values.update(
        identification=head.identification,
        company_code=head.company_code,
        bank_code=head.bank_code,
        class_code=class_code,
        task_code=task_code,
        transmissions=1,
        number=head.number,
        day=f"{head.at:%Y%m%d}",
        time=f"{head.at:%H%M%S}",
    )
    return Message({**values, **body})


def opening(head: Head) -> Message:
    """개시: the first message of a day."""
    return request("1000/100", head)


def transfer(
    head: Head,
    *,
    debit_account: str,
    password: str,
    amount_won: int,
    to_bank: str,
    to_account: str,
    statement_text: str = "",
    holder: str = "",
    **more: Value,
) -> Message:
    """이체 of a whole amount above zero. Raises `MessageFault`, codes "amount", "account", "bank"."""
    _payable(amount_won)
    _account(debit_account, "debit_account")
    _account(to_account, "to_account")
    _bank(to_bank, "to_bank")
    return request(
        "2000/100",
        head,
        debit_account=debit_account,
        password=password,
        amount=amount_won,
        to_bank=to_bank,
        to_account=to_account,
        statement_text=statement_text,
        holder=holder,
        **more,
    )


def holder_inquiry(head: Head, *, bank: str, account: str, amount_won: int = 0) -> Message:
    """예금주조회. Raises `MessageFault`."""
    _account(account, "account")
    _bank(bank, "bank")
    return request("6000/100", head, bank=bank, account=account, amount=amount_won)


def result_inquiry(
    head: Head, *, original_number: int, debit_account: str, to_bank: str, to_account: str, amount_won: int
) -> Message:
    """처리결과조회 of a transfer of the same day."""
    return request(
        "7000/100",
        head,
        original_number=original_number,
        debit_account=debit_account,
        to_bank=to_bank,
        to_account=to_account,
        asked=amount_won,
    )


def balance(head: Head, account: str) -> Message:
    """잔액조회."""
    return request("7000/200", head, account=account)


def totals(head: Head, debit_account: str, of_day: date) -> Message:
    """집계조회 of a day."""
    return request("7000/300", head, debit_account=debit_account, of_day=f"{of_day:%Y%m%d}")


def acknowledgement(notice: Message) -> Message:
    """불능통지 응답: the bank need not tell it again."""
    return notice.reply("0000")


def _payable(amount_won: int) -> None:
    if isinstance(amount_won, bool) or not isinstance(amount_won, int) or amount_won <= 0:
        raise MessageFault("amount", "an amount to pay is a whole number above 0", field="amount")


def _account(account: str, field: str) -> None:
    if not (account.isascii() and account.isdigit()):
        raise MessageFault("account", "an account is digits only, and not empty", field=field)


def _bank(code: str, field: str) -> None:
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise MessageFault("bank", "a bank's code is three digits", field=field)
