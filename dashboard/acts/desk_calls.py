"""The calls of the review desk: each takes what the browser sent and gives what it shows next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dashboard.acts.reviewing import (
    Answer,
    Refused,
    arrange,
    decide,
    give_back,
    stay,
    take,
    undo,
    undo_arrangement,
)
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import is_revealed, note_access, note_look, reveal
from dashboard.parts.desk.beside import hit
from dashboard.parts.desk.case_data import case_data, recent_data
from dashboard.parts.times import now
from dashboard.reads.cases import FOUND, find
from dashboard.reads.just_now import just_now
from dashboard.reads.review_desk import Desk, desk
from dashboard.reads.review_kinds import answered_at
from dashboard.visitor import Visitor
from queues.claiming import next_task, standing
from queues.models import Application, ReviewState

Asked = dict[str, Any]


def open_case(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, extra}: take this review and show it. The case is None when there is no such review."""
    require(visitor, Right.REVIEW)
    task_id = int(asked["task"])
    take(session, visitor, task_id)
    return _shown(session, visitor, task_id, asked, first=True)


def look_again(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, extra}: the same review as it is now, without taking it."""
    require(visitor, Right.REVIEW)
    return _shown(session, visitor, int(asked["task"]), asked, first=False)


def next_case(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, until, skipped}: let go of `task`, take the next one and show it."""
    require(visitor, Right.REVIEW)
    leave(session, visitor, asked)
    return _next(session, visitor, asked)


