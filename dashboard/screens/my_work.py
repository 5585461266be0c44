"""내 업무함: what waits for me, or for those I stand in for, by deadline; a supervisor sees anybody's."""

from __future__ import annotations

from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.job_rows import COLUMNS, KIND_LABELS, job_row
from dashboard.parts.leaving import leave
from dashboard.parts.my_talk_buttons import my_talk_buttons
from dashboard.parts.pager import pager
from dashboard.parts.reassign import pick, picked_keys, reassign_bar
from dashboard.parts.table import picking_table, table
from dashboard.parts.times import day
from dashboard.places import go
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.my_letters import MyLetters, my_letters
from dashboard.reads.my_payments import MyPayments, my_payments
from dashboard.reads.my_talks import my_talks
from dashboard.reads.my_work import BACK, HELD, KINDS, PAGE, PAPERS, REVIEW, Job, Load, jobs, load
from dashboard.reads.officers import Seat, seat_of
from dashboard.reads.payment_batches import HALTED
from dashboard.reads.review_list import Standing, next_task, standing
from dashboard.visitor import Visitor
from queues import database
from queues.whose import Circle, circle_of, circle_of_officer

REFRESH_SECONDS = 10
ALL_KINDS = "all"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.MY_WORK)
    if may(visitor, Right.REVIEW):
        _live()
    else:
        from dashboard.screens import counselor_work

        counselor_work.show(visitor)


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    """Drawn anew by itself; a screen that is left open does not count as someone being there."""
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.REVIEW):
        leave("ended")
    kind, overdue = _chosen()
    with database.session() as session:
        own = circle_of(session, visitor.account_id)
        circle = _whose(session, visitor, own)
        mine = circle is own
        in_hand_of = visitor.account_id if mine else 0
        pays = may(visitor, Right.SEE_PAYMENTS)
        seat = seat_of(session, circle)
        counted = load(session, circle, in_hand_of)
        free = standing(session, visitor.account_id)
        letters = my_letters(
            session, circle, visitor.account_id, approves=mine and may(visitor, Right.APPROVE)
        )
        payments = my_payments(session, circle, visitor.account_id) if mine and pays else None
        talks = my_talks(session, visitor.account_id) if mine and may(visitor, Right.SIGN_NOTES) else None
    _head(visitor, seat, mine, counted, free)
    if mine:
        _letters(letters, payments)
        if talks is not None:
            my_talk_buttons(talks)
    _filters(counted, kind, overdue)
    if seat.officer is None and not counted.due:
        empty(
            "담당자가 지정되지 않은 계정입니다.",
            "시스템관리자가 사용자 관리에서 담당자를 지정하면 맡은 신청의 일이 여기에 나타납니다. "
            "그때까지는 검토함에서 처리할 수 있습니다.",
        )
        return
    kinds = [REVIEW, PAPERS, BACK] if kind == ALL_KINDS else [kind]
    page = _page()
    counts = counted.late if overdue else counted.by_kind
    total = sum(counts.get(k, 0) for k in kinds)
    with database.session() as session:
        rows = jobs(session, circle, in_hand_of, kinds, overdue=overdue, page=page)
    if not rows:
        _nothing(counted, free, mine)
        return
    if mine:
        opened = table("jobs", COLUMNS, [job_row(j) for j in rows], label="업무 목록", keys=True)
    else:
        opened = _for_supervisors(visitor, rows)
    asked = pager("jobs", page, max(total, len(rows)), PAGE)
    if asked is not None:
        st.query_params["page"] = str(asked + 1)
        st.rerun()
    if opened:
        _open(opened)


def _for_supervisors(visitor: Visitor, rows: list[Job]) -> str | None:
    """Somebody else's list, with boxes to tick and give to another officer."""
    ticked = picked_keys(f"officer {st.query_params.get('officer', '')}")
    reassign_bar(visitor, ticked)
    opened, picked = picking_table(
        "jobs_of", COLUMNS, [job_row(j) for j in rows], label="업무 목록", picks=ticked, keys=True
    )
    if picked is not None:
        pick(picked)
        st.rerun(scope="fragment")
    return opened


def _whose(session: Session, visitor: Visitor, own: Circle) -> Circle:
    """The visitor's own, or for a supervisor that of the officer named in the address."""
    given = st.query_params.get("officer", "")
    elsewhere = given.isdigit() and len(given) < 18 and int(given) != own.officer_id
    return circle_of_officer(session, int(given)) if elsewhere and may(visitor, Right.ASSIGN) else own


def _chosen() -> tuple[str, bool]:
    kind = st.query_params.get("kind", ALL_KINDS)
    return (kind if kind in KINDS else ALL_KINDS), st.query_params.get("late") == "yes"


def _page() -> int:
    given = st.query_params.get("page", "1")
    return int(given) - 1 if given.isdigit() and 0 < int(given[:9]) < 10**8 else 0


