"""One work item on the screen 봇과 작업: all that happened, what the bot saw, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.steering import CannotSteer, cancel, hand_over, hasten, retry
from dashboard.door.evidence import PICTURES
from dashboard.parts.korean import EVIDENCE, WORK_STATES, work_event
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import ago, full, length, now, short
from dashboard.present import must_be_present
from dashboard.reads.references import about, actor_names
from dashboard.reads.work_items import ItemDetail, item_detail, what_to_do
from dashboard.visitor import Visitor
from queues import database
from queues.models import WorkEvidence, WorkItem, WorkState

_HISTORY = (
    Column("at", "시각", "14em", "nowrap"),
    Column("state", "상태", "8em"),
    Column("reason", "사유"),
    Column("actor", "누가", "12em"),
)
_CANCELLED = "취소했습니다."


def show_item(visitor: Visitor, item_id: int, titles: dict[str, str]) -> None:
    with database.session() as session:
        detail = item_detail(session, item_id)
        names = actor_names(session, {h.event.actor for h in detail.history}) if detail else {}
    with st.container(border=True, key="item_detail"):
        if detail is None:
            st.html(f"작업 {item_id}은(는) 없습니다. 할 일이 없던 정기 실행은 남기지 않습니다.")
            _close()
            return
        _head(detail, titles)
        _trouble(detail)
        _acts(visitor, detail)
        _evidence(detail.evidence)
        _happened(detail, names)


def _head(detail: ItemDetail, titles: dict[str, str]) -> None:
    item = detail.row.item
    label = WORK_STATES[WorkState(item.state)]
    facts = [
        f"등록 {full(item.created_at)}",
        f"{item.attempt}차 시도, {item.tries}번 실행",
        f"우선순위 {item.priority}" if item.priority else "",
        f"작업자 {item.deaths}번 멈춤" if item.deaths else "",
    ]
    if detail.worker and item.state == WorkState.RUNNING:
        beat = ago(detail.worker.heartbeat_at)
        facts.append(f"{detail.worker.host} 프로세스 {detail.worker.pid}이(가) 처리 중 (신호 {beat})")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<b>작업 {item.id}</b> <span class="bo-chip bo-{label.tone}">{label.text}</span> '
            f"{escape(titles.get(item.bot, item.bot))} · {escape(about(item.reference))}"
            f'<div class="bo-muted">{escape(" · ".join(filter(None, facts)))}</div>',
            width="stretch",
        )
        delivery_id = item.payload.get("delivery_id")
        if delivery_id:
            from dashboard.screens import deliveries

            page = st.Page(deliveries.show, title="배달 현황", url_path="deliveries")
            st.page_link(page, label="배달 보기", query_params={"delivery": str(delivery_id)})
        for task in detail.tasks[:1]:
            from dashboard.screens import review_case

            page = st.Page(review_case.show, title="검토", url_path="review")
            st.page_link(page, label=f"검토 {task.id} 열기", query_params={"task": str(task.id)})
        _close()
    progress = item.progress or {}
    if item.state == WorkState.RUNNING and progress.get("total"):
        done, total = int(progress.get("done", 0)), int(progress["total"])
        begun = f" · 시작한 지 {length(now() - item.started_at)}" if item.started_at else ""
        st.progress(min(1.0, done / total), text=f"{done} / {total}{begun}")


def _close() -> None:
    if st.button("닫기", key="item_close", type="tertiary"):
        del st.query_params["item"]
        st.rerun(scope="fragment")


def _trouble(detail: ItemDetail) -> None:
    item = detail.row.item
    if item.error_text or (item.error_code and item.error_kind):
        kind = "업무 오류" if item.error_kind == "business" else "시스템 오류"
        st.error(f"{kind}: {item.error_text or item.error_code}")
    waits = item.state in (WorkState.WAITING, WorkState.QUEUED, WorkState.REVIEW, WorkState.RUNNING)
    if detail.row.why and (waits or item.retried_as):
        st.info(detail.row.why)
    if advice := what_to_do(item):
        st.caption(advice)


def _evidence(found: Sequence[WorkEvidence]) -> None:
    """Pictures as pictures, everything else to save; the address is asked for the right to see it."""
    if not found:
        return
    pictures = [e for e in found if e.media in PICTURES]
    links = " · ".join(
        f'<a href="/work-evidence/{e.id}?file=1" download>{escape(EVIDENCE.get(e.kind, e.kind))} '
        f"({escape(e.name)}) 저장</a> {short(e.at)}"
        for e in found
    )
    shown = "".join(
        f'<a href="/work-evidence/{e.id}" target="_blank"><img src="/work-evidence/{e.id}" '
        f'alt="봇이 본 화면 {full(e.at)}" loading="lazy"></a>'
        for e in pictures[-3:]
    )
    st.html(f'<div class="bo-evidence"><b>봇이 남긴 자료</b> {links}<div>{shown}</div></div>')


def _acts(visitor: Visitor, detail: ItemDetail) -> None:
    item = detail.row.item
    if not may(visitor, Right.RETRY_WORK) or item.state == WorkState.DONE or item.retried_as:
        return
    ended = item.state in (WorkState.FAILED, WorkState.REVIEW, WorkState.CANCELLED)
    given_up = item.state in (WorkState.FAILED, WorkState.CANCELLED)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        reason = st.text_input(
            "사유 · 전하는 말", key=f"item_reason_{item.id}", width=420, help="이력에 암호화해 남깁니다"
        )
        if ended:
            word = "봇에게 돌려주기" if item.error_code == "handed_over" else "다시 시도"
            if st.button(word, type="primary", key="retry"):
                _do(lambda s: retry(s, visitor, item.id, reason), "작업 {}(으)로 다시 시작했습니다.")
        later = item.state == WorkState.QUEUED and item.due_at is not None and item.due_at > now()
        if later and st.button("기다리지 않고 지금", type="primary", key="hasten"):
            _do(lambda s: hasten(s, visitor, item.id), "지금 하도록 앞당겼습니다.")
        if item.state not in (WorkState.RUNNING, WorkState.REVIEW) and st.button(
            "사람에게 넘기기", key="hand_over"
        ):
            _do(lambda s: hand_over(s, visitor, item.id, reason), "검토 {}(으)로 넘겼습니다.")
        if not given_up and st.button("취소", key="cancel"):
            _do(lambda s: cancel(s, visitor, item.id, reason), _CANCELLED)
    if item.state == WorkState.RUNNING:
        st.caption("처리 중인 작업을 취소하면 하던 단계까지는 끝나고, 그 결과는 버립니다.")


def _do(act: Callable[[Session], WorkItem | int | None], done: str) -> None:
    must_be_present()
    try:
        with database.session() as session:
            result = act(session)
    except (CannotSteer, NotAllowed) as refused:
        st.warning(str(refused))
        return
    if isinstance(result, WorkItem):
        st.query_params["item"] = str(result.id)
        result = result.id
    st.toast(done.format(result))
    st.rerun(scope="fragment")


def _happened(detail: ItemDetail, names: dict[str, str]) -> None:
    item = detail.row.item
    others = [a for a in detail.attempts if a.id != item.id]
    if others:
        links = " · ".join(
            f"{a.attempt}차 작업 {a.id} {WORK_STATES[WorkState(a.state)].text}" for a in detail.attempts
        )
        st.caption(f"같은 대상의 시도: {links}")
    rows = [
        {
            "id": str(h.event.id),
            "cells": {
                "at": full(h.event.at),
                "state": chip(WORK_STATES[WorkState(h.event.to_state)]) if h.event.to_state else "",
                "reason": [work_event(h.event.reason), muted(h.note)]
                if h.note
                else work_event(h.event.reason),
                "actor": muted(names[h.event.actor]),
            },
        }
        for h in detail.history
    ]
    table(f"history_{item.id}", _HISTORY, rows, label="작업 이력", opens=False)
