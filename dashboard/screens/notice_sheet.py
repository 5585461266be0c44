"""One letter: how it looks, what became of it, and what is to be decided about it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts import reviewing
from dashboard.acts.notice_deciding import ask_for_preview
from dashboard.acts.rights import Right, may, require
from dashboard.acts.seeing import note_access, reason_given
from dashboard.parts import notice_facts
from dashboard.parts.empty import empty
from dashboard.parts.korean import reason as review_reason
from dashboard.parts.letter_view import letter_view
from dashboard.parts.notice_post import post_line
from dashboard.parts.notice_recall import recall_form
from dashboard.parts.notice_resend import resend_form
from dashboard.parts.notice_review import review_form
from dashboard.parts.notice_words import NOTICE_STATES, why
from dashboard.parts.reveal import reveal_bar_of
from dashboard.places import go
from dashboard.reads.notice_kinds import kind_title
from dashboard.reads.notice_sheet import NoticeSheet, notice_of, notice_sheet
from dashboard.visitor import Visitor
from queues import database
from queues.models import NoticeState, ReviewTask

_MAY_BE_SENT_AGAIN = (NoticeState.SENT, NoticeState.RETURNED)
_MAY_CHANGE = (NoticeState.DRAFT, NoticeState.APPROVAL, NoticeState.APPROVED, NoticeState.REVIEW)
_TAKEN = "notice_task_taken"


def show_task(visitor: Visitor, task_id: int) -> None:
    """The letter that a question is about, with the question in hand."""
    require(visitor, Right.REVIEW)
    with database.session() as session:
        task = session.get(ReviewTask, task_id)
        number = notice_of(task) if task is not None else None
        if task is not None and st.session_state.get(_TAKEN) != task_id:
            reviewing.take(session, visitor, task_id)
            st.session_state[_TAKEN] = task_id
    if task is None:
        empty("없는 검토 건입니다.", "주소가 잘못되었습니다. 검토함에서 다시 골라 주십시오.")
    elif number is not None:
        show(visitor, number)
    else:
        _elsewhere(task)


def show(visitor: Visitor, notice_id: int) -> None:
    with database.session() as session:
        sheet = notice_sheet(session, notice_id)
        if sheet is None:
            empty("없는 통지입니다.", "주소가 잘못되었습니다. 통지 목록에서 다시 골라 주십시오.")
            return
        if st.session_state.get("notice_seen") != notice_id:
            st.session_state["notice_seen"] = notice_id
            note_access(session, visitor, f"notice:{notice_id}", "view")
        revealed = bool(reason_given(session, visitor, f"notice:{notice_id}"))
    _head(visitor, sheet)
    left, right = st.columns([52, 48], gap="small")
    with left, st.container(key="page_side"):
        letter_view(sheet.notice, why(sheet.notice.reason) if sheet.notice.reason else "")
    with right:
        reveal_bar_of(
            visitor,
            [f"notice:{notice_id}", f"application:{sheet.application.id}"],
            revealed,
            "통지서 그림 말고는 개인정보를 가렸습니다.",
        )
        for task in sheet.tasks:
            review_form(visitor, sheet, task, revealed)
        notice_facts.facts(sheet, revealed)
        _files(visitor, sheet, revealed)
        notice_facts.words(sheet, revealed)
        notice_facts.line(sheet)
        recall_form(visitor, sheet)
        post_line(visitor, sheet)
        for one in reversed(sheet.attempts):
            notice_facts.attempt(one, revealed)
        _trouble(sheet)
        if _may_send_again(visitor, sheet):
            resend_form(visitor, sheet, revealed)


def _head(visitor: Visitor, sheet: NoticeSheet) -> None:
    n = sheet.notice
    label = NOTICE_STATES[NoticeState(n.state)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="to_notices", icon=":material/arrow_back:"):
            _leave(visitor)
        reason = f'<span class="bo-muted">{escape(why(n.reason))}</span>' if n.reason else ""
        st.html(
            f'<b style="font-size:1.1rem">{escape(kind_title(n.kind))}</b> '
            f'<span class="bo-muted">통지 {n.id}</span> &nbsp;'
            f'<span class="bo-chip bo-{label.tone}">{label.text}</span> &nbsp;{reason}',
            width="content",
        )
        st.space("stretch")
        if (
            n.supplement_id
            and may(visitor, Right.SEND_NOTICES)
            and st.button("보완 요청", key="to_supplement")
        ):
            go("supplements", {"request": str(n.supplement_id)})
        if n.state in _MAY_CHANGE and st.button("지금 값으로 미리보기", key="ask_preview"):
            with database.session() as session:
                item = ask_for_preview(session, visitor, n.id)
            go("notice-preview", {"item": str(item), "notice": str(n.id)})


def _leave(visitor: Visitor) -> None:
    """Back to the list; a question that was in hand is anybody's again."""
    taken = st.session_state.pop(_TAKEN, None)
    came_for = st.query_params.get("task")
    if taken and may(visitor, Right.REVIEW):
        with database.session() as session:
            reviewing.give_back(session, visitor, taken)
    if came_for:
        go("reviews")
    st.query_params.pop("notice", None)
    st.rerun()


def _files(visitor: Visitor, sheet: NoticeSheet, revealed: bool) -> None:
    n = sheet.notice
    if not n.letter_sha256 or not may(visitor, Right.DOWNLOAD):
        return
    if not revealed:
        st.html(
            '<span class="bo-muted">통지서와 증명 자료는 ‘전부 보기’에서 사유를 고른 뒤 내려받을 수 있습니다.</span>'
        )
        return
    st.html(
        f'<a class="bo-file" href="/letter/{n.id}/file" download>통지서 원본 (PDF)</a> '
        f'<a class="bo-file" href="/letter/{n.id}/proof" download>통지서와 증명 자료 (ZIP)</a>'
        f'<br><span class="bo-muted" title="{n.letter_sha256}">보낸 그대로의 파일 · SHA-256 '
        f"{n.letter_sha256[:16]}…</span>"
    )


def _trouble(sheet: NoticeSheet) -> None:
    for item in sheet.troubled:
        st.html(
            f'<span class="bo-chip bo-bad">작업 실패</span> {escape(why(item.error_code))} '
            f'<span class="bo-muted">작업 {item.id}</span>'
        )


def _may_send_again(visitor: Visitor, sheet: NoticeSheet) -> bool:
    return (
        may(visitor, Right.SEND_NOTICES)
        and sheet.notice.state in _MAY_BE_SENT_AGAIN
        and not sheet.tasks
        and not sheet.may_still_leave
    )


def _elsewhere(task: ReviewTask) -> None:
    """A question that is decided on another screen: that of an overdue request."""
    request = task.evidence.get("supplement_id")
    if request:
        go("supplements", {"request": str(request)})
    st.html(f"<b>{escape(review_reason(task.reason))}</b><p>{escape(task.question)}</p>")
