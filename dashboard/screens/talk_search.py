"""지난 일지: what was noted in the talks with one person, and finding words in it."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

import streamlit as st

from dashboard.acts.case_lookup import look_up_cases
from dashboard.acts.rights import Right, require
from dashboard.acts.talk_search import search_notes
from dashboard.parts import talk_words
from dashboard.parts.empty import empty
from dashboard.parts.times import full
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.accounts import names_of
from dashboard.visitor import Visitor
from queues import database, masking
from queues.models import Application, Person
from queues.note_search import Hit
from stt.note.draft import TITLES, NoteField


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.READ_NOTES)
    given = st.query_params.get("person", "")
    if given.isdigit() and len(given) < 18:
        _of_person(visitor, int(given))
    else:
        _choose(visitor)


def _choose(visitor: Visitor) -> None:
    st.html('<b style="font-size:1.1rem">지난 상담일지</b>')
    words = st.text_input(
        "누구의 일지입니까",
        key="notes_of",
        placeholder="접수번호 · 성명을 적고 Enter",
        max_chars=60,
        width=360,
    )
    if not words.strip():
        empty(
            "누구의 상담일지를 볼지 찾아 주십시오.",
            "접수번호나 성명으로 신청을 찾으면 그 사람의 서명된 일지가 나타납니다.",
        )
        return
    with database.session() as session:
        found = look_up_cases(session, visitor, words, "상담일지 찾기")
        ids = {c.application_id: session.get_one(Application, c.application_id).person_id for c in found}
    if not any(ids.values()):
        empty("맞는 신청이 없습니다.", "두 글자 넘게, 접수번호는 전부 적어 주십시오.")
        return
    for case in found:
        who = masking.name(case.values.get("name", "")).replace("*", "\\*")
        person = ids[case.application_id]
        if person and st.button(
            f"{case.receipt_no} · {case.program} · {who}", key=f"notes_{case.application_id}"
        ):
            st.query_params["person"] = str(person)
            st.rerun()


def _of_person(visitor: Visitor, person_id: int) -> None:
    with database.session() as session:
        person = session.get(Person, person_id)
    if person is None:
        empty("없는 사람입니다.", "주소가 잘못되었습니다.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("다른 사람", key="notes_other", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        st.html(
            f'<b style="font-size:1.1rem">{escape(masking.name(person.name))} 님의 상담일지</b>',
            width="content",
        )
        words = st.text_input(
            "일지에서 찾기",
            key="notes_words",
            placeholder="찾을 말 (예: 간호조무사 자격증)",
            label_visibility="collapsed",
            max_chars=200,
            width=320,
        )
    with database.session() as session:
        hits = search_notes(session, visitor, person_id, words)
        counselors = names_of(session, {h.counselor_id for h in hits if h.counselor_id})
    if not hits:
        if words.strip():
            empty("그 말이 있는 줄이 없습니다.", "낱말을 줄이거나 바꿔 보십시오. 띄어쓰기는 달라도 됩니다.")
        else:
            empty("서명된 상담일지가 없습니다.", "상담사가 서명하면 여기에 나타납니다.")
        return
    for note_id, lines in groupby(hits, key=lambda h: h.note_id):
        _note(note_id, list(lines), counselors, words.split())


def _note(note_id: int, lines: list[Hit], counselors: dict[int, str], words: list[str]) -> None:
    first = lines[0]
    state = talk_words.NOTE_STATES[first.state]
    with st.container(border=True, key=f"note_{note_id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f"<b>{full(first.held_at)[:-3]}</b> &nbsp;"
                f'<span class="bo-muted">{escape(counselors.get(first.counselor_id or 0, ""))} · {first.number}판</span>'
                f' &nbsp;<span class="bo-chip bo-{state.tone}">{state.text}</span>',
                width="content",
            )
            st.space("stretch")
            if st.button("일지 열기", key=f"open_note_{note_id}"):
                go("talks", {"talk": str(first.session_id), "note": str(note_id)})
        by_field: dict[str, list[str]] = {}
        for line in lines:
            by_field.setdefault(line.field, []).append(_marked(line.text, words))
        told = "".join(
            f"<dt>{escape(TITLES[NoteField(field)])}</dt><dd>{'<br>'.join(texts)}</dd>"
            for field, texts in by_field.items()
        )
        st.html(f'<dl class="bo-facts">{told}</dl>')


def _marked(text: str, words: list[str]) -> str:
    """The words that were looked for stand out where they stand as they were typed."""
    wanted = [re.escape(w) for w in sorted(words, key=len, reverse=True) if len(w) > 1]
    pieces = re.split(f"({'|'.join(wanted)})", text, flags=re.IGNORECASE) if wanted else [text]
    return "".join(f"<mark>{escape(p)}</mark>" if n % 2 else escape(p) for n, p in enumerate(pieces))
