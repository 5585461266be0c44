"""봇과 작업: what the bots do, what waits and why, what failed and what to do."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, may, require
from dashboard.parts import figures
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.leaving import leave
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.alarms import alarms
from dashboard.reads.bots import WorkerRow, bots, workers
from dashboard.reads.figures import today
from dashboard.screens.alarm_panel import show_alarms
from dashboard.screens.bot_panel import show_bots
from dashboard.screens.work_panel import show_items
from dashboard.screens.worker_panel import show_workers
from queues import database
from queues.bot_health import Health

REFRESH_SECONDS = 7
BOTS, WORK, WORKERS = "bots", "work", "workers"


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
    show_alarms(visitor, alarms())
    view = _view(bot_rows, worker_rows)
    if view == WORK:
        show_items(visitor, {row.bot.name: row.bot.title or row.bot.name for row in bot_rows})
    elif view == WORKERS:
        show_workers(worker_rows)
    else:
        show_bots(visitor, bot_rows)


def _view(bot_rows: list[Health], worker_rows: list[WorkerRow]) -> str:
    """Which of the three lists; those who come with a question about work get the work."""
    given = st.query_params.get("view", "")
    asks = any(name in st.query_params for name in ("item", "only", "bot", "words"))
    view = given if given in (BOTS, WORK, WORKERS) else WORK if asks else BOTS
    waiting = sum(row.waiting + row.running for row in bot_rows)
    alive = sum(row.label.tone == "good" for row in worker_rows)
    options = (
        Option(BOTS, "봇", len(bot_rows)),
        Option(WORK, "작업", waiting),
        Option(WORKERS, "작업자", alive, "" if alive else "bad"),
    )
    chosen = filters("work_view", [Group("view", "보기", options, view)])
    if chosen is not None and chosen[1] != view:
        st.query_params.from_dict({"view": chosen[1]})
        st.rerun(scope="fragment")
    return view
