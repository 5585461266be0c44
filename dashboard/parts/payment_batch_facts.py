"""What a batch comes to: sums by program and bank, what is above a limit, work about it that failed."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.parts.payment_words import BATCH_STATES, CHANNELS, OUTLIERS, bank, fund, item_name, why, won
from dashboard.parts.times import day, short
from dashboard.reads.document_types import program_title
from dashboard.reads.payment_batch_sheet import BatchSheet, Part
from queues.budgets import left
from queues.models import PaymentBatchState

_BANKS = 8


def figures(sheet: BatchSheet) -> None:
    """The sums in one line; what asks for attention in a tone of its own."""
    b, counts = sheet.batch, sheet.counts
    paid = sum(sheet.sums.get(s, (0, 0))[1] for s in ("accepted", "settled"))
    odd = sum(counts.get(s, 0) for s in ("held", "unknown", "returned", "rejected"))
    middle = f"{sheet.spread.middle:,}" if sheet.spread else "-"
    most = f"{sheet.spread.most:,}" if sheet.spread else "-"
    cells: list[tuple[str, str, str]] = [
        ("지급 건수", f"{b.payments:,}건", ""),
        ("지급 금액", f"{b.total_won:,}원", ""),
    ]
    if b.state in (PaymentBatchState.RUNNING, "paused", "stopped", "done", "closed"):
        cells.append(("이체 성공", f"{paid:,}원", ""))
        cells.append(("보류·미확인·불능", f"{odd:,}건", "var(--bad-ink)" if odd else ""))
    else:
        cells.append(("중간값", f"{middle}원", ""))
        cells.append(("최고액", f"{most}원", ""))
        cells.append(("살펴볼 지급", f"{sheet.flagged:,}건", "var(--warn-ink)" if sheet.flagged else ""))
    st.html(
        '<div class="bo-figures">'
        + "".join(
            f"<div><span>{escape(name)}</span><b{f' style=color:{tone}' if tone else ''}>{escape(value)}</b></div>"
            for name, value, tone in cells
        )
        + "</div>"
    )


def warnings(sheet: BatchSheet) -> None:
    """Limits that do not hold, money that is not there, work that failed: before everything else."""
    told = [f'<span class="bo-chip bo-bad">한도 초과</span> {escape(one.text)}' for one in sheet.exceeded]
    told += [
        f'<span class="bo-chip bo-bad">작업 실패</span> {escape(why(item.error_code))} '
        f'<span class="bo-muted">작업 {item.id}</span>'
        for item in sheet.troubled
    ]
    if sheet.batch.pause_asked and sheet.batch.state == PaymentBatchState.RUNNING:
        told.append(
            '<span class="bo-chip bo-warn">정지 요청됨</span> 이미 나간 전문의 결과까지만 받고 멈춥니다.'
        )
    if told:
        st.html("<br>".join(told))


def facts(sheet: BatchSheet) -> None:
    """What it is, and its sums by item and bank."""
    b = sheet.batch
    rows = [
        ("배치번호", b.key),
        ("회계 · 연도", f"{fund(b.fund)} · {b.fiscal_year}"),
        ("지급일", day(b.pay_on) + (f" {short(b.not_before)} 이후" if b.not_before else "")),
        ("방법", CHANNELS.get(b.channel, b.channel)),
        ("기안자", f"{sheet.maker} · {short(b.created_at)}"),
    ]
    if b.started_at:
        rows.append(("이체", f"{short(b.started_at)} – {short(b.ended_at) or '진행 중'} · {b.run_no}회차"))
    if sheet.outliers:
        listed = " · ".join(f"{OUTLIERS.get(code, code)} {n:,}" for code, n in sheet.outliers.items())
        rows.append(("살펴볼 점", listed))
    drawn = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    st.html(f'<dl class="bo-facts">{drawn}</dl>')
    st.html(_items(sheet) + _by_bank(sheet))


def _items(sheet: BatchSheet) -> str:
    rows = "".join(_item_row(part) for part in sheet.programs)
    return (
        '<table class="bo-matrix"><thead><tr><th>제도 · 예산과목</th><th>건수</th><th>금액</th>'
        f"<th>예산 잔액</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _item_row(part: Part) -> str:
    item = part.item
    title = escape(item_name(item.title)) if item else "예산과목 없음"
    code = f' title="{escape(item.code)} {escape(item.title)}"' if item else ""
    return (
        f"<tr><th{code}>{escape(program_title(part.code))}<br><span class='bo-muted'>{title}</span></th>"
        f"<td>{part.payments:,}</td><td>{part.won:,}</td><td>{won(left(item)) if item else '-'}</td></tr>"
    )


def _by_bank(sheet: BatchSheet) -> str:
    shown, rest = sheet.banks[:_BANKS], sheet.banks[_BANKS:]
    rows = [(bank(p.code), p.payments, p.won) for p in shown]
    if rest:
        rows.append((f"그 밖의 {len(rest)}개 은행", sum(p.payments for p in rest), sum(p.won for p in rest)))
    rows.append(("합계", sum(p.payments for p in sheet.banks), sum(p.won for p in sheet.banks)))
    cells = "".join(f"<tr><th>{escape(n)}</th><td>{c:,}</td><td>{w:,}</td></tr>" for n, c, w in rows)
    return (
        '<table class="bo-matrix"><thead><tr><th>은행</th><th>건수</th><th>금액</th></tr></thead>'
        f"<tbody>{cells}</tbody></table>"
    )


def head(sheet: BatchSheet) -> str:
    """Title, key, state, and why it stands there."""
    b = sheet.batch
    label = BATCH_STATES[PaymentBatchState(b.state)]
    reason = f'<span class="bo-muted">{escape(why(b.reason))}</span>' if b.reason else ""
    return (
        f'<b style="font-size:1.1rem">{escape(b.title or b.key)}</b> '
        f'<span class="bo-muted">{escape(b.key)}</span> &nbsp;'
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span> &nbsp;{reason}'
    )
