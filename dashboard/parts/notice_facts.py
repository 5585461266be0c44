"""What is known of a letter, in lines: its facts, who agreed, by which ways it went."""

from __future__ import annotations

from html import escape

import streamlit as st

from config import channels
from dashboard.parts.notice_words import (
    APPROVAL_STATES,
    BATCH_STATES,
    DISPATCH_STATES,
    DUTIES,
    GATEWAY_STATES,
    RECEIVERS,
    channel,
    served,
    why,
)
from dashboard.parts.times import day, full, short
from dashboard.reads.document_types import program_title
from dashboard.reads.masked import shown
from dashboard.reads.notice_kinds import kind_title
from dashboard.reads.notice_sheet import Attempt, NoticeSheet, Step
from queues.models import ApprovalState, DispatchEvent, DispatchState, PostBatch, PostBatchState

TRACKED = "post_event"
"""Code of an event that the post's tracking told of: its own words and the place stand in the detail."""

BATCH_UNKNOWN = "post_unknown"
"""Reason of an attempt whose whole upload to the post is in doubt: one question about the upload is asked."""

Facts = list[tuple[str, str]]


def facts(sheet: NoticeSheet, revealed: bool) -> None:
    """Who it is for, what it is, and its dates."""
    n, who = sheet.notice, sheet.recipient
    told: Facts = [
        ("통지", kind_title(n.kind) + (" · 처분" if n.official else "")),
        ("신청", f"{sheet.application.receipt_no} · {program_title(n.program)}"),
        ("받는 사람", shown("name", who.name, revealed=revealed) + (" (사업장)" if who.employer else "")),
        ("주소", _address(who.postcode, who.address, revealed)),
        ("전화", shown("phone", who.phone, revealed=revealed) or "없음"),
        ("전자우편", _mail(who.email, revealed) or "없음"),
        ("수신 동의", _consents(sheet)),
        ("담당자", sheet.officer or "미지정"),
        ("작성", full(n.created_at)),
    ]
    if n.document_no:
        told.append(("문서번호", n.document_no))
    if n.effective_on:
        told.append(("시행일", f"{n.effective_on:%Y-%m-%d}"))
    if n.letter_sha256:
        told.append(("쪽수 · 매수", f"{n.pages}쪽 · {n.sheets}매"))
    if n.due_on:
        told.append(("제출 기한", day(n.due_on)))
    if n.served_on:
        told.append(("송달일", served(n.served_on, n.served_how)))
    if n.reply_days:
        until = f" · {n.runs_until:%Y-%m-%d}까지" if n.runs_until else " (송달되면 기산)"
        told.append(("불복 기간", f"송달일부터 {n.reply_days}일{until}"))
    _draw(told)


def words(sheet: NoticeSheet, revealed: bool) -> None:
    """The short message as it is sent."""
    if sheet.words:
        text = sheet.words if revealed else "‘전부 보기’를 누르면 보입니다."
        st.html(f'<b>문자 문안</b><p class="bo-words">{escape(text)}</p>')


def line(sheet: NoticeSheet) -> None:
    """The approval line of the newest round."""
    if not sheet.steps:
        return
    again = f" · {sheet.rounds}차 상신" if sheet.rounds > 1 else ""
    rows = "".join(_step(step) for step in sheet.steps)
    st.html(f'<b>결재</b><span class="bo-muted">{again}</span><dl class="bo-facts">{rows}</dl>')


def _step(step: Step) -> str:
    a = step.approval
    label = APPROVAL_STATES[ApprovalState(a.state)]
    who = step.decided_by or step.asked_of or "권한이 있는 사람"
    if step.decided_by and step.asked_of and a.decided_by != a.account_id:
        who = f"{step.decided_by} (대결, {step.asked_of})"
    at = f' <span class="bo-muted">{short(a.decided_at)}</span>' if a.decided_at else ""
    said = f"<br>{escape(step.comment)}" if step.comment else ""
    return (
        f"<dt>{DUTIES.get(a.duty, escape(a.duty))}</dt><dd>{escape(who)} "
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span>{at}{said}</dd>'
    )


