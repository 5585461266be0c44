"""새 서류: a case of mine with what has newly come to it; opening it takes it out of the list."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.acts.assigning import look_at, put_back
from dashboard.acts.rights import Right, may, require
from dashboard.acts.seeing import is_revealed, note_access
from dashboard.parts.case_letters import case_letters
from dashboard.parts.case_notes import case_notes
from dashboard.parts.empty import empty
from dashboard.parts.korean import case_status
from dashboard.parts.korean import field as field_label
from dashboard.parts.objection import objection
from dashboard.parts.reveal import reveal_bar
from dashboard.parts.table import Column, muted, table
from dashboard.parts.times import day, short, until
from dashboard.parts.viewer import viewer
from dashboard.present import must_be_present
from dashboard.reads.case_papers import CasePapers, Paper, case_papers, sheet_of
from dashboard.reads.document_types import title
from dashboard.reads.masked import shown
from dashboard.reads.pages import sheets
from dashboard.visitor import Visitor
from queues import database
from queues.crypto import open_
from queues.days import office_closes
from queues.models import ReadField
from queues.whose import circle_of

_OPEN, _NEW, _SHOWN = "case_open", "case_new", "case_paper"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    found = _look(visitor)
    if found is None:
        empty("없는 신청입니다.", "주소가 잘못되었습니다. 내 업무함에서 다시 골라 주십시오.")
        return
    _head(visitor, found)
    if not found.papers:
        empty("연결된 서류가 없습니다.", "연결이 취소되었거나 다른 신청으로 옮겨졌습니다.")
        return
    paper = _chosen(found)
    with database.session() as session:
        pages, fields = sheet_of(session, paper)
        revealed = is_revealed(session, visitor, paper.delivery.id)
    left, right = st.columns([56, 44], gap="small")
    with left, st.container(key="page_side"):
        pictures = sheets(pages, [paper.document], fields, revealed=revealed)
        if pictures:
            viewer("case_viewer", f"document-{paper.document.id}", pictures, start=pages[0].number)
        else:
            empty("볼 수 있는 쪽이 없습니다.", "원본은 그대로 보관되어 있습니다.")
    with right:
        _facts(found)
        _papers(found, paper)
        if may(visitor, Right.SEE_NOTICES):
            case_letters(found.application.id)
        if may(visitor, Right.READ_NOTES):
            case_notes(found.application.id)
        _object(visitor, found, paper)
        reveal_bar(visitor, paper.delivery.id, revealed, [found.application.id])
        _fields(fields, revealed)


def _look(visitor: Visitor) -> CasePapers | None:
    """The case; what was new at the first look stays marked as such while it is open."""
    given = st.query_params.get("case", "")
    if not given.isdigit() or len(given) > 17:
        return None
    application_id = int(given)
    with database.session() as session:
        circle = circle_of(session, visitor.account_id)
        if st.session_state.get(_OPEN) == application_id:
            return case_papers(session, circle, application_id, st.session_state.get(_NEW, ()))
        found = case_papers(session, circle, application_id)
        if found is None:
            return None
        st.session_state[_OPEN] = application_id
        st.session_state[_NEW] = [p.document.id for p in found.new]
        st.session_state.pop(_SHOWN, None)
        note_access(session, visitor, f"application:{application_id}", "view", "new papers")
        look_at(session, visitor, application_id)
        return found


def _head(visitor: Visitor, found: CasePapers) -> None:
    about, status = found.about, case_status(found.application.status)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="case_to_list", icon=":material/arrow_back:"):
            _leave()
        st.html(
            f'<b style="font-size:1.1rem">{escape(about.receipt_no)}</b> &nbsp;'
            f'<span class="bo-chip bo-{status.tone}">{escape(status.text)}</span> &nbsp;'
            f'<span class="bo-muted">{escape(" · ".join(w for w in (about.program, about.name) if w))}</span>',
            width="content",
        )
        st.space("stretch")
        if st.session_state.get(_NEW) and st.button(
            "나중에 다시 보기", key="case_later", help="새 서류로 되돌려 내 업무함에 남깁니다."
        ):
            with database.session() as session:
                put_back(session, visitor, found.application.id, st.session_state[_NEW])
            _leave()
        if st.button("확인 · 다음 건", type="primary", key="case_next", shortcut="Alt+N"):
            from dashboard.screens.my_work import open_next

            _forget()
            open_next(visitor)
            _leave()


def _forget() -> None:
    for key in (_OPEN, _NEW, _SHOWN):
        st.session_state.pop(key, None)


def _leave() -> None:
    from dashboard.screens import my_work

    _forget()
    st.switch_page(st.Page(my_work.show, title="내 업무함", url_path="my-work"))


def _chosen(found: CasePapers) -> Paper:
    wanted = st.session_state.get(_SHOWN)
    return next((p for p in found.papers if str(p.document.id) == wanted), found.papers[0])


def _facts(found: CasePapers) -> None:
    about, application = found.about, found.application
    due = escape(day(about.due_on) if about.due_on else "정해지지 않음")
    left, tone = until(office_closes(about.due_on) if about.due_on else None)
    if left:
        due += f' <span class="bo-chip bo-{tone}">{left}</span>'
    if about.due_on and application.due_by == "rule":
        due += ' <span class="bo-muted">제도별 처리기간으로 계산</span>'
    lacks = "확인 전" if about.missing is None else ", ".join(about.missing) or "모두 갖춤"
    facts = [
        ("접수일", day(application.received_on) or "모름"),
        ("담당자", (about.officer or "없음") + (" (대직 중)" if about.stand_in else "")),
        ("부족한 서류", lacks),
    ]
    if about.company:
        facts.append(("사업장", about.company))
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts)
    st.html(f'<dl class="bo-facts"><dt>처리 기한</dt><dd>{due}</dd>{rows}</dl>')


def _object(visitor: Visitor, found: CasePapers, paper: Paper) -> None:
    task = objection(visitor, paper.attachment_id, found.about.receipt_no)
    if task is not None:
        from dashboard.screens.review_list import open_case

        _forget()
        open_case(task)


def _papers(found: CasePapers, paper: Paper) -> None:
    columns = (
        Column("what", "서류"),
        Column("received", "수신", "9em", "nowrap"),
        Column("by", "연결", "6em", "nowrap"),
    )
    opened = table(
        "case_papers",
        columns,
        [_paper_row(p) for p in found.papers],
        label="이 신청의 서류",
        selected=str(paper.document.id),
        keys=True,
    )
    if opened and opened != str(paper.document.id):
        st.session_state[_SHOWN] = opened
        st.rerun()


def _paper_row(paper: Paper) -> dict[str, object]:
    new: list[object] = [{"text": "새 서류", "tone": "good", "title": ""}] if paper.new else []
    pages = len(paper.document.pages)
    return {
        "id": str(paper.document.id),
        "cells": {
            "what": [title(paper.document.type), muted(f"{pages}쪽"), *new],
            "received": short(paper.delivery.received_at),
            "by": muted("자동" if paper.by == "bot" else "사람"),
        },
    }


def _fields(fields: Sequence[ReadField], revealed: bool) -> None:
    rows = [
        {
            "id": str(f.id),
            "cells": {
                "name": muted(field_label(f.name)),
                "value": shown(f.name, open_(f.value_enc) if f.value_enc else "", revealed=revealed),
            },
        }
        for f in fields
        if f.person == 0
    ]
    if rows:
        columns = (Column("name", "항목", "8em"), Column("value", "읽은 값"))
        table("case_fields", columns, rows, label="읽은 값", opens=False)
