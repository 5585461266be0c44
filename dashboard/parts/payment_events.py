"""What happened to a payment, in order, each event with the message that it rests on, field by field."""

from __future__ import annotations

from html import escape

import streamlit as st

from config.bank_messages import is_reply
from dashboard.parts.korean import Label
from dashboard.parts.payment_words import PAYMENT_STATES, message_name, response, why
from dashboard.parts.times import full
from dashboard.reads.payment_sheet import PaymentSheet
from queues.bank_messages import fields_shown
from queues.models import BankMessage, PaymentEvent, PaymentState

_HEADER = frozenset(
    {
        "identification",
        "company_code",
        "bank_code",
        "class_code",
        "task_code",
        "transmissions",
        "number",
        "day",
    }
)
"""Fields of a message that its heading says already."""


def events(sheet: PaymentSheet, revealed: bool) -> None:
    """The newest first; messages that no event names stand where they came."""
    named = {e.message_id for e in sheet.events if e.message_id}
    by_id = {m.id: m for m in sheet.messages}
    moments: list[tuple[object, int, str, BankMessage | None]] = [
        (e.at, e.seq, _event(sheet, e), by_id.get(e.message_id or 0)) for e in sheet.events
    ]
    moments += [(m.at, 0, _bare(m), m) for m in sheet.messages if m.id not in named]
    st.html(
        f"<b>처리 내역</b> <span class='bo-muted'>{len(sheet.events)}건, 지워지거나 고쳐지지 않습니다</span>"
    )
    for _, _, told, message in sorted(moments, key=lambda one: (one[0], one[1]), reverse=True):
        if message is None:
            st.html(f'<div class="bo-event">{told}</div>')
        else:
            st.html(f'<div class="bo-event">{told}{_message(message, revealed)}</div>')


def _event(sheet: PaymentSheet, event: PaymentEvent) -> str:
    label = PAYMENT_STATES[PaymentState(event.state)]
    who = sheet.actors.get(event.actor, "" if event.actor.startswith("bot") else event.actor)
    parts = [
        f'<span class="bo-muted">{event.seq}</span>',
        f'<span class="bo-muted">{full(event.at)}</span>',
        _chip(label),
        escape(why(event.reason)) if event.reason else "",
        _code(event),
        f'<span class="bo-muted">{escape(who)}</span>' if who else "",
    ]
    return " ".join(part for part in parts if part)


def _code(event: PaymentEvent) -> str:
    """The bank's code that the event names, where its reason is another."""
    code = str(event.detail.get("code") or "")
    if not code or code == event.reason:
        return ""
    return f'<span class="bo-muted">{escape(why(code))}</span>'


def _bare(message: BankMessage) -> str:
    note = f" {_chip(Label(why(message.note), 'warn'))}" if message.note else ""
    return f'<span class="bo-muted">· {full(message.at)}</span>{note}'


def _message(message: BankMessage, revealed: bool) -> str:
    """A message as a line that opens: its fields by their labels, accounts and names masked until they are asked for."""
    way = "보냄" if message.direction == "out" else "받음"
    answers = is_reply(message.class_code) and message.response_code
    code = f" · {escape(response(message.response_code))}" if answers else ""
    number = f" {message.number:06d}" if message.number else ""
    head = f"{way} {escape(message_name(message.class_code, message.task_code))}{number}{code}"
    rows = "".join(
        f"<dt>{escape(f.label)}</dt><dd>{escape(f.value)}</dd>"
        for f in fields_shown(message, in_full=revealed)
        if f.name not in _HEADER
    )
    if not rows:
        rows = f"<dt>파일</dt><dd>{escape(message.file_sha256[:16] or '-')}</dd>"
    return f'<details class="bo-message"><summary>{head}</summary><dl class="bo-facts">{rows}</dl></details>'


def _chip(label: Label) -> str:
    return f'<span class="bo-chip bo-{label.tone}">{escape(label.text)}</span>'
