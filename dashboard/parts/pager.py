"""Going through the pages of a list."""

from __future__ import annotations

import streamlit as st


def pager(key: str, page: int, total: int, size: int, order: str = "기한이 빠른 순서") -> int | None:
    """Show where in a list of `total` rows the page lies (from 0); returns the page that was asked for."""
    last = max(0, (total - 1) // size)
    wanted = None
    first, end = page * size + 1, min(total, (page + 1) * size)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_pager"):
        st.html(
            f'<span class="bo-muted">{total:,}건 가운데 {first:,}–{end:,} · {order}</span>',
            width="content",
        )
        if last:
            st.space("stretch")
            steps = (("처음", 0), ("이전", page - 1), ("다음", page + 1), ("끝", last))
            for number, (label, to) in enumerate(steps):
                outside = not 0 <= to <= last or to == page
                if st.button(label, key=f"{key}_page_{number}", disabled=outside):
                    wanted = to
                if number == 1:
                    st.html(f"<b>{page + 1:,}</b> / {last + 1:,}쪽", width="content")
    return wanted
