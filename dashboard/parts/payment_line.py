"""The line of office behind a batch, and the form in which one of it agrees."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts import paying
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed
from dashboard.parts.notice_words import APPROVAL_STATES
from dashboard.parts.payment_words import duty
from dashboard.parts.times import short
from dashboard.reads.notice_sheet import Step
from dashboard.reads.payment_batch_sheet import BatchSheet
from dashboard.visitor import Visitor
from queues import database
from queues.models import ApprovalState, PaymentBatchState

LONGEST = 1000
_OPEN = (ApprovalState.WAITING, ApprovalState.ASKED)


def line(sheet: BatchSheet) -> None:
    """Who agreed, whose turn it is."""
    if not sheet.steps:
        return
    again = f' <span class="bo-muted">{sheet.rounds}차 상신</span>' if sheet.rounds > 1 else ""
    rows = "".join(_step(step) for step in sheet.steps)
    st.html(f'<b>결재</b>{again}<dl class="bo-facts">{rows}</dl>')


def _step(step: Step) -> str:
    a = step.approval
    label = APPROVAL_STATES[ApprovalState(a.state)]
    who = step.decided_by or step.asked_of or ("오늘 결재할 사람 없음" if a.state in _OPEN else "")
    at = f' <span class="bo-muted">{short(a.decided_at)}</span>' if a.decided_at else ""
    said = f"<br>{escape(step.comment)}" if step.comment else ""
    return (
        f"<dt>{escape(duty(a.duty))}</dt><dd>{escape(who)} "
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span>{at}{said}</dd>'
    )


def decision(visitor: Visitor, sheet: BatchSheet) -> None:
    """The form of the one whose turn it is: agree with the password, or send back with a reason."""
    step, b = sheet.mine, sheet.batch
    if step is None or b.state != PaymentBatchState.APPROVAL:
        return
    kept = f"payment_refused_{step.id}"
    why, said = st.session_state.get(kept, ("", ""))
    with st.form(f"payment_approval_{step.id}_{b.content_sha256[:12]}", clear_on_submit=True):
        st.html(
            f"<b>{escape(duty(step.duty))} 결재</b> "
            f'<span class="bo-muted">{b.payments:,}건 · {b.total_won:,}원</span>'
        )
        password = st.text_input(
            "비밀번호 (결재하려면 다시 입력)", type="password", autocomplete="current-password", max_chars=200
        )
        comment = st.text_input("의견 (반려할 때는 사유)", said, max_chars=LONGEST)
        with st.container(horizontal=True, gap="small"):
            agreed = st.form_submit_button("결재", type="primary")
            back = st.form_submit_button("반려")
        st.html(
            f'<span class="bo-muted">결재하는 내용: {escape(b.content_sha256[:16])}… '
            "한 건이라도 바뀌면 무효가 됩니다.</span>"
        )
    if not (agreed or back):
        if why:
            st.error(why)
        return
    # The password is cleared whatever comes of it; what was written beside it stays where it is refused.
    refused = (
        _agree(visitor, step.id, b.content_sha256, password, comment)
        if agreed
        else _send_back(visitor, step.id, b.content_sha256, comment)
    )
    st.session_state.pop(kept, None)
    if refused:
        st.session_state[kept] = (refused, comment)
    st.rerun()


def _agree(visitor: Visitor, approval_id: int, content: str, password: str, comment: str) -> str:
    """Why not, in words; "" where it is done."""
    try:
        with database.session() as session:
            paying.agree(session, visitor, approval_id, content, password, comment)
    except (Refused, NotAllowed) as refused:
        return str(refused)
    st.toast("결재했습니다.")
    return ""


def _send_back(visitor: Visitor, approval_id: int, content: str, comment: str) -> str:
    """Why not, in words; "" where it is done."""
    try:
        with database.session() as session:
            paying.send_back(session, visitor, approval_id, content, comment)
    except (Refused, NotAllowed) as refused:
        return str(refused)
    st.toast("반려했습니다. 기안자에게 돌아갑니다.")
    return ""
