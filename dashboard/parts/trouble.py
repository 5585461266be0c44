"""What is shown when a screen could not be made."""

from __future__ import annotations

import logging
import secrets
import traceback

import streamlit as st
from sqlalchemy.exc import OperationalError

from dashboard.acts.rights import NotAllowed
from queues.errors import NoDatabase

_log = logging.getLogger("dashboard")


def keep_texts_out_of_logs() -> None:
    """Streamlit logs an exception with its text, which may hold what was being shown; `troubled` does not."""
    logging.getLogger("streamlit.error_util").disabled = True


def troubled(error: Exception) -> bool:
    """Tell the person in plain words; the log gets kind and place, under a number that both can name.

    Streamlit calls it for whatever a screen raises; True keeps it from showing more.
    """
    if isinstance(error, (NotAllowed, PermissionError)):
        st.warning(str(error))
        return True
    number = secrets.token_hex(3)
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("screen failed [%s]: %s\n%s", number, type(error).__name__, where)
    if isinstance(error, (OperationalError, NoDatabase)):
        st.error(
            "데이터베이스에 연결할 수 없습니다. 잠시 뒤에 다시 열어 주십시오. 이어지면 시스템관리자에게 알려 주십시오."
        )
        return True
    st.error(
        "화면을 만들지 못했습니다. 하던 일은 저장되지 않았을 수 있습니다. 다시 열어 보시고, "
        f"이어지면 시스템관리자에게 오류번호 {number}을(를) 알려 주십시오."
    )
    return True
