"""The form in which a question about a payment or an order is answered."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

import streamlit as st

from dashboard.acts.decisions import Refused
from dashboard.acts.payment_answers import EVIDENCE, TITLES
from dashboard.acts.payment_deciding import PaymentAnswer, answers, decide_payment
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.parts.korean import reason
from dashboard.parts.notice_review import as_seen
from dashboard.parts.payment_words import bank, banks
from dashboard.parts.times import until
from dashboard.places import go
from dashboard.reads.payment_orders import OrderSheet
from dashboard.reads.payment_sheet import PaymentSheet
from dashboard.reads.review_list import held_by_other
from dashboard.visitor import Visitor
from queues import database
from queues.days import today
from queues.models import ReviewTask
from queues.sealed_fields import decided_comment

_EXPLAINED = {
    "accept_name": "신분증·통장사본 등으로 예금주가 채주 본인임을 확인했을 때만 고릅니다.",
    "was_paid": "은행 창구·기업뱅킹·거래내역에서 출금을 확인했을 때 고릅니다. 다시 보내지 않습니다.",
    "was_not_paid": "은행이 출금되지 않았다고 확인해 준 때에만 고릅니다. 결의가 지급 대기로 돌아가 다시 지급될 수 있습니다.",
    "not_paid_by_bank": "은행이 출금되지 않았다고 확인해 준 때에만 고릅니다. 결의가 열려 다시 지급할지 묻습니다.",
    "ask_again": "처리결과 조회 전문을 다시 보냅니다. 이체 전문은 보내지 않습니다.",
    "was_uploaded": "은행에 파일 번호(MsgId)로 물어 접수를 확인했을 때 고릅니다. 결과를 계속 기다립니다.",
    "was_not_uploaded": "은행이 접수하지 않았다고 확인해 준 때에만 고릅니다. 파일에 든 결의가 지급 대기로 돌아갑니다.",
    "correct_account": "바로잡은 계좌로 결의를 고쳐 지급 대기로 돌립니다. 새 배치에서 다시 결재를 받습니다.",
    "pay_again": "결의가 지급 대기로 돌아갑니다. 새 배치에서 다시 결재를 받습니다.",
    "not_a_double": "같은 기간의 다른 결의와 지급 대상이 다름을 확인했을 때 고릅니다.",
    "drop": "결의를 취소합니다. 되돌릴 수 없습니다.",
}
_WHY = frozenset(
    {
        "was_paid",
        "was_not_paid",
        "was_uploaded",
        "was_not_uploaded",
        "not_paid_by_bank",
        "seen",
        "not_a_double",
        "keep",
        "drop",
        "accept_name",
        "pay_again",
    }
)
"""What is not decided without a reason."""


def review_form(
    visitor: Visitor,
    task: ReviewTask,
    *,
    order: OrderSheet | None,
    payment: PaymentSheet | None = None,
    revealed: bool = False,
) -> None:
    """One open question with the answers that it may have. Nothing stands chosen beforehand."""
    with st.container(border=True, key=f"payment_task_{task.id}"):
        _question(task)
        if not may(visitor, Right.MAKE_PAYMENTS):
            st.html('<span class="bo-muted">결정할 권한이 없습니다.</span>')
            return
        if held_by_other(task, visitor.account_id):
            st.html('<span class="bo-chip bo-wait">다른 담당자가 보는 중입니다.</span>')
            return
        with database.session() as session:
            possible = answers(session, task)
        action = st.radio(
            "결정",
            possible,
            index=None,
            format_func=lambda a: TITLES.get(a, a),
            key=f"payment_action_{task.id}",
            label_visibility="collapsed",
        )
        if action is None:
            return
        if action in _EXPLAINED:
            st.html(f'<span class="bo-muted">{_EXPLAINED[action]}</span>')
        seen = as_seen(f"payment_task_{task.id}", task.version)
        answer = _answer(task, action, seen, order, revealed)
        with st.container(horizontal=True, gap="small"):
            decided = st.button("결정", key=f"payment_decide_{task.id}", type="primary")
            onward = st.button("결정하고 다음 건", key=f"payment_decide_next_{task.id}")
        if decided or onward:
            _decide(visitor, task, answer, onward=onward)


def _question(task: ReviewTask) -> None:
    left, tone = until(task.due_at)
    due = f' <span class="bo-chip bo-{tone}">{escape(left)}</span>' if left else ""
    told = [f"<b>{escape(reason(task.reason))}</b>{due}<br>{escape(task.question)}"]
    if said := decided_comment(task.evidence):
        told.append(f"<br>의견: {escape(said)}")
    st.html("".join(told))


def _answer(
    task: ReviewTask, action: str, seen: int, order: OrderSheet | None, revealed: bool
) -> PaymentAnswer:
    """What the form says."""
    key = f"payment_{action}_{task.id}"
    filled: dict[str, Any] = {}
    if action == "correct_account":
        filled["to"] = _account_fields(key, order, revealed)
    elif action == "hold":
        first = today() + timedelta(days=1)
        filled["until"] = st.date_input("언제까지", first, min_value=first, key=f"{key}_on", width=200)
    elif action == "claim_back":
        filled["due_on"] = st.date_input(
            "반납 기한", today() + timedelta(days=30), min_value=today(), key=f"{key}_on", width=200
        )
    elif action in ("was_paid", "was_not_paid", "not_paid_by_bank"):
        filled["evidence"] = st.radio(
            "무엇으로 확인하였는지", list(EVIDENCE), index=None, format_func=lambda e: EVIDENCE[e],
            horizontal=True, key=f"{key}_evidence",
        ) or ""  # fmt: skip
    label = "사유 (확인한 내용)" if action in _WHY else "메모 (선택)"
    filled["comment"] = st.text_input(label, key=f"{key}_comment", max_chars=500)
    return PaymentAnswer(action, seen, **filled)


def _account_fields(key: str, order: OrderSheet | None, revealed: bool) -> dict[str, str]:
    """Bank, account and holder; what the order has stands there for one who may see it in full."""
    if not revealed:
        st.html('<span class="bo-muted">‘전부 보기’를 누르면 지금 계좌가 채워집니다.</span>')
    codes = banks()
    known = order.order.bank_code if order is not None else ""
    filled = f"{key}_{'full' if revealed else 'blank'}"
    left, middle, right = st.columns([2, 3, 2], gap="small")
    code = left.selectbox(
        "은행", codes, index=codes.index(known) if known in codes else None,
        format_func=lambda c: f"{bank(c)} ({c})", key=f"{filled}_bank", placeholder="고르십시오",
    )  # fmt: skip
    account = middle.text_input(
        "계좌번호", order.account if order and revealed else "", key=f"{filled}_account", max_chars=30
    )
    holder = right.text_input(
        "예금주", order.payee if order and revealed else "", key=f"{filled}_holder", max_chars=60
    )
    return {"bank": code or "", "account": account.strip(), "name": holder.strip()}


def _decide(visitor: Visitor, task: ReviewTask, answer: PaymentAnswer, *, onward: bool) -> None:
    try:
        with database.session() as session:
            decide_payment(session, visitor, task.id, answer)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(f"‘{TITLES.get(answer.action, answer.action)}’(으)로 정했습니다.")
    if onward:
        from dashboard.screens.payment_attention import open_next

        open_next(visitor, skip=task.id)
    go("payment-attention")
