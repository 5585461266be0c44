"""배달 현황: what arrived, what became of it, and one delivery with its pages."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import streamlit as st

from dashboard.acts import steering
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.acts.seeing import is_revealed, note_access
from dashboard.parts import figures
from dashboard.parts.empty import empty
from dashboard.parts.korean import (
    DELIVERY_STATES,
    DOCUMENT_STATES,
    SINK_STATES,
    Label,
    confidence,
    reason,
    source,
)
from dashboard.parts.korean import field as field_label
from dashboard.parts.reveal import reveal_bar
from dashboard.parts.senders import sender
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import full, short, today_start
from dashboard.parts.viewer import viewer
from dashboard.present import must_be_present
from dashboard.reads.deliveries import (
    SHOWN,
    Arrived,
    DeliverySheet,
    arrived,
    delivery_sheet,
    summary,
)
from dashboard.reads.document_types import title
from dashboard.reads.figures import today
from dashboard.reads.masked import shown
from dashboard.reads.pages import problem_text, sheets
from dashboard.visitor import Visitor
from queues import database
from queues.crypto import open_
from queues.models import DeliveryState, DocumentState, SinkState

COLUMNS = (
    Column("received", "수신", "9.5em", "nowrap"),
    Column("state", "상태", "7em"),
    Column("sender", "보낸 곳", "19em"),
    Column("documents", "문서"),
    Column("cases", "연결된 신청", "16em"),
    Column("pages", "쪽수", "4em", "right"),
    Column("number", "배달", "4.5em", "right"),
)
#: States in which it is worth saying why.
UNSETTLED = (DocumentState.REVIEW, DocumentState.WAITING_CASE)
PERIODS = {"오늘": 0, "최근 7일": 6, "최근 30일": 29, "모두": None}


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_DELIVERIES)
    given = st.query_params.get("delivery", "")
    if given.isdigit() and len(given) < 18:
        _one(visitor, int(given))
        return
    _list()


def _list() -> None:
    with database.session() as session:
        figures.show(today(session))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        labels = {"전체": ""} | {label.text: state.value for state, label in DELIVERY_STATES.items()}
        state = st.pills(
            "상태", list(labels), default="전체", key="delivery_state", label_visibility="collapsed"
        )
        st.space("stretch")
        period = st.selectbox(
            "기간", list(PERIODS), index=1, key="delivery_period", label_visibility="collapsed", width=120
        )
        words = st.text_input(
            "찾기",
            key="delivery_words",
            placeholder="성명 · 접수번호 · 발신번호 · 보낸 곳",
            label_visibility="collapsed",
            width=280,
        )
    days = PERIODS[period or "모두"]
    since = None if days is None else today_start() - timedelta(days=days)
    chosen = labels.get(state or "전체", "")
    with database.session() as session:
        rows = arrived(session, states=[chosen] if chosen else [], words=words, since=since)
    if not rows:
        empty("보여 줄 배달이 없습니다.", "기간을 넓히거나 찾는 말을 바꿔 보십시오.")
        return
    opened = table("deliveries", COLUMNS, [_row(r) for r in rows], label="배달 목록")
    more = (
        f" · 최근 {SHOWN}건까지만 보입니다. 기간이나 찾는 말로 좁혀 주십시오." if len(rows) == SHOWN else ""
    )
    st.caption(f"{len(rows)}건{more}")
    if opened:
        st.query_params["delivery"] = opened
        st.rerun()


def _row(row: Arrived) -> dict[str, object]:
    d = row.delivery
    state = DELIVERY_STATES[DeliveryState(d.state)]
    documents: object = summary(row.documents)
    if d.duplicate_of:
        state, documents = Label("중복 수신", "wait"), f"같은 팩스: 배달 {d.duplicate_of}"
    elif d.problem and not row.documents:
        documents = problem_text(d.problem)
    elif not documents:
        documents = muted("판독 전" if d.state in ("taken", "reading") else "분류된 문서 없음")
    return {
        "id": str(d.id),
        "cells": {
            "received": short(d.received_at),
            "state": chip(state),
            "sender": sender(d.sender_name, d.caller_number, d.source),
            "documents": documents,
            "cases": [strong(n) for n in row.receipt_nos[:2]]
            + ([muted(f"외 {len(row.receipt_nos) - 2}")] if len(row.receipt_nos) > 2 else []),
            "pages": str(d.page_count or ""),
            "number": muted(str(d.id)),
        },
    }


def _one(visitor: Visitor, delivery_id: int) -> None:
    with database.session() as session:
        found = delivery_sheet(session, delivery_id)
        if found is None:
            empty("없는 배달입니다.", "주소가 잘못되었습니다. 배달 현황에서 다시 골라 주십시오.")
            return
        if st.session_state.get("delivery_seen") != delivery_id:
            st.session_state["delivery_seen"] = delivery_id
            note_access(session, visitor, f"delivery:{delivery_id}", "view")
        revealed = is_revealed(session, visitor, delivery_id)
    _head(visitor, found)
    left, right = st.columns([52, 48], gap="small")
    with left, st.container(key="page_side"):
        pages = sheets(found.pages, found.documents, found.fields, revealed=revealed)
        if pages:
            viewer("viewer", f"delivery-{delivery_id}", pages)
        else:
            empty("볼 수 있는 쪽이 없습니다.", found.delivery.problem_detail or "아직 판독하지 않았습니다.")
    with right:
        reveal_bar(visitor, delivery_id, revealed)
        _facts(found)
        for position in range(len(found.documents)):
            _document(found, position, revealed)


def _head(visitor: Visitor, found: DeliverySheet) -> None:
    d = found.delivery
    label = Label("중복 수신", "wait") if d.duplicate_of else DELIVERY_STATES[DeliveryState(d.state)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="to_deliveries", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        st.html(
            f'<b style="font-size:1.1rem">배달 {d.id}</b> &nbsp;'
            f'<span class="bo-chip bo-{label.tone}">{label.text}</span> &nbsp;'
            f'<span class="bo-muted">{escape(summary(found.documents))}</span>'
        )
        st.space("stretch")
        if d.duplicate_of and may(visitor, Right.REVIEW) and st.button("중복 아님 · 따로 처리", key="as_new"):
            _as_new(visitor, d.id)
        if (
            found.tasks
            and may(visitor, Right.REVIEW)
            and st.button("검토하기", type="primary", key="to_review")
        ):
            from dashboard.screens.review_list import open_case

            open_case(found.tasks[0])


def _as_new(visitor: Visitor, delivery_id: int) -> None:
    try:
        with database.session() as session:
            steering.not_a_repeat(session, visitor, delivery_id)
    except (NotAllowed, steering.CannotSteer) as refused:
        st.toast(str(refused))
    else:
        st.toast("따로 연결하도록 넘겼습니다. 잠시 뒤 결과가 나타납니다.")


def _facts(found: DeliverySheet) -> None:
    d = found.delivery
    facts = [
        ("수신", full(d.received_at)),
        ("보낸 곳", " · ".join(w for w in (d.sender_name, d.caller_number) if w) or "알 수 없음"),
        ("들어온 길", source(d.source)),
        ("쪽수", f"{d.page_count}쪽" if d.page_count else "알 수 없음"),
    ]
    if d.duplicate_of:
        facts.append(("중복", f"배달 {d.duplicate_of}번으로 이미 받은 팩스여서 따로 처리하지 않습니다."))
    if d.problem:
        facts.append(("문제", d.problem_detail or problem_text(d.problem)))
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts)
    st.html(f'<dl class="bo-facts">{rows}</dl>')


def _completeness(found: DeliverySheet, application_id: int) -> str:
    """What the application still lacks, after it was attached to."""
    missing = found.missing.get(application_id)
    if missing is None:
        return ""
    if not missing:
        return ' <span class="bo-chip bo-good">서류 완비</span>'
    titles = ", ".join(" 또는 ".join(title(t) for t in need.split("|")) for need in missing)
    return f' <span class="bo-chip bo-warn">부족한 서류</span> <span class="bo-muted">{escape(titles)}</span>'


def _document(found: DeliverySheet, position: int, revealed: bool) -> None:
    document = found.documents[position]
    label = DOCUMENT_STATES[DocumentState(document.state)]
    numbers = ", ".join(f"{n}" for n in document.pages)
    linked = [(a, r) for a, r in found.attachments if a.document_id == document.id]
    st.html(
        f'<b>{escape(title(document.type))}</b> <span class="bo-muted">{numbers}쪽</span> '
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span>'
        + (
            f' <span class="bo-muted">{escape(reason(document.reason))}</span>'
            if document.state in UNSETTLED
            else ""
        )
        + "".join(
            f'<br>→ <b>{escape(r)}</b> <span class="bo-muted">'
            f"{'자동 연결' if a.decided_by == 'bot' else '사람이 연결'} {short(a.decided_at)}</span> "
            f'<span class="bo-chip bo-{SINK_STATES[SinkState(a.sink_state)].tone}">'
            f"{SINK_STATES[SinkState(a.sink_state)].text}</span>{_completeness(found, a.application_id)}"
            for a, r in linked
        )
    )
    own = [f for f in found.fields if f.document_id == document.id and f.person == 0]
    if not own:
        return
    rows = [
        {
            "id": str(f.id),
            "cells": {
                "name": muted(field_label(f.name)),
                "value": shown(f.name, open_(f.value_enc) if f.value_enc else "", revealed=revealed),
                "sure": chip(Label("사람이 고침", "busy"))
                if f.corrected_by
                else chip(
                    Label(
                        f"{'의심' if f.doubtful else '확실'} {confidence(f.confidence)}",
                        "warn" if f.doubtful else "good",
                    )
                ),
            },
        }
        for f in own
    ]
    columns = (Column("name", "항목", "8em"), Column("value", "읽은 값"), Column("sure", "확신도", "8em"))
    table(f"fields_{document.id}", columns, rows, label=title(document.type), opens=False)
