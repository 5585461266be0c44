"""내 업무함 of a counselor: notes to sign, questions about talks, and what has been taken on."""

from __future__ import annotations

from html import escape

import streamlit as st

from config import review_reasons
from dashboard.parts.korean import Label
from dashboard.parts.leaving import leave
from dashboard.parts.my_talk_buttons import my_talk_buttons
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import short, until
from dashboard.places import go
from dashboard.present import present_visitor
from dashboard.reads.my_talks import Question, my_talks
from dashboard.screens.follow_ups import panel
from dashboard.visitor import Visitor
from queues import database

REFRESH_SECONDS = 30
_QUESTIONS = (
    Column("what", "확인할 것"),
    Column("held", "상담", "10em", "nowrap"),
    Column("due", "처리 기한", "10em", "nowrap"),
)


def show(visitor: Visitor) -> None:
    st.html(f'<b style="font-size:1.1rem">{escape(visitor.shown_name)} 님의 업무함</b>')
    _waiting()
    panel(visitor)


@st.fragment(run_every=REFRESH_SECONDS)
def _waiting() -> None:
    """Drawn anew by itself; a screen that is left open does not count as someone being there."""
    visitor = present_visitor(touch=False)
    if visitor is None:
        leave("ended")
    with database.session() as session:
        found = my_talks(session, visitor.account_id)
    if not my_talk_buttons(found, due=False):
        st.html('<span class="bo-muted">서명할 상담일지가 없습니다.</span>')
    if found.asked:
        opened = table(
            "my_questions", _QUESTIONS, [_question(q) for q in found.asked], label="상담에 관해 확인할 것"
        )
        if opened:
            go("talks", {"task": opened})


def _question(asked: Question) -> dict[str, object]:
    left, tone = until(asked.due_at)
    return {
        "id": str(asked.task_id),
        "cells": {
            "what": review_reasons.title(asked.reason) or asked.reason,
            "held": short(asked.held_at),
            "due": chip(Label(left, tone)) if left else muted("기한 없음"),
        },
    }
