"""What a case source is: something that hands over cases on file, whole or since a cursor.

The record stands beside the systems of record; it never types a case itself. A source is one of

- ``http://`` or ``https://``: `bots.cases.http`
- a folder or file of CSV or XLSX that another system drops: `bots.cases.table`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Protocol

from config import case_words


class SourceError(Exception):
    """The source could not be read: what, where, what to do. Temporary unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as a system of record tells it. Text is as written there; "" where it says nothing.

    email, box     the mailbox and the electronic box (전자문서함) that the person named
    consents       channels by which the person agreed to be notified: "email, sms"; "none" for no channel
    consents_on    the day of that statement; an older one never goes over a newer one
    """

    receipt_no: str
    program: str
    status: str = ""
    name: str = ""
    rrn: str = ""
    birth_date: str = ""
    phone: str = ""
    address: str = ""
    company: str = ""
    business_no: str = ""
    employer_phone: str = ""
    employer_fax: str = ""
    bank: str = ""
    account: str = ""
    received_on: date | None = None
    due_on: date | None = None
    officer: str = ""
    officer_name: str = ""
    officer_team: str = ""
    officer_center: str = ""
    version: str = ""
    postcode: str = ""
    email: str = ""
    box: str = ""
    consents: str = ""
    consents_on: date | None = None
    representative: str = ""
    employer_postcode: str = ""
    employer_address: str = ""
    employer_email: str = ""
    employer_box: str = ""
    employer_consents: str = ""

    @classmethod
    def from_mapping(cls, row: Mapping[str, object], where: str) -> CaseRow:
        """A case from named values; unknown names are passed over.

        Raises SourceError when the receipt number or the program is missing, or a date is not a date.
        """
        known = {f.name for f in fields(cls)}
        values: dict[str, object] = {}
        for name, value in row.items():
            if name not in known or value is None:
                continue
            text = _text(value)
            if name in ("received_on", "due_on", "consents_on"):
                try:
                    values[name] = date.fromisoformat(text[:10]) if text else None
                except ValueError as error:
                    raise SourceError(f"{where}: {name}이(가) 날짜가 아닙니다 (YYYY-MM-DD)") from error
            else:
                values[name] = text
        try:
            values["status"] = case_words.status(str(values.get("status", "")))
        except case_words.UnknownWord as error:
            raise SourceError(f"{where}: {error}") from error
        values["program"] = case_words.program(str(values.get("program", "")))
        if not values.get("receipt_no") or not values.get("program"):
            raise SourceError(f"{where}: receipt_no와 program 열은 비어 있을 수 없습니다")
        return cls(**values)  # type: ignore[arg-type]


def _text(value: object) -> str:
    """A list is said in words, an empty one as "none": that is a statement, too."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one).strip() for one in value) or "none"
    return str(value).strip()


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases, the cursor that follows them, and whether more are waiting."""

    cases: tuple[CaseRow, ...]
    cursor: str
    more: bool


class CaseSource(Protocol):
    """Hands over cases. `cursor` is "" for everything; what it means is the source's own affair."""

    name: str

    def pages(self, cursor: str) -> Iterator[CasePage]: ...