def _head(visitor: Visitor, seat: Seat, mine: bool, counted: Load, free: Standing) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not mine and st.button("팀 현황", key="to_team", icon=":material/arrow_back:"):
            _to_team()
        name = seat.officer.name if seat.officer else visitor.shown_name
        told = [f'<b style="font-size:1.1rem">{escape(name)} 님의 업무함</b>']
        if seat.officer and seat.officer.team:
            told.append(f'<span class="bo-muted">{escape(seat.officer.team)}</span>')
        told += [
            f'<span class="bo-chip bo-busy">대직 · {escape(absent)} ({day(until)}까지)</span>'
            for absent, until in seat.standing_in
        ]
        if seat.away_until:
            acting = f"대직 {escape(seat.acting)}" if seat.acting else "팀 공동 대직"
            told.append(
                f'<span class="bo-chip bo-wait">부재 중 ({day(seat.away_until)}까지, {acting})</span>'
            )
        st.html(" &nbsp;".join(told), width="content")
        st.space("stretch")
        if mine and may(visitor, Right.ASSIGN) and st.button("팀 현황", key="team"):
            _to_team()
        if mine and st.button("부재·대직", key="to_absences"):
            from dashboard.screens import absences

            st.switch_page(st.Page(absences.show, title="부재·대직", url_path="absences"))
        if mine:
            waits = counted.due + free.free
            if st.button("다음 건", type="primary", key="job_next", shortcut="Alt+N", disabled=not waits):
                open_next(visitor)


def _letters(found: MyLetters, payments: MyPayments | None) -> None:
    """What there is to do about letters and payments, each a way to where it is done; nothing when there is nothing."""
    told: tuple[tuple[int, str, str, dict[str, str]], ...] = (
        (found.approvals, "결재 대기", "approvals", {}),
        (found.returned, "반송된 통지", "notices", {"state": "returned"}),
        (found.other, "확인할 통지", "notices", {"state": "review"}),
    )
    if payments is not None:
        told += (
            (payments.approvals, "지급 결재", "payments", {"state": "approval"}),
            (payments.asked, "확인할 지급", "payment-attention", {}),
            (payments.halted, "멈춘 배치", "payments", {"state": HALTED}),
            (payments.differs, "대사 불일치", "reconciliation", {"only": "open"}),
        )
    if not any(n for n, *_ in told):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="my_letters"):
        for n, name, address, query in told:
            if n and st.button(f"{name} {n:,}건", key=f"letters_{name}", icon=":material/arrow_forward:"):
                go(address, query)


def _filters(counted: Load, kind: str, overdue: bool) -> None:
    kinds = [Option(ALL_KINDS, "전체", counted.due)] + [
        Option(k, KIND_LABELS[k].text, counted.by_kind.get(k, 0)) for k in KINDS
    ]
    late = [Option("no", "기한 전체"), Option("yes", "기한 지남", counted.overdue, "bad")]
    chosen = filters(
        "job_filters",
        [Group("kind", "구분", kinds, kind), Group("late", "기한", late, "yes" if overdue else "no")],
    )
    if chosen:
        name, value = chosen
        if value in (ALL_KINDS, "no"):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value
        st.query_params.pop("page", None)
        st.rerun()


def _nothing(counted: Load, free: Standing, mine: bool) -> None:
    if counted.due:
        empty("조건에 맞는 일이 없습니다.", "구분이나 기한을 바꿔 보십시오.")
    elif counted.by_kind.get(HELD):
        empty("지금 할 일이 없습니다.", f"보류한 {counted.by_kind[HELD]}건은 때가 되면 다시 나타납니다.")
    elif mine and free.free:
        empty(
            "맡은 일을 모두 끝냈습니다.",
            f"공동 처리할 검토 {free.free:,}건이 남아 있습니다. ‘다음 건’을 누르면 그 가운데 급한 건이 열립니다.",
        )
    else:
        empty("할 일이 없습니다.", "새 서류나 검토할 것이 생기면 여기에 나타납니다.")


def open_next(visitor: Visitor) -> None:
    """What is due first in my list; with nothing there, what is anybody's."""
    must_be_present()
    with database.session() as session:
        circle = circle_of(session, visitor.account_id)
        first = next(iter(_free_jobs(session, circle, visitor)), None)
        if first is not None and first.papers is not None:
            key: str | None = first.key
        else:
            following = next_task(session, visitor.account_id, claim=True)
            key = f"task-{following}" if following else None
    if key is None:
        st.toast("지금 바로 볼 건이 없습니다. 남은 건은 다른 담당자가 보고 있거나 보류 중입니다.")
        return
    _open(key)


def _free_jobs(session: Session, circle: Circle, visitor: Visitor) -> list[Job]:
    found = jobs(session, circle, visitor.account_id, size=5)
    return [j for j in found if j.task is None or not j.task.holder or j.task.mine]


def _open(key: str) -> None:
    from dashboard.screens import case_papers
    from dashboard.screens.review_list import open_case

    kind, _, number = key.partition("-")
    if kind == "task":
        open_case(int(number))
    st.switch_page(st.Page(case_papers.show, title="새 서류", url_path="case"), query_params={"case": number})


def _to_team() -> None:
    from dashboard.screens import team_work

    st.switch_page(st.Page(team_work.show, title="팀 현황", url_path="team"))
