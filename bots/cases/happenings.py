"""What happened to cases in a system of record, as it tells of it: decided, paid, invited, a day that draws near.

``GET {base}/events?cursor=C`` answers ``{"events": [...], "cursor": "...", "more": bool}``, ``GET {base}/events/ID``
one of them. An event:

    {"id": "E-17", "type": "decision_refused", "receipt_no": "2026-UB-0012345", "at": "2026-11-20T14:05:00+09:00",
     "values": {"decided_on": "2026-11-20", "reasons": [...], ...}}

`values` go under the names of ``notices.yaml``; what is to be paid stands apart, under "payment" among them
(`bots.payments.orders.told`). An event of the type "payment_decided" (a claim recognised, a month's allowance
granted) has nothing else and no letter of its own. ``{"type": "taken_back", "values": {"event": "E-17"}}`` says that
an earlier one was an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bots.cases.source import SourceError

TAKEN_BACK = "taken_back"
PAYMENT_DECIDED = "payment_decided"
KINDS = {
    "decision_granted": "decision_granted",
    "decision_refused": "decision_refused",
    "payment_made": "payment",
    "appointment_made": "appointment",
    "deadline_near": "reminder",
}
"""By type of the event: the kind of notice that tells of it."""
PAYING = frozenset({"decision_granted", PAYMENT_DECIDED})
"""Types of events by which something may be owed."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. `unclear`: what is wrong with it, in Korean without personal data, where it cannot be used;
    `payment`: what is to be paid by it, not checked yet."""

    id: str
    type: str = ""
    receipt_no: str = ""
    at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    unclear: str = ""
    payment: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HappeningPage:
    """Some events, and the cursor that follows them."""

    happenings: tuple[Happening, ...]
    cursor: str


class HappeningSource(Protocol):
    """Both raise `SourceError` when there is no good answer."""

    name: str

    def happenings(self, cursor: str) -> Iterator[HappeningPage]:
        """Events since a cursor, "" for all, a page at a time."""

    def happening(self, number: str) -> Happening:
        """One event as it is told now."""


def read_happening(told: Any, where: str) -> Happening:
    """An event out of JSON. Raises SourceError for one without a usable id: nothing could be said of it."""
    number = told.get("id") if isinstance(told, dict) else None
    if not isinstance(number, str) or not _ID.fullmatch(number):
        raise SourceError(f"{where}: 사건 알림에 번호(id)가 없습니다 — 행정시스템 담당자에게 알리십시오")
    at = _moment(told.get("at"))
    values = told.get("values") or {}
    kind, receipt_no = str(told.get("type") or ""), str(told.get("receipt_no") or "")
    if at is None:
        return Happening(number, kind, receipt_no, unclear="일시(at)가 없거나 일시가 아님")
    if kind not in KINDS and kind not in (TAKEN_BACK, PAYMENT_DECIDED):
        return Happening(number, kind, receipt_no, at, unclear="알 수 없는 종류(type)")
    if not isinstance(values, dict) or not receipt_no:
        return Happening(number, kind, receipt_no, at, unclear="접수번호 또는 내용(values)이 없음")
    payment = values.get("payment")
    if payment is not None and not (isinstance(payment, dict) and kind in PAYING):
        return Happening(number, kind, receipt_no, at, unclear="지급 내용(payment)을 쓸 수 없음")
    told = {name: value for name, value in values.items() if name != "payment"}
    return Happening(number, kind, receipt_no, at, told, payment=payment)


def _moment(text: Any) -> datetime | None:
    """With its zone; a time without one could be meant otherwise."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
