"""Is what a person decided on the desk complete and possible? Made into the decision that `queues.reviews` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from config.centers import is_center
from config.programs import load_programs
from config.settings import settings
from dashboard.acts.corrections import BadValue, all_in_usual_form
from dashboard.parts.times import now, zone
from dashboard.reads.changes import GROUPS
from dashboard.reads.document_types import all_types
from dashboard.reads.review_desk import fields_of
from queues.crypto import open_
from queues.models import Application, Document, OutwardState, Registration, ReviewState, ReviewTask

LONGEST_COMMENT = 500
LONGEST_HOLD = timedelta(days=90)
_ELSEWHERE = ("attach", "register", "transfer", "reject")
_FORM = ("name", "rrn", "birth_date", "phone", "address", "bank", "account", "company", "business_no")


class Refused(Exception):
    """A decision was not taken; the text says why, for the person who made it. `field`: where to look."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Answer:
    """What a person decided, as it came from the screen.

    `people`: corrected values of further people by number; `until` as `2026-12-01`; `scope` document or delivery.
    """

    action: str
    version: int
    type: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    receipt_nos: Sequence[str] = ()
    accept: Sequence[str] = ()
    comment: str = ""
    program: str = ""
    center: str = ""
    until: str = ""
    scope: str = "document"


def checked(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    """The decision. Raises `Refused` with what is missing or cannot be."""
    makers = {
        "attach": _attach,
        "correct": _correct,
        "register": _register,
        "transfer": _transfer,
        "reject": _reject,
        "hold": _hold,
    }
    if answer.action not in makers:
        raise Refused("알 수 없는 결정입니다.")
    if answer.action in _ELSEWHERE:
        _not_being_registered(session, task)
    decision = makers[answer.action](session, task, answer)
    comment = answer.comment.strip()[:LONGEST_COMMENT]
    return {"action": answer.action} | decision | ({"comment": comment} if comment else {})


def _not_being_registered(session: Session, task: ReviewTask) -> None:
    """A paper that is becoming a new case must not go elsewhere at the same time."""
    if task.delivery_id is None or task.state == ReviewState.DECIDED:
        return  # pressed twice, or too late: `queues.reviews` tells which
    pending = (
        select(Registration.id)
        .join(Document, col(Document.id) == col(Registration.document_id))
        .where(Document.delivery_id == task.delivery_id, Registration.state == OutwardState.PENDING)
    )
    if task.document_id is not None:
        pending = pending.where(Registration.document_id == task.document_id)
    if session.exec(pending).first() is not None:
        raise Refused(
            "신규 접수 중인 서류입니다. 접수가 끝난 뒤 다시 하거나, 먼저 그 신규 접수를 되돌려 주십시오."
        )


def _attach(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    numbers = _known_numbers(session, task, answer.receipt_nos)
    return {"receipt_nos": numbers} | _corrections(task, answer)


def _correct(_session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    return _corrections(task, answer)


def _corrections(task: ReviewTask, answer: Answer) -> dict[str, Any]:
    if task.document_id is None:
        return {}
    decision: dict[str, Any] = {"fields": _usual(answer.fields)}
    people = {
        str(number): _usual(values) for number, values in answer.people.items() if number > 0 and values
    }
    if people:
        decision["people"] = people
    if answer.type:
        if answer.type not in {code for code, _ in all_types()}:
            raise Refused("알 수 없는 문서 종류입니다.", "type")
        decision["type"] = answer.type
    accept = [name for group in GROUPS for name in group if name in set(answer.accept)]
    if accept:
        decision["accept"] = accept
    return decision


def _usual(fields: Mapping[str, str]) -> dict[str, str]:
    try:
        return all_in_usual_form(fields)
    except BadValue as error:
        raise Refused(str(error), error.field) from None


def _register(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    """What the person typed; what the paper says goes along without having been looked at by anybody (it stays
    the reader's, and no label for it)."""
    _needs_document(task, "신규 접수할 수 없습니다")
    _needs_system_of_record()
    if answer.program not in load_programs():
        raise Refused("어느 제도의 신청인지 골라 주십시오.", "program")
    typed = _usual({k: v for k, v in answer.fields.items() if k in _FORM and v.strip()})
    fields = _on_paper(session, task) | typed
    if not fields.get("name"):
        raise Refused("신청인의 성명을 적어 주십시오.", "name")
    if not fields.get("rrn") and not fields.get("birth_date"):
        raise Refused("주민등록번호나 생년월일 가운데 하나는 있어야 합니다.", "birth_date")
    if "*" in fields.get("rrn", ""):
        raise Refused("서류의 주민등록번호가 가려져 있습니다. 전체를 적어 주십시오.", "rrn")
    kind = {"type": answer.type} if answer.type in {code for code, _ in all_types()} else {}
    return {"program": answer.program, "fields": typed} | kind


def _on_paper(session: Session, task: ReviewTask) -> dict[str, str]:
    rows = fields_of(session, [task.document_id] if task.document_id else [])
    return {
        f.name: open_(f.value_enc)
        for f in rows
        if f.person == 0 and f.value_enc is not None and f.name in _FORM and open_(f.value_enc)
    }


def _transfer(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    _needs_document(task, "이송할 수 없습니다")
    _needs_system_of_record()
    if not is_center(answer.center):
        raise Refused("보낼 센터를 목록에서 골라 주십시오.", "center")
    return {"center": answer.center} | _scope(answer)


def _reject(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    if not answer.comment.strip():
        raise Refused("반려 사유를 적어 주십시오.", "comment")
    return _scope(answer)


def _hold(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    if not answer.comment.strip():
        raise Refused("보류 사유를 적어 주십시오.", "comment")
    if not answer.until:
        return {}
    today = now().astimezone(zone()).date()
    try:
        until = date.fromisoformat(answer.until)
    except ValueError:
        raise Refused("언제까지 보류할지 날짜로 골라 주십시오.", "until") from None
    if not today < until <= today + LONGEST_HOLD:
        raise Refused(f"내일부터 {LONGEST_HOLD.days}일 안의 날짜를 골라 주십시오.", "until")
    return {"until": until.isoformat()}


def _scope(answer: Answer) -> dict[str, Any]:
    return {"scope": "delivery"} if answer.scope == "delivery" else {}


def _needs_document(task: ReviewTask, cannot: str) -> None:
    if task.document_id is None:
        raise Refused(f"문서로 나뉘지 않은 배달은 {cannot}.")


def _needs_system_of_record() -> None:
    if settings().case_sink_url is None:
        raise Refused("행정시스템에 연결되어 있지 않아 할 수 없습니다. 시스템관리자에게 알려 주십시오.")


def _known_numbers(session: Session, task: ReviewTask, numbers: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(numbers))
    if task.document_id is None:
        raise Refused("문서로 나뉘지 않은 배달은 연결할 수 없습니다.")
    if not wanted:
        raise Refused("연결할 신청을 골라 주십시오.")
    query = select(Application.receipt_no).where(col(Application.receipt_no).in_(wanted))
    missing = set(wanted) - set(session.exec(query).all())
    if missing:
        raise Refused(f"없는 접수번호입니다: {', '.join(sorted(missing))}")
    return wanted
