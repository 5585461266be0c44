"""What is said to the bank and by it: numbers given out, messages kept. Passwords are blanked before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import insert, text
from sqlmodel import Session

from config.bank_messages import MessageField, fields_of, message_table
from queues import database, days, masking
from queues.crypto import open_, seal
from queues.errors import BackOfficeError
from queues.models import BankMessage

MOST_NUMBERS = 950_000
"""So many messages a day may be numbered (실시간펌뱅킹 전문설계서)."""

_TAKE = text(
    "INSERT INTO message_counter AS counter (day, bank_code, company_code, last)"
    " VALUES (:day, :bank_code, :company_code, :count)"
    " ON CONFLICT (day, bank_code, company_code) DO UPDATE SET last = counter.last + :count"
    " WHERE counter.last + :count <= :most RETURNING last"
)
_ROWS = 1000
_SHIFT = 16  # bytes
_IN_FULL = ("account", "name")


class NumbersUsedUp(BackOfficeError):
    """The day's message numbers are used up; nothing more can be sent to the bank until tomorrow."""


def take_numbers(day: date, bank_code: str, company_code: str, count: int) -> range:
    """The next `count` message numbers of a day, committed: nobody else ever gets them.

    Raises `NumbersUsedUp`, and has then taken none.
    """
    if not 0 < count <= MOST_NUMBERS:
        raise ValueError(f"count is {count}, must be 1 to {MOST_NUMBERS}")
    asked = {
        "day": day,
        "bank_code": bank_code,
        "company_code": company_code,
        "count": count,
        "most": MOST_NUMBERS,
    }
    with database.session() as session:
        last = session.execute(_TAKE, asked).scalar_one_or_none()
    if last is None:
        raise NumbersUsedUp(
            f"{day}, company {company_code}: fewer than {count} of {MOST_NUMBERS} message numbers are left;"
            " what is not sent goes on the next day"
        )
    return range(last - count + 1, last + 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to be kept. `direction`: "out" or "in"; `content`: as sent or received.

    What cannot be read as a message is kept as it came, under `day` (today, if not given) and number 0.
    """

    direction: str
    content: bytes
    payment_id: int | None = None
    batch_id: int | None = None
    note: str = ""
    day: date | None = None


def record(session: Session, entries: Sequence[Entry]) -> list[int]:
    """Keep messages; their ids in the same order. Outgoing ones are to be committed before they leave.

    Raises IntegrityError where a number was sent before on that day.
    """
    ids: list[int] = []
    table = BankMessage.__table__  # type: ignore[attr-defined]  # without the ORM's work for each row
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    for first in range(0, len(entries), _ROWS):
        rows = [_row(entry) for entry in entries[first : first + _ROWS]]
        ids += session.scalars(statement, rows)
    return ids


def content(message: BankMessage) -> bytes:
    """A kept message as it was on the line, the password blank. b"" where it is a file."""
    return open_(message.content_enc).encode("latin-1") if message.content_enc else b""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as people see it. `person`: "account", "name", "id" where `value` is masked or was asked for, else ""."""

    name: str
    label: str
    value: str
    person: str = ""


def fields_shown(message: BankMessage, *, in_full: bool = False) -> list[ShownField]:
    """What stands in a kept message, personal values masked, blank fields and the password left out.

    in_full  accounts and names in clear, for one whose reason was noted; numbers of persons stay masked

    Empty where its kind is not in the table or it has not the right length.
    """
    kept = content(message)
    fields = fields_of(message.class_code, message.task_code)
    if fields is None or len(kept) != message_table().size:
        return []
    shown = [
        ShownField(field.name, field.label, value, field.person)
        for field in fields
        if not field.secret and (value := _value(field, kept))
    ]
    open_too = _IN_FULL if in_full else ()
    return [one if one.person in open_too else replace(one, value=_masked(one)) for one in shown]


def _value(field: MessageField, kept: bytes) -> str:
    text = kept[field.at : field.end].rstrip(b" ").decode("cp949", "replace")
    if field.kind == "9" and text.isdigit():
        return f"{int(text):,}" if field.size > 6 else str(int(text))
    return text


def _masked(one: ShownField) -> str:
    mask = {"account": masking.account, "name": masking.name, "id": masking.rrn}.get(one.person)
    return mask(one.value) if mask else one.value


def _row(entry: Entry) -> dict[str, object]:
    header = _header(entry.content)
    return {
        "direction": entry.direction,
        "day": header.day or entry.day or days.today(),
        "bank_code": header.bank_code,
        "company_code": header.company_code,
        "number": header.number,
        "class_code": header.class_code,
        "task_code": header.task_code,
        "response_code": header.response_code,
        "payment_id": entry.payment_id,
        "batch_id": entry.batch_id,
        "content_enc": seal(_without_secrets(entry.content, header).decode("latin-1")),
        "note": entry.note,
    }


@dataclass(frozen=True, slots=True)
class _Header:
    day: date | None = None
    bank_code: str = ""
    company_code: str = ""
    number: int = 0
    class_code: str = ""
    task_code: str = ""
    response_code: str = ""


def _header(content: bytes) -> _Header:
    """What its header says; nothing of one that cannot be read as a whole."""
    if len(content) != message_table().size:
        return _Header()
    found = {
        field.name: content[field.at : field.end].decode("latin-1").strip()
        for field in message_table().header
    }
    if not fields_of(found["class_code"], found["task_code"]):
        return _Header()
    day, number = found.pop("day"), found.pop("number")
    if not (day.isdecimal() and number.isdecimal()):
        return _Header()
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return _Header()
    rest = ("bank_code", "company_code", "class_code", "task_code", "response_code")
    return _Header(on, number=int(number), **{name: found[name] for name in rest})


def _without_secrets(content: bytes, header: _Header) -> bytes:
    """With secret fields blank. What cannot be read may be shifted: then with what stands around them too."""
    fields = fields_of(header.class_code, header.task_code)
    around = 0 if fields else _SHIFT
    if fields is None:
        fields = tuple(field for layout in message_table().messages for field in layout.body)
    for field in fields:
        if field.secret:
            first, end = field.at - around, field.end + around
            content = content[:first] + b" " * len(content[first:end]) + content[end:]
    return content
