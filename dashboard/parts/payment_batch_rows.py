"""Batches as rows of a table: how far each is, what is odd about it, whose turn it is."""

from __future__ import annotations

from html import escape

from dashboard.parts.korean import Label
from dashboard.parts.payment_progress import DECIDED, in_words, parts
from dashboard.parts.payment_words import (
    BATCH_STATES,
    CHANNELS,
    OUTLIERS,
    PAYMENT_STATES,
    duty,
    fund,
    why,
    won,
)
from dashboard.parts.table import Column, bar, chip, muted, strong
from dashboard.parts.times import day
from dashboard.reads.my_payments import MyPayments
from dashboard.reads.payment_batches import ODD, BatchRow
from queues.days import today
from queues.models import PaymentBatchState, PaymentState

COLUMNS = (
    Column("on", "지급일", "6.6em", "nowrap"),
    Column("title", "배치"),
    Column("state", "상태", "9em"),
    Column("odd", "이상", "13em"),
    Column("progress", "진행", "11em"),
    Column("count", "건수", "5em", "right"),
    Column("won", "금액(원)", "9em", "right"),
    Column("maker", "기안", "5.4em"),
)
_HALTED = (PaymentBatchState.PAUSED, PaymentBatchState.STOPPED)


def rank(row: BatchRow, mine: MyPayments) -> int:
    """What waits for this person, what anybody has to see to, what is under way, what waits: within each the latest
    day first."""
    if row.batch.id in mine.turns:
        return -1
    if row.batch.state in _HALTED or row.batch.pause_asked or any(row.counts.get(s) for s in ODD):
        return 0
    return 1 if row.batch.state in (PaymentBatchState.APPROVAL, PaymentBatchState.RUNNING) else 2


def batch_row(row: BatchRow, mine: MyPayments) -> dict[str, object]:
    """One batch as a row of `COLUMNS`."""
    b = row.batch
    label = BATCH_STATES[PaymentBatchState(b.state)]
    state: list[object] = [chip(label)]
    if b.id in mine.turns:
        state.append(chip(Label("내 차례", "warn")))
    elif row.turn:
        state.append(muted(f"{duty(row.turn)} 차례", below=True))
    elif b.reason:
        state.append(muted(why(b.reason), below=True))
    elif b.pause_asked and b.state == PaymentBatchState.RUNNING:
        state.append(muted("정지 요청됨", below=True))
    return {
        "id": str(b.id),
        "cells": {
            "on": [day(b.pay_on), *([muted("오늘", below=True)] if b.pay_on == today() else [])],
            "title": [
                strong(b.title or b.key),
                muted(f"{b.key} · {fund(b.fund)} · {CHANNELS[b.channel]}", below=True),
            ],
            "state": state,
            "odd": _odd(row),
            "progress": _progress(row),
            "count": f"{b.payments:,}",
            "won": won(b.total_won),
            "maker": row.maker,
        },
    }


def _odd(row: BatchRow) -> list[object]:
    found: list[object] = [
        chip(PAYMENT_STATES[PaymentState(s)]._replace(text=f"{PAYMENT_STATES[PaymentState(s)].text} {n:,}"))
        for s in ODD
        if (n := row.counts.get(s))
    ]
    if row.outliers and row.batch.state in ("draft", "checking", "checked", "approval"):
        listed = " · ".join(OUTLIERS.values())
        found.append({"text": f"살펴볼 지급 {row.outliers:,}", "tone": "warn", "title": escape(listed)})
    return found or [muted("-")]


def _progress(row: BatchRow) -> list[object]:
    b = row.batch
    if b.state in (PaymentBatchState.CLOSED, PaymentBatchState.CANCELLED, PaymentBatchState.DRAFT):
        return [muted("-")]
    counts, before = row.counts, b.state in ("checking", "checked", "approval", "approved")
    done = sum(
        n
        for s, n in counts.items()
        if (s in DECIDED if not before else s not in (PaymentState.DRAFT, PaymentState.CANCELLED))
    )
    word = "조회" if before else "결과"
    return [bar(parts(counts, b.payments), in_words(counts)), muted(f"{word} {done:,} / {b.payments:,}")]
