"""연결이 잘못됨: whoever looks at a paper may say that it does not belong to the case it was put in."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.reviewing import Refused, object_to
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.visitor import Visitor
from queues import database


def objection(visitor: Visitor, attachment_id: int, receipt_no: str) -> int | None:
    """A button that asks why; returns the review that was opened by it, once."""
    if not may(visitor, Right.REVIEW):
        return None
    with st.popover("연결이 잘못됨", help="연결을 풀고, 어느 신청의 서류인지 검토로 다시 묻습니다."):
        st.html(f"<b>{receipt_no}</b>의 서류가 아니라고 보는 사유를 적어 주십시오.")
        comment = st.text_input(
            "사유",
            key=f"objection_{attachment_id}",
            max_chars=500,
            placeholder="예: 동명이인의 서류",
            label_visibility="collapsed",
        )
        if not st.button("연결 풀고 검토로", type="primary", key=f"object_{attachment_id}"):
            return None
        try:
            with database.session() as session:
                task = object_to(session, visitor, attachment_id, comment)
        except (Refused, NotAllowed) as refused:
            st.warning(str(refused))
            return None
        return task.id
