"""One day of one account: the three ways side by side, its differences by cause, explaining, signing, closing."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts import accounting, reconciling
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.parts.payment_words import COUNTERPARTS, DAY_STATES, DIFFERENCE_STATES, fund, won
from dashboard.parts.times import day, short
from dashboard.places import go
from dashboard.reads.payment_batches import account_names
from dashboard.visitor import Visitor
from queues import bank_days, database
from queues.bank_day_views import DayLine, DifferenceLine, Side, ThreeWays, differences, three_ways
from queues.models import BankDay, BankDayState, Difference

_SHOWN = 100


def day_panel(visitor: Visitor, line: DayLine) -> None:
    """What of the day does not agree, and what a person may do about it."""
    with database.session() as session:
        found = differences(session, line.id, limit=_SHOWN)
        three = three_ways(session, line.day, line.fund)
        row = session.get_one(BankDay, line.id)
        names = account_names(session, [line.signed_by, *(d.explained_by for d in found)])
        said = {
            d.id: bank_days.comment_of(session.get_one(Difference, d.id)) for d in found if d.explained_by
        }
        signed = bank_days.comment_of(row)
    label = DAY_STATES[BankDayState(line.state)]
    st.html(
        f'<b style="font-size:1.1rem">{day(line.day)} {escape(fund(line.fund))}</b> '
        f'<span class="bo-muted">{COUNTERPARTS.get(line.channel, line.channel)} · '
        f"{short(line.compared_at) or '아직'} 대사</span> &nbsp;"
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span>'
    )
    _three(three)
    if line.undecided or line.unsettled:
        st.html(
            f'<span class="bo-chip bo-warn">결과 미확인 {line.undecided:,}</span> '
            f'<span class="bo-muted">이체 성공이나 아직 대사되지 않은 지급 {line.unsettled:,}건</span>'
        )
    if line.signed_by:
        st.html(
            f'<span class="bo-muted">{escape(names.get(line.signed_by, ""))} 서명 {short(line.signed_at)}</span> '
            f"{escape(signed)}"
        )
    for one in found:
        _difference(visitor, line, one, names.get(one.explained_by or 0, ""), said.get(one.id, ""))
    if may(visitor, Right.RECONCILE):
        _closing(visitor, line, found)


def compare_now(visitor: Visitor) -> None:
    """Have the bots compare now rather than at their time."""
    _do(
        lambda s: accounting.run_now(s, visitor, accounting.COMPARE),
        "대사하도록 했습니다. 곧 결과가 나타납니다.",
    )


def _three(three: ThreeWays) -> None:
    agree = '<span class="bo-chip bo-good">세 곳 일치</span>' if three.agree else ""
    rows = "".join(
        f"<tr><th>{name}</th><td>{_count(side)}</td><td>{_sum(side)}</td><td>{_off(three.ours, side)}</td></tr>"
        for name, side in (("우리 원장", three.ours), ("은행", three.bank), ("회계시스템", three.accounting))
    )
    st.html(
        '<table class="bo-matrix"><thead><tr><th>이 날 이 회계 전체</th><th>건수</th><th>금액(원)</th>'
        f"<th>원장과의 차이</th></tr></thead><tbody>{rows}</tbody></table>{agree}"
    )


def _count(side: Side | None) -> str:
    return f"{side.count:,}" if side else "받기 전"


def _sum(side: Side | None) -> str:
    return f"{side.won:,}" if side else "-"


def _off(ours: Side, side: Side | None) -> str:
    if side is None:
        return "-"
    return "·" if side == ours else f"{side.won - ours.won:+,} ({side.count - ours.count:+,}건)"


def _difference(visitor: Visitor, line: DayLine, one: DifferenceLine, who: str, said: str) -> None:
    label = DIFFERENCE_STATES[one.state]
    with st.container(border=True, key=f"difference_{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f"<b>{escape(one.cause_text)}</b> "
                f'<span class="bo-chip bo-{label.tone}">{label.text}</span> '
                f"우리 <b>{won(one.our_won)}</b>원 · 상대 <b>{won(one.their_won)}</b>원",
                width="content",
            )
            st.space("stretch")
            _way(one)
        st.html(f'<span class="bo-muted">{escape(one.what_to_do)}</span>')
        if said:
            st.html(f"{escape(said)} <span class='bo-muted'>{escape(who)}</span>")
        if may(visitor, Right.RECONCILE) and one.state != "resolved" and line.state != BankDayState.CLOSED:
            _explain(visitor, one)


def _way(one: DifferenceLine) -> None:
    """One click to what the difference is about."""
    if one.payment_id:
        name, address, query = f"지급 {one.payment_id}", "payments", {"payment": str(one.payment_id)}
    elif one.order_id:
        name, address, query = f"결의 {one.order_id}", "payment-orders", {"order": str(one.order_id)}
    else:
        return
    if st.button(name, key=f"difference_to_{one.id}", icon=":material/arrow_forward:"):
        go(address, query)


def _explain(visitor: Visitor, one: DifferenceLine) -> None:
    form = st.form(f"explain_{one.id}", border=False, clear_on_submit=True)
    with form, st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        comment = st.text_input(
            "사유", max_chars=500, label_visibility="collapsed", placeholder="차이의 사유와 조치"
        )
        sent = st.form_submit_button("사유 기재" if one.state == "open" else "고쳐 적기")
    if sent:
        _do(lambda s: reconciling.explain(s, visitor, one.id, comment), "사유를 적었습니다.")


def _closing(visitor: Visitor, line: DayLine, found: list[DifferenceLine]) -> None:
    """Close what agrees; sign for what does not, with the password once more."""
    if line.state == BankDayState.AGREED:
        if st.button("마감", type="primary", key="close_day"):
            _do(lambda s: reconciling.close_day(s, visitor, line.id, line.version), "마감했습니다.")
    elif line.state == BankDayState.DIFFERS:
        if any(one.state == "open" for one in found):
            st.html('<span class="bo-muted">차이마다 사유를 적으면 서명하여 마감할 수 있습니다.</span>')
            return
        with st.form(f"sign_{line.id}_{line.version}", clear_on_submit=True):
            st.html(f"<b>차이 {line.difference_won:+,}원을 알고 마감</b>")
            comment = st.text_input("마감 사유", max_chars=500)
            password = st.text_input(
                "비밀번호 (서명하려면 다시 입력)",
                type="password",
                autocomplete="current-password",
                max_chars=200,
            )
            sent = st.form_submit_button("서명하고 마감", type="primary")
        if sent:
            _do(
                lambda s: reconciling.sign_day(s, visitor, line.id, line.version, password, comment),
                "서명하고 마감했습니다.",
            )


def _do(act: Callable[[Session], object], done: str) -> None:
    try:
        with database.session() as session:
            act(session)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(done)
    st.rerun()
