"""Having a letter that left be sent once more, by another way or to another address."""

from __future__ import annotations

import streamlit as st

from config.channels import CHANNELS
from dashboard.acts.decisions import Refused
from dashboard.acts.notice_answers import RESEND, NoticeAnswer
from dashboard.acts.notice_deciding import resend
from dashboard.acts.rights import NotAllowed
from dashboard.parts.notice_review import address_fields, as_seen, channel_choice
from dashboard.reads.notice_sheet import NoticeSheet
from dashboard.visitor import Visitor
from queues import database


def resend_form(visitor: Visitor, sheet: NoticeSheet, revealed: bool) -> None:
    """Folded away: what left is on its way, and a second letter is the exception."""
    n = sheet.notice
    seen = as_seen(f"resend_{n.id}", n.version)
    with st.expander("다른 방법으로 다시 보내기", key=f"resend_{n.id}"):
        st.html(
            '<span class="bo-muted">먼저 보낸 통지는 그대로 있습니다. 두 번째로 보내는 것이므로 사유를 적어야 합니다.</span>'
        )
        chosen = channel_choice(sheet, f"resend_channel_{n.id}")
        filled: dict[str, object] = {}
        if (
            chosen
            and CHANNELS[chosen].is_post
            and st.checkbox("다른 주소로 보내기", key=f"resend_elsewhere_{n.id}")
        ):
            filled = address_fields(sheet, f"resend_{n.id}", revealed)
        comment = st.text_input("사유", key=f"resend_comment_{n.id}", max_chars=500)
        if not st.button("다시 보내기", key=f"resend_go_{n.id}", type="primary", disabled=not chosen):
            return
        answer = NoticeAnswer(RESEND, seen, channel=chosen, comment=comment, **filled)  # type: ignore[arg-type]
        try:
            with database.session() as session:
                resend(session, visitor, n.id, answer)
        except (Refused, NotAllowed) as refused:
            st.error(str(refused))
            return
        st.toast("다시 보내도록 넘겼습니다. 잠시 뒤 발송 내역에 나타납니다.")
        st.rerun()
