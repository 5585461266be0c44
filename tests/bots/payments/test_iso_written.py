"""pain.001.001.09: what is asked for is what stands in the file, by its schema, and nothing else can get in."""

from __future__ import annotations

from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.iso20022.fit import LARGEST_WON, why_unfit
from bots.iso20022.pain001 import written
from bots.iso20022.transfer import Frame, Transfer
from bots.sandbox.bank_files.orders import read
from tests.bots.payments.iso_files import SEOUL, must_be_valid


def transfer(position: int = 1, **other: object) -> Transfer:
    told: dict[str, object] = {
        "position": position, "end_to_end": f"B20261123-1A2B3C4D-{position:06d}", "amount_won": 1_848_000,
        "bank_code": "004", "account": "12345678901234", "holder": "홍길동", "statement_text": "실업급여",
    }  # fmt: skip
    return Transfer(**{**told, **other})  # type: ignore[arg-type]


def file_of(transfers: list[Transfer], **other: object) -> bytes:
    told: dict[str, object] = {
        "msg_id": "B20261123-1A2B3C4D-001", "made_at": datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL),
        "pay_on": date(2026, 11, 23), "count": len(transfers),
        "total_won": sum(one.amount_won for one in transfers), "debtor": "울산고용센터",
        "debit_account": "10020000000001", "debit_bank": "020", "company_code": "CENTER000001",
        "clearing_system": "KFTC",
    }  # fmt: skip
    return b"".join(written(Frame(**{**told, **other}), transfers))  # type: ignore[arg-type]


def test_a_file_is_valid_and_says_what_was_asked() -> None:
    transfers = [
        transfer(1),
        transfer(2, holder="㈜한빛 & <가나>", statement_text=""),
        transfer(3, amount_won=10),
    ]
    content = file_of(transfers)
    order = read(content)
    assert (order.msg_id, order.count, order.total) == ("B20261123-1A2B3C4D-001", 3, 3_696_010)
    assert [(asked.named, asked.amount, asked.holder, asked.text) for _, asked in order.transfers] == [
        (one.end_to_end, one.amount_won, one.holder, one.statement_text) for one in transfers
    ]
    assert b'<InstdAmt Ccy="KRW">1848000</InstdAmt>' in content  # no decimals in won
    assert b"xsi:" not in content
    must_be_valid(content, "pain.001.001.09")


def test_the_frame_must_be_of_these_transfers() -> None:
    with pytest.raises(ValueError, match="not 3"):
        file_of([transfer(1), transfer(2)], count=3)
    with pytest.raises(ValueError, match="3696000 won"):
        file_of([transfer(1), transfer(2)], total_won=3_695_990)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"account": "1234-5678-90"}, "iso_account"),
        ({"account": "12345abc"}, "iso_account"),
        ({"account": "１２３４５６７８"}, "iso_account"),
        ({"account": ""}, "iso_account"),
        ({"amount_won": 0}, "iso_amount"),
        ({"amount_won": -10}, "iso_amount"),
        ({"amount_won": LARGEST_WON + 1}, "iso_amount"),
        ({"bank_code": "04"}, "iso_bank"),
        ({"holder": " "}, "iso_holder"),
        ({"holder": "홍길동\x00"}, "iso_holder"),
        ({"holder": "홍\ud800동"}, "iso_holder"),
        ({"holder": "동길홍\u202e"}, "iso_holder"),
        ({"holder": "가" * 141}, "iso_holder"),
        ({"end_to_end": "A" * 36}, "iso_identification"),
        ({"end_to_end": "<a>"}, "iso_identification"),
        ({"statement_text": "a\nb"}, "iso_statement_text"),
        ({}, ""),
        ({"holder": "뷁 주식회사 ABC"}, ""),
    ],
)
def test_what_cannot_stand_in_a_file(other: dict[str, object], code: str) -> None:
    assert why_unfit(transfer(**other)) == code  # type: ignore[arg-type]


@given(
    st.builds(
        transfer,
        holder=st.text(max_size=145),
        account=st.text(alphabet="0123456789-a ", max_size=20),
        amount_won=st.integers(-10, 10**14),
        statement_text=st.text(max_size=20),
    )
)
def test_whatever_is_fit_comes_out_as_it_went_in(one: Transfer) -> None:
    if why_unfit(one):
        return
    [(position, asked)] = read(file_of([one])).transfers
    assert (position, asked.account, asked.amount, asked.bank) == ("1", one.account, one.amount_won, "004")
    assert asked.holder == one.holder.strip()
    assert asked.text == one.statement_text.strip()


def test_a_long_file_is_written_piece_by_piece() -> None:
    pieces = list(
        written(
            Frame("M", datetime(2026, 11, 23, tzinfo=SEOUL), date(2026, 11, 23), 300, 300 * 1_848_000, "센터",
                  "10020000000001", "020", "C", "KFTC"),
            (transfer(n) for n in range(1, 301)),
        )
    )  # fmt: skip
    assert len(pieces) == 302
    assert len(ElementTree.fromstring(b"".join(pieces)).findall(".//{*}CdtTrfTxInf")) == 300
