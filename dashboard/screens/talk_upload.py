"""녹음 파일 올리기: a recording that came by no recorder's folder is handed in by its counselor."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts.talk_upload import talk_upload
from dashboard.places import go
from dashboard.present import must_be_present


def show() -> None:
    require(must_be_present(), Right.RECORD_TALKS)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("목록", key="to_talks", icon=":material/arrow_back:"):
            go("talks")
        st.html('<b style="font-size:1.1rem">녹음 파일 올리기</b>', width="content")
    opened = talk_upload()
    if opened is not None:
        go("talks", {"talk": str(opened)})
