"""What is known of a payment and of the order behind it, in lines."""

from __future__ import annotations

from html import escape

import streamlit as st

from config.funds import load_funds
from dashboard.parts.payment_words import (
    ACCOUNTING_STATES,
    BATCH_STATES,
    CHANNELS,
    ENTRY_KINDS,
    ORDER_STATES,
    OUTLIERS,
    PAYMENT_STATES,
    RETURN_STATES,
    bank,
    fund,
    why,
    won,
)
from dashboard.parts.times import day, short
from dashboard.reads.document_types import program_title
from dashboard.reads.masked import shown
from dashboard.reads.payment_orders import OrderSheet
from dashboard.reads.payment_sheet import PaymentSheet
from queues.models import FundReturnState, OrderState, PaymentBatchState, PaymentState

Facts = list[tuple[str, str]]


def payment_facts(sheet: PaymentSheet, revealed: bool) -> None:
    """The transfer: to whom, where, how much, under which number."""
    p = sheet.payment
    told = shown("name", sheet.told, revealed=revealed) if sheet.told else "조회 전"
    if sheet.told and sheet.told != sheet.payee:
        told += " (결의와 다름)"
    rows: Facts = [
        ("예금주 (결의)", shown("name", sheet.payee, revealed=revealed)),
        ("예금주 (은행)", told + (f" · {short(p.checked_at)}" if p.checked_at else "")),
        ("입금 계좌", f"{bank(p.bank_code)} {shown('account', sheet.account, revealed=revealed)}"),
        ("이체 금액", f"{p.amount_won:,}원"),
        ("통장 적요", p.statement_text),
        ("방법", CHANNELS.get(sheet.batch.channel, sheet.batch.channel)),
    ]
    if p.number:
        rows.append(("전문번호", f"{p.number:06d} · {day(p.sent_on)}"))
    rows.append(("거래 식별", p.end_to_end))
    if p.settled_on:
        rows.append(("대사 완료", day(p.settled_on)))
    if p.state == PaymentState.UNKNOWN and p.next_look_at:
        rows.append(("다음 조회", f"{short(p.next_look_at)} · 지금까지 {p.looks}회 물음"))
    if p.outliers:
        rows.append(("살펴볼 점", " · ".join(OUTLIERS.get(code, code) for code in p.outliers)))
    for line in sheet.lines:
        rows.append(("거래내역", f"{day(line.day)} {line.amount_won:,}원 · {line.source} {line.key}"))
    draw("이체", rows)


def order_facts(sheet: OrderSheet, revealed: bool) -> None:
    """The order: what is owed, on which ground, from which item."""
    o, d = sheet.order, sheet.decision
    label = ORDER_STATES[OrderState(o.state)]
    period = f"{day(o.period_from)} – {day(o.period_until)}" if o.period_from else "-"
    claim = f" · {o.claim_no}회차" if o.claim_no else ""
    rows: Facts = [
        ("결의번호", (o.number or "배치에 들어갈 때 부여") + f" · {label.text}"),
        ("제도 · 신청", f"{program_title(o.program)} · {sheet.application.receipt_no}"),
        ("채주", shown("name", sheet.payee, revealed=revealed) + (" (사업장)" if sheet.employer else "")),
        (
            "계좌",
            f"{bank(o.bank_code)} {shown('account', sheet.account, revealed=revealed)}"
            if o.bank_code
            else "없음",
        ),
        ("지급 대상", period + claim + (f" · {o.about}" if o.about else "")),
        ("결정액", f"{o.decided_won:,}원"),
    ]
    rows += [
        (load_funds().deductions.get(str(x.get("kind", "")), "공제"), f"-{won(int(x.get('won', 0)))}원")
        for x in o.deductions
    ]
    rows += [
        ("지급액", f"{o.amount_won:,}원"),
        ("재원", f"{fund(o.fund)} · {o.fiscal_year}년도"),
        ("예산과목", f"{sheet.item.code} {sheet.item.title}" if sheet.item else "정해지지 않음"),
        ("지급 근거", o.legal_ground or "-"),
        ("결정", f"{d.document_no or d.key} · {day(d.decided_on)} {_decider(d.decided_by)}"),
    ]
    if d.taken_back_at:
        rows.append(("결정 취소", short(d.taken_back_at)))
    if o.reason:
        rows.append(("사유", why(o.reason)))
    rows += [
        (
            "반납",
            f"{r.amount_won:,}원 · {RETURN_STATES[FundReturnState(r.state)].text} · 기한 {day(r.due_on) or '-'}",
        )
        for r in sheet.returns
    ]
    draw("지출결의", rows)


def accounting_line(sheet: PaymentSheet) -> None:
    """What the accounting system was told of the order, and what it said."""
    rows: Facts = []
    for one in sheet.accounting:
        label = ACCOUNTING_STATES[one.state]
        number = f" · {one.their_no}" if one.their_no else ""
        error = f" · {why(one.error)}" if one.error else ""
        rows.append(
            (f"{ENTRY_KINDS.get(one.kind, one.kind)}", f"{one.amount_won:,}원 · {label.text}{number}{error}")
        )
    if rows:
        draw("회계시스템", rows)


def others(sheet: OrderSheet, but: int = 0) -> None:
    """Other payments of the order, and other orders for the same payee and program: where a double would be."""
    rows = [
        f"<dt>{day(b.pay_on)}</dt><dd>지급 {p.id} · {p.amount_won:,}원 "
        f'<span class="bo-chip bo-{PAYMENT_STATES[PaymentState(p.state)].tone}">'
        f"{PAYMENT_STATES[PaymentState(p.state)].text}</span> "
        f'<span class="bo-muted">{escape(b.title or b.key)} · {BATCH_STATES[PaymentBatchState(b.state)].text}</span></dd>'
        for p, b in sheet.payments
        if p.id != but
    ]
    if rows:
        st.html(f'<b>이 결의의 다른 지급</b><dl class="bo-facts">{"".join(rows)}</dl>')
    same = [
        f"<dt>{day(o.period_from) or '-'} – {day(o.period_until) or '-'}</dt><dd>{o.number or f'결의 {o.id}'} · "
        f"{o.claim_no}회차 · {o.amount_won:,}원 "
        f'<span class="bo-chip bo-{ORDER_STATES[OrderState(o.state)].tone}">{ORDER_STATES[OrderState(o.state)].text}'
        f"</span></dd>"
        for o in sheet.others
    ]
    if same:
        st.html(f'<b>같은 채주·제도의 다른 결의</b><dl class="bo-facts">{"".join(same)}</dl>')


def _decider(actor: str) -> str:
    """`officer:울산-1024` -> `담당자 울산-1024`."""
    return f"담당자 {actor.removeprefix('officer:')}" if actor.startswith("officer:") else actor


def draw(title: str, rows: Facts) -> None:
    """Name and value, line by line."""
    drawn = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    st.html(f'<b>{escape(title)}</b><dl class="bo-facts">{drawn}</dl>')
