"""Numbers of messages are given out once; messages are kept sealed and without the password."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from queues import bank_messages, days
from queues.bank_messages import Entry, NumbersUsedUp
from queues.crypto import open_
from queues.models import BankMessage

DAY = date(2026, 11, 23)
HEADER = b"JOBCENTER" + b"ULSANJOB01  " + b"004" + b"%b" + b"100" + b"1" + b"%06d" + b"20261123" + b"140001"
PASSWORD = b"73519264"


def _transfer(number: int, class_code: bytes = b"2000", response: bytes = b"    ") -> bytes:
    body = b"90123456789012 " + PASSWORD + b" " * 6 + b"0000001234560" + b" " + b"0" * 13 + b"088"
    body += b"110234567890   " + b"0" * 9 + b" " * 43 + "홍길동".encode("cp949")
    return ((HEADER % (class_code, number)) + response + b" " * 44 + body).ljust(300)


def test_each_number_is_given_out_once_however_many_ask(database_url):
    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(
                lambda n: bank_messages.take_numbers(DAY, "004", "MANY", n), [1, 7, 30, 2, 5, 64, 1, 10] * 4
            )
        )
    numbers = [number for block in taken for number in block]
    assert sorted(numbers) == list(range(1, sum([1, 7, 30, 2, 5, 64, 1, 10] * 4) + 1))


def test_a_day_has_950_000_numbers_and_no_more(database_url):
    assert bank_messages.take_numbers(DAY, "004", "ALL", 949_999) == range(1, 950_000)
    with pytest.raises(NumbersUsedUp, match="fewer than 2 of 950000"):
        bank_messages.take_numbers(DAY, "004", "ALL", 2)
    assert bank_messages.take_numbers(DAY, "004", "ALL", 1) == range(950_000, 950_001)
    with pytest.raises(NumbersUsedUp):
        bank_messages.take_numbers(DAY, "004", "ALL", 1)
    assert bank_messages.take_numbers(date(2026, 11, 24), "004", "ALL", 1) == range(1, 2)
    for count in (0, -1, 950_001):
        with pytest.raises(ValueError, match="count is"):
            bank_messages.take_numbers(DAY, "004", "NONE", count)


def test_a_number_leaves_once_a_day(session):
    bank_messages.record(session, [Entry("out", _transfer(11))])
    bank_messages.record(session, [Entry("in", _transfer(11, b"2100", b"0000"))] * 2)
    with pytest.raises(IntegrityError):
        bank_messages.record(session, [Entry("out", _transfer(11))])
    session.rollback()


def test_messages_are_kept_in_order_and_what_they_say_is_found(session):
    frames = [_transfer(n) for n in range(1, 1203)]
    ids = bank_messages.record(session, [Entry("out", frame) for frame in frames])
    assert len(set(ids)) == 1202
    for index in (0, 999, 1000, 1201):
        kept = session.get(BankMessage, ids[index])
        assert (kept.day, kept.bank_code, kept.company_code, kept.number) == (
            DAY,
            "004",
            "ULSANJOB01",
            index + 1,
        )
        assert (kept.class_code, kept.task_code, kept.response_code) == ("2000", "100", "")
        assert bank_messages.content(kept) == frames[index].replace(PASSWORD, b" " * 8)
    session.rollback()


def test_the_password_is_nowhere_whole_shifted_or_in_pieces(session):
    frame = _transfer(21)
    for content in (
        frame,
        frame[4:],
        b"0300" + frame,
        frame[:130],
        b" " + frame,
        frame + b" ",
        b"\x00" * 9 + frame,
    ):
        (kept,) = bank_messages.record(session, [Entry("in", content, note="unreadable")])
        sealed = session.get(BankMessage, kept).content_enc
        assert b"5192" not in sealed and "5192" not in open_(sealed)
    session.rollback()


def test_what_cannot_be_read_is_kept_as_it_came(session):
    garbage = bytes(range(256)) + b"\r\n"
    for content in (garbage, b"", _transfer(31).replace(b"20261123", b"20261199"), _transfer(32)[:-1]):
        (kept,) = bank_messages.record(session, [Entry("in", content, note="unreadable: size")])
        row = session.get(BankMessage, kept)
        assert (row.day, row.number, row.class_code, row.note) == (days.today(), 0, "", "unreadable: size")
        assert len(bank_messages.content(row)) == len(content)
    assert bank_messages.fields_shown(row) == []
    session.rollback()


def test_fields_are_shown_with_personal_values_masked(session):
    (kept,) = bank_messages.record(session, [Entry("out", _transfer(41))])
    shown = {
        one.name: (one.label, one.value) for one in bank_messages.fields_shown(session.get(BankMessage, kept))
    }
    assert shown["amount"] == ("이체 금액", "1,234,560") and shown["number"] == ("전문번호", "41")
    assert shown["to_account"] == ("입금 계좌", "********7890") and shown["holder"] == ("예금주", "홍*동")
    assert "password" not in shown and "reserved" not in shown
    session.rollback()


def test_accounts_and_names_are_shown_in_full_where_asked_for_and_never_the_password(session):
    (kept,) = bank_messages.record(session, [Entry("out", _transfer(42))])
    row = session.get(BankMessage, kept)
    shown = {one.name: one.value for one in bank_messages.fields_shown(row, in_full=True)}
    assert shown["to_account"].endswith("7890") and "*" not in shown["to_account"]
    assert shown["holder"] == "홍길동" and "password" not in shown and "5192" not in str(shown)
    assert "holder_id" not in shown or "*" in shown["holder_id"]
    session.rollback()


def test_a_kept_message_is_never_changed(session):
    (kept,) = bank_messages.record(session, [Entry("out", _transfer(51))])
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE bank_message SET note = 'x' WHERE id = :id"), {"id": kept})
    session.rollback()
