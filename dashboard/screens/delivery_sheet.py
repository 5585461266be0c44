"""One delivery: its pages, what was read, what became of it, and the file that it came in."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts import steering
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.seeing import is_revealed, note_access
from dashboard.parts.empty import empty
from dashboard.parts.korean import DIVIDED_BY, DOCUMENT_STATES, SINK_STATES, Label, confidence, reason
from dashboard.parts.korean import field as field_label
from dashboard.parts.korean import source as way_in
from dashboard.parts.objection import objection
from dashboard.parts.reveal import reveal_bar
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import full, short
from dashboard.parts.viewer import viewer
from dashboard.reads.deliveries import DeliverySheet, delivery_sheet, summary
from dashboard.reads.delivery_history import Happened, history
from dashboard.reads.document_types import title
from dashboard.reads.found import entry_number
from dashboard.reads.masked import shown
from dashboard.reads.pages import problem_text, sheets
from dashboard.reads.sender_words import masked_number, masked_sender, spaced_number
from dashboard.visitor import Visitor
from queues import database
from queues.crypto import open_
from queues.models import DeliveryState, Document, DocumentState, SinkState

UNSETTLED = (DocumentState.REVIEW, DocumentState.WAITING_CASE)
"""States in which it is worth saying why."""

_FIELDS = (Column("name", "항목", "8em"), Column("value", "읽은 값"), Column("sure", "확신도", "8em"))
_LETTERS = (
    Column("number", "순서", "4em", "right"),
    Column("pages", "쪽수", "4em", "right"),
    Column("standing", "처리"),
    Column("divided", "나눈 기준", "11em"),
)


def show(visitor: Visitor, delivery_id: int) -> None:
    with database.session() as session:
        found = delivery_sheet(session, delivery_id)
        if found is None:
            empty("없는 배달입니다.", "주소가 잘못되었습니다. 배달 현황에서 다시 골라 주십시오.")
            return
        if st.session_state.get("delivery_seen") != delivery_id:
            st.session_state["delivery_seen"] = delivery_id
            note_access(session, visitor, f"delivery:{delivery_id}", "view")
        revealed = is_revealed(session, visitor, delivery_id)
        happened = history(session, found.delivery, found.documents)
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
        _facts(found, revealed)
        _original(visitor, delivery_id, revealed)
        if found.letters:
            _letters(found)
        for document in found.documents:
            _document(found, document, revealed)
            _objections(visitor, found, document)
        _history(happened)


def _head(visitor: Visitor, found: DeliverySheet) -> None:
    d = found.delivery
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="to_deliveries", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        st.html(
            f'<b style="font-size:1.1rem">배달 {d.id}</b> &nbsp;'
            f'<span class="bo-chip bo-{found.standing.tone}">{escape(found.standing.text)}</span> &nbsp;'
            f'<span class="bo-muted">{escape(summary(found.documents))}</span>'
        )
        st.space("stretch")
        if d.batch_id and st.button("묶음 보기", key="to_batch"):
            _go_to(d.batch_id)
        if d.duplicate_of and st.button(f"먼저 온 배달 {d.duplicate_of}", key="to_first"):
            _go_to(d.duplicate_of)
        if d.duplicate_of and may(visitor, Right.REVIEW) and st.button("중복 아님 · 따로 처리", key="as_new"):
            _as_new(visitor, d.id)
        if (
            found.tasks
            and may(visitor, Right.REVIEW)
            and st.button("검토하기", type="primary", key="to_review")
        ):
            from dashboard.screens.review_list import open_case

            open_case(found.standing.task or found.tasks[0])


def _go_to(delivery_id: int) -> None:
    st.query_params["delivery"] = str(delivery_id)
    st.rerun()


def _as_new(visitor: Visitor, delivery_id: int) -> None:
    try:
        with database.session() as session:
            steering.not_a_repeat(session, visitor, delivery_id)
    except (NotAllowed, steering.CannotSteer) as refused:
        st.toast(str(refused))
    else:
        st.toast("따로 연결하도록 넘겼습니다. 잠시 뒤 결과가 나타납니다.")


def _facts(found: DeliverySheet, revealed: bool) -> None:
    d = found.delivery
    name, number = (
        (d.sender_name, spaced_number(d.caller_number))
        if revealed
        else (masked_sender(d.sender_name), masked_number(d.caller_number))
    )
    channel = d.source.partition(":")[2]
    facts = [
        ("수신", full(d.received_at)),
        ("보낸 곳", name or "알 수 없음"),
        ("발신번호", number or "알 수 없음"),
        ("접수 경로", way_in(d.source) + (f" · {channel}" if channel else "")),
        ("쪽수", f"{d.page_count}쪽" if d.page_count else "알 수 없음"),
        *_desk_facts(found, revealed),
        *_batch_facts(found),
    ]
    if d.duplicate_of:
        facts.append(("중복", f"배달 {d.duplicate_of}번으로 이미 받은 서류여서 따로 처리하지 않습니다."))
    if found.repeats:
        facts.append(("다시 온 것", ", ".join(f"배달 {n}" for n in found.repeats)))
    if d.problem:
        facts.append(("문제", d.problem_detail or problem_text(d.problem)))
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts)
    st.html(f'<dl class="bo-facts">{rows}</dl>')


def _desk_facts(found: DeliverySheet, revealed: bool) -> list[tuple[str, str]]:
    desk = found.desk
    facts = []
    if desk is not None:
        facts.append(("접수확인번호", f"{entry_number(desk.entry_id)} · {desk.by} · 파일 {desk.files}개"))
        if desk.remark:
            remark = desk.remark if revealed else "적혀 있음 (‘전부 보기’를 누르면 보입니다)"
            facts.append(("접수 메모", remark))
    if found.delivery.given_receipt_no:
        facts.append(("지정한 신청", found.delivery.given_receipt_no))
    return facts


def _batch_facts(found: DeliverySheet) -> list[tuple[str, str]]:
    place, d = found.place, found.delivery
    if place is not None:
        first, last = min(place.original_pages, default=0), max(place.original_pages, default=0)
        pages = f" · 원본 {first}–{last}쪽" if last > first else f" · 원본 {first}쪽" if first else ""
        words = f"묶음 배달 {place.batch_id} · 우편물 {place.number}/{place.count}{pages}"
        return [("묶음", words), ("나눈 기준", DIVIDED_BY.get(place.divided_by, place.divided_by))]
    if d.state == DeliveryState.SPLIT:
        how = DIVIDED_BY.get(d.divided_by, d.divided_by)
        return [("묶음", f"우편물 {len(found.letters)}통으로 나눔" + (f" · {how}" if how else ""))]
    return []


def _original(visitor: Visitor, delivery_id: int, revealed: bool) -> None:
    if not may(visitor, Right.DOWNLOAD):
        return
    if revealed:
        st.html(
            f'<a class="bo-file" href="/original/{delivery_id}" download>원본 내려받기</a> '
            '<span class="bo-muted">내려받은 사람과 사유가 접속기록에 남습니다.</span>'
        )
    else:
        st.html('<span class="bo-muted">원본은 ‘전부 보기’에서 사유를 고른 뒤 내려받을 수 있습니다.</span>')


def _letters(found: DeliverySheet) -> None:
    rows = [
        {
            "id": str(letter.id),
            "cells": {
                "number": str(letter.letter_no),
                "pages": str(letter.page_count or ""),
                "standing": chip(Label(standing.text, standing.tone)),
                "divided": muted(DIVIDED_BY.get(letter.divided_by, "")),
            },
        }
        for letter, standing in found.letters
    ]
    if opened := table("letters", _LETTERS, rows, label="묶음의 우편물"):
        _go_to(int(opened))


def _completeness(found: DeliverySheet, application_id: int) -> str:
    """What the application still lacks, after it was attached to."""
    missing = found.missing.get(application_id)
    if missing is None:
        return ""
    if not missing:
        return ' <span class="bo-chip bo-good">서류 완비</span>'
    titles = ", ".join(" 또는 ".join(title(t) for t in need.split("|")) for need in missing)
    return f' <span class="bo-chip bo-warn">부족한 서류</span> <span class="bo-muted">{escape(titles)}</span>'


def _document(found: DeliverySheet, document: Document, revealed: bool) -> None:
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
                "sure": chip(_sureness(f.corrected_by is not None, f.doubtful, f.confidence)),
            },
        }
        for f in own
    ]
    table(f"fields_{document.id}", _FIELDS, rows, label=title(document.type), opens=False)


def _objections(visitor: Visitor, found: DeliverySheet, document: Document) -> None:
    for attachment, receipt_no in found.attachments:
        if attachment.document_id != document.id:
            continue
        if (task := objection(visitor, attachment.id, receipt_no)) is not None:
            from dashboard.screens.review_list import open_case

            open_case(task)


def _sureness(corrected: bool, doubtful: bool, share: float) -> Label:
    if corrected:
        return Label("사람이 고침", "busy")
    return Label(f"{'의심' if doubtful else '확실'} {confidence(share)}", "warn" if doubtful else "good")


def _history(happened: list[Happened]) -> None:
    rows = "".join(
        f"<dt>{short(h.at)}</dt><dd>{escape(h.what)}"
        + (f' <span class="bo-muted">{escape(h.about)}</span>' if h.about else "")
        + (f' <span class="bo-muted">· {escape(h.who)}</span>' if h.who else "")
        + "</dd>"
        for h in happened
    )
    st.html(f'<b>처리 이력</b><dl class="bo-facts">{rows}</dl>')