def ahead(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{skipped}: what the browser may fetch while the person still looks at this case. Takes nothing."""
    require(visitor, Right.REVIEW)
    task_id = next_task(session, visitor.account_id, after=_numbers(asked.get("skipped")))
    found = desk(session, task_id) if task_id and not answered_at(session, task_id) else None
    if found is None:
        return {"task": 0, "pages": [], "pieces": []}
    data = case_data(found, visitor.account_id, revealed=_revealed(session, visitor, found))
    own = set(found.document.pages[:2]) if found.document else {1}
    return {
        "task": data["task"],
        "pages": [p["image"] for p in data["pages"] if p["number"] in own and p["image"]],
        "pieces": [p["thumb"] for p in data["pages"][:12] if p["thumb"]]
        + [r["crop"] for r in data["rows"] if r["crop"]],
    }


def decide_case(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, version, answer, skipped}: decide, and show what follows at once.

    The decision is committed before the next case is looked for: nothing that goes wrong there takes it back.
    """
    given = dict(asked["answer"])
    answer = Answer(
        action=str(given.get("action", "")),
        version=int(asked["version"]),
        type=str(given.get("type", "")),
        fields={str(k): str(v) for k, v in dict(given.get("fields") or {}).items()},
        people={
            int(number): {str(k): str(v) for k, v in dict(values).items()}
            for number, values in dict(given.get("people") or {}).items()
        },
        receipt_nos=[str(r) for r in given.get("receipt_nos") or ()],
        accept=[str(name) for name in given.get("accept") or ()],
        comment=str(given.get("comment", "")),
        program=str(given.get("program", "")),
        center=str(given.get("center", "")),
        until=str(given.get("until", "")),
        scope=str(given.get("scope", "document")),
    )
    task_id = int(asked["task"])
    decide(session, visitor, task_id, answer)
    session.commit()
    return _next(session, visitor, asked | {"skipped": [*_numbers(asked.get("skipped")), task_id]})


def undo_decision(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, version, left, until}: take a decision back and show that review again, or {effect, left}: an arrangement.

    `left`: the review on the screen, which is let go of. It stays after an arrangement, and while another system
    has still to agree.
    """
    left = {"task": asked.get("left"), "until": asked.get("until")}
    if asked.get("effect"):
        undo_arrangement(session, visitor, int(asked["effect"]))
        return _staying(session, visitor, left, "쪽 정리를 되돌리도록 했습니다. 곧 전의 문서로 돌아옵니다.")
    task_id = int(asked["task"])
    task = undo(session, visitor, task_id, int(asked["version"]))
    session.flush()
    if task.state == ReviewState.DECIDED:
        return _staying(
            session,
            visitor,
            left,
            f"검토 {task_id}: 되돌려 달라고 했습니다. 상대 시스템이 답하면 다시 열립니다.",
        )
    leave(session, visitor, left)
    take(session, visitor, task_id)
    return _shown(session, visitor, task_id, asked, first=True)


def _staying(session: Session, visitor: Visitor, left: Asked, said: str) -> Asked:
    """The review that is on the screen stays there; without one the next."""
    session.commit()
    shown = (
        _shown(session, visitor, int(left["task"]), {}, first=False)
        if left["task"]
        else _next(session, visitor, {})
    )
    return shown | {"said": said}


def arrange_pages(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{delivery, documents: [{pages, type}], seen: {document: version}, skipped}: asked for; then the next case.

    What the new documents are is for the bots to read: the questions about them come back by themselves.
    """
    documents = [([int(n) for n in d["pages"]], str(d.get("type", ""))) for d in asked["documents"]]
    seen = {int(k): int(v) for k, v in dict(asked["seen"]).items()}
    arrange(session, visitor, int(asked["delivery"]), documents, seen)
    session.commit()
    return _next(session, visitor, asked)


def stay_at(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, version}: the person is still at it."""
    task = stay(session, visitor, int(asked["task"]), int(asked["version"]))
    left = (task.claimed_until - now()).total_seconds() if task.claimed_until else 0.0
    return {"claim_seconds": max(0.0, left), "until": _stamp(task.claimed_until)}


def leave(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, until}: the screen lets go of a review."""
    if asked.get("task"):
        until = datetime.fromisoformat(str(asked["until"])) if asked.get("until") else None
        give_back(session, visitor, int(asked["task"]), until)
    return {}


def find_cases(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, words}: cases by number or name."""
    require(visitor, Right.REVIEW)
    found = desk(session, int(asked["task"]))
    if found is None:
        raise Refused("없는 검토 건입니다.")
    words = str(asked.get("words", "")).strip()[:60]
    hits = find(session, words)
    numbers = ", ".join(str(h.application_id) for h in hits)
    why = f"review:{found.task.id}: 신청 {numbers or '없음'}"
    note_access(session, visitor, f"delivery:{found.delivery_id}", "search", why)
    revealed = _revealed(session, visitor, found)
    return {"words": words, "hits": [hit(case, revealed) for case in hits], "more": len(hits) >= FOUND}


def reveal_all(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{task, reason, extra}: show the values of this delivery in full for a while."""
    task_id = int(asked["task"])
    found = desk(session, task_id, _extra(session, asked))
    if found is None:
        raise Refused("없는 검토 건입니다.")
    applications = [choice.case.application_id for choice in found.choices]
    reveal(session, visitor, found.delivery_id, str(asked.get("reason", "")), applications)
    session.flush()
    return _shown(session, visitor, task_id, asked, first=False)


def _next(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """The next case that nobody has, taken for this person; None when all is done."""
    task_id = next_task(session, visitor.account_id, after=_numbers(asked.get("skipped")), claim=True)
    if task_id is None:
        return {"case": None} | _around(session, visitor)
    return _shown(session, visitor, task_id, {}, first=True)


def _shown(session: Session, visitor: Visitor, task_id: int, asked: Asked, *, first: bool) -> Asked:
    if answered_at(session, task_id):
        # It is answered where the letter or the payment is seen.
        return {"case": None, "elsewhere": task_id} | _around(session, visitor)
    extra = _extra(session, asked)
    found = desk(session, task_id, extra)
    if found is None:
        return {"case": None, "missing": True} | _around(session, visitor)
    note = note_access if first else note_look
    note(session, visitor, f"delivery:{found.delivery_id}", "view", f"review:{task_id}")
    for application_id in extra:
        note_access(session, visitor, f"application:{application_id}", "view", f"review:{task_id}")
    data = case_data(found, visitor.account_id, revealed=_revealed(session, visitor, found))
    data["until"] = _stamp(found.task.claimed_until)
    return {"case": data} | _around(session, visitor)


def _around(session: Session, visitor: Visitor) -> Asked:
    """What stands around every case: how much waits, and what can be taken back."""
    waiting = standing(session, visitor.account_id)
    return {
        "standing": {"mine": waiting.mine, "free": waiting.free},
        "recent": recent_data(just_now(session, visitor.account_id)),
    }


def _revealed(session: Session, visitor: Visitor, found: Desk) -> bool:
    return is_revealed(session, visitor, found.delivery_id)


def _extra(session: Session, asked: Asked) -> list[int]:
    """Ids of the cases that the person looked up to put beside the candidates."""
    numbers = [str(n) for n in asked.get("extra") or ()][:12]
    if not numbers:
        return []
    rows = session.exec(
        select(Application.receipt_no, Application.id).where(col(Application.receipt_no).in_(numbers))
    ).all()
    ids = dict(rows)
    return [ids[n] for n in numbers if n in ids]


def _numbers(given: Iterable[Any] | None) -> list[int]:
    return [int(n) for n in given or ()][-200:]


def _stamp(at: datetime | None) -> str:
    return at.isoformat() if at else ""
