"""Where the screens are: going to another one by its address."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NoReturn

import streamlit as st

SCREENS = {
    "my-work": ("my_work", "내 업무함"),
    "reviews": ("review_list", "검토함"),
    "review": ("review_case", "검토"),
    "approvals": ("approvals", "결재함"),
    "notices": ("notices", "통지"),
    "notice-preview": ("notice_preview", "미리보기"),
    "notice-costs": ("notice_costs", "발송 비용"),
    "supplements": ("supplements", "보완 관리"),
    "payments": ("payments", "지급"),
    "payment-orders": ("payment_orders", "지급결의"),
    "payment-attention": ("payment_attention", "확인할 지급"),
    "payment-calendar": ("payment_calendar", "지급 일정"),
    "reconciliation": ("reconciliation", "일일 대사"),
    "budget": ("budget", "예산"),
    "fund-returns": ("fund_returns", "반납·여입"),
    "appointments": ("appointments", "임명"),
    "talks": ("talk_list", "상담"),
    "follow-ups": ("follow_ups", "할 일·일정"),
    "talk-search": ("talk_search", "지난 일지"),
    "talk-upload": ("talk_upload", "녹음 파일 올리기"),
    "recorder": ("recorder", "상담 녹음"),
}
"""By address: the module of `dashboard.screens`, imported only when somebody goes there, and its title."""


def go(address: str, query: dict[str, str] | None = None) -> NoReturn:
    """Leave for the screen at `address`."""
    module, title = SCREENS[address]
    show: Callable[[], None] = import_module(f"dashboard.screens.{module}").show
    st.switch_page(st.Page(show, title=title, url_path=address), query_params=query or {})
    raise AssertionError("switching ends the run")
