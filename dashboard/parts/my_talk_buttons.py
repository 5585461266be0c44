"""What waits for a counselor, each a way to where it is done."""

from __future__ import annotations

import streamlit as st

from dashboard.places import go
from dashboard.reads.my_talks import MyTalks


def my_talk_buttons(found: MyTalks, *, due: bool = True) -> bool:
    """Whether there was anything. `due`: with what was taken on, where it does not stand below anyway."""
    told: tuple[tuple[int, str, str, dict[str, str]], ...] = (
        (found.unsigned, "서명할 상담일지", "talks", {"state": "drafted"}),
        (
            len(found.asked),
            "확인할 상담",
            "talks",
            {"task": str(found.asked[0].task_id) if found.asked else ""},
        ),
        (found.late * due, "기한 지난 일", "follow-ups", {"span": "late"}),
        (found.today * due, "오늘 할 일", "follow-ups", {"span": "today"}),
    )
    if not any(n for n, *_ in told):
        return False
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="my_talks"):
        for n, name, address, query in told:
            if n and st.button(f"{name} {n:,}건", key=f"talks_{name}", icon=":material/arrow_forward:"):
                go(address, query)
    return True
