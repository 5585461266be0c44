"""What the bank's files say: statuses on every level and version, bookings to the won, and nothing of a bad file."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyiso20022.camt import camt_053_001_08 as camt053
from xsdata.formats.dataclass.parsers import XmlParser

from bots.iso20022 import reading
from bots.iso20022.problem import NotUnderstood
from bots.iso20022.xml_stream import BadXml, cut
from bots.payments.iso import statement
from bots.sandbox.bank.entries import Line, Transfer
from bots.sandbox.bank_files.statement_xml import camt053 as write_camt053
from bots.sandbox.bank_files.statement_xml import camt054 as write_camt054
from bots.sandbox.bank_files.status_xml import Report, Told, pain002
from queues import files
from tests.bots.payments.iso_files import booked, must_be_valid, told
from tests.conftest import environment

NOW, DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), date(2026, 11, 23)
ACCOUNT = "10020000000001"


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with environment(BACKOFFICE_VAR_DIR=str(tmp_path_factory.mktemp("var"))):
        yield


@pytest.mark.parametrize("version", range(10, 15))
def test_a_status_is_read_in_every_version(version: int) -> None:
    one = Report(
        "P1", "M-001", NOW, group="PART", instruction="ACCP", count=3, total=300,
        told=(Told("E1", "ACSC", amount=100), Told("E2", "RJCT", ("AC04", "MS03"), 100, "2"), Told("E3", "")),
    )  # fmt: skip
    content = pain002(one, version)
    header, group, first, second, third, instruction = told(content)
    assert header == {"kind": "header", "msg_id": "P1"}
    assert (group["original"], group["status"], group["count"], group["won"]) == ("M-001", "PART", 3, 300)
    assert (first["end_to_end"], first["status"], first["won"], first["reasons"]) == ("E1", "ACSC", 100, [])
    assert (second["status"], second["reasons"], second["position"]) == ("RJCT", ["AC04", "MS03"], "2")
    assert third["status"] == "ACCP"  # the nearest word that is said
    assert (instruction["original"], instruction["status"]) == ("M-001", "ACCP")
    must_be_valid(content, f"pain.002.001.{version}")


def line(number: int, amount: int, kind: str = "transfer", **other: object) -> Line:
    transfer = Transfer(
        number, f"iso:E{number}", "iso20022", DAY, f"E{number}", ACCOUNT, "004", "1234567890123", abs(amount),
        "실업급여", "홍길동", "paid", "0012" if kind == "return" else "0000", 0.0, 1,
    )  # fmt: skip
    return Line(number, DAY, ACCOUNT, kind, amount, 0, 0.0, transfer)


def test_a_statement_is_read_line_by_line() -> None:
    lines = [line(1, -1000), line(2, -2000), line(2, 2000, "return")]
    content = write_camt053(ACCOUNT, DAY, 10_000, 9_000, lines)
    head, first, _, back, end = booked(content)
    assert (head["account"], head["from"], head["until"]) == (ACCOUNT, "2026-11-23", "2026-11-23")
    assert (head["opening"], head["closing"], head["whole"]) == (10_000, 9_000, True)
    assert (first["won"], first["of"], first["named"]) == (-1000, "transfer", "E1")
    assert first["account"] == "1234567890123"
    assert (back["won"], back["of"], back["reason"], back["named"]) == (2000, "return", "AC04", "E2")
    assert len({one["key"] for one in (first, back)}) == 2
    assert end == {"kind": "statement_end", "entries": 3, "sum": -1000}
    must_be_valid(content, "camt.053.001.08")
    XmlParser().from_bytes(content, camt053.Document)  # and by the classes of another


def test_a_notice_is_read_and_is_no_statement() -> None:
    content = write_camt054(ACCOUNT, "NT1", [line(7, 7000, "return")])
    head, back, _ = booked(content)
    assert (head["whole"], head["opening"]) == (False, None)
    assert (back["of"], back["won"], back["booked"]) == ("return", 7000, True)
    must_be_valid(content, "camt.054.001.08")


@given(st.lists(st.integers(-(10**9), 10**9).filter(bool), max_size=8), st.integers(-(10**9), 10**12))
def test_sums_agree_or_nothing_is_believed(amounts: list[int], opening: int) -> None:
    lines = [line(n, amount) for n, amount in enumerate(amounts, 1)]
    *_, end = booked(write_camt053(ACCOUNT, DAY, opening, opening + sum(amounts), lines))
    assert end["sum"] == sum(amounts)
    with pytest.raises(ValueError, match="sums"):
        booked(write_camt053(ACCOUNT, DAY, opening, opening + sum(amounts) + 1, lines))


_BATCHED = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S</Id>
<Acct><Id><Othr><Id>1002-0000-000001</Id></Othr></Id></Acct><Ntry><Amt Ccy="KRW">{whole}</Amt>
<CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>{state}</Cd></Sts><BookgDt><DtTm>2026-11-22T23:30:00Z</DtTm></BookgDt>
<AcctSvcrRef>R</AcctSvcrRef><NtryDtls>
<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="{currency}">{one}</Amt></TxDtls>
<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="KRW">700.00</Amt></TxDtls>
</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


def _batched(whole: str = "1000", state: str = "BOOK", currency: str = "KRW", one: str = "300") -> bytes:
    return _BATCHED.format(whole=whole, state=state, currency=currency, one=one).encode()


def test_parts_of_a_batched_entry_are_lines() -> None:
    _, first, second, end = booked(_batched())
    assert [(one["won"], one["named"]) for one in (first, second)] == [(-300, "E1"), (-700, "")]
    assert first["day"] == "2026-11-23"  # where the center is
    assert first["key"] != second["key"]
    assert end["entries"] == 1
    _, announced, _, end = booked(_batched(state="PDNG"))
    assert (announced["booked"], end["sum"]) == (False, 0)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (_batched(whole="1001"), "details"),
        (_batched(currency="USD"), "currency"),
        (_batched(one="300.5"), "number"),
        (_batched(one="1e3"), "details"),
        (_batched(one="-300"), "number"),
        (_batched(one="NaN"), "number"),
        (_batched().replace(b"DBIT", b"BOTH"), "direction"),
        (_batched().replace(b"2026-11-22T", b"2026-13-45T"), "date"),
    ],
)
def test_a_statement_that_is_not_right_is_not_believed(bad: bytes, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        booked(bad)


_HOSTILE = {
    "doctype": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>',
    "external": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "deep": b"<a>" * 100_000,
    "long": b"<a><TxDtls>" + b"x" * 3_000_000 + b"</TxDtls></a>",
    "wide": b"<a>" + b"<b/>" * 20_000 + b"</a>",
    "broken off": pain002(Report("P", "M", NOW, group="ACSC"))[:-20],
    "two roots": b"<a/><a/>",
    "other encoding": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "not UTF-8": b"<a>\xb0\xa1</a>",
    "empty": b"",
    "no XML": b"0300CENTER",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_files_end_the_reading(name: str) -> None:
    with pytest.raises(BadXml) as raised:
        list(cut(io.BytesIO(_HOSTILE[name]), {"TxDtls"}))
    assert len(str(raised.value)) < 60


@given(st.binary(max_size=400))
def test_any_bytes_give_a_result_or_one_error(content: bytes) -> None:
    for whole in (content, _batched()[:300] + content):
        try:
            booked(whole)
        except (BadXml, ValueError):
            continue


def test_files_are_opened_in_a_child(tmp_path: Path) -> None:
    lines = [line(n, -10 * n) for n in range(1, 1001)]
    total = sum(one.amount for one in lines)
    whole = files.put(write_camt053(ACCOUNT, DAY, 0, total, lines))
    with statement.read(whole) as found:
        head, *read = list(found)
    assert isinstance(head, statement.Head)
    assert sum(one.amount_won for one in read if isinstance(one, statement.Line)) == total
    for content, code in (
        (_HOSTILE["laughs"], "doctype"),
        (write_camt053(ACCOUNT, DAY, 0, 1, lines), "sums"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.008.001.02'/>", "type"),
    ):
        with pytest.raises(NotUnderstood) as raised, reading.opened(files.put(content)) as (_, found_raw):
            list(found_raw)
        assert raised.value.code == code
