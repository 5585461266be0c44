"""A payer that speaks to the bank byte by byte, with the program's own codec and a plain socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bots.payments.messages import Head, Message, decode, encode, requests
from bots.sandbox.bank.entries import Payee
from bots.sandbox.bank.service import BANK_CODE, COMPANY, DEBIT, IDENTIFICATION, PASSWORD, SandboxBank

ACCOUNT = DEBIT["general"]
PAYEE = Payee("088", "110222333444", "홍길동")
FIRM = Payee("004", "12345678901234", "(주)한빛정보통신울산지점")


class Payer:
    """One line. `ask` waits for one reply; `hear` for whatever comes next."""

    def __init__(self, port: int, zone: str = "Asia/Seoul") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.settimeout(3)
        self.zone, self._numbers = ZoneInfo(zone), count(1)

    def head(self, number: int | None = None) -> Head:
        at = datetime.now(self.zone)
        return Head(IDENTIFICATION, COMPANY, BANK_CODE, number or next(self._numbers), at)

    def say(self, message: Message) -> None:
        self.socket.sendall(b"0300" + encode(message))

    def hear(self) -> Message:
        """Raises TimeoutError when nothing comes, ConnectionError when the line is broken."""
        whole = b""
        while len(whole) < 304:
            piece = self.socket.recv(304 - len(whole))
            if not piece:
                raise ConnectionError(f"broken after {len(whole)} bytes")
            whole += piece
        assert whole[:4] == b"0300"
        return decode(whole[4:])

    def ask(self, message: Message) -> Message:
        self.say(message)
        return self.hear()

    def transfer(self, amount: int = 1_000, payee: Payee = PAYEE, **more: Any) -> Message:
        told: dict[str, Any] = {
            "debit_account": ACCOUNT, "password": PASSWORD, "amount_won": amount, "to_bank": payee.bank,
            "to_account": payee.number, "statement_text": "지원금", "holder": "",
        }  # fmt: skip
        number = more.pop("number", None)
        return requests.transfer(self.head(number), **{**told, **more})

    def result(self, asked: Message) -> Message:
        """Asks what became of a transfer."""
        return self.ask(
            requests.result_inquiry(
                self.head(), original_number=asked.number, debit_account=ACCOUNT, to_bank=asked.text("to_bank"),
                to_account=asked.text("to_account"), amount_won=asked.count("amount"),
            )
        )  # fmt: skip

    def close(self) -> None:
        self.socket.close()


@contextmanager
def payer(bank: SandboxBank, *, opened: bool = True) -> Iterator[Payer]:
    """A line on which the day is open."""
    one = Payer(bank.port)
    try:
        if opened:
            assert one.ask(requests.opening(one.head())).response_code == "0000"
        yield one
    finally:
        one.close()


def furnished(bank: SandboxBank) -> None:
    """An account of ours with money on it, and two to be paid to."""
    bank.books.open_debit(
        ACCOUNT, balance=10**9, password=PASSWORD, per_transfer=5_000_000, per_day=50_000_000
    )
    bank.books.open_accounts([PAYEE, FIRM, Payee("088", "110000000000", "닫은사람", "closed")])
