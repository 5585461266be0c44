"""결재함: letters of official acts that wait for one's agreement, beside the letter; the plain ones many at once."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts import approving
from dashboard.acts.approving import Refused
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.acts.seeing import note_access, reason_given
from dashboard.parts import notice_facts
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.letter_view import letter_view
from dashboard.parts.notice_words import APPROVAL_STATES, DUTIES
from dashboard.parts.pager import pager
from dashboard.parts.reveal import reveal_bar_of
from dashboard.parts.table import Column, chip, muted, picking_table, strong
from dashboard.parts.times import short
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.approvals import PAGE, Inbox, Waiting, decided_lately, inbox, waiting_by_kind
from dashboard.reads.notice_kinds import kind_title
from dashboard.reads.notice_sheet import NoticeSheet, notice_sheet
from dashboard.visitor import Visitor
from queues import database, masking
from queues.approvals import may_decide
from queues.models import Account, Approval, ApprovalState
from queues.payment_approvals import my_turn

COLUMNS = (
    Column("asked", "도착", "8.6em", "nowrap"),
    Column("kind", "통지"),
    Column("duty", "결재", "9em"),
    Column("name", "받는 사람", "10em"),
    Column("receipt_no", "접수번호", "11em", "nowrap"),
    Column("drafted", "기안자", "9em"),
    Column("manner", "결재 방법", "13em"),
)
_PICKED = "approvals_picked"
DRAFT = "draft"
"""The first duty of a line: who has it sends the letter up."""


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.APPROVE)
    given = st.query_params.get("approval", "")
    if given.isdigit() and len(given) < 18:
        _one(visitor, int(given))
    else:
        _list(visitor)


def _list(visitor: Visitor) -> None:
    kind, page = st.query_params.get("kind", ""), _page()
    with database.session() as session:
        counts = waiting_by_kind(session, visitor.account_id)
        found = inbox(session, visitor.account_id, kind, page=page)
    options = [
        Option("", "전체", sum(counts.values())),
        *(Option(k, kind_title(k), n) for k, n in counts.items()),
    ]
    if changed := filters("approval_filters", [Group("kind", "통지", options, kind)]):
        _choose(changed[1])
    _payments(visitor)
    if not found.rows:
        empty("결재할 문서가 없습니다.", "처분 통지서가 상신되어 차례가 오면 여기에 나타납니다.")
    else:
        _inbox(visitor, found, page)
    _lately(visitor)


def _payments(visitor: Visitor) -> None:
    """Batches of payments that wait for this person are agreed to where they are seen."""
    if not may(visitor, Right.APPROVE_PAYMENTS):
        return
    with database.session() as session:
        waiting = len(my_turn(session, session.get_one(Account, visitor.account_id)))
    if waiting and st.button(
        f"지급 배치 결재 {waiting:,}건", key="approvals_payments", icon=":material/arrow_forward:"
    ):
        go("payments", {"state": "approval"})


def _inbox(visitor: Visitor, found: Inbox, page: int) -> None:
    plain = {str(w.approval.id): w for w in found.rows if not w.reading}
    ticked = [key for key in st.session_state.get(_PICKED, []) if key in plain]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="approval_bar"):
        told = (
            f"<b>{len(ticked)}건 선택</b>"
            if ticked
            else "결재할 문서를 열거나, 여러 건을 골라 한꺼번에 결재하십시오."
        )
        st.html(f'<span class="bo-muted">{told}</span>', width="content")
        st.space("stretch")
        many = st.button(
            f"선택한 {len(ticked)}건 결재" if ticked else "일괄 결재",
            type="primary",
            key="approve_many",
            disabled=not ticked,
        )
    if many:
        _agree_to_many(visitor, [plain[key] for key in ticked])
    opened, picked = picking_table(
        "approvals", COLUMNS, [_row(w) for w in found.rows], label="결재 대기 목록", picks=ticked, keys=True
    )
    if picked is not None:
        st.session_state[_PICKED] = [key for key in picked if key in plain]
        st.rerun()
    asked = pager("approvals", page, max(found.total, len(found.rows)), PAGE, "오래 기다린 순서")
    if asked is not None:
        st.query_params["page"] = str(asked + 1)
        st.rerun()
    if opened:
        st.query_params["approval"] = opened
        st.rerun()


def _row(w: Waiting) -> dict[str, object]:
    manner = chip(Label("읽고 결재" if not w.read else "읽음", "warn" if not w.read else "good"))
    duty: list[object] = [DUTIES.get(w.approval.duty, w.approval.duty)]
    if w.stand_in:
        duty.append(chip(Label("대결", "busy"), f"{w.stand_in} 님 대신"))
    return {
        "id": str(w.approval.id),
        "fixed": w.reading,
        "cells": {
            "asked": short(w.approval.created_at),
            "kind": [strong(kind_title(w.notice.kind)), muted(f"통지 {w.notice.id}")],
            "duty": duty,
            "name": masking.name(w.name) if w.name else "",
            "receipt_no": w.receipt_no,
            "drafted": w.drafted_by or muted("-"),
            "manner": manner if w.reading else muted("일괄 결재 가능"),
        },
    }


def _agree_to_many(visitor: Visitor, rows: list[Waiting]) -> None:
    try:
        with database.session() as session:
            done = approving.agree_to_many(
                session, visitor, [(w.approval.id, w.notice.content_sha256) for w in rows]
            )
    except NotAllowed as refused:
        st.toast(str(refused))
        return
    st.session_state[_PICKED] = []
    st.toast(f"{len(done.agreed)}건을 결재했습니다.")
    for why in sorted(set(done.left.values())):
        st.toast(f"{list(done.left.values()).count(why)}건은 결재하지 않았습니다. {why}")
    st.rerun()


def _one(visitor: Visitor, approval_id: int) -> None:
    with database.session() as session:
        approval = session.get(Approval, approval_id)
        sheet = notice_sheet(session, approval.notice_id) if approval and approval.notice_id else None
        if approval is None or sheet is None:
            empty("없는 결재 문서입니다.", "결재함에서 다시 골라 주십시오.")
            return
        mine = may_decide(session, approval, session.get_one(Account, visitor.account_id))
        if st.session_state.get("approval_seen") != (approval_id, approval.content_sha256):
            st.session_state["approval_seen"] = (approval_id, approval.content_sha256)
            note_access(session, visitor, f"notice:{sheet.notice.id}", "view_letter", "결재")
            if sheet.notice.letter_sha256:
                approving.read(session, visitor, approval_id)
        revealed = bool(reason_given(session, visitor, f"notice:{sheet.notice.id}"))
    _head(sheet, approval)
    left, right = st.columns([56, 44], gap="small")
    with left, st.container(key="page_side"):
        letter_view(sheet.notice)
    with right:
        if mine and approval.content_sha256 == sheet.notice.content_sha256:
            _decision(visitor, approval)
        else:
            _not_mine(approval)
        notice_facts.line(sheet)
        reveal_bar_of(
            visitor, [f"notice:{sheet.notice.id}"], revealed, "통지서 그림 말고는 개인정보를 가렸습니다."
        )
        notice_facts.facts(sheet, revealed)


def _head(sheet: NoticeSheet, approval: Approval) -> None:
    label = APPROVAL_STATES[ApprovalState(approval.state)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("결재함", key="to_approvals", icon=":material/arrow_back:"):
            _back()
        st.html(
            f'<b style="font-size:1.1rem">{escape(kind_title(sheet.notice.kind))}</b> '
            f'<span class="bo-muted">{escape(sheet.application.receipt_no)} · '
            f"{DUTIES.get(approval.duty, '')}</span> &nbsp;"
            f'<span class="bo-chip bo-{label.tone}">{label.text}</span>',
            width="content",
        )
        st.space("stretch")
        if st.button("통지 보기", key="approval_to_notice"):
            go("notices", {"notice": str(sheet.notice.id)})


def _decision(visitor: Visitor, approval: Approval) -> None:
    with st.container(border=True, key="approval_decision"):
        comment = st.text_area(
            "의견 (반려할 때는 사유를 적어야 합니다)",
            key=f"approval_comment_{approval.id}",
            max_chars=approving.LONGEST,
            height=90,
        )
        with st.container(horizontal=True, gap="small"):
            does = "상신" if approval.duty == DRAFT else "결재"
            agreed = st.button(does, type="primary", key="approve", shortcut="Alt+A")
            onward = st.button(f"{does}하고 다음 문서", key="approve_next", shortcut="Alt+N")
            back = st.button("반려", key="send_back")
        if agreed or onward or back:
            _decide(visitor, approval, comment or "", back=back, onward=onward)


def _decide(visitor: Visitor, approval: Approval, comment: str, *, back: bool, onward: bool) -> None:
    act = approving.send_back if back else approving.agree
    try:
        with database.session() as session:
            act(session, visitor, approval.id, approval.content_sha256, comment)
        with database.session() as session:
            rows = inbox(session, visitor.account_id).rows if onward else ()
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    done = "상신했습니다." if approval.duty == DRAFT else "결재했습니다."
    st.toast("반려했습니다. 담당자에게 검토로 넘어갑니다." if back else done)
    following = next((w.approval.id for w in rows), None)
    if following is None:
        _back()
    st.query_params["approval"] = str(following)
    st.rerun()


def _not_mine(approval: Approval) -> None:
    told = {
        ApprovalState.ASKED: "지금은 다른 사람이 결재할 차례이거나, 내용이 바뀐 문서입니다.",
        ApprovalState.WAITING: "앞 단계의 결재를 기다리고 있습니다.",
        ApprovalState.APPROVED: "결재가 끝난 단계입니다.",
        ApprovalState.SENT_BACK: "반려한 문서입니다.",
        ApprovalState.VOID: "내용이 바뀌어 무효가 된 결재입니다. 새로 상신되면 결재함에 다시 나타납니다.",
    }[ApprovalState(approval.state)]
    st.html(f'<div class="bo-empty" style="padding:1rem">{told}</div>')


def _lately(visitor: Visitor) -> None:
    with database.session() as session:
        found = decided_lately(session, visitor.account_id)
    if not found:
        return
    rows = "".join(
        f"<dt>{short(a.decided_at)}</dt><dd>{escape(kind_title(n.kind))} "
        f'<span class="bo-muted">통지 {n.id} · {DUTIES.get(a.duty, "")}</span> '
        f'<span class="bo-chip bo-{_label(a).tone}">{_label(a).text}</span></dd>'
        for a, n in found
    )
    with st.expander(f"최근 결재한 문서 {len(found)}건"):
        st.html(f'<dl class="bo-facts">{rows}</dl>')


def _label(approval: Approval) -> Label:
    return APPROVAL_STATES[ApprovalState(approval.state)]


def _back() -> None:
    st.query_params.pop("approval", None)
    st.rerun()


def _choose(kind: str) -> None:
    st.query_params.pop("page", None)
    if kind:
        st.query_params["kind"] = kind
    else:
        st.query_params.pop("kind", None)
    st.rerun()


def _page() -> int:
    given = st.query_params.get("page", "1")
    return int(given) - 1 if given.isdigit() and 0 < int(given[:9]) < 10**8 else 0
