"""Today's figures in one line."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.reads.figures import Today


def show(today: Today) -> None:
    """Draw them, those that ask for attention in a tone of warning."""
    cells = (
        ("오늘 수신", f"{today.deliveries}건 · {today.pages}쪽", ""),
        ("자동 연결", f"{today.attached_by_bot}건", ""),
        ("사람이 연결", f"{today.attached_by_people}건", ""),
        ("검토 처리", f"{today.decided}건", ""),
        ("검토 대기", f"{today.open_reviews}건", "var(--warn-ink)" if today.open_reviews else ""),
        ("처리 중인 작업", f"{today.in_work}건", ""),
        ("실패한 작업", f"{today.failed}건", "var(--bad-ink)" if today.failed else ""),
    )
    st.html(
        '<div class="bo-figures">'
        + "".join(
            f"<div><span>{escape(name)}</span><b{f' style=color:{tone}' if tone else ''}>{escape(value)}</b></div>"
            for name, value, tone in cells
        )
        + "</div>"
    )
