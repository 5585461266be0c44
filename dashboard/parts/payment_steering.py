"""What a person may have done with a batch: to the line, held back, paused, stopped, taken apart."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from sqlmodel import Session

from dashboard.acts import paying
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.reads.payment_batch_sheet import BatchSheet
from dashboard.visitor import Visitor
from queues import database
from queues.days import today
from queues.models import PaymentBatchState as S

_CANCELS = (S.DRAFT, S.CHECKING, S.CHECKED, S.APPROVAL, S.APPROVED)
_STOPS = (S.APPROVED, S.RUNNING, S.PAUSED)

Act = Callable[[Session], object]


def steering(visitor: Visitor, sheet: BatchSheet) -> None:
    """The buttons that the batch's state admits."""
    b, held = sheet.batch, sheet.counts.get("held", 0)
    if may(visitor, Right.MAKE_PAYMENTS) and b.state == S.CHECKED:
        if held:
            _with_reason(
                f"보류 {held:,}건 빼기", "take_off_held", "보류된 지급을 배치에서 빼고 나머지만 올립니다.",
                lambda s, why: paying.take_off_held(s, visitor, b.id, b.version, why),
            )  # fmt: skip
        elif b.pay_on >= today():
            _press(
                "상신", "put_to_line", lambda s: paying.put_to_line(s, visitor, b.id, b.version), "primary"
            )
    if sheet.may_recall and b.state == S.APPROVAL:
        _with_reason(
            "회수", "recall", "결재를 거두고 다시 고칩니다. 이미 한 결재는 무효가 됩니다.",
            lambda s, why: paying.recall(s, visitor, b.id, b.version, why),
        )  # fmt: skip
    if may(visitor, Right.STEER_PAYMENTS):
        _running(visitor, sheet)
    if may(visitor, Right.MAKE_PAYMENTS) and b.state in _CANCELS:
        _with_reason(
            "배치 취소", "cancel", "아무것도 나가지 않고, 결의는 지급 대기로 돌아갑니다.",
            lambda s, why: paying.cancel(s, visitor, b.id, b.version, why),
        )  # fmt: skip


def _running(visitor: Visitor, sheet: BatchSheet) -> None:
    b = sheet.batch
    if b.pause_asked and b.state in (S.RUNNING, S.PAUSED, S.APPROVED) and b.reason != "stop":
        _press("이체 재개", "resume", lambda s: paying.resume(s, visitor, b.id, b.version), "primary")
    elif b.state in (S.RUNNING, S.APPROVED) and not b.pause_asked:
        _press("일시 정지", "pause", lambda s: paying.pause(s, visitor, b.id, b.version), "primary")
    if b.state in _STOPS and b.reason != "stop":
        _with_reason(
            "중지", "stop", "나가지 않은 지급은 나가지 않습니다. 이미 나간 것은 결과를 끝까지 확인합니다.",
            lambda s, why: paying.stop(s, visitor, b.id, b.version, why),
        )  # fmt: skip


def _press(label: str, key: str, act: Act, kind: str = "secondary") -> None:
    if st.button(label, key=f"batch_{key}", type="primary" if kind == "primary" else "secondary"):
        do(act, label)


def _with_reason(label: str, key: str, told: str, act: Callable[[Session, str], object]) -> None:
    with st.popover(label, key=f"batch_pop_{key}"):
        st.html(f'<span class="bo-muted">{told}</span>')
        reason = st.text_input("사유", key=f"batch_why_{key}", max_chars=500)
        if st.button(f"{label} 확인", key=f"batch_{key}", type="primary"):
            do(lambda s: act(s, reason), label)


def do(act: Act, label: str) -> None:
    """Do it in a transaction of its own; what stands against it is told where the person looks."""
    try:
        with database.session() as session:
            act(session)
    except (Refused, NotAllowed) as refused:
        st.toast(str(refused), icon=":material/warning:", duration="long")
        return
    st.toast(f"‘{label}’ 처리하였습니다.")
    st.rerun()
