"""지급: the batches and how far each is, what is odd about them first; one batch and one payment by their address."""

from __future__ import annotations

import streamlit as st

from config.funds import load_funds
from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.leaving import leave
from dashboard.parts.payment_batch_rows import COLUMNS, batch_row, rank
from dashboard.parts.payment_words import (
    BATCH_STATES,
    CHANNELS,
    won,
)
from dashboard.parts.table import table
from dashboard.places import go
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.my_payments import MyPayments, my_payments
from dashboard.reads.payment_batches import (
    HALTED,
    UNSETTLED,
    Listed,
    Wanted,
    by_state,
    page_of,
)
from dashboard.reads.payment_orders import Heap, ready
from dashboard.screens import payment_batch, payment_one, payment_search
from dashboard.visitor import Visitor
from queues import database
from queues.models import PaymentBatchState
from queues.whose import circle_of

REFRESH_SECONDS = 5
_FOREMOST = (
    PaymentBatchState.APPROVAL,
    PaymentBatchState.RUNNING,
    PaymentBatchState.DONE,
    PaymentBatchState.CLOSED,
)
_PLACES, _PLACED = "payment_batch_places", "payment_batch_placed"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_PAYMENTS)
    payment, batch = number("payment"), number("batch")
    if payment:
        payment_one.show(visitor, payment)
    elif batch:
        payment_batch.show(visitor, batch)
    else:
        _head(visitor)
        if st.session_state.get("payment_words", "").strip():
            payment_search.results(visitor, str(st.session_state["payment_words"]))
        else:
            _live()


def number(name: str) -> int:
    """A number in the address; 0 where there is none."""
    given = st.query_params.get(name, "")
    return int(given) if given.isdigit() and len(given) < 18 else 0


def _head(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="payment_tools"):
        st.text_input(
            "지급 찾기",
            key="payment_words",
            placeholder="채주 성명·상호 · 접수번호 · 결의번호 · 계좌번호 · 전문번호",
            label_visibility="collapsed",
            width=400,
        )
        st.space("stretch")
        if may(visitor, Right.MAKE_PAYMENTS) and st.button("배치 편성", type="primary", key="to_making"):
            go("payment-orders", {"make": "yes"})


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    """Drawn anew by itself: who watches money leave sees it leave."""
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.SEE_PAYMENTS):
        leave("ended")
    wanted = _wanted()
    places = _places(wanted)
    with database.session() as session:
        mine = my_payments(session, circle_of(session, visitor.account_id), visitor.account_id)
        heaps = ready(session)
        states = by_state(session)
        listed = page_of(session, wanted, places[-1] if places else None)
    if wanted.state == UNSETTLED:
        listed = Listed(sorted(listed.rows, key=lambda row: rank(row, mine)), listed.after)
    what_to_do(mine, heaps)
    if changed := filters("payment_filters", _groups(wanted, states)):
        _choose(*changed)
    if not listed.rows:
        empty("조건에 맞는 배치가 없습니다.", "상태나 회계를 바꾸거나, ‘배치 편성’에서 새로 만드십시오.")
        return
    opened = table(
        "payment_batches",
        COLUMNS,
        [batch_row(r, mine) for r in listed.rows],
        label="지급 배치 목록",
        keys=True,
    )
    _turn_pages(places, listed.after)
    if opened:
        st.query_params.from_dict({"batch": opened})
        st.rerun()


def what_to_do(mine: MyPayments, heaps: list[Heap]) -> None:
    """What waits for a person, each a way to where it is done; orders that are ready to be paid last."""
    waiting = sum(h.orders for h in heaps)
    told: tuple[tuple[int, str, str, dict[str, str]], ...] = (
        (mine.approvals, "내 결재 차례", "payments", {"state": "approval"}),
        (mine.asked, "확인할 지급", "payment-attention", {}),
        (mine.halted, "멈춘 배치", "payments", {"state": HALTED}),
        (mine.differs, "대사 불일치", "reconciliation", {"only": "open"}),
        (waiting, "지급 대기 결의", "payment-orders", {}),
    )
    if not any(n for n, *_ in told):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="my_payments"):
        for n, name, address, query in told:
            unit = "일" if name == "대사 불일치" else "건"
            if n and st.button(
                f"{name} {n:,}{unit}", key=f"payments_{name}", icon=":material/arrow_forward:"
            ):
                _go(address, query)
        if waiting:
            st.html(
                f'<span class="bo-muted">지급 대기 {won(sum(h.won for h in heaps))}원</span>', width="content"
            )


def _go(address: str, query: dict[str, str]) -> None:
    if address != "payments":
        go(address, query)
    st.query_params.from_dict(query)
    st.rerun(scope="fragment")


def _wanted() -> Wanted:
    given = st.query_params
    state = given.get("state", UNSETTLED)
    known = {UNSETTLED, HALTED, "", *(s.value for s in PaymentBatchState)}
    return Wanted(
        state=state if state in known else UNSETTLED,
        fund=given.get("fund", ""),
        channel=given.get("channel", ""),
    )


def _places(wanted: Wanted) -> list[tuple[object, int]]:
    """Where the pages begin that were turned; another choice begins anew."""
    if st.session_state.get(_PLACED) != wanted:
        st.session_state[_PLACED], st.session_state[_PLACES] = wanted, []
    places: list[tuple[object, int]] = st.session_state[_PLACES]
    return places


def _groups(wanted: Wanted, states: dict[str, int]) -> list[Group]:
    live = sum(n for s, n in states.items() if s not in ("closed", "cancelled"))
    halted = states.get("paused", 0) + states.get("stopped", 0)
    shown = [Option(UNSETTLED, "진행 중", live), Option(HALTED, "멈춘 배치", halted, "bad")] + [
        Option(s.value, BATCH_STATES[s].text, states.get(s.value, 0), "warn" if s == "approval" else "")
        for s in _FOREMOST
    ]
    rest = [s for s in PaymentBatchState if s not in _FOREMOST]
    other = wanted.state if wanted.state in {s.value for s in rest} else UNSETTLED
    return [
        Group("state", "상태", [*shown, Option("", "전체")], wanted.state),
        Group(
            "state",
            "그 밖의 상태",
            [
                Option(UNSETTLED, "그 밖의 상태"),
                *(Option(s.value, BATCH_STATES[s].text, states.get(s.value, 0)) for s in rest),
            ],
            "" if other == UNSETTLED else other,
            "list",
        ),
        Group(
            "fund",
            "회계",
            [Option("", "모든 회계"), *(Option(c, f.title) for c, f in load_funds().funds.items())],
            wanted.fund,
            "list",
        ),
        Group(
            "channel",
            "방법",
            [Option("", "모든 방법"), *(Option(c, text) for c, text in CHANNELS.items())],
            wanted.channel,
            "list",
        ),
    ]


def _choose(name: str, value: str) -> None:
    if value or name == "state":
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    st.rerun(scope="fragment")


def _turn_pages(places: list[tuple[object, int]], after: tuple[object, int] | None) -> None:
    if after is None and not places:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="payment_pages"):
        st.html(
            f'<span class="bo-muted">지급일이 늦은 것부터 · {len(places) + 1}쪽째</span>', width="content"
        )
        st.space("stretch")
        if st.button("이전", key="payments_back", disabled=not places):
            places.pop()
            st.rerun(scope="fragment")
        if st.button("다음", key="payments_next", disabled=after is None) and after is not None:
            places.append(after)
            st.rerun(scope="fragment")
