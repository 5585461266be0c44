"""Supplement requests by the stage that they are in: how many, and a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import RowMapping, text
from sqlmodel import Session

from dashboard.reads.document_types import need_title, program_title
from queues import masking
from queues.days import today
from queues.missing_papers import still_missing, undecided
from queues.whose import Circle

PAGE = 50
ALL, MINE = "all", "mine"
TO_SEND, LEAVING, WAITING, LATE, RETURNING, ENDED = (
    "to_send", "leaving", "waiting", "late", "returning", "ended",
)  # fmt: skip
STAGES = (TO_SEND, LEAVING, WAITING, LATE, RETURNING, ENDED)
SHOWN_FOR = timedelta(days=60)
"""What has ended is listed for so long."""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed by; "" is everything. `number`: a part of the receipt number."""

    stage: str = TO_SEND
    scope: str = ALL
    program: str = ""
    number: str = ""


@dataclass(frozen=True)
class Row:
    """One request. `name` is masked; `missing` are titles of what has not come.

    stage     one of `STAGES`; second: it was requested once more; state, reason: as the record has them
    held      documents that may belong to the case and are still looked at
    case_due  the last day of the processing period
    """

    id: int
    version: int
    application_id: int
    receipt_no: str
    program: str
    name: str
    officer: str
    stage: str
    state: str
    reason: str
    second: bool
    extensions: int
    missing: tuple[str, ...]
    held: int
    asked_on: date | None
    due_on: date | None
    case_due: date | None
    ended_on: date | None


_STAGE = """
    CASE WHEN r.state = 'draft' THEN 'to_send'
         WHEN r.state <> 'asked' THEN 'ended'
         WHEN EXISTS (SELECT FROM notice n WHERE n.supplement_id = r.id
                      AND n.kind = 'supplement_return' AND n.state <> 'cancelled') THEN 'returning'
         WHEN r.asked_on IS NULL THEN 'leaving'
         WHEN r.due_on < :today THEN 'late'
         ELSE 'waiting' END
"""
# A draft whose papers came before anybody asked for them is nobody's concern.
_LISTED = """
    (r.state IN ('draft', 'asked')
     OR (r.closed_at > :since AND (r.asked_on IS NOT NULL OR r.reason IN ('not_needed', 'withdrawn_by_applicant'))))
"""
_COUNTS = f"""
    SELECT CASE WHEN a.officer_id = ANY(:own) THEN 'mine' ELSE '' END, {_STAGE}, a.program, count(*)
    FROM supplement_request r JOIN application a ON a.id = r.application_id
    WHERE {_LISTED} GROUP BY 1, 2, 3
"""  # noqa: S608 (no values are put into it)
_FROM = """
    FROM supplement_request r JOIN application a ON a.id = r.application_id
    LEFT JOIN person p ON p.id = a.person_id
    LEFT JOIN employer e ON e.id = a.employer_id
    LEFT JOIN officer o ON o.id = a.officer_id
"""


def counts(session: Session, circle: Circle) -> dict[tuple[str, str, str], int]:
    """How many by scope (`MINE` or "" for others'), stage and program."""
    rows = session.connection().execute(text(_COUNTS), _values(circle))
    return {(scope, stage, program): number for scope, stage, program, number in rows}


def total(counted: Mapping[tuple[str, str, str], int], wanted: Wanted) -> int:
    """Of `counts`, what `wanted` admits, but for its number."""
    return sum(
        number
        for (scope, stage, program), number in counted.items()
        if (wanted.scope == ALL or scope == MINE)
        and stage == wanted.stage
        and wanted.program in ("", program)
    )


def page_of(session: Session, circle: Circle, wanted: Wanted, page: int, size: int = PAGE) -> list[Row]:
    """A page of the list, what is due first foremost; of what has ended the last."""
    return _rows(session, circle, wanted, f"LIMIT {int(size)} OFFSET {int(size) * int(page)}")


