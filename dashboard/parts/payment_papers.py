"""The papers of an order or a batch: looked at in a window over the screen, kept as a file for a reason."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.payment_papers import BATCH, LIST, ORDER, print_anew, subject
from dashboard.acts.rights import Right, may
from dashboard.acts.seeing import reason_given
from dashboard.parts.letter_view import pages_view
from dashboard.visitor import Visitor
from queues import database, files
from queues.errors import NotStored, Unreadable
from queues.models import PaymentBatch, PaymentOrder


def batch_papers(visitor: Visitor, batch: PaymentBatch) -> None:
    """지급명세 of a batch."""
    _papers(visitor, BATCH, batch.id, batch.paper_sha256, "지급명세서", batch.list_sha256)


def order_papers(visitor: Visitor, order: PaymentOrder) -> None:
    """지출결의서 of an order."""
    _papers(visitor, ORDER, order.id, order.paper_sha256, "지출결의서")


def _papers(visitor: Visitor, of: str, number: int, sha256: str, title: str, whole: str = "") -> None:
    with database.session() as session:
        told = bool(reason_given(session, visitor, subject(of, number)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"papers_{of}_{number}"):
        if not sha256:
            st.html(f'<span class="bo-muted">{title}: 아직 없음</span>', width="content")
        elif st.button(f"{title} 보기", key=f"paper_{of}_{number}", icon=":material/description:"):
            _look(of, number, sha256, title)
        if sha256 and told and may(visitor, Right.DOWNLOAD):
            st.html(_link(of, number, f"{title} (PDF)"), width="content")
            if whole:
                st.html(_link(LIST, number, "전체 명세 (XLSX)"), width="content")
        if may(visitor, Right.MAKE_PAYMENTS) and st.button(
            "다시 만들기" if sha256 else "만들기", key=f"print_{of}_{number}", type="tertiary"
        ):
            with database.session() as session:
                print_anew(session, visitor, of, number)
            st.toast(f"{title}을(를) 만들도록 했습니다. 곧 여기에 나타납니다.")


def _link(of: str, number: int, text: str) -> str:
    return f'<a class="bo-file" href="/payment-paper/{of}/{number}/file" download>{text}</a>'


@st.dialog("서류", width="large")
def _look(of: str, number: int, sha256: str, title: str) -> None:
    st.html(f"<b>{title}</b>")
    try:
        pages = _pages(sha256)
    except (NotStored, Unreadable):
        st.error("파일 저장소에 서류가 없거나 손상되었습니다. 시스템관리자에게 알려 주십시오.")
        return
    pages_view(f"paper-{sha256}", f"/payment-paper/{of}/{number}", pages, sha256, title)


@st.cache_data(max_entries=200, show_spinner=False)
def _pages(sha256: str) -> int:
    from dashboard.door.letters import pages_of

    return pages_of(files.read(sha256))
