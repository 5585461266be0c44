"""Answering what is asked about a recorded talk: whose it is, whether it may be listened to, what of a broken file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import HELD, Stale, what_happened
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.seeing import note_access
from dashboard.acts.talk_sight import subject
from dashboard.visitor import Visitor
from queues import reviews, undoing
from queues.errors import Irreversible, NotYours, StaleDecision
from queues.models import Account, Application, CounselingSession, Person, RecordingConsent, ReviewTask, Role

Answer = Mapping[str, Any]
_CONSENTS = (RecordingConsent.GIVEN.value, RecordingConsent.REFUSED.value)
_HOW = ("form", "ars", "review")


def require_answering(visitor: Visitor) -> None:
    """Officers and counselors alike say whose a talk is. Raises `NotAllowed`."""
    if not (may(visitor, Right.REVIEW) or may(visitor, Right.RECORD_TALKS)):
        raise NotAllowed(Right.REVIEW)


def task_of_talk(session: Session, visitor: Visitor, task_id: int) -> ReviewTask | None:
    """The question, the look at its talk being noted. Raises `NotAllowed`."""
    require_answering(visitor)
    task = session.get(ReviewTask, task_id)
    if task is None or task.session_id is None:
        return None
    note_access(session, visitor, subject(task.session_id), "view", f"review:{task_id}")
    return task


def answer_talk(session: Session, visitor: Visitor, task_id: int, version: int, answer: Answer) -> ReviewTask:
    """Record the decision in the caller's transaction. Raises `NotAllowed`, `Refused`, `Stale`."""
    require_answering(visitor)
    task = session.get(ReviewTask, task_id)
    if task is None or task.session_id is None:
        raise Refused("없는 검토 건입니다.")
    decision = _checked(session, task, answer)
    if decision["action"] == "link":
        _may_be_theirs(session.get_one(CounselingSession, task.session_id), visitor, decision["counselor_id"])
    try:
        return reviews.decide(
            session, task_id, version, decision, session.get_one(Account, visitor.account_id)
        )
    except StaleDecision:
        raise Stale(what_happened(session, task)) from None
    except NotYours:
        raise Stale(HELD) from None


def _may_be_theirs(talk: CounselingSession, visitor: Visitor, counselor_id: int) -> None:
    """Whose talk it is hears and reads all of it: from whom it is known to be, nobody takes it but a supervisor."""
    if talk.counselor_id in (None, counselor_id, visitor.account_id) or visitor.role == Role.SUPERVISOR:
        return
    raise Refused(
        "상담사가 정해진 상담입니다. 그 상담사나 관리자만 다른 상담사로 바꿀 수 있습니다.", "counselor"
    )


def take_back(session: Session, visitor: Visitor, task_id: int, version: int) -> ReviewTask:
    """Take a decision of one's own back. Raises `NotAllowed`, `Refused` with what stands against it."""
    require_answering(visitor)
    task = session.get(ReviewTask, task_id)
    if task is None or task.session_id is None or task.decided_by != visitor.account_id:
        raise Refused("다른 사람의 결정은 되돌릴 수 없습니다.")
    try:
        return undoing.undo(session, task_id, version, session.get_one(Account, visitor.account_id))
    except Irreversible as why:
        raise Refused(str(why)) from None
    except StaleDecision:
        raise Refused("그 사이 이 결정이 바뀌어 되돌리지 않았습니다.") from None


def _checked(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    makers: dict[str, Callable[[Session, ReviewTask, Answer], dict[str, Any]]] = {
        "link": _link,
        "consent": _consent,
        "again": _again,
        "close": _close,
        "hold": _hold,
    }
    action = str(answer.get("action", ""))
    if action not in makers:
        raise Refused("무엇을 할지 골라 주십시오.")
    decision = {"action": action, **makers[action](session, task, answer)}
    if comment := str(answer.get("comment", "")).strip()[:500]:
        decision["comment"] = comment
    return decision


def _link(session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    talk = session.get_one(CounselingSession, task.session_id)
    counselor = int(answer.get("counselor_id") or 0) or talk.counselor_id
    account = session.get(Account, counselor) if counselor else None
    if account is None or account.role != Role.COUNSELOR or not account.active:
        raise Refused("누구의 상담인지 상담사를 골라 주십시오.", "counselor")
    application_id = int(answer.get("application_id") or 0) or None
    person_id = int(answer.get("person_id") or 0) or None
    application = session.get(Application, application_id) if application_id else None
    if application_id and application is None:
        raise Refused("없는 신청입니다.", "application")
    if application is not None:
        if person_id and application.person_id != person_id:
            raise Refused("고른 신청은 고른 사람의 것이 아닙니다.", "application")
        person_id = application.person_id
    if person_id is None or session.get(Person, person_id) is None:
        raise Refused("누구와의 상담인지 신청이나 사람을 골라 주십시오.", "person")
    return {"counselor_id": account.id, "person_id": person_id, "application_id": application_id}


def _consent(_session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    if task.kind != "counseling_consent":
        raise Refused("녹음 동의를 묻는 검토가 아닙니다.")
    consent, how = str(answer.get("consent", "")), str(answer.get("how") or "review")
    if consent not in _CONSENTS or how not in _HOW:
        raise Refused("녹음에 동의했는지 골라 주십시오.", "consent")
    return {"consent": consent, "how": how}


def _again(_session: Session, _task: ReviewTask, _answer: Answer) -> dict[str, Any]:
    return {}


def _close(_session: Session, task: ReviewTask, answer: Answer) -> dict[str, Any]:
    if task.kind != "counseling_report" and len(str(answer.get("comment", "")).strip()) < 2:
        raise Refused("일지를 쓰지 않는 까닭을 적어 주십시오.", "comment")
    return {}


def _hold(_session: Session, _task: ReviewTask, answer: Answer) -> dict[str, Any]:
    until = str(answer.get("until", ""))
    try:
        return {"until": date.fromisoformat(until).isoformat()} if until else {}
    except ValueError:
        raise Refused("언제까지 보류할지 다시 적어 주십시오.", "until") from None