def ids_of(session: Session, circle: Circle, wanted: Wanted, most: int) -> list[int]:
    """All that the list shows, at most so many, in its order."""
    query = text(f"SELECT r.id {_FROM} WHERE {_where(wanted)} {_order(wanted)} LIMIT :most")
    return list(session.connection().execute(query, _values(circle, wanted) | {"most": most}).scalars())


def count_of(session: Session, circle: Circle, wanted: Wanted) -> int:
    """How many the list shows, its number included."""
    query = text(f"SELECT count(*) {_FROM} WHERE {_where(wanted)}")
    return int(session.connection().execute(query, _values(circle, wanted)).scalar_one())


def _rows(session: Session, circle: Circle, wanted: Wanted, limit: str) -> list[Row]:
    query = text(f"SELECT {_COLUMNS} {_FROM} WHERE {_where(wanted)} {_order(wanted)} {limit}")
    return _made(session, session.connection().execute(query, _values(circle, wanted)).mappings().all())


def one(session: Session, request_id: int) -> Row | None:
    """A request by its id."""
    query = text(f"SELECT {_COLUMNS} {_FROM} WHERE r.id = :id")
    values = {"id": request_id, "today": today()}
    found = _made(session, session.connection().execute(query, values).mappings().all())
    return found[0] if found else None


_COLUMNS = f"""
    r.id, r.version, r.application_id, a.receipt_no, a.program, p.name AS person, e.name AS employer,
    coalesce(nullif(o.name, ''), o.number, '') AS officer, {_STAGE} AS stage, r.state, r.reason, r.stage = 2 AS second,
    r.extensions, r.missing, r.asked_on, r.due_on, a.due_on AS case_due, r.closed_at::date AS ended_on
"""


def _made(session: Session, found: Sequence[RowMapping]) -> list[Row]:
    cases = [row["application_id"] for row in found if row["state"] in ("draft", "asked")]
    lacking, held = still_missing(session, cases), undecided(session, cases)
    return [
        Row(
            id=row["id"],
            version=row["version"],
            application_id=row["application_id"],
            receipt_no=row["receipt_no"],
            program=program_title(row["program"]),
            name=masking.field("name", row["person"]) if row["person"] else (row["employer"] or ""),
            officer=row["officer"],
            stage=row["stage"],
            state=row["state"],
            reason=row["reason"],
            second=row["second"],
            extensions=row["extensions"],
            missing=tuple(
                need_title(n)
                for n in (lacking.get(row["application_id"], ()) if row["stage"] != ENDED else row["missing"])
            ),
            held=held.get(row["application_id"], 0),
            asked_on=row["asked_on"],
            due_on=row["due_on"],
            case_due=row["case_due"],
            ended_on=row["ended_on"],
        )
        for row in found
    ]


def _where(wanted: Wanted) -> str:
    said = [_LISTED, f"{_STAGE} = :stage"]
    if wanted.scope == MINE:
        said.append("a.officer_id = ANY(:own)")
    if wanted.program:
        said.append("a.program = :program")
    if wanted.number:
        said.append("a.receipt_no LIKE :number")
    return " AND ".join(said)


def _order(wanted: Wanted) -> str:
    if wanted.stage == ENDED:
        return "ORDER BY r.closed_at DESC, r.id DESC"
    if wanted.stage == TO_SEND:
        return "ORDER BY a.due_on NULLS LAST, r.id"
    return "ORDER BY r.due_on NULLS LAST, r.id"


def _values(circle: Circle, wanted: Wanted | None = None) -> dict[str, Any]:
    now = today()
    values: dict[str, Any] = {"own": circle.own, "today": now, "since": now - SHOWN_FOR}
    if wanted is not None:
        number = wanted.number.strip().replace("\\", "").replace("%", "").replace("_", "")
        values |= {"stage": wanted.stage, "program": wanted.program, "number": f"%{number}%"}
    return values
