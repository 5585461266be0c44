"""One review as the desk in the browser gets it: words and marks ready to be shown, nothing hidden that is not to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from config.settings import settings
from dashboard.parts.desk import beside, paper
from dashboard.parts.korean import DOCUMENT_STATES, REVIEW_STATES, source
from dashboard.parts.korean import reason as reason_text
from dashboard.parts.times import full, now, short, until
from dashboard.reads.document_types import title
from dashboard.reads.just_now import JustNow, decided_words
from dashboard.reads.pages import sheets
from dashboard.reads.plain_cases import suggested
from dashboard.reads.review_desk import CONFIRMS, Desk
from dashboard.reads.review_list import held_by_other
from dashboard.reads.sender_words import sender_words
from queues.models import DocumentState, ReviewState
from queues.sealed_fields import decided_comment

_FORM_FIELDS = ("name", "rrn", "birth_date", "phone", "address", "bank", "account", "company", "business_no")


def case_data(desk: Desk, account_id: int, *, revealed: bool) -> dict[str, Any]:
    """Everything of one review that its screen shows."""
    task, document = desk.task, desk.document
    left, tone = until(task.due_at)
    mark = suggested(desk)
    own = [f for f in desk.all_fields if document is None or f.document_id == document.id]
    doubted = {f.row.name for f in desk.fields if f.row.doubtful}
    return {
        "task": task.id,
        "version": task.version,
        "reason": reason_text(task.reason),
        "question": task.question,
        "confirms": document is None or task.kind == CONFIRMS,
        "does_again": task.item_id is not None,
        "has_document": document is not None,
        "due": {"text": left, "tone": tone, "title": f"처리 기한 {full(task.due_at)}"} if left else None,
        "facts": _facts(desk, revealed),
        "shut": _shut(desk, account_id),
        "remarks": _remarks(desk),
        "claim_seconds": _seconds_left(desk, account_id),
        "revealed": revealed,
        "delivery": desk.delivery_id,
        "document": document.id if document else 0,
        "type": document.type if document else "",
        "documents": _documents(desk),
        "pages": [asdict(s) for s in sheets(desk.pages, desk.documents, own, revealed=revealed)],
        "told": _told(desk, revealed),
        "rows": paper.rows(desk, revealed),
        "people": paper.people(desk, revealed),
        "choices": [beside.choice(c, revealed, doubted) for c in desk.choices],
        "attached": desk.attached_to.get(document.id, []) if document else [],
        "asked": [str(name) for name in task.evidence.get("fields", ())] if task.kind == CONFIRMS else [],
        "suggested": mark.receipt_no,
        "why": mark.why,
        "program": _program_of(desk),
        "other_center": task.other_center,
        "form": [name for name in _FORM_FIELDS if name in {f.row.name for f in desk.fields}],
        "outward": settings().case_sink_url is not None,
    }


def _facts(desk: Desk, revealed: bool) -> list[str]:
    delivery, document = desk.delivery, desk.document
    facts = [title(document.type) if document else "배달 전체"]
    if delivery:
        sender = sender_words(delivery, revealed=revealed) or "발신번호 없음"
        if desk.letter:
            facts.append(f"묶음 스캔 우편물 {desk.letter.number}/{desk.letter.count}")
        facts += [f"{source(delivery.source)} · {sender}", f"{full(delivery.received_at)} 수신"]
    return [*facts, f"검토 {desk.task.id}"]


def _told(desk: Desk, revealed: bool) -> list[tuple[str, str]]:
    """What is known of a delivery as a whole, for questions that are about no document."""
    delivery = desk.delivery
    if delivery is None or desk.document is not None:
        return []
    facts = [
        ("파일", delivery.original_name),
        ("보낸 곳", sender_words(delivery, revealed=revealed)),
        ("받은 때", full(delivery.received_at)),
        ("쪽수", f"{delivery.page_count}쪽" if delivery.page_count else "열지 못함"),
        ("수신 상태", delivery.receive_status),
        ("문제", delivery.problem_detail or str(desk.task.evidence.get("error", ""))),
    ]
    return [(name, text) for name, text in facts if text]


def _shut(desk: Desk, account_id: int) -> str:
    """Why nothing can be decided here, or ""."""
    task = desk.task
    if task.state == ReviewState.DECIDED and task.decision:
        what, when = decided_words(task.decision), short(task.decided_at)
        return f"{desk.decided_by} 님이 {when}에 처리한 건입니다({what}). 내용만 볼 수 있습니다."
    if task.state in (ReviewState.DECIDED, ReviewState.CANCELLED):
        return f"이미 끝난 건입니다({REVIEW_STATES[ReviewState(task.state)].text}). 내용만 볼 수 있습니다."
    if held_by_other(task, account_id):
        return (
            f"{desk.holder} 님이 검토하고 있습니다({short(task.claimed_until)}까지). 내용만 볼 수 있습니다."
        )
    return ""


def _remarks(desk: Desk) -> list[str]:
    """What people have said of it: when it was put off, or when they objected to where a bot had put it."""
    task = desk.task
    decision = task.decision or {}
    said = []
    if desk.letter and desk.letter.divided_by == "doubt":
        said.append("묶음 스캔에서 앞뒤 우편물의 서류가 섞였을 수 있습니다. 쪽을 확인해 주십시오.")
    if remark := decided_comment(task.evidence):
        said.append(f"{'이의' if task.reason == 'objected' else '넘긴 사유'}: {remark}")
    if decision.get("action") == "hold" and task.state != ReviewState.DECIDED:
        back = f" · {decision['until']}까지" if decision.get("until") else ""
        said.append(
            f"보류 의견: {decided_comment(decision)} ({desk.decided_by} {short(task.decided_at)}{back})"
        )
    return said


def _seconds_left(desk: Desk, account_id: int) -> float:
    """For how long this person still holds it."""
    task = desk.task
    if task.state != ReviewState.CLAIMED or task.claimed_by != account_id or task.claimed_until is None:
        return 0.0
    return max(0.0, (task.claimed_until - now()).total_seconds())


def _documents(desk: Desk) -> list[dict[str, Any]]:
    found = []
    for d in desk.documents:
        state = DOCUMENT_STATES.get(DocumentState(d.state))
        found.append(
            {
                "id": d.id,
                "version": d.version,
                "type": d.type,
                "title": title(d.type),
                "pages": list(d.pages),
                "linked": desk.attached_to.get(d.id, []),
                "state": state._asdict() if state else None,
            }
        )
    return found


def _program_of(desk: Desk) -> str:
    """The program to propose for a new case: that of the form on the desk, else of a form that came along."""
    from config.programs import load_programs

    types = [desk.document.type] if desk.document else []
    types += [d.type for d in desk.documents]
    by_form = {program.form: code for code, program in reversed(load_programs().items())}
    return next((by_form[t] for t in types if t in by_form), "")


def recent_data(decisions: Sequence[JustNow]) -> list[dict[str, Any]]:
    """The person's last decisions for the bar that takes them back."""
    return [
        {
            "task": d.task_id,
            "version": d.version,
            "effect": d.effect_id,
            "what": d.what,
            "at": short(d.at),
            "why_not": d.why_not,
        }
        for d in decisions
    ]
