"""미리보기: a letter as it would look with what the case says now. Nothing leaves."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts.decisions import Refused
from dashboard.acts.notice_deciding import ask_for_kind, ask_for_preview
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.letter_view import pages_view
from dashboard.parts.notice_words import why
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.notice_kinds import kind_title, kinds_with_letter
from dashboard.reads.notice_preview import Preview, preview
from dashboard.visitor import Visitor
from queues import database

REFRESH_SECONDS = 1.0


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_NOTICES)
    _head(visitor)
    given = st.query_params.get("item", "")
    if not (given.isdigit() and len(given) < 18):
        empty("접수번호와 통지를 고르면 지금 자료로 만든 통지서를 봅니다.", "미리보기는 발송되지 않습니다.")
        return
    with database.session() as session:
        found = preview(session, int(given))
    if found is None:
        empty("없는 미리보기입니다.")
    elif found.running:
        _wait()
    else:
        _shown(found)


def _head(visitor: Visitor) -> None:
    notice = st.query_params.get("notice", "")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="preview_tools"):
        if st.button("통지", key="preview_back", icon=":material/arrow_back:"):
            go("notices", {"notice": notice} if notice else {})
        if notice:
            st.html(f"<b>통지 {escape(notice)} 미리보기</b>", width="content")
            if st.button("다시 만들기", key="preview_again") and notice.isdigit():
                _ask(visitor, int(notice))
            return
        if not may(visitor, Right.SEND_NOTICES):
            return
        kinds = kinds_with_letter()
        kind = st.selectbox("통지", list(kinds), format_func=kind_title, key="preview_kind", width=260)
        receipt_no = st.text_input("접수번호", key="preview_case", placeholder="2026-UB-0012345", width=220)
        if st.button("미리보기 만들기", key="preview_make", type="primary", disabled=not receipt_no):
            _ask_for_kind(visitor, str(kind), receipt_no)


def _ask(visitor: Visitor, notice_id: int) -> None:
    try:
        with database.session() as session:
            item = ask_for_preview(session, visitor, notice_id)
    except (Refused, NotAllowed) as refused:
        st.toast(str(refused))
        return
    st.query_params["item"] = str(item)
    st.rerun()


def _ask_for_kind(visitor: Visitor, kind: str, receipt_no: str) -> None:
    try:
        with database.session() as session:
            item = ask_for_kind(session, visitor, kind, receipt_no)
    except (Refused, NotAllowed) as refused:
        st.toast(str(refused))
        return
    st.query_params["item"] = str(item)
    st.rerun()


@st.fragment(run_every=REFRESH_SECONDS)
def _wait() -> None:
    """Looks again until the bot is done."""
    given = st.query_params.get("item", "")
    with database.session() as session:
        found = preview(session, int(given)) if given.isdigit() else None
    if found is None or not found.running:
        st.rerun()
    empty("통지서를 만들고 있습니다.", found.waiting or "잠시만 기다려 주십시오.")


def _shown(found: Preview) -> None:
    if found.letter_sha256:
        left, right = st.columns([62, 38], gap="small")
        with left:
            pages_view(
                f"preview-{found.item_id}",
                f"/letter-preview/{found.item_id}",
                found.pages,
                found.letter_sha256,
            )
        right.html(
            '<span class="bo-chip bo-warn">미리보기</span> '
            '<span class="bo-muted">지금 자료로 만든 모습이며 발송되지 않았습니다. '
            "처분의 문서번호·시행일·관인은 결재가 끝나면 들어갑니다.</span>"
        )
        return
    told = "".join(f"<li>{escape(problem)}</li>" for problem in found.problems)
    st.html(
        f'<div class="bo-empty"><b>통지서를 만들 수 없습니다.</b>'
        f"{f'<ul style=text-align:left>{told}</ul>' if told else escape(why(found.error))}</div>"
    )
