"""Taking a letter back (회수) that one has drafted, while others have still to agree."""

from __future__ import annotations

import streamlit as st

from dashboard.acts import approving
from dashboard.acts.approving import Refused
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.reads.notice_sheet import NoticeSheet
from dashboard.visitor import Visitor
from queues import database
from queues.approvals import may_recall
from queues.models import Account, NoticeState


def recall_form(visitor: Visitor, sheet: NoticeSheet) -> None:
    """Shown to the drafter alone."""
    n = sheet.notice
    if n.state != NoticeState.APPROVAL or not may(visitor, Right.APPROVE):
        return
    with database.session() as session:
        if not may_recall(session, n, session.get_one(Account, visitor.account_id)):
            return
    with st.expander("상신한 문서 회수", key=f"recall_{n.id}"):
        comment = st.text_input("사유", key=f"recall_comment_{n.id}", max_chars=500)
        if not st.button("회수", key=f"recall_go_{n.id}"):
            return
        try:
            with database.session() as session:
                approving.recall(session, visitor, n.id, comment)
        except (Refused, NotAllowed) as refused:
            st.error(str(refused))
            return
        st.toast("회수했습니다. 다시 작성하거나 보내지 않기로 정할 수 있습니다.")
        st.rerun()
