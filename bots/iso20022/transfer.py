"""A transfer as it stands in a file, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

CURRENCY = "KRW"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer: whole won, account of digits only, bank as its three digits."""

    position: int
    end_to_end: str
    amount_won: int
    bank_code: str
    account: str
    holder: str
    statement_text: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the transfers of a file.

    msg_id    MsgId and PmtInfId; made_at: with its zone; pay_on: the day of execution
    count, total_won   of the transfers that follow, to the won
    debtor, debit_account, debit_bank   whose account is debited, and where it is kept
    company_code       by which the bank knows the sender
    clearing_system    by which banks' digits are known
    """

    msg_id: str
    made_at: datetime
    pay_on: date
    count: int
    total_won: int
    debtor: str
    debit_account: str
    debit_bank: str
    company_code: str
    clearing_system: str
