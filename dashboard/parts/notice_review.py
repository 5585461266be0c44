"""The form in which a question about a letter is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import escape

import streamlit as st

from config.channels import CHANNELS
from dashboard.acts.decisions import Refused
from dashboard.acts.notice_answers import (
    CORRECT,
    DROP,
    HANDED,
    HOLD,
    NOTICED,
    OTHER_NUMBER,
    PREPARE,
    PUBLIC,
    RESEND,
    WAS_NOT_SENT,
    WAS_RETURNED,
    WAS_SENT,
    WAS_SERVED,
    NoticeAnswer,
    allowed,
)
from dashboard.acts.notice_deciding import decide_notice
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.parts.korean import reason
from dashboard.parts.notice_words import DECISIONS, channel, why
from dashboard.parts.times import now, until, zone
from dashboard.reads.notice_sheet import NoticeSheet
from dashboard.reads.review_list import held_by_other
from dashboard.visitor import Visitor
from queues import database
from queues.addresses import REASONS, split
from queues.models import ReviewTask
from queues.sealed_fields import decided_comment
from queues.ways import WHY_NOT, Way, ways

_SAID_OF_OTHERS = (WAS_SENT, WAS_SERVED, WAS_RETURNED, OTHER_NUMBER)
"""What somebody has to have looked up elsewhere: never chosen beforehand."""

_EXPLAINED = {
    WAS_SENT: "상대 기관의 접수 내역에서 나간 것을 확인했을 때 고릅니다. 다시 보내지 않고 배달을 기다립니다.",
    WAS_NOT_SENT: "상대 기관의 접수 내역에 없는 것을 확인했을 때 고릅니다. 다시 보낼 방법을 이어서 묻습니다.",
    PREPARE: "신청의 지금 값으로 통지서를 다시 만듭니다. 처분이면 결재를 다시 받습니다.",
    PUBLIC: "주소를 알 수 없거나 송달이 불가능할 때 고릅니다. 공고한 날부터 14일이 지나면 송달된 것으로 봅니다.",
    WAS_SERVED: "우체국에 확인하여 본인·동거인·사무원·피용자가 받은 것이 분명할 때 고릅니다.",
    HANDED: "통지서를 직접 건네고 수령 확인을 받았을 때 고릅니다.",
}


def review_form(visitor: Visitor, sheet: NoticeSheet, task: ReviewTask, revealed: bool) -> None:
    """One open question with the answers that it may have; decides and runs the script anew."""
    with st.container(border=True, key=f"notice_task_{task.id}"):
        _question(sheet, task)
        if not may(visitor, Right.SEND_NOTICES):
            st.html('<span class="bo-muted">결정할 권한이 없습니다.</span>')
            return
        if held_by_other(task, visitor.account_id):
            st.html('<span class="bo-chip bo-wait">다른 담당자가 보는 중입니다.</span>')
            return
        last = sheet.last.dispatch.state if sheet.last else ""
        answers = allowed(task, sheet.notice, last)
        action = st.radio(
            "결정",
            answers,
            index=None if _asks_for_thought(task, answers[0]) else 0,
            format_func=lambda a: "그대로 보내기" if a == RESEND and not sheet.attempts else DECISIONS[a],
            horizontal=True,
            key=f"notice_action_{task.id}",
            label_visibility="collapsed",
        )
        if action is None:
            return
        if action in _EXPLAINED:
            st.html(f'<span class="bo-muted">{_EXPLAINED[action]}</span>')
        seen = as_seen(f"notice_task_{task.id}", task.version)
        answer = replace(_answer(sheet, task, action, revealed), version=seen)
        with st.container(horizontal=True, gap="small"):
            decided = st.button("결정", key=f"notice_decide_{task.id}", type="primary")
            onward = st.button("결정하고 다음 건", key=f"notice_decide_next_{task.id}")
        if decided or onward:
            _decide(visitor, sheet, task, answer, onward)


def _asks_for_thought(task: ReviewTask, first: str) -> bool:
    """Whether no answer stands chosen: one that is known elsewhere, or a way that nobody proposes."""
    came_back = task.kind == "notice_returned" and not _proposed(task)
    return first in _SAID_OF_OTHERS or (first == RESEND and came_back)


def as_seen(key: str, version: int) -> int:
    """The version that stood on the screen before this run of the script: what a press was an answer to."""
    name = f"{key}_seen"
    before = st.session_state.get(name, version)
    st.session_state[name] = version
    return int(before)


def _question(sheet: NoticeSheet, task: ReviewTask) -> None:
    left, tone = until(task.due_at)
    due = f' <span class="bo-chip bo-{tone}">{escape(left)}</span>' if left else ""
    told = [f"<b>{escape(reason(task.reason))}</b>{due}<br>{escape(task.question)}"]
    proposed = task.evidence.get("proposed")
    named: list[str] = []
    if isinstance(proposed, dict):
        named = [REASONS.get(str(code)) or why(str(code)) for code in proposed.get("reasons") or ()]
        if named:
            told.append(f'<br><span class="bo-muted">{escape(" · ".join(named))}</span>')
        if way := str(proposed.get("channel") or ""):
            told.append(f'<br><span class="bo-muted">제안: </span><b>{escape(channel(way))}</b>')
    before = why(sheet.last.dispatch.reason) if sheet.last is not None else ""
    if before and before not in named:
        told.append(f'<br><span class="bo-muted">지난 발송: {escape(before)}</span>')
    if said := decided_comment(task.evidence):
        told.append(f"<br>의견: {escape(said)}")
    st.html("".join(told))


def _answer(sheet: NoticeSheet, task: ReviewTask, action: str, revealed: bool) -> NoticeAnswer:
    """What the form says."""
    key = f"notice_{action}_{task.id}"
    today = now().astimezone(zone()).date()
    filled: dict[str, object] = {}
    if action == RESEND:
        filled["channel"] = channel_choice(sheet, f"{key}_channel", _proposed(task))
    elif action == CORRECT:
        filled.update(address_fields(sheet, key, revealed))
    elif action == WAS_SENT:
        filled["registered_no"] = st.text_input("등기번호 (있으면, 13자리)", key=f"{key}_number", width=260)
    elif action == OTHER_NUMBER:
        filled["registered_no"] = st.text_input("등기번호 (13자리)", key=f"{key}_number", width=260)
    elif action in (WAS_SERVED, WAS_RETURNED):
        what = "배달된 날" if action == WAS_SERVED else "반송된 날"
        filled["on"] = st.date_input(what, today, max_value=today, key=f"{key}_on", width=200)
        if action == WAS_SERVED:
            label = "받은 사람 (성명, 본인과의 관계)"
            filled["receiver"] = st.text_input(label, key=f"{key}_receiver", width=320)
    elif action == PUBLIC:
        filled["on"] = st.date_input("공고한 날", today, max_value=today, key=f"{key}_on", width=200)
        chosen = st.multiselect(
            "공고한 곳", list(NOTICED), format_func=lambda p: NOTICED[p], key=f"{key}_places",
            placeholder="고르십시오",
        )  # fmt: skip
        filled["places"] = tuple(chosen)
    elif action == HANDED:
        filled["on"] = st.date_input("교부한 날", today, max_value=today, key=f"{key}_on", width=200)
        filled["receiver"] = st.text_input(
            "받은 사람 (성명, 본인과의 관계)", key=f"{key}_receiver", width=320
        )
    elif action == HOLD:
        tomorrow = today + timedelta(days=1)
        filled["until"] = st.date_input(
            "언제까지", tomorrow, min_value=tomorrow, key=f"{key}_until", width=200
        )
    label = "사유" if action == DROP else "메모 (선택)"
    filled["comment"] = st.text_input(label, key=f"{key}_comment", max_chars=500)
    return NoticeAnswer(action, task.version, **filled)  # type: ignore[arg-type]


def channel_choice(sheet: NoticeSheet, key: str, proposed: str = "") -> str:
    """A way that is open, or "" ; those that are closed are named with the reason."""
    with database.session() as session:
        found = ways(session, sheet.notice)
    by_bot = {name: way for name, way in found.items() if CHANNELS[name].by_bot}
    open_ways = [name for name, way in by_bot.items() if not way.why_not]
    tried = {a.dispatch.channel for a in sheet.attempts}
    fresh = [name for name in open_ways if name not in tried]
    begin = proposed if proposed in open_ways else next(iter(fresh or open_ways), "")
    if open_ways:
        chosen = st.selectbox(
            "발송 방법",
            open_ways,
            index=open_ways.index(begin),
            format_func=lambda name: channel(name) + (" (보낸 적 있음)" if name in tried else ""),
            key=key,
            width=300,
        )
    else:
        chosen = ""
        st.html('<span class="bo-chip bo-bad">보낼 수 있는 방법이 없습니다.</span>')
    _closed(by_bot)
    return str(chosen or "")


def _closed(found: dict[str, Way]) -> None:
    told = [f"{escape(channel(n))}: {escape(WHY_NOT[w.why_not])}" for n, w in found.items() if w.why_not]
    if told:
        st.html(f'<span class="bo-muted">{"<br>".join(told)}</span>')


def address_fields(sheet: NoticeSheet, key: str, revealed: bool) -> dict[str, object]:
    """Where the letter is to go; what is on file stands there for one who may see it in full.

    The name is the system of record's to change.
    """
    who = sheet.recipient
    road, unit = split(who.address) if revealed else ("", "")
    if not revealed:
        st.html('<span class="bo-muted">‘전부 보기’를 누르면 지금 주소가 채워집니다.</span>')
    shown = f"{key}_{'full' if revealed else 'blank'}"
    left, right = st.columns([1, 3], gap="small")
    postcode = left.text_input("우편번호", who.postcode if revealed else "", key=f"{shown}_code", max_chars=5)
    address = right.text_input("주소", road, key=f"{shown}_address", max_chars=300)
    detail = st.text_input("동·호수", unit, key=f"{shown}_detail", max_chars=200)
    sure = st.checkbox("주소를 확인함 (의심되는 곳이 있어도 이 주소로 보냄)", key=f"{shown}_sure")
    to = {"postcode": postcode, "address": address, "detail": detail}
    return {"to": to, "sure": sure, "firm": who.employer}


def _proposed(task: ReviewTask) -> str:
    proposed = task.evidence.get("proposed")
    return str(proposed.get("channel") or "") if isinstance(proposed, dict) else ""


def _decide(
    visitor: Visitor, sheet: NoticeSheet, task: ReviewTask, answer: NoticeAnswer, onward: bool
) -> None:
    try:
        with database.session() as session:
            decide_notice(session, visitor, task.id, answer)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(f"통지 {sheet.notice.id}: ‘{DECISIONS[answer.action]}’(으)로 정했습니다.")
    if onward:
        from dashboard.screens.my_work import open_next

        open_next(visitor)
    st.query_params.pop("task", None)
    st.query_params["notice"] = str(sheet.notice.id)
    st.rerun()
