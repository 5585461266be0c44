"""The line that says what is hidden, and shows it to one who says why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import REASONS, ReasonMissing, reveal_subjects
from dashboard.visitor import Visitor
from queues import database

OTHER = "그 밖의 사유"


def reveal_bar(
    visitor: Visitor, delivery_id: int, revealed: bool, application_ids: Sequence[int] = ()
) -> None:
    """Draw it for one delivery and the cases shown beside it; runs the script again once all may be shown."""
    reveal_bar_of(
        visitor, [f"delivery:{delivery_id}", *(f"application:{i}" for i in application_ids)], revealed
    )


def reveal_bar_of(
    visitor: Visitor, subjects: Sequence[str], revealed: bool, veiled: str = "개인정보를 가리고 있습니다."
) -> None:
    """The same for anything that personal data are shown of ("notice:17"). `veiled`: what is hidden, in words."""
    if revealed:
        st.html(
            '<span class="bo-muted">개인정보를 전부 보고 있습니다. 사유와 조회한 사람이 접속기록에 남았습니다.</span>'
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reveal_bar"):
        st.html(f'<span class="bo-muted">{veiled}</span>', width="content")
        chosen = st.selectbox(
            "보는 사유", [*REASONS, OTHER], key="reveal_reason", label_visibility="collapsed", width=190
        )
        if chosen == OTHER:
            chosen = st.text_input(
                "사유",
                key="reveal_other",
                placeholder="사유를 적어 주십시오",
                label_visibility="collapsed",
                width=200,
            )
        if st.button("전부 보기", key="reveal", shortcut="Alt+V"):
            _reveal(visitor, subjects, chosen or "")


def _reveal(visitor: Visitor, subjects: Sequence[str], reason: str) -> None:
    try:
        with database.session() as session:
            reveal_subjects(session, visitor, subjects, reason)
    except (ReasonMissing, NotAllowed) as problem:
        st.warning(str(problem))
        return
    st.rerun()
