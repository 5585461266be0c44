"""봇과 작업: what the bots do, what waits and why, what failed and what to do."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, may, require
from dashboard.parts import figures
from dashboard.parts.leaving import leave
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.bots import bots, workers
from dashboard.reads.figures import today
from dashboard.screens.bot_panel import show_bots, show_workers
from dashboard.screens.work_panel import show_items
from queues import database

REFRESH_SECONDS = 7


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_WORK)
    _live()


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    """Drawn anew by itself, so that the screen tells what is, not what was.

    That nobody may look any more has to be noticed here too; and a screen that is left open does
    not count as someone being there.
    """
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.SEE_WORK):
        leave("ended")
    with database.session() as session:
        figures.show(today(session))
        bot_rows, worker_rows = bots(session), workers(session)
    show_bots(visitor, bot_rows)
    show_workers(worker_rows)
    show_items(visitor, {row.bot.name: row.bot.title or row.bot.name for row in bot_rows})
