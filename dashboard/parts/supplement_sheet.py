"""One supplement request: what is missing, its stages so far, and what may be done about it now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import escape

import streamlit as st

from config.supplementing import supplementing as rules
from dashboard.acts import supplementing as acts
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.seeing import note_look
from dashboard.parts.empty import empty
from dashboard.parts.notice_words import NOTICE_STATES
from dashboard.parts.supplement_words import REASONS, STEPS, stage_label
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import day, short, until
from dashboard.present import must_be_present
from dashboard.reads.notice_kinds import kind_title
from dashboard.reads.supplement_story import Stage, Story, story
from dashboard.reads.supplements import ENDED, LATE, LEAVING, RETURNING, TO_SEND, WAITING, Row, one
from dashboard.visitor import Visitor
from queues import database
from queues.days import office_closes, today
from queues.models import NoticeState
from queues.supplementing import CannotSupplement

COLUMNS = (
    Column("at", "일시", "9em", "nowrap"),
    Column("what", "단계", "13em"),
    Column("due", "보완 기한", "8em", "nowrap"),
    Column("letter", "통지", "14em"),
    Column("by", "처리자 · 사유"),
)
_TOLD = "supplement_told"


def show_sheet(visitor: Visitor, request_id: int, leave: Callable[[], None]) -> None:
    """The sheet; `leave` goes back to the list."""
    with database.session() as session:
        row = one(session, request_id)
        if row is not None:
            note_look(session, visitor, f"application:{row.application_id}", "view", "supplement")
            found = story(session, request_id)
    if row is None:
        empty("없는 보완 요청입니다.", "주소가 잘못되었습니다. 보완 관리 목록에서 다시 골라 주십시오.")
        return
    _head(row, leave)
    if told := st.session_state.pop(_TOLD, ""):
        st.success(told)
    left, right = st.columns([62, 38], gap="medium")
    with left:
        _facts(row, found)
        _stages(found)
    with right:
        if may(visitor, Right.SEND_NOTICES):
            _acts(visitor, row, found)


def _head(row: Row, leave: Callable[[], None]) -> None:
    label = stage_label(row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="supplement_back", icon=":material/arrow_back:"):
            leave()
        st.html(
            f'<b style="font-size:1.1rem">{escape(row.receipt_no)}</b> &nbsp;'
            f'<span class="bo-chip bo-{label.tone}">{escape(label.text)}</span> &nbsp;'
            f'<span class="bo-muted">{escape(" · ".join(w for w in (row.program, row.name) if w))}</span>',
            width="content",
        )


def _facts(row: Row, found: Story) -> None:
    facts = [("보완할 서류", ", ".join(row.missing) or "모두 들어옴")]
    if row.held:
        facts.append(
            ("검토 중인 서류", f"{row.held}건 (이 신청의 서류일 수 있어 검토함에서 먼저 확인하십시오)")
        )
    if row.reason in REASONS:
        facts.append(("사유", REASONS[row.reason]))
    if row.asked_on:
        facts.append(("요청일", day(row.asked_on)))
    if row.due_on and row.stage not in (TO_SEND, ENDED):
        left, _ = until(office_closes(row.due_on))
        facts.append(("보완 기한", f"{day(row.due_on)} ({left})"))
        facts.append(("기간 연장", f"{row.extensions}회 / {rules().extensions}회"))
    if found.came_back:
        facts.append(("반송", f"{found.came_back}회"))
    facts.append(("처리기한", f"{day(row.case_due) or '없음'}{_stopped(found)}"))
    facts.append(("담당자", row.officer or "담당 미지정"))
    pieces = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    st.html(f'<dl class="bo-facts">{pieces}</dl>')


def _stopped(found: Story) -> str:
    spans = [(a, b) for a, b in found.stops if b is None or b >= a]
    if not spans:
        return ""
    told = ", ".join(f"{day(a)}부터 {day(b)}까지" if b else f"{day(a)}부터 보완될 때까지" for a, b in spans)
    return f" · {told} 처리기간에 넣지 않음"


def _stages(found: Story) -> None:
    if not found.stages:
        st.caption("아직 보내지 않았습니다.")
        return
    rows = [_stage(number, stage) for number, stage in enumerate(found.stages)]
    opened = table("supplement_stages", COLUMNS, rows, label="보완 요청의 경과")
    if opened is not None:
        notice = found.stages[int(opened)].notice
        if notice is not None:
            from dashboard.screens import notices

            st.switch_page(
                st.Page(notices.show, title="통지", url_path="notices"),
                query_params={"notice": str(notice.id)},
            )


def _stage(number: int, stage: Stage) -> dict[str, object]:
    letter: object = muted("")
    if stage.notice is not None:
        state = NOTICE_STATES[NoticeState(stage.notice.state)]
        letter = [kind_title(stage.notice.kind), chip(state)]
    by: list[object] = [stage.by or muted("자동")]
    if stage.reason:
        by.append(muted(stage.reason, below=True))
    what = STEPS.get(stage.kind, stage.kind)
    if stage.kind in ("satisfied", "returned"):
        what = f"{what} ({day(stage.on)})"
    return {
        "id": str(number),
        "cells": {
            "at": short(stage.at),
            "what": what,
            "due": day(stage.due_on) if stage.due_on else muted(""),
            "letter": letter,
            "by": by,
        },
    }


def _acts(visitor: Visitor, row: Row, found: Story) -> None:
    if row.stage == TO_SEND:
        _send(visitor, row)
    elif row.stage == WAITING:
        _extend(visitor, row)
    elif row.stage == LATE:
        _late(visitor, row)
    elif row.stage == RETURNING:
        _recall(visitor, row)
    elif row.stage == LEAVING:
        st.info("요청서를 만들어 보내는 중입니다. 발송되면 기한이 정해집니다.")
    if row.stage in (TO_SEND, LEAVING, WAITING, LATE):
        _spare(visitor, row)
        _withdraw(visitor, row, found)


def _send(visitor: Visitor, row: Row) -> None:
    st.subheader("보완 요청")
    if row.held:
        st.warning("이 신청의 것일 수 있는 서류를 아직 검토하고 있습니다. 먼저 검토함에서 확인하십시오.")
    st.caption("지금 빠진 서류를 적은 요청서를 만들어 보냅니다. 처리기간은 보낸 날부터 멈춥니다.")
    if st.button("보완 요청 보내기", type="primary", key="supplement_send"):
        _do(lambda: _told_of(acts.send(visitor, [row.id])))


def _late(visitor: Visitor, row: Row) -> None:
    if not row.second:
        st.subheader("2차 보완 요청")
        st.caption(f"기한까지 보완하지 않았습니다. {rules().second_days}일 기한으로 다시 보완을 요구합니다.")
        if st.button("2차 보완 요청 보내기", type="primary", key="supplement_again"):
            _do(lambda: _told_of(acts.request_again(visitor, [row.id])))
        return
    st.subheader("반려")
    st.caption("다시 요구한 기한까지도 보완하지 않았습니다. 반려 통지는 결재를 거쳐 나갑니다.")
    with st.form(f"supplement_return_{row.version}"):
        reason = st.text_area(
            "덧붙이는 말", max_chars=acts.LONGEST, placeholder="통지서에 함께 적습니다(없어도 됨)."
        )
        sent = st.form_submit_button("반려 기안", type="primary")
    if sent:

        def draft() -> str:
            with database.session() as session:
                acts.give_back(session, visitor, row.id, row.version, reason)
            return "반려 통지를 기안했습니다. 결재함에서 결재한 뒤 나갑니다."

        _do(draft)


def _extend(visitor: Visitor, row: Row) -> None:
    assert row.due_on is not None
    st.subheader("기간 연장")
    if row.extensions >= rules().extensions:
        st.caption(f"기간 연장을 {rules().extensions}회 모두 썼습니다.")
        return
    st.caption(f"신청인이 기한 안에 연장을 요청한 때에만 합니다(최대 {rules().extensions}회).")
    with st.form(f"supplement_extend_{row.version}"):
        until_on = st.date_input(
            "새 기한", row.due_on + timedelta(days=7), min_value=max(today(), row.due_on) + timedelta(days=1)
        )
        reason = st.text_input("신청인이 말한 사유", max_chars=acts.LONGEST)
        sent = st.form_submit_button("기간 연장", type="primary")
    if sent:

        def extend() -> str:
            with database.session() as session:
                acts.extend(session, visitor, row.id, row.version, until_on, reason)
            return "기간을 연장하고 신청인에게 알립니다."

        _do(extend)


def _recall(visitor: Visitor, row: Row) -> None:
    st.subheader("반려 진행")
    st.caption("반려 통지가 결재·발송 중입니다. 그 사이 서류가 모두 들어오면 반려는 저절로 거두어집니다.")
    with st.form(f"supplement_recall_{row.version}"):
        reason = st.text_input("회수하는 사유", max_chars=acts.LONGEST)
        sent = st.form_submit_button("반려 회수")
    if sent:

        def recall() -> str:
            with database.session() as session:
                acts.recall_return(session, visitor, row.id, reason)
            return "반려를 회수했습니다."

        _do(recall)


def _spare(visitor: Visitor, row: Row) -> None:
    with st.expander("제출 불필요로 정리"):
        st.caption(
            "행정정보 공동이용 등으로 확인되어 서류를 받을 필요가 없을 때 씁니다. 다시 요청하지 않습니다."
        )
        with st.form(f"supplement_spare_{row.version}", border=False):
            reason = st.text_input("확인한 방법", max_chars=acts.LONGEST)
            sent = st.form_submit_button("제출 불필요")
    if sent:

        def spare() -> str:
            with database.session() as session:
                acts.spare(session, visitor, row.id, row.version, reason)
            return "제출이 필요 없는 것으로 정리했습니다."

        _do(spare)


def _withdraw(visitor: Visitor, row: Row, found: Story) -> None:
    with st.expander("신청 취하"):
        st.caption(
            "신청인이 신청을 취하한 때 씁니다. 보완 요청이 끝나며, 행정시스템의 취하 처리는 따로 해야 합니다."
        )
        with st.form(f"supplement_withdraw_{row.version}", border=False):
            reason = st.text_input("취하 의사를 확인한 방법", max_chars=acts.LONGEST)
            sent = st.form_submit_button("취하 처리")
            unreachable = False
            if found.came_back >= rules().returned_ends:
                unreachable = st.form_submit_button(f"{found.came_back}회 반송 · 취하로 보아 종결")
    if sent or unreachable:

        def withdraw() -> str:
            act = acts.count_as_withdrawn if unreachable else acts.withdraw
            with database.session() as session:
                act(session, visitor, row.id, row.version, reason)
            return "취하로 처리했습니다. 행정시스템에도 취하로 처리해 주십시오."

        _do(withdraw)


def _told_of(done: acts.Done) -> str:
    if done.done:
        return "요청서를 만들어 보냅니다."
    if done.needless:
        return "그 사이 서류가 모두 들어와 보내지 않습니다."
    raise CannotSupplement("그 사이 바뀌어 보내지 않았습니다. 화면을 새로 고쳐 확인해 주십시오.")


def _do(act: Callable[[], str]) -> None:
    must_be_present()
    try:
        st.session_state[_TOLD] = act()
    except (CannotSupplement, NotAllowed) as refused:
        st.warning(str(refused))
        return
    st.rerun()
