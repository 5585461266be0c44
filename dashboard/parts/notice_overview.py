"""How many letters that have not ended stand where: by state against age, and against the way that they went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from dashboard.parts.notice_words import NOTICE_STATES, channel
from dashboard.reads.notice_counts import Group, Tally
from queues.models import NoticeState

_AGES = ("3일 안", "3일 넘음", "7일 넘음", "14일 넘음")


def overview(counted: Tally) -> None:
    """Two tables of counts."""
    ways = sorted({g.channel for g in counted.live}, key=lambda c: (c == "none", channel(c)))
    _table("작성한 지", _AGES, counted.live, lambda g: g.age)
    _table("발송 방법", [channel(c) for c in ways], counted.live, lambda g: ways.index(g.channel))


def _table(
    title: str, columns: Sequence[str], groups: Sequence[Group], place: Callable[[Group], int]
) -> None:
    counts: dict[str, list[int]] = {}
    for group in groups:
        counts.setdefault(group.state, [0] * len(columns))[place(group)] += group.count
    head = "".join(f"<th>{escape(c)}</th>" for c in (*columns, "합계"))
    rows = [_row(NOTICE_STATES[s].text, counts[s]) for s in NoticeState if s in counts]
    total = [sum(column) for column in zip(*counts.values(), strict=True)] or [0] * len(columns)
    st.html(
        f'<table class="bo-matrix"><thead><tr><th>{escape(title)}</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}{_row('합계', total)}</tbody></table>"
    )


def _row(name: str, numbers: Sequence[int]) -> str:
    cells = "".join(f"<td>{n:,}</td>" if n else "<td>·</td>" for n in (*numbers, sum(numbers)))
    return f"<tr><th>{escape(name)}</th>{cells}</tr>"
