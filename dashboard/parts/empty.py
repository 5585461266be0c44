"""What stands where a list would, when there is nothing to list."""

from __future__ import annotations

from html import escape

import streamlit as st


def empty(title: str, text: str = "") -> None:
    st.html(f'<div class="bo-empty"><b>{escape(title)}</b>{escape(text)}</div>')
