"""A batch is changed before it has left: payments taken off, another day, more orders; what becomes void is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from html import escape

import streamlit as st
from sqlmodel import Session

from config.calendar import business_calendar
from config.funds import load_funds
from dashboard.acts import paying
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, may
from dashboard.parts.payment_steering import do
from dashboard.parts.payment_words import duty
from dashboard.parts.times import day, zone
from dashboard.places import go
from dashboard.reads.notice_sheet import Step
from dashboard.reads.payment_batch_sheet import BatchSheet
from dashboard.reads.payment_orders import any_ready
from dashboard.visitor import Visitor
from queues import database
from queues.days import today
from queues.models import ApprovalState, PaymentBatch
from queues.models import PaymentBatchState as S
from queues.payment_moves import BEFORE_RUNNING

PICKED = "batch_picked"
"""Where it is kept which payments of which batch are ticked: (id of the batch, {payment: won})."""

_IN_LINE = (S.APPROVAL, S.APPROVED)
_PARTS = (*BEFORE_RUNNING, S.RUNNING, S.PAUSED)
_PART_LEFT = "{} 가운데 {}만 뺐습니다. 나머지는 그 사이 전문이 나갔거나 이미 빠졌습니다."


def may_change(visitor: Visitor, batch: PaymentBatch) -> bool:
    """Whether this person may put more into a batch, or it off: one's own of which nothing has left."""
    own = may(visitor, Right.MAKE_PAYMENTS) and batch.made_by == visitor.account_id
    return own and batch.state in BEFORE_RUNNING


def may_take_off(visitor: Visitor, sheet: BatchSheet) -> bool:
    """Whether this person may take single payments off, of which some have not left."""
    b = sheet.batch
    return may(visitor, Right.MAKE_PAYMENTS) and b.state in _PARTS and b.reason != "stop"


def changes(visitor: Visitor, sheet: BatchSheet) -> None:
    """The buttons with which its maker changes a batch that has not begun."""
    b = sheet.batch
    if not may_change(visitor, b):
        return
    if _last_day(b) >= today():
        _put_off(visitor, sheet)
    with database.session() as session:
        more = any_ready(session, b.fund, b.fiscal_year)
    if more and st.button("결의 더하기", key="batch_add"):
        go("payment-orders", {"into": str(b.id)})


def overdue(visitor: Visitor, sheet: BatchSheet) -> None:
    """That a batch's day is past, what follows from it and who has to do something."""
    b = sheet.batch
    if b.state not in BEFORE_RUNNING or b.pay_on >= today():
        return
    if _last_day(b) < today():
        told = f"{b.fiscal_year}회계연도의 지급 기한({day(_last_day(b))})도 지났습니다. 배치를 취소하십시오."
    elif b.state == S.APPROVED:
        told = "일시 정지, 은행 시간, 한도를 확인하십시오. 풀리는 대로 이체됩니다. 다른 날 지급하려면 "
        told += _who_puts_off(visitor, sheet)
    elif b.state == S.APPROVAL:
        told = "결재가 끝나면 그날 바로 이체됩니다. 다른 날 지급하려면 " + _who_puts_off(visitor, sheet)
    else:
        told = "이대로는 상신할 수 없습니다. " + _who_puts_off(visitor, sheet)
    st.html(f'<span class="bo-chip bo-bad">지급일 지남 {day(b.pay_on)}</span> {escape(told)}')


def _who_puts_off(visitor: Visitor, sheet: BatchSheet) -> str:
    if may_change(visitor, sheet.batch):
        return "‘지급일 변경’에서 오늘 이후로 바꾸십시오."
    return f"기안자({sheet.maker})가 지급일을 바꾸어야 합니다."


def agreed_void(batch: PaymentBatch, steps: Sequence[Step]) -> str:
    """What a change makes void, in words; "" where nobody was asked yet."""
    if batch.state not in _IN_LINE:
        return ""
    agreed = [
        f"{duty(one.approval.duty)} {one.decided_by}"
        for one in steps
        if one.approval.state == ApprovalState.APPROVED and one.approval.duty != "draft"
    ]
    if not agreed:
        return "상신이 취소됩니다. 바꾼 뒤 다시 상신하십시오."
    return (
        f"이미 한 결재({', '.join(agreed)})가 무효가 됩니다. 바꾼 뒤 다시 상신하여 처음부터 결재를 받습니다."
    )


