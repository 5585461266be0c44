"""A question about a recorded talk: whose it is, whether it may be listened to, what of a file that cannot be."""

from __future__ import annotations

from html import escape

import streamlit as st

from config import review_reasons
from dashboard.acts.case_lookup import look_up_cases
from dashboard.acts.decisions import Refused
from dashboard.acts.talk_answers import Answer, answer_talk, take_back, task_of_talk
from dashboard.parts import talk_words
from dashboard.parts.empty import empty
from dashboard.parts.korean import REVIEW_STATES
from dashboard.parts.talk_leaving import to_list
from dashboard.parts.times import full, length
from dashboard.reads.cases import CaseOnFile
from dashboard.reads.talk_task import TalkTask, talk_task
from dashboard.visitor import Visitor
from queues import database, masking
from queues.models import Account, Person, ReviewState

_TOLD = {
    "counselor": "상담사 번호",
    "counselor_name": "상담사",
    "extension": "내선",
    "direction": "방향",
    "phone": "전화번호",
    "receipt_no": "접수번호",
    "name": "성명",
    "birth": "생년월일",
    "consent": "녹음 동의",
    "call_id": "통화 번호",
}
_MASKS = {"phone": masking.phone, "name": masking.name, "birth": masking.birth_date}
SAID = "talk_said"


def show(visitor: Visitor, task_id: int) -> None:
    with database.session() as session:
        task = task_of_talk(session, visitor, task_id)
        found = talk_task(session, task) if task is not None else None
    if found is None:
        empty("없는 검토 건입니다.", "주소가 잘못되었습니다. 상담 목록이나 검토함에서 다시 골라 주십시오.")
        return
    _head(visitor, found)
    left, right = st.columns([44, 56], gap="medium")
    with left:
        _facts(found)
    with right:
        if found.task.state not in (ReviewState.OPEN, ReviewState.CLAIMED):
            empty("이미 처리한 검토입니다.", "상담 목록에서 상담을 여십시오.")
            _undo(visitor, found)
        elif found.task.kind == "counseling_consent":
            _consent(visitor, found)
        elif found.task.kind == "counseling_link":
            _link(visitor, found)
        elif found.task.kind == "counseling_report":
            _report(visitor, found)
        else:
            _broken(visitor, found)


def _head(visitor: Visitor, found: TalkTask) -> None:
    label = REVIEW_STATES[ReviewState(found.task.state)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="to_talks", icon=":material/arrow_back:"):
            to_list(visitor)
        st.html(
            f'<b style="font-size:1.1rem">상담 {found.talk.id}</b> &nbsp;'
            f'<span class="bo-chip bo-{label.tone}">{label.text}</span> &nbsp;'
            f'<span class="bo-muted">{escape(talk_words.why(found.task.reason))}</span>',
            width="content",
        )
        st.space("stretch")
        if st.button("상담 열기", key="open_talk"):
            st.query_params.clear()
            st.query_params["talk"] = str(found.talk.id)
            st.rerun()


def _facts(found: TalkTask) -> None:
    talk, recording = found.talk, found.recording
    consent = talk_words.CONSENTS[talk.consent]
    told = [
        ("상담 일시", full(talk.held_at)),
        ("방식", talk_words.way(talk.way)),
        ("녹음 동의", consent.text),
    ]
    if recording is not None:
        told.append(("길이", length(recording.duration_ms / 1000) if recording.duration_ms else "-"))
        told.append(("들어온 길", talk_words.source(recording.source)))
        told.append(("받은 때", full(recording.received_at)))
        if recording.problem:
            told.append(("문제", talk_words.why(recording.problem)))
    st.html("<h3>녹음</h3>" + _list(told))
    if found.told:
        st.html(
            "<h3>녹취기가 알려 준 것</h3>"
            + _list([(_TOLD[k], _MASKS.get(k, str)(v)) for k, v in found.told.items() if k in _TOLD and v])
        )
    st.html('<p class="bo-muted">동의와 연결이 분명해질 때까지 녹음은 아무도 열지 않습니다.</p>')


def _list(told: list[tuple[str, str]]) -> str:
    return (
        '<dl class="bo-facts">'
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told)
        + "</dl>"
    )


def _question(found: TalkTask) -> None:
    text = found.task.question or review_reasons.question(found.task.reason)
    st.html(f'<p class="bo-words">{escape(text)}</p>')


