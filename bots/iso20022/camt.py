"""camt.053.001.08 and camt.054.001.08: what was booked on an account, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from bots.iso20022.amounts import day, whole_number, won
from bots.iso20022.xml_stream import cut, text_at

VERSIONS = ("camt.053.001.08", "camt.054.001.08")
_STATEMENTS = ("Stmt", "Ntfctn")
_CUT = frozenset({"TxDtls", "Ntry", *_STATEMENTS})
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_FEES = frozenset({"CHRG", "COMM", "FEES", "CHGS"})
_RETURNED = frozenset({"RRTN", "RPCR"})
_UNKNOWN = "NOTPROVIDED"


@dataclass
class _Under:
    """The statement that is being read: what has been seen of it."""

    id: str
    account: str
    day: str
    opening: int | None
    closing: int | None
    entries: int = 0
    total: int = 0
    details: int = 0
    details_total: int = 0
    keys: Counter[str] = field(default_factory=Counter)

    def key(self, day: str, reference: str, place: str, amount: int) -> str:
        """What a line is called: the same when the statement comes again, another for each of its lines.

        A return may bear the reference of what it returns, and a bank that books twice may do it under one.
        """
        key = f"{day}:{reference or f'{self.id}#{place}'}{'+' if amount > 0 else ''}"
        self.keys[key] += 1
        return key if self.keys[key] == 1 else f"{key}~{self.keys[key]}"


def entries(source: BinaryIO, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """For each statement its head, its lines and its end, in the order of the file.

    {"kind": "statement", "id", "account", "from", "until", "opening", "closing", "whole"}
    {"kind": "line", "key", "day", "won", "of", "named", "account", "reason", "booked", "entry"}
    {"kind": "statement_end", "entries", "sum"}

    Raises `BadXml`, and ValueError with a code: "currency", "number", "date", "direction", "sums" (opening and
    entries are not closing), "details" (the parts of an entry are not the entry), "counts".
    """
    under: _Under | None = None
    for around, element in cut(source, _CUT):
        if element.tag in _STATEMENTS:
            if under is None:
                head, under = _head(element, zone)
                yield head
            yield _end(element, under)
            under = None
            continue
        if under is None:
            statement = next((one for one in around if one.tag in _STATEMENTS), None)
            if statement is None:
                raise ValueError("place")
            head, under = _head(statement, zone)
            yield head
        if element.tag == "TxDtls":
            yield _detail(element, _entry_of(around), under, zone)
        else:
            yield from _entry(element, under, zone)


def _entry_of(around: tuple[Element, ...]) -> Element:
    entry = next((one for one in around if one.tag == "Ntry"), None)
    if entry is None:
        raise ValueError("place")
    return entry


def _head(statement: Element, zone: ZoneInfo) -> tuple[dict[str, Any], _Under]:
    balances = {text_at(one, "Tp/CdOrPrtry/Cd"): one for one in statement.findall("Bal")}
    opening = next((balances[name] for name in _OPENING if name in balances), None)
    closing = next((balances[name] for name in _CLOSING if name in balances), None)
    period = statement.find("FrToDt")
    first = last = None
    if period is not None:
        first, last = day(period.find("FrDtTm"), zone), day(period.find("ToDtTm"), zone)
    last = last or (day(closing.find("Dt"), zone) if closing is not None else None)
    first = first or last
    pages = statement.find("StmtPgntn")
    pages = statement.find("NtfctnPgntn") if pages is None else pages
    single = pages is None or (text_at(pages, "PgNb") == "1" and text_at(pages, "LastPgInd") in ("true", "1"))
    under = _Under(
        id=text_at(statement, "Id")[:35],
        account=_digits(statement.find("Acct")),
        day=_iso(last),
        opening=_balance(opening) if single else None,
        closing=_balance(closing) if single else None,
    )
    head = {
        "kind": "statement",
        "id": text_at(statement, "Id"),
        "account": under.account,
        "from": _iso(first),
        "until": _iso(last),
        "opening": under.opening,
        "closing": under.closing,
        "whole": single and statement.tag == "Stmt",
    }
    return head, under


def _end(statement: Element, under: _Under) -> dict[str, Any]:
    told = text_at(statement, "TxsSummry/TtlNtries/NbOfNtries")
    if told and whole_number(told) != under.entries:
        raise ValueError("counts")
    if (
        under.opening is not None
        and under.closing is not None
        and under.opening + under.total != under.closing
    ):
        raise ValueError("sums")
    return {"kind": "statement_end", "entries": under.entries, "sum": under.total}


def _entry(entry: Element, under: _Under, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """An entry at its end: as a line where it has no details, else held against them."""
    total = _signed(entry)
    if under.details:
        if under.details_total != total:
            raise ValueError("details")
    else:
        yield _line(entry, entry, total, under, zone, f"{under.entries + 1}")
    under.details = under.details_total = 0
    under.entries += 1
    if _is_booked(entry):
        under.total += total


def _detail(detail: Element, entry: Element, under: _Under, zone: ZoneInfo) -> dict[str, Any]:
    own = detail.find("Amt")
    if own is None:
        own = detail.find("AmtDtls/TxAmt/Amt")
    amount = _signed(entry) if own is None else _direction(detail, entry) * won(own)
    under.details, under.details_total = under.details + 1, under.details_total + amount
    return _line(detail, entry, amount, under, zone, f"{under.entries + 1}.{under.details}")


def _line(
    line: Element, entry: Element, amount: int, under: _Under, zone: ZoneInfo, place: str
) -> dict[str, Any]:
    booked_on = _iso(day(entry.find("BookgDt"), zone) or day(entry.find("ValDt"), zone)) or under.day
    named = text_at(line, "Refs/EndToEndId")
    own_key = text_at(line, "Refs/AcctSvcrRef")
    of_entry = text_at(entry, "AcctSvcrRef") or text_at(entry, "NtryRef")
    if under.details > 1 and of_entry:
        of_entry = f"{of_entry}/{under.details}"
    return {
        "kind": "line",
        "key": under.key(booked_on, (own_key or of_entry)[:40], place, amount),
        "day": booked_on,
        "won": amount,
        "of": _kind(line, entry, amount),
        "named": "" if named == _UNKNOWN else named[:35],
        "account": _other_account(line, under.account),
        "reason": (text_at(line, "RtrInf/Rsn/Cd") or text_at(line, "RtrInf/Rsn/Prtry"))[:35],
        "booked": _is_booked(entry),
        "entry": text_at(entry, "NtryRef")[:35],
    }


def _kind(line: Element, entry: Element, amount: int) -> str:
    code = line.find("BkTxCd")
    code = entry.find("BkTxCd") if code is None else code
    family = "" if code is None else text_at(code, "Domn/Fmly/SubFmlyCd")
    reversed_ = text_at(entry, "RvslInd") in ("true", "1")
    if amount > 0 and (reversed_ or line.find("RtrInf") is not None or family in _RETURNED):
        return "return"
    if family in _FEES:
        return "fee"
    return "transfer" if amount < 0 else "other"


def _other_account(line: Element, ours: str) -> str:
    found = [_digits(line.find(f"RltdPties/{name}")) for name in ("CdtrAcct", "DbtrAcct")]
    return next((digits for digits in found if digits and digits != ours), "")


def _digits(account: Element | None) -> str:
    if account is None:
        return ""
    text = text_at(account, "Id/Othr/Id") or text_at(account, "Id/IBAN")
    return text.replace("-", "").replace(" ", "")[:34]


def _signed(entry: Element) -> int:
    amount = entry.find("Amt")
    if amount is None:
        raise ValueError("number")
    return _direction(entry, entry) * won(amount)


def _direction(line: Element, entry: Element) -> int:
    told = text_at(line, "CdtDbtInd") or text_at(entry, "CdtDbtInd")
    if told not in ("CRDT", "DBIT"):
        raise ValueError("direction")
    return 1 if told == "CRDT" else -1


def _balance(balance: Element | None) -> int | None:
    return None if balance is None else _signed(balance)


def _is_booked(entry: Element) -> bool:
    return (text_at(entry, "Sts/Cd") or text_at(entry, "Sts")) == "BOOK"


def _iso(found: date | None) -> str:
    return found.isoformat() if found else ""