def sure(batch: PaymentBatch, steps: Sequence[Step], key: str) -> bool:
    """Say what becomes void and have it confirmed; True at once where nothing does."""
    told = agreed_void(batch, steps)
    if not told:
        return True
    st.html(f'<span class="bo-chip bo-bad">결재 무효</span> {escape(told).replace(". ", ".<br>")}')
    # Of the batch as it stands: another version is confirmed anew.
    return st.checkbox("결재가 무효가 됨을 확인함", key=f"batch_sure_{key}_{batch.id}_{batch.version}")


def picked_of(batch_id: int) -> dict[int, int]:
    """The ticked payments of a batch with their won, on all pages."""
    of, picked = st.session_state.get(PICKED, (0, {}))
    if of != batch_id:
        picked = {}
        st.session_state[PICKED] = (batch_id, picked)
    found: dict[int, int] = picked
    return found


def taking_off(visitor: Visitor, sheet: BatchSheet, picked: Mapping[int, int]) -> None:
    """The form in which the ticked payments are taken off, with a reason."""
    if not picked:
        return
    b, ids = sheet.batch, sorted(picked)
    st.html(f"<b>{len(ids):,}건</b> {sum(picked.values()):,}원", width="content")
    with st.popover("배치에서 빼기", key=f"batch_pop_take_off_{b.id}"):
        st.html(f'<span class="bo-muted">{_told_of_parting(b, len(ids))}</span>')
        agreed = sure(b, sheet.steps, "take_off")
        reason = st.text_input("사유", key="batch_why_take_off", max_chars=500)
        with st.container(horizontal=True, gap="small"):
            pressed = st.button(
                f"{len(ids):,}건 빼기", key="batch_take_off", type="primary", disabled=not agreed
            )
            if st.button("선택 해제", key="batch_untick", type="tertiary"):
                st.session_state.pop(PICKED, None)
                st.rerun()
        if pressed and agreed:
            _take_off(visitor, b, ids, reason)


def _told_of_parting(b: PaymentBatch, count: int) -> str:
    free = "뺀 결의는 지급 대기로 돌아가 다른 배치에 넣을 수 있습니다."
    if b.state not in BEFORE_RUNNING:
        return f"전문이 나가지 않은 것만 빠지고 나머지는 그대로 이체됩니다. {free}"
    return f"남는 지급이 없어 배치가 취소됩니다. {free}" if count >= b.payments else free


def _take_off(visitor: Visitor, b: PaymentBatch, ids: Sequence[int], reason: str) -> None:
    def act(session: Session) -> None:
        taken = paying.take_off(session, visitor, b.id, b.version, ids, reason)
        if not taken:
            raise Refused("고른 지급은 그 사이 전문이 나갔거나 이미 빠졌습니다.")
        st.session_state.pop(PICKED, None)
        if taken < len(ids):
            st.toast(_PART_LEFT.format(f"{len(ids):,}건", f"{taken:,}건"), duration="long")

    do(act, "배치에서 빼기")


def _put_off(visitor: Visitor, sheet: BatchSheet) -> None:
    b = sheet.batch
    with st.popover("지급일 변경", key=f"batch_pop_put_off_{b.id}_{b.version}"):
        before = b.not_before.astimezone(zone()).time() if b.not_before else None
        on = st.date_input(
            "지급일", _first_day(b), min_value=today(), max_value=_last_day(b), key=f"batch_on_{b.id}"
        )
        at = st.time_input(
            "이체 시작 시각 (비우면 은행 업무 시작부터)", before, step=1800, key=f"batch_at_{b.id}"
        )
        if why := business_calendar().why_closed(on):
            st.html(f'<span class="bo-chip bo-warn">{escape(why)}</span> 근무일이 아닙니다.')
        agreed = sure(b, sheet.steps, "put_off")
        other = (on, at) != (b.pay_on, before)
        pressed = st.button(
            "지급일 변경 확인", key="batch_put_off", type="primary", disabled=not (agreed and other)
        )
        if pressed and agreed and other:
            moment = _moment(on, at)
            do(lambda s: paying.put_off(s, visitor, b.id, b.version, on, moment), "지급일 변경")


def _moment(on: date, at: time | None) -> datetime | None:
    return datetime.combine(on, at, zone()) if at is not None else None


def _first_day(b: PaymentBatch) -> date:
    """Its own day, or the next on which the center works where that is past."""
    if b.pay_on >= today():
        return min(b.pay_on, _last_day(b))
    return min(business_calendar().business_day_on_or_after(today()), _last_day(b))


def _last_day(b: PaymentBatch) -> date:
    return load_funds().closing.last_day(b.fiscal_year)
