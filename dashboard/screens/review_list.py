"""검토함: the questions that wait for a person, narrowed and paged; drawn anew by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from sqlmodel import Session

from dashboard.acts.rights import Right, may, require
from dashboard.parts import figures
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import reason, source
from dashboard.parts.leaving import leave
from dashboard.parts.pager import pager
from dashboard.parts.reassign import pick, picked_keys, reassign_bar
from dashboard.parts.review_rows import COLUMNS, review_row
from dashboard.parts.table import picking_table, table
from dashboard.places import go
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.document_types import program_title
from dashboard.reads.figures import today
from dashboard.reads.review_counts import (
    ALL,
    DUE,
    FREE,
    HELD,
    MINE,
    OVERDUE,
    TEAM,
    Tally,
    Wanted,
    tally,
)
from dashboard.reads.review_kinds import answered_at
from dashboard.reads.review_list import PAGE, Waiting, count_wanted, next_task, waiting
from dashboard.visitor import Visitor
from queues import database
from queues.whose import Circle, circle_of

REFRESH_SECONDS = 10
COUNTS_HOLD_SECONDS = 2.0
SCOPES = {MINE: "내 건", FREE: "공동 처리", TEAM: "우리 팀", ALL: "전체"}
STATES = {DUE: "처리할 건", OVERDUE: "기한 지남", HELD: "보류 중"}
_FILTERS = ("scope", "state", "reason", "program", "source")


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    _live()


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    """Drawn anew by itself; a screen that is left open does not count as someone being there."""
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.REVIEW):
        leave("ended")
    with database.session() as session:
        figures.show(today(session))
        circle = circle_of(session, visitor.account_id)
        counted = tally(session, circle, within=COUNTS_HOLD_SECONDS)
    wanted = _wanted(circle)
    _head(visitor, counted, wanted, circle)
    page = _page()
    with database.session() as session:
        total = _total(session, visitor, counted, wanted, circle)
        page = min(page, max(0, (total - 1) // PAGE))
        rows = waiting(session, visitor.account_id, wanted, page=page, circle=circle)
    if not rows:
        _nothing(counted, wanted)
        return
    opened = _table(visitor, rows)
    asked = pager("reviews", page, total, PAGE)
    if asked is not None:
        st.query_params["page"] = str(asked + 1)
        st.rerun()
    if opened:
        open_case(int(opened))


def _table(visitor: Visitor, rows: Sequence[Waiting]) -> str | None:
    """The rows; a supervisor may tick some and give them to another officer."""
    shown = [review_row(r) for r in rows]
    if not st.session_state.get("review_assigning"):
        return table("reviews", COLUMNS, shown, label="검토 대기 목록", keys=True)
    ticked = [key.removeprefix("task-") for key in picked_keys("reviews")]
    reassign_bar(visitor, [f"task-{number}" for number in ticked])
    opened, picked = picking_table(
        "reviews_to_give", COLUMNS, shown, label="검토 대기 목록", picks=ticked, keys=True
    )
    if picked is not None:
        pick([f"task-{number}" for number in picked])
        st.rerun(scope="fragment")
    return opened


def _wanted(circle: Circle) -> Wanted:
    """From the address, so that a reload and the browser's way back keep it."""
    given = {name: st.query_params.get(name, "") for name in _FILTERS}
    return Wanted(
        scope=given["scope"] if given["scope"] in SCOPES else ALL,
        state=given["state"] if given["state"] in STATES else DUE,
        reason=given["reason"],
        program=given["program"],
        source=given["source"],
        unclaimed=bool(st.session_state.get("review_unclaimed", False)),
        words=str(st.session_state.get("review_words", "")),
    )


def _page() -> int:
    given = st.query_params.get("page", "1")
    return int(given) - 1 if given.isdigit() and 0 < int(given[:9]) < 10**8 else 0


def _head(visitor: Visitor, counted: Tally, wanted: Wanted, circle: Circle) -> None:
    left, right = st.columns([59, 41], gap="small")
    with left:
        chosen = filters("review_filters", _groups(counted, wanted, circle))
    with (
        right,
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="small"),
    ):
        st.text_input(
            "찾기",
            key="review_words",
            placeholder="보낸 곳 · 발신번호",
            label_visibility="collapsed",
            width=150,
            on_change=_first_page,
        )
        st.toggle("남이 보는 건 빼기", key="review_unclaimed", value=False)
        if may(visitor, Right.ASSIGN):
            st.toggle("담당 바꾸기", key="review_assigning", value=False)
        if st.button("다음 건 검토", type="primary", key="review_next", shortcut="Alt+N"):
            _open_next(visitor)
    if chosen:
        name, value = chosen
        if value and (name, value) not in (("scope", ALL), ("state", DUE)):
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
        _first_page()
        st.rerun()


def _first_page() -> None:
    st.query_params.pop("page", None)


def _groups(counted: Tally, wanted: Wanted, circle: Circle) -> list[Group]:
    scopes = {s: counted.total(replace(wanted, scope=s)) for s in SCOPES}
    shown = [s for s in SCOPES if circle.officer_id is not None or s in (FREE, ALL)]
    states = {s: counted.total(replace(wanted, state=s)) for s in STATES}
    groups = [
        Group("scope", "누구의 건", [Option(s, SCOPES[s], scopes[s]) for s in shown], wanted.scope),
        Group(
            "state",
            "상태",
            [Option(s, STATES[s], states[s], "bad" if s == OVERDUE else "") for s in STATES],
            wanted.state,
        ),
    ]
    named = (
        ("reason", "모든 검토 사유", reason),
        ("program", "모든 제도", lambda code: program_title(code) if code else "제도 모름"),
        ("source", "모든 경로", source),
    )
    for name, everything, label in named:
        counts = counted.by(name, wanted)
        options = [Option(code, label(code), n) for code, n in counts.items() if code]
        chosen = getattr(wanted, name)
        if chosen and chosen not in counts:
            options.append(Option(chosen, label(chosen), 0))
        groups.append(Group(name, everything, [Option("", everything), *options], chosen, "list"))
    return groups


def _total(session: Session, visitor: Visitor, counted: Tally, wanted: Wanted, circle: Circle) -> int:
    if wanted.words or wanted.unclaimed:
        return count_wanted(session, visitor.account_id, wanted, circle)
    return counted.total(wanted)


def _nothing(counted: Tally, wanted: Wanted) -> None:
    if counted.total(Wanted()):
        empty("조건에 맞는 건이 없습니다.", "누구의 건인지, 상태나 검토 사유, 찾는 말을 바꿔 보십시오.")
    elif wanted.state == HELD:
        empty("보류한 건이 없습니다.")
    else:
        empty("검토할 건이 없습니다.", "봇이 판단하지 못한 문서가 생기면 여기에 올라옵니다.")


def _open_next(visitor: Visitor) -> None:
    must_be_present()
    with database.session() as session:
        following = next_task(session, visitor.account_id, claim=True)
    if following is None:
        st.toast("지금 바로 볼 건이 없습니다. 남은 건은 다른 담당자가 보고 있거나 보류 중입니다.")
        return
    open_case(following)


def open_case(task_id: int) -> None:
    """Go to the screen of one task."""
    with database.session() as session:
        elsewhere = answered_at(session, task_id)
    go(elsewhere or "review", {"task": str(task_id)})
