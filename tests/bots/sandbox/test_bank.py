"""The sandbox's bank: what it answers, what it does wrong on demand, and that its books are right all the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.payments.messages import encode, requests
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.clock import Clock, read_windows
from bots.sandbox.bank.entries import Asked, Payee
from bots.sandbox.bank.faults import KINDS, Delays, Faults, everything
from bots.sandbox.bank.service import SandboxBank
from tests.bots.sandbox.bank_line import ACCOUNT, FIRM, PAYEE, furnished, payer

QUICK = Delays(late=0.2, progress=0.3, returned=0.1, again=0.3, stuck=0.2)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[SandboxBank]:
    with SandboxBank(tmp_path / "bank.sqlite", faults=Faults(delays=QUICK)) as up:
        furnished(up)
        yield up


def _today() -> datetime:
    return datetime.now(ZoneInfo("Asia/Seoul"))


def _paid(bank: SandboxBank) -> list[str]:
    return [one.named for one in bank.books.transfers("paid")]


def test_a_transfer_is_booked_once_and_told_with_the_balance(bank: SandboxBank) -> None:
    with payer(bank) as line:
        asked = line.transfer(12_340)
        told = line.ask(asked)
        assert (told.code, told.response_code, told.count("balance")) == ("2100/100", "0000", 10**9 - 12_340)
        assert line.ask(asked).response_code == "0000"
        assert line.ask(line.transfer(12_350, number=asked.number)).response_code == "SB09"
        assert line.ask(line.transfer(12_340)).response_code == "SB01"
        assert line.result(asked).text("result") == "0000"
    assert _paid(bank) == [f"{asked.number:06d}"]
    assert bank.counts["again"] == 2


@pytest.mark.parametrize(
    ("amount", "payee", "more", "code"),
    [
        (5_000_010, PAYEE, {}, "SB02"),
        (1_000, Payee("088", "999", ""), {}, "0011"),
        (1_000, Payee("088", "110000000000", ""), {}, "0012"),
        (1_000, PAYEE, {"password": "00000000"}, "0031"),
    ],
)
def test_what_cannot_be_is_refused(
    bank: SandboxBank, amount: int, payee: Payee, more: dict[str, str], code: str
) -> None:
    with payer(bank) as line:
        asked = line.transfer(amount, payee, **more)
        assert line.ask(asked).response_code == code
        told = line.result(asked)
        assert (told.text("result"), told.count("done"), told.count("failed")) == (code, 0, amount)
    assert _paid(bank) == []


def test_limits_of_the_day_and_of_the_balance(bank: SandboxBank) -> None:
    with payer(bank) as line:
        codes = [line.ask(line.transfer(5_000_000 - 10 * n)).response_code for n in range(11)]
        assert codes == ["0000"] * 10 + ["SB03"]
        bank.books.open_debit(ACCOUNT, balance=0, password="84207315")
        bank.books.deposit(ACCOUNT, 100 - bank.books.totals(_today().date(), ACCOUNT).balance)
        assert line.ask(line.transfer(110)).response_code == "0013"
        totals = line.ask(requests.totals(line.head(), ACCOUNT, _today().date()))
        assert (totals.count("done_count"), totals.count("rejected_count")) == (10, 2)
        assert totals.count("done_won") == bank.books.totals(_today().date(), ACCOUNT).paid_won


def test_nothing_before_the_day_is_open_nor_at_night(bank: SandboxBank) -> None:
    with payer(bank, opened=False) as line:
        assert line.ask(line.transfer()).response_code == "0090"
        assert line.ask(requests.opening(line.head())).response_code == "0000"
        bank.clock.shut = True
        assert line.ask(line.transfer()).response_code == "0091"
        bank.clock.shut = False
        assert line.ask(line.transfer()).response_code == "0000"


@pytest.mark.parametrize(
    ("hour", "minute", "opened"),
    [(23, 49, True), (23, 50, False), (0, 29, False), (0, 30, True), (12, 0, True)],
)
def test_a_night_goes_over_midnight(hour: int, minute: int, opened: bool) -> None:
    clock = Clock(closed=read_windows("23:50-00:30"))
    clock.set_to(hour, minute)
    assert clock.is_open() == opened
    assert (clock.now().hour, clock.now().minute) == (hour, minute)


def test_names_are_cut_by_bytes(bank: SandboxBank) -> None:
    with payer(bank) as line:
        told = line.ask(
            requests.holder_inquiry(line.head(), bank=FIRM.bank, account=FIRM.number, amount_won=1000)
        )
        assert (told.text("holder"), told.text("holder_long")) == ("(주)한빛정보", "(주)한빛정보통신울산")
        assert FIRM.holder.encode("cp949").startswith(told.bytes_of("holder_long"))
        bank.faults.order("6000/100", "other_cut")
        again = line.ask(
            requests.holder_inquiry(line.head(), bank=FIRM.bank, account=FIRM.number, amount_won=1000)
        )
        assert FIRM.holder.encode("cp949").startswith(again.bytes_of("holder"))
        assert len(again.bytes_of("holder")) < len(told.bytes_of("holder"))
        unknown = line.ask(requests.holder_inquiry(line.head(), bank="004", account="1", amount_won=1000))
        assert unknown.response_code == "0011"


PAID = (
    "paid_vtim",
    "paid_silent",
    "drop",
    "cut",
    "twice",
    "late",
    "disorder",
    "pieces",
    "elsewhere",
    "in_progress",
)
NOT_PAID = ("unpaid_vtim", "unpaid_silent", "lost_vtim", "lost_silent", "refused", "double")


@pytest.mark.parametrize("kind", [*PAID, *NOT_PAID])
def test_of_every_fault_the_books_know_the_truth(bank: SandboxBank, kind: str) -> None:
    bank.faults.order("2000/100", kind)
    with payer(bank) as line:
        line.socket.settimeout(0.8)
        asked = line.transfer()
        try:
            code = line.ask(asked).response_code
        except (TimeoutError, ConnectionError):
            code = ""
        assert code == {
            "refused": "0014", "double": "SB01", "twice": "0000", "late": "0000", "disorder": "0000", "pieces": "0000",
            "elsewhere": "0000", "in_progress": "VTIM",
        }.get(kind, "VTIM" if kind.endswith("vtim") else ""), kind  # fmt: skip
        if kind == "twice":
            assert line.hear().number == asked.number
    with payer(bank) as line:
        told = line.result(asked).text("result")
        while told == "PROC":
            time.sleep(0.05)
            told = line.result(asked).text("result")
    assert (told == "0000") == (kind in PAID) == (_paid(bank) != [])
    assert (told == "NREC") == kind.startswith("lost_")
    assert bank.faults.met[f"2000/100 {kind}"] == 1


def test_a_failure_is_told_until_it_is_acknowledged(bank: SandboxBank) -> None:
    bank.faults.order("2000/100", "returned")
    with payer(bank) as line:
        asked = line.transfer(7_000)
        assert line.ask(asked).response_code == "0000"
        first, second = line.hear(), line.hear()
        assert first.but(time=None) == second.but(time=None)
        assert (first.code, first.count("original_number")) == ("3000/100", asked.number)
        assert (first.count("amount_failed"), first.text("to_account")) == (7_000, PAYEE.number)
        line.say(requests.acknowledgement(first))
        line.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            line.hear()
        totals = line.ask(requests.totals(line.head(), ACCOUNT, _today().date()))
        assert (totals.count("done_won"), totals.count("returned_won")) == (7_000, 7_000)
    assert [one.state for one in bank.books.transfers()] == ["returned"]


def test_a_failure_finds_its_payer_on_a_new_line(bank: SandboxBank) -> None:
    bank.faults.order("2000/100", "returned")
    with payer(bank) as line:
        assert line.ask(line.transfer()).response_code == "0000"
    time.sleep(0.2)
    with payer(bank) as line:
        assert line.hear().code == "3000/100"


@pytest.mark.parametrize("said", [b"0299" + b" " * 299, b"junk", b"0300" + b"\xff" * 300])
def test_who_does_not_speak_messages_is_cut_off(bank: SandboxBank, said: bytes) -> None:
    with payer(bank, opened=False) as line:
        line.socket.sendall(said)
        with pytest.raises(ConnectionError):
            line.hear()


def test_books_survive_a_bank_that_goes_down(tmp_path: Path) -> None:
    bank = SandboxBank(tmp_path / "bank.sqlite", faults=Faults(delays=QUICK))
    bank.faults.order("2000/100", "in_progress")
    bank.start()
    furnished(bank)
    with payer(bank) as line:
        waits, paid = line.transfer(1_000), line.transfer(2_000)
        line.ask(waits)
        line.ask(paid)
    bank.stop()
    bank.start()
    try:
        with payer(bank) as line:
            assert line.result(paid).text("result") == "0000"
            time.sleep(0.4)
            assert line.result(waits).text("result") == "0000"
    finally:
        bank.stop()
    statement = list(Books(tmp_path / "bank.sqlite").statement(_today().date(), ACCOUNT))
    assert [(one.amount, one.balance) for one in statement] == [
        (-2_000, 10**9 - 2_000), (-1_000, 10**9 - 3_000),
    ]  # fmt: skip


def test_the_same_seed_draws_the_same_faults() -> None:
    one, other = everything(0.5, seed=3), everything(0.5, seed=3)
    drawn = [one.draw("2000/100") for _ in range(400)]
    assert drawn == [other.draw("2000/100") for _ in range(400)]
    assert set(drawn) - {""} == set(KINDS["2000/100"]) - {"stuck"}
    with pytest.raises(ValueError, match="does not meet"):
        Faults().order("2000/100", "nothing of the kind")


def test_a_day_of_many_is_read_page_by_page(tmp_path: Path) -> None:
    books = Books(tmp_path / "many.sqlite")
    day = _today().date()
    books.open_debit(ACCOUNT, balance=10**9, password="1")
    with books.writing():
        books.open_accounts([PAYEE])
        for n in range(2_500):
            books.book(Asked(f"k{n}", "firm", day, f"{n:06d}", ACCOUNT, PAYEE.bank, PAYEE.number, 10 + n))
    assert sum(1 for _ in books.transfers()) == sum(1 for _ in books.statement(day, ACCOUNT)) == 2_500
    assert books.balance_before(day, ACCOUNT) == 10**9
    assert books.totals(day, ACCOUNT).balance == 10**9 - books.totals(day, ACCOUNT).paid_won


def test_something_unasked_for_is_said_to_whoever_listens(bank: SandboxBank) -> None:
    with payer(bank) as line:
        never = line.transfer(number=777).reply("0000")
        bank.say(encode(never))
        assert line.hear().number == 777
        bank.break_lines()
        with pytest.raises(ConnectionError):
            line.hear()