def attempt(one: Attempt, revealed: bool) -> None:
    """One attempt: its way, its numbers, and all that happened."""
    d = one.dispatch
    label = DISPATCH_STATES[DispatchState(d.state)]
    reason = f' <span class="bo-muted">{escape(why(d.reason))}</span>' if d.reason else ""
    st.html(
        f"<b>{d.number}차 발송 · {escape(channel(d.channel))}</b> "
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span>{reason}'
    )
    told: Facts = []
    if one.to:
        told.append(("보낸 곳", _to(one, revealed)))
    if d.registered_no:
        told.append(("등기번호", d.registered_no))
    if d.provider_no:
        told.append(("기관 번호", d.provider_no))
    if d.state in (DispatchState.LEAVING, DispatchState.UNKNOWN):
        told.append(("상대 기관에서 찾을 이름", one.batch.key if one.batch else d.key))
    if (d.request_state or d.receipt_state) and one.batch is None:
        told.append(("중계기관 상태", f"요청 {_gateway(d.request_state)} · 수신 {_gateway(d.receipt_state)}"))
    if d.receiver:
        plain = revealed or d.receiver in RECEIVERS
        told.append(("받은 사람", shown("name", d.receiver, revealed=plain)))
    if d.not_before and d.state == DispatchState.PLANNED:
        told.append(("발송 시각", f"{full(d.not_before)} 이후"))
    if d.price_won:
        told.append(("요금", f"{d.price_won:,}원"))
    if d.next_look_at:
        told.append(("다음 조회", short(d.next_look_at)))
    if one.batch is not None:
        told.append(("우편 접수", _batch(one.batch, d.position)))
    _draw(told)
    if d.state == DispatchState.UNKNOWN and d.reason == BATCH_UNKNOWN:
        st.html(
            '<span class="bo-chip bo-warn">우편 접수 확인 중</span> 같은 묶음 전체의 결제 여부를 검토함에서 한 번에 묻고 '
            "있습니다. 그 답에 따라 이 통지의 발송 여부도 정해집니다."
        )
    st.html('<ol class="bo-events">' + "".join(_event(e) for e in one.events) + "</ol>")


def _event(event: DispatchEvent) -> str:
    state = DISPATCH_STATES[DispatchState(event.state)].text
    if event.code == TRACKED:
        told = " · ".join(escape(str(event.detail.get(n, ""))) for n in ("status", "place"))
    else:
        place = str(event.detail.get("place") or "")
        told = " · ".join(escape(part) for part in (state, why(event.code), place) if part)
    proof = ' <span class="bo-chip bo-wait">증명 있음</span>' if event.sha256 else ""
    return f'<li><span class="bo-muted">{short(event.happened_at or event.at)}</span> {told}{proof}</li>'


def _gateway(state: str) -> str:
    return GATEWAY_STATES.get(state, state) or "-"


def _batch(batch: PostBatch, position: int) -> str:
    state = BATCH_STATES[PostBatchState(batch.state)].text
    number = f" · 접수번호 {batch.site_no}" if batch.site_no else ""
    place = f"의 {position}번째 / {batch.letters}통" if position else "에서 빠짐"
    return f"묶음 {batch.id}{place} · {state}{number}"


def _to(one: Attempt, revealed: bool) -> str:
    to = one.to
    place = to.get("phone") or to.get("email") or to.get("box") or ""
    if "phone" in to:
        place = shown("phone", place, revealed=revealed)
    elif "email" in to or "box" in to:
        place = _mail(place, revealed)
    elif "address" in to:
        whole = f"{to['address']} {to.get('detail', '')}".strip()
        place = _address(to.get("postcode", ""), whole, revealed)
    return " · ".join(p for p in (shown("name", to.get("name", ""), revealed=revealed), place) if p)


def _address(postcode: str, address: str, revealed: bool) -> str:
    if not address:
        return "없음"
    where = shown("address", address, revealed=revealed)
    return f"({postcode}) {where}" if postcode else f"{where} (우편번호 없음)"


def _mail(address: str, revealed: bool) -> str:
    name, _, host = address.partition("@")
    if revealed or not address:
        return address
    return f"{name[:2]}***@{host}" if host else f"{name[:2]}***"


def _consents(sheet: NoticeSheet) -> str:
    given = [c for c in sheet.recipient.consents if c.withdrawn_on is None]
    return ", ".join(channels.title(c.channel) for c in given) or "없음"


def _draw(told: Facts) -> None:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told)
    st.html(f'<dl class="bo-facts">{rows}</dl>')
