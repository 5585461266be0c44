"""창구 접수: what a citizen hands over at the desk is entered here."""

from __future__ import annotations

import streamlit as st

from config.settings import settings
from dashboard.acts.handing_in import counters
from dashboard.acts.rights import Right, require
from dashboard.parts.counter import counter
from dashboard.present import must_be_present


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.HAND_IN)
    most = settings()
    opened = counter(
        counters(),
        most_files=most.counter_files,
        most_bytes=most.counter_bytes,
        file_bytes=most.counter_file_bytes,
    )
    if opened is not None:
        from dashboard.screens import deliveries

        page = st.Page(deliveries.show, title="배달 현황", url_path="deliveries")
        st.switch_page(page, query_params={"delivery": str(opened)})