def _link(visitor: Visitor, found: TalkTask) -> None:
    _question(found)
    by_id = {a.id: a for a in found.counselors}
    counselor = st.selectbox(
        "상담사",
        list(by_id),
        index=list(by_id).index(found.talk.counselor_id) if found.talk.counselor_id in by_id else None,
        format_func=lambda i: _counselor(by_id[i]),
        placeholder="상담한 사람을 고르십시오",
        key="link_counselor",
    )
    words = st.text_input("신청 찾기", key="link_words", placeholder="접수번호 · 성명", max_chars=60)
    with database.session() as session:
        looked_up = look_up_cases(session, visitor, words, f"review:{found.task.id}") if words.strip() else []
    choices = {c.application_id: c for c in [*looked_up, *found.cases]}
    people = {p.id: p for p in found.people}
    options = [f"case:{i}" for i in choices] + [f"person:{i}" for i in people]
    if words.strip() and not looked_up:
        st.html('<p class="bo-muted">맞는 신청이 없습니다.</p>')
    if not options:
        st.html(
            '<p class="bo-muted">맞을 만한 사람을 찾지 못했습니다. 접수번호나 성명으로 찾아 주십시오.</p>'
        )
    chosen = (
        st.radio(
            "누구와의 상담인지",
            options,
            index=None,
            format_func=lambda key: _choice(key, choices, people).replace("*", "\\*"),
            key="link_choice",
        )
        if options
        else None
    )
    kind, _, number = (chosen or "").partition(":")
    with st.container(horizontal=True, gap="small"):
        if st.button("연결", type="primary", key="link_do", disabled=not (counselor and chosen)):
            _decide(
                visitor,
                found,
                {
                    "action": "link",
                    "counselor_id": counselor,
                    "application_id": int(number) if kind == "case" else None,
                    "person_id": int(number) if kind == "person" else None,
                },
                "연결하도록 했습니다.",
            )
    _ways_out(visitor, found)


def _counselor(account: Account) -> str:
    return f"{account.display_name or account.username} ({account.username})"


def _choice(key: str, choices: dict[int, CaseOnFile], people: dict[int, Person]) -> str:
    kind, _, number = key.partition(":")
    if kind == "person":
        person = people[int(number)]
        born = masking.birth_date(person.birth_date.isoformat()) if person.birth_date else ""
        return f"{masking.name(person.name)} {born} {masking.phone(person.phone)} (신청을 정하지 않음)"
    case = choices[int(number)]
    who = masking.name(case.values.get("name", "")) or case.values.get("company", "")
    return f"{case.receipt_no} · {case.program} · {who}" + ("" if case.open else " · 끝난 신청")


def _consent(visitor: Visitor, found: TalkTask) -> None:
    _question(found)
    how = st.selectbox(
        "무엇으로 확인했습니까",
        ["ars", "form", "review"],
        format_func=lambda code: talk_words.CONSENT_HOW[code],
        index=None,
        placeholder="동의서, ARS 기록, 구직자에게 물어봄 가운데 고르십시오",
        key="consent_how",
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("동의했습니다", type="primary", key="consent_given", disabled=not how):
            answer = {"action": "consent", "consent": "given", "how": how}
            _decide(visitor, found, answer, "동의를 기록했습니다. 받아쓰기를 시작합니다.")
        if st.button("동의하지 않았습니다", key="consent_refused", disabled=not how):
            answer = {"action": "consent", "consent": "refused", "how": how}
            _decide(
                visitor, found, answer, "동의하지 않은 것으로 기록했습니다. 이 녹음은 아무도 열지 않습니다."
            )
    _ways_out(visitor, found)


def _broken(visitor: Visitor, found: TalkTask) -> None:
    _question(found)
    if st.button("다시 시도", type="primary", key="talk_again"):
        _decide(visitor, found, {"action": "again"}, "다시 시도하도록 했습니다.")
    _ways_out(visitor, found)


def _report(visitor: Visitor, found: TalkTask) -> None:
    _question(found)
    with st.container(horizontal=True, gap="small"):
        if st.button("다시 보내기", type="primary", key="report_again"):
            _decide(visitor, found, {"action": "again"}, "다시 보내도록 했습니다.")
        if st.button("직접 입력하고 끝냄", key="report_typed"):
            _decide(visitor, found, {"action": "close"}, "보내지 않고 끝냈습니다.")


def _undo(visitor: Visitor, found: TalkTask) -> None:
    if found.task.decided_by != visitor.account_id or found.task.state != ReviewState.DECIDED:
        return
    if st.button("내 결정 되돌리기", key="talk_undo"):
        try:
            with database.session() as session:
                take_back(session, visitor, found.task.id, found.task.version)
        except Refused as refused:
            st.warning(str(refused))
            return
        st.rerun()


def _ways_out(visitor: Visitor, found: TalkTask) -> None:
    with st.expander("일지를 쓰지 않거나 보류"):
        comment = st.text_input("까닭", key="talk_comment", max_chars=500)
        with st.container(horizontal=True, gap="small"):
            if st.button("일지를 쓰지 않음", key="talk_close"):
                answer = {"action": "close", "comment": comment}
                _decide(visitor, found, answer, "일지를 쓰지 않는 상담으로 닫았습니다.")
            if st.button("다음 근무일까지 보류", key="talk_hold"):
                _decide(visitor, found, {"action": "hold", "comment": comment}, "보류했습니다.")


def _decide(visitor: Visitor, found: TalkTask, answer: Answer, said: str) -> None:
    try:
        with database.session() as session:
            answer_talk(session, visitor, found.task.id, found.task.version, answer)
    except Refused as refused:
        st.warning(str(refused))
        return
    st.session_state[SAID] = said
    to_list(visitor)
