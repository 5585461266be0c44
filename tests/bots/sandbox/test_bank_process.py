"""The bank as a process of its own: told over HTTP, killed, and up again with the same books."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.payments.messages import requests
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.process import BankProcess
from tests.bots.sandbox.bank_line import PAYEE, Payer


def test_killed_and_up_again_it_knows_what_it_did(tmp_path: Path) -> None:
    with BankProcess(tmp_path / "bank.sqlite") as bank:
        bank.tell("accounts", [{"bank": PAYEE.bank, "number": PAYEE.number, "holder": PAYEE.holder}])
        bank.tell("faults", {"message": "2000/100", "kind": "paid_vtim"})
        with pytest.raises(ValueError, match="does not meet"):
            bank.tell("faults", {"message": "2000/100", "kind": "wrong"})
        line = Payer(bank.port)
        line.ask(requests.opening(line.head()))
        asked = line.transfer(1_000)
        assert line.ask(asked).response_code == "VTIM"
        assert bank.counts()["met"] == {"2000/100 paid_vtim": 1}
        bank.kill()
        with pytest.raises(ConnectionError):
            line.hear()
        bank.start()
        again = Payer(bank.port)
        again.head(), again.head()
        assert again.result(asked).text("result") == "0000"
        assert [one.state for one in Books(bank.path).transfers()] == ["paid"]
