"""The upload to the post that a letter went with: calling it back, and saying whether it was taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.post_batches import NOT_POSTED, POSTED, answer, call_back
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.parts.notice_review import as_seen
from dashboard.parts.times import full, short
from dashboard.reads.notice_sheet import NoticeSheet
from dashboard.reads.post_batches import CALL_BACK, under_way, version
from dashboard.visitor import Visitor
from queues import database
from queues.models import PostBatch, PostBatchState

_ASKED = "봇에 넘겼습니다. 사이트의 접수 내역을 확인하여 반영합니다."


def post_line(visitor: Visitor, sheet: NoticeSheet) -> None:
    """Of the last attempt, where it went with an upload to the post."""
    last = sheet.last
    batch = last.batch if last is not None else None
    if batch is None or batch.state not in (PostBatchState.PAID, PostBatchState.UNKNOWN):
        return
    st.html(f'<span class="bo-muted">{escape(told(batch))}</span>')
    if not may(visitor, Right.SEND_NOTICES):
        return
    with database.session() as session:
        asked, now = under_way(session, batch.id), version(session, batch.id)
    if asked:
        what = "우편 접수 취소를" if asked == CALL_BACK else "답한 내용을"
        st.html(f'<span class="bo-chip bo-busy">처리 중</span> {what} 봇이 사이트에서 확인하고 있습니다.')
        return
    if batch.state == PostBatchState.UNKNOWN:
        _doubt(visitor, batch, as_seen(f"post_{batch.id}", now))
    elif batch.cancel_until is not None and batch.cancel_until > datetime.now(UTC):
        _recall(visitor, batch, batch.cancel_until, as_seen(f"post_{batch.id}", now))


def told(batch: PostBatch) -> str:
    """`우편 접수 EP00000017 · 3통 · 8,760원 · 결제 2026-11-23 10:05`"""
    paid = f"결제 {full(batch.paid_at)}" if batch.paid_at else "결제 여부 미확인"
    won = batch.price_won or batch.expected_won
    return f"우편 접수 {batch.site_no or '(번호 없음)'} · {batch.letters}통 · {won:,}원 · {paid}"


def _recall(visitor: Visitor, batch: PostBatch, until: datetime, seen: int) -> None:
    with st.expander(f"우편 접수 취소 ({short(until)}까지)", key=f"post_recall_{batch.id}"):
        st.html(
            f"이 접수에 함께 올린 <b>우편 {batch.letters}통이 모두 취소</b>되고 요금은 예치금으로 돌아옵니다. "
            "취소된 통지마다 다시 보낼지 검토함에서 묻습니다."
        )
        sure = st.checkbox(f"{batch.letters}통 모두 취소하는 것을 확인함", key=f"post_recall_sure_{batch.id}")
        if st.button("우편 접수 취소", key=f"post_recall_go_{batch.id}", disabled=not sure):
            _do(lambda session: call_back(session, visitor, batch.id, seen), batch)


def _doubt(visitor: Visitor, batch: PostBatch, seen: int) -> None:
    with st.container(border=True, key=f"post_doubt_{batch.id}"):
        st.html(
            f"<b>우편 사이트에서 접수 내역을 확인하셨습니까?</b><br>접수명 <code>{escape(batch.key)}</code>의 답은 "
            f"함께 올린 우편 {batch.letters}통 모두에 적용됩니다. 봇이 사이트의 내역과 맞는지 다시 확인한 뒤 반영합니다."
        )
        comment = st.text_input(
            "확인한 내용 (‘접수되지 않음’이면 필수)", key=f"post_doubt_comment_{batch.id}", max_chars=500
        )
        with st.container(horizontal=True, gap="small"):
            if st.button("접수·결제됨", key=f"post_doubt_yes_{batch.id}"):
                _do(lambda session: answer(session, visitor, batch.id, seen, POSTED, comment), batch)
            if st.button("접수되지 않음", key=f"post_doubt_no_{batch.id}"):
                _do(lambda session: answer(session, visitor, batch.id, seen, NOT_POSTED, comment), batch)


def _do(act: Callable[[Session], object], batch: PostBatch) -> None:
    try:
        with database.session() as session:
            act(session)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(f"우편 접수 {batch.site_no}: {_ASKED}")
    st.rerun()
