"""One batch: what is out of the ordinary first, its payments, who agreed; live while money leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.acts.rights import Right, may
from dashboard.acts.seeing import note_look
from dashboard.parts import payment_batch_facts, payment_line
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.leaving import leave
from dashboard.parts.payment_changing import changes, may_take_off, overdue, picked_of, taking_off
from dashboard.parts.payment_papers import batch_papers
from dashboard.parts.payment_progress import ORDER, in_words, line
from dashboard.parts.payment_rows import IN_BATCH, LOOKED_AT, payment_rows
from dashboard.parts.payment_steering import steering
from dashboard.parts.payment_words import PAYMENT_STATES
from dashboard.parts.table import Column, picking_table, table
from dashboard.present import present_visitor
from dashboard.reads.payment_batch_sheet import BatchSheet, batch_sheet
from dashboard.reads.payment_list import OUTLIERS, PAGE, PaymentRow, by_id, largest, of_batch
from dashboard.visitor import Visitor
from queues import database, outliers
from queues.models import PaymentBatchState, PaymentState
from queues.payment_moves import UNSENT
from queues.payment_samples import samples

REFRESH_SECONDS = 3
ALL, SAMPLES, LARGEST = "all", "samples", "largest"
SAMPLED = 10
_LIVE = (PaymentBatchState.CHECKING, PaymentBatchState.RUNNING, PaymentBatchState.DONE)
_ODD = (PaymentState.UNKNOWN, PaymentState.RETURNED, PaymentState.REJECTED, PaymentState.HELD)
_PLACES = "payment_places"


def show(visitor: Visitor, batch_id: int) -> None:
    with database.session() as session:
        sheet = batch_sheet(session, batch_id, visitor.account_id)
        if sheet is not None:
            note_look(session, visitor, f"payment_batch:{batch_id}", "view")
    if sheet is None:
        empty("없는 배치입니다.", "주소가 잘못되었습니다. 지급 목록에서 다시 골라 주십시오.")
        return
    if sheet.batch.state in _LIVE:
        _live(batch_id)
    else:
        _sheet(visitor, sheet)


@st.fragment(run_every=REFRESH_SECONDS)
def _live(batch_id: int) -> None:
    """Drawn anew by itself while the bots are at work on it."""
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.SEE_PAYMENTS):
        leave("ended")
    with database.session() as session:
        sheet = batch_sheet(session, batch_id, visitor.account_id)
    if sheet is None or sheet.batch.state not in _LIVE:
        st.rerun()
    _sheet(visitor, sheet)


def _sheet(visitor: Visitor, sheet: BatchSheet) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="batch_head"):
        if st.button("목록", key="to_batches", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        st.html(payment_batch_facts.head(sheet), width="content")
        st.space("stretch")
        changes(visitor, sheet)
        steering(visitor, sheet)
    overdue(visitor, sheet)
    payment_batch_facts.warnings(sheet)
    left, right = st.columns([66, 34], gap="small")
    with left:
        payment_batch_facts.figures(sheet)
        if sheet.batch.state not in (PaymentBatchState.DRAFT, PaymentBatchState.CANCELLED):
            st.html(
                line(sheet.counts, sheet.batch.payments)
                + f'<span class="bo-muted">{in_words(sheet.counts)}</span>'
            )
        _payments(visitor, sheet)
    with right:
        payment_line.decision(visitor, sheet)
        payment_line.line(sheet)
        batch_papers(visitor, sheet.batch)
        payment_batch_facts.facts(sheet)


def _payments(visitor: Visitor, sheet: BatchSheet) -> None:
    chosen = _chosen(sheet)
    picked = picked_of(sheet.batch.id) if may_take_off(visitor, sheet) else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="batch_tools"):
        changed = filters("payments_of_batch", [Group("show", "보기", _options(sheet), chosen)])
        if picked:
            st.space("stretch")
            taking_off(visitor, sheet, picked)
    if changed:
        st.query_params["show"] = changed[1]
        st.session_state.pop(_PLACES, None)
        st.rerun()
    places = _places(sheet, chosen)
    after: int | None = None
    detail: dict[int, dict[str, Any]] = {}
    rows: list[PaymentRow]
    with database.session() as session:
        if chosen == OUTLIERS:
            skip = places[-1] if places else 0
            # The gravest come first: what is flagged stands before what is a first payment only.
            some = min(PAGE, max(sheet.flagged - skip, 0))
            odd = outliers.of_batch(session, sheet.batch.id, limit=some, skip=skip)
            detail = {one.payment_id: one.detail for one in odd}
            rows = by_id(session, [one.payment_id for one in odd])
            after = skip + PAGE if skip + PAGE < sheet.flagged else None
        elif chosen in (SAMPLES, LARGEST):
            rows = (
                by_id(session, samples(session, sheet.batch.id, SAMPLED, salt=sheet.batch.content_sha256))
                if chosen == SAMPLES
                else largest(session, sheet.batch.id, SAMPLED)
            )
        else:
            state = "" if chosen == ALL else chosen
            listed = of_batch(session, sheet.batch.id, state, places[-1] if places else 0)
            rows, after = list(listed.rows), listed.after
    if not rows:
        empty("조건에 맞는 지급이 없습니다.")
        return
    columns = LOOKED_AT if any(row.payment.outliers for row in rows) else IN_BATCH
    opened = _table(columns, rows, detail, picked)
    _turn_pages(places, after, len(rows))
    if opened:
        st.query_params.from_dict({"payment": opened, "from": str(sheet.batch.id)})
        st.rerun()


def _table(
    columns: Sequence[Column],
    rows: Sequence[PaymentRow],
    detail: dict[int, dict[str, Any]],
    picked: dict[int, int] | None,
) -> str | None:
    """Show the page; the payment that was opened. picked: what is ticked on all pages, None where nothing may be."""
    shown = payment_rows(rows, detail)
    free = {row.payment.id: row.payment.amount_won for row in rows if row.payment.state in UNSENT}
    for row in rows:
        if picked and row.payment.id not in free:
            picked.pop(row.payment.id, None)  # it has left meanwhile
    if picked is None or not free:
        return table("batch_payments", columns, shown, label="배치의 지급", keys=True)
    told = [{**row, "fixed": int(str(row["id"])) not in free} for row in shown]
    opened, ticks = picking_table(
        "batch_payments_free",
        columns,
        told,
        label="배치의 지급",
        picks=[str(i) for i in free if i in picked],
        keys=True,
    )
    if ticks is not None:
        for payment_id in free:
            picked.pop(payment_id, None)
        picked.update({int(t): free[int(t)] for t in ticks if int(t) in free})
        st.rerun()
    return opened


def _options(sheet: BatchSheet) -> list[Option]:
    counts, b = sheet.counts, sheet.batch
    shown: list[Option] = []
    if sheet.flagged and b.state in ("draft", "checking", "checked", "approval", "approved"):
        shown.append(Option(OUTLIERS, "살펴볼 지급", sheet.flagged, "warn"))
    shown += [
        Option(s.value, PAYMENT_STATES[s].text, counts[s], PAYMENT_STATES[s].tone)
        for s in _ODD
        if counts.get(s)
    ]
    shown.append(Option(ALL, "전체", sum(counts.values())))
    shown += [
        Option(s.value, PAYMENT_STATES[s].text, counts[s])
        for s in (*ORDER, PaymentState.CANCELLED)
        if counts.get(s) and s not in _ODD
    ]
    return [*shown, Option(SAMPLES, "표본"), Option(LARGEST, "고액")]


def _chosen(sheet: BatchSheet) -> str:
    """As the address says; else what is odd first."""
    given = st.query_params.get("show", "")
    options = [o.value for o in _options(sheet)]
    if given in options:
        return given
    return options[0]


def _places(sheet: BatchSheet, chosen: str) -> list[int]:
    key, places = st.session_state.get(_PLACES, (None, []))
    if key != (sheet.batch.id, chosen):
        places = []
        st.session_state[_PLACES] = ((sheet.batch.id, chosen), places)
    found: list[int] = places
    return found


def _turn_pages(places: list[int], after: int | None, shown: int) -> None:
    if after is None and not places:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="batch_pages"):
        st.html(
            f'<span class="bo-muted">순번대로 · {len(places) + 1}쪽째 · {shown}건</span>', width="content"
        )
        st.space("stretch")
        if st.button("이전", key="batch_payments_back", disabled=not places):
            places.pop()
            st.rerun()
        if st.button("다음", key="batch_payments_next", disabled=after is None) and after is not None:
            places.append(after)
            st.rerun()
