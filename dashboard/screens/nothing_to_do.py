"""What one sees who has no right to any screen."""

from __future__ import annotations

import streamlit as st


def show() -> None:
    st.html(
        '<div class="bo-empty"><b>볼 수 있는 화면이 없습니다.</b>'
        "권한이 필요하면 시스템관리자에게 요청하십시오.</div>"
    )
