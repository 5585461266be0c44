"""A decision about a notice, and what can be read from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from queues import days
from queues.models import Notice, ReviewTask


class Refused(Exception):
    """A decision cannot be carried out as things stand; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Given:
    """A decision about a notice whose row is held; `actor` is the person."""

    session: Session
    task: ReviewTask
    notice: Notice
    decision: dict[str, Any]
    actor: str


def registered_number(given: Given) -> str:
    """A registration number, 13 digits; "" where none was given. Raises `Refused`."""
    number = re.sub(r"[\s-]", "", str(given.decision.get("registered_no") or ""))
    if number and not re.fullmatch(r"[0-9]{13}", number):
        raise Refused("bad_number")
    return number


def given_day(given: Given, name: str) -> date:
    """A day that has come, on which the letter was there: no period runs from a mistyped year. Raises `Refused`."""
    try:
        day = date.fromisoformat(str(given.decision.get(name, "")))
    except ValueError:
        raise Refused("bad_day") from None
    ready = given.notice.ready_at
    if day > days.today() or (ready is not None and day < days.day_of(ready)):
        raise Refused("bad_day")
    return day
