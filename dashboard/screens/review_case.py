"""검토 한 건: the page on the left, what was read and to whom it may belong on the right."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard.acts.reviewing import Answer, Refused, decide, give_back, take
from dashboard.acts.rights import NotAllowed, Right, require
from dashboard.acts.seeing import is_revealed, note_access
from dashboard.parts.desk import desk_component
from dashboard.parts.empty import empty
from dashboard.parts.korean import REVIEW_STATES, Label, source
from dashboard.parts.korean import reason as reason_text
from dashboard.parts.reveal import reveal_bar
from dashboard.parts.times import full, short, until
from dashboard.parts.viewer import viewer
from dashboard.present import must_be_present
from dashboard.reads.cases import CaseOnFile, find
from dashboard.reads.document_types import title
from dashboard.reads.pages import sheets
from dashboard.reads.review_desk import Desk, desk
from dashboard.reads.review_list import held_by_other, next_task
from dashboard.visitor import Visitor
from queues import database
from queues.models import ReviewState

_EXTRA = "desk_extra_cases"
_SAY = "desk_say"
_DONE = {
    "attach": "연결하도록 했습니다.",
    "correct": "확인한 내용을 저장했습니다.",
    "hold": "보류했습니다. 목록 뒤쪽에 남아 있습니다.",
    "reject": "반려했습니다.",
}


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    task_id = _task_id()
    with database.session() as session:
        _forget_other_tasks(task_id)
        first_look = st.session_state.get("desk_task") != task_id
        if task_id:
            take(session, visitor, task_id)
        found = desk(session, task_id, _extra()) if task_id else None
        if found is None:
            empty(
                "없는 검토 건입니다.",
                "이미 처리되었거나 주소가 잘못되었습니다. 검토함에서 다시 골라 주십시오.",
            )
            return
        if first_look:
            st.session_state["desk_task"] = task_id
            note_access(session, visitor, f"delivery:{_delivery_id(found)}", "view", f"review:{task_id}")
        revealed = is_revealed(session, visitor, _delivery_id(found))
    _head(visitor, found)
    left, right = st.columns([52, 48], gap="small")
    with left, st.container(key="page_side"):
        shown = sheets(found.pages, found.documents, _own_fields(found), revealed=revealed)
        if shown:
            start = found.document.pages[0] if found.document and found.document.pages else 1
            viewer("viewer", f"task-{task_id}", shown, start=start, start_field=_first_doubt(found))
        else:
            _unreadable(found)
    with right:
        reveal_bar(visitor, _delivery_id(found), revealed, [c.case.application_id for c in found.choices])
        _question(found)
        _desk(visitor, found, revealed)


def _task_id() -> int | None:
    given = st.query_params.get("task", "")
    return int(given) if given.isdigit() and len(given) < 18 else None


def _delivery_id(found: Desk) -> int:
    return found.delivery.id if found.delivery else 0


def _own_fields(found: Desk) -> list[Any]:
    return [f for f in found.all_fields if found.document is None or f.document_id == found.document.id]


def _forget_other_tasks(task_id: int | None) -> None:
    if st.session_state.get("desk_task") != task_id:
        for key in (_EXTRA, "desk_search"):
            st.session_state.pop(key, None)


def _first_doubt(found: Desk) -> str | None:
    return next((str(f.row.id) for f in found.fields if f.row.doubtful and f.row.box), None)


def _extra() -> list[int]:
    return list(st.session_state.get(_EXTRA, ()))


def _shut(visitor: Visitor, found: Desk) -> str:
    """Why nothing can be decided here, or ""."""
    task = found.task
    if task.state in (ReviewState.DECIDED, ReviewState.CANCELLED):
        when = short(task.decided_at)
        return f"이미 끝난 건입니다({REVIEW_STATES[ReviewState(task.state)].text} {when}). 내용만 볼 수 있습니다."
    if held_by_other(task, visitor.account_id):
        return (
            f"{found.holder} 님이 검토하고 있습니다({short(task.claimed_until)}까지). 내용만 볼 수 있습니다."
        )
    return ""


def _head(visitor: Visitor, found: Desk) -> None:
    task, delivery = found.task, found.delivery
    left, tone = until(task.due_at)
    name = title(found.document.type) if found.document else "배달 전체"
    facts = [f"검토 {task.id}", name]
    if delivery:
        sender = delivery.sender_name or delivery.caller_number or "발신번호 없음"
        facts += [f"{source(delivery.source)} · {sender}", f"{full(delivery.received_at)} 수신"]
    chip = f'<span class="bo-chip bo-{tone}">{left}</span>' if left else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="to_list", icon=":material/arrow_back:"):
            _let_go(visitor, task.id)
            _to_list()
        st.html(
            f'<b style="font-size:1.1rem">{escape(reason_text(task.reason))}</b> &nbsp;{chip}&nbsp; '
            f'<span class="bo-muted">{escape(" · ".join(facts))}</span>'
        )
        st.space("stretch")
        if st.button("다음 건으로", key="skip", help="결정하지 않고 놓아 둔 채 다음 건을 봅니다."):
            _let_go(visitor, task.id)
            _go_on(visitor, task.id)
    said = st.session_state.pop(_SAY, None)
    if said:
        st.toast(said)


def _question(found: Desk) -> None:
    lines = []
    if found.task.question:
        lines.append(f"<b>{escape(found.task.question)}</b>")
    comment = (found.task.decision or {}).get("comment")
    if comment and found.task.state != ReviewState.DECIDED:
        lines.append(
            f"보류 의견: {escape(str(comment))} ({escape(found.holder)} {short(found.task.decided_at)})"
        )
    others = _other_documents(found)
    if others:
        lines.append("같은 배달: " + escape(", ".join(others)))
    if lines:
        st.html(
            '<div class="bo-chip bo-wait" style="display:block;white-space:normal;font-weight:400;'
            'padding:.4rem .7rem;font-size:1rem">' + "<br>".join(lines) + "</div>"
        )


def _other_documents(found: Desk) -> list[str]:
    words = []
    for d in found.documents:
        if (found.document is not None and d.id == found.document.id) or d.type in ("blank", "fax_cover"):
            continue
        linked = found.attached_to.get(d.id)
        words.append(f"{title(d.type)}({', '.join(linked) if linked else '미연결'})")
    return words


def _unreadable(found: Desk) -> None:
    delivery = found.delivery
    text = (delivery.problem_detail if delivery else "") or found.task.question
    empty("볼 수 있는 쪽이 없습니다.", text or "원본은 그대로 보관되어 있습니다.")


def _desk(visitor: Visitor, found: Desk, revealed: bool) -> None:
    shut = _shut(visitor, found)
    problem: str | None = st.session_state.pop("desk_problem", None)
    message = Label(shut, "wait") if shut else Label(problem, "bad") if problem else None
    act = desk_component(
        found,
        revealed=revealed,
        readonly=bool(shut),
        message=message,
        searched=st.session_state.get("desk_search", ""),
        found=_search(),
    )
    if not act:
        return
    if act.get("do") == "search":
        _start_search(visitor, found, str(act.get("words", "")))
    elif act.get("do") == "add":
        _add(visitor, found, str(act.get("receipt_no", "")))
    else:
        _decide(visitor, found.task.id, act)


def _search() -> list[CaseOnFile]:
    words = st.session_state.get("desk_search", "")
    if not words:
        return []
    with database.session() as session:
        return find(session, words)


def _start_search(visitor: Visitor, found: Desk, words: str) -> None:
    st.session_state["desk_search"] = words.strip()[:60]
    with database.session() as session:
        note_access(session, visitor, f"delivery:{_delivery_id(found)}", "search", f"review:{found.task.id}")
    st.rerun()


def _add(visitor: Visitor, found: Desk, receipt_no: str) -> None:
    """Put a case that was looked up beside the candidates."""
    with database.session() as session:
        hit = next((c for c in find(session, receipt_no) if c.receipt_no == receipt_no), None)
        if hit:
            note_access(
                session, visitor, f"application:{hit.application_id}", "view", f"review:{found.task.id}"
            )
            st.session_state[_EXTRA] = [*_extra(), hit.application_id]
            st.session_state["desk_search"] = ""
    st.rerun()


def _decide(visitor: Visitor, task_id: int, act: dict[str, Any]) -> None:
    answer = Answer(
        action=str(act.get("do", "")),
        version=int(act.get("version", 0)),
        type=str(act.get("type", "")),
        fields={str(k): str(v) for k, v in dict(act.get("fields") or {}).items()},
        receipt_nos=[str(r) for r in act.get("receipt_nos") or ()],
        comment=str(act.get("comment", "")),
    )
    try:
        with database.session() as session:
            decide(session, visitor, task_id, answer)
    except (Refused, NotAllowed) as refused:
        st.session_state["desk_problem"] = str(refused)
        st.rerun()
    st.session_state[_SAY] = f"검토 {task_id}: {_DONE[answer.action]}"
    _go_on(visitor, task_id)


def _let_go(visitor: Visitor, task_id: int) -> None:
    with database.session() as session:
        give_back(session, visitor, task_id)


def _go_on(visitor: Visitor, after: int) -> None:
    """The next case at once, or the list when there is none."""
    with database.session() as session:
        following = _next(session, visitor, after)
    if following is None:
        _to_list()
    st.query_params["task"] = str(following)
    st.rerun()


def _next(session: Session, visitor: Visitor, after: int) -> int | None:
    return next_task(session, visitor.account_id, after=after)


def put_down(visitor: Visitor) -> None:
    """Give back the task that is in hand: for every other screen that is opened."""
    task_id = st.session_state.pop("desk_task", None)
    if task_id is not None:
        _let_go(visitor, task_id)


def _to_list() -> None:
    from dashboard.screens import review_list

    st.session_state.pop("desk_task", None)
    st.switch_page(st.Page(review_list.show, title="검토함", url_path="reviews"))
