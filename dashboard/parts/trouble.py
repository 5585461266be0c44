"""What is shown when a screen could not be made."""

from __future__ import annotations

import logging
import secrets

import streamlit as st
from sqlalchemy.exc import OperationalError

from queues.errors import NoDatabase

_log = logging.getLogger("dashboard")


def troubled(error: Exception) -> None:
    """Tell the person in plain words; the log gets kind and place, under a number that both can name."""
    number = secrets.token_hex(3)
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    # Not the text: it may hold what was being shown.
    _log.error("screen failed [%s]: %s at %s", number, type(error).__name__, place)
    if isinstance(error, (OperationalError, NoDatabase)):
        st.error(
            "데이터베이스에 연결할 수 없습니다. 잠시 뒤에 다시 열어 주십시오. 이어지면 시스템관리자에게 알려 주십시오."
        )
        return
    st.error(
        "화면을 만들지 못했습니다. 하던 일은 저장되지 않았을 수 있습니다. 다시 열어 보시고, "
        f"이어지면 시스템관리자에게 오류번호 {number}을(를) 알려 주십시오."
    )
