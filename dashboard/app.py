"""The script that Streamlit runs for every visit and every click: who is it, which screen, show it."""

from __future__ import annotations

import streamlit as st

from dashboard import look
from dashboard.acts.rights import Right, may
from dashboard.parts import alarm_banner, topbar
from dashboard.parts.leaving import leave
from dashboard.present import present_visitor
from dashboard.screens import (
    absences,
    accounts,
    appointments,
    approvals,
    budget,
    case_papers,
    deliveries,
    follow_ups,
    fund_returns,
    machine_room,
    my_work,
    nothing_to_do,
    notice_costs,
    notice_preview,
    notices,
    payment_attention,
    payment_calendar,
    payment_orders,
    payments,
    reconciliation,
    recorder,
    review_case,
    review_list,
    supplements,
    talk_list,
    talk_search,
    talk_totals,
    talk_upload,
    team_work,
    upload,
)
from queues.models import Role

BY_THE_WAY = {"review", "case", "absences", "team", "notice-preview", "talk-upload"}
"""Screens that other screens lead to."""
GROUPS = {
    "notices": ("supplements", "notice-costs"),
    "talks": ("recorder", "follow-ups", "talk-search", "talk-totals"),
    "payments": (
        "payment-orders",
        "payment-attention",
        "payment-calendar",
        "reconciliation",
        "budget",
        "fund-returns",
        "appointments",
    ),
}
"""Screens that stand together in a second line, under the one that stands for all of them at the top."""

st.set_page_config(page_title="고용센터 업무지원", layout="wide", initial_sidebar_state="collapsed")
st.html(f"<style>{look.STYLE}</style>")

visitor = present_visitor()
if visitor is None:
    leave("ended")

screens: list[tuple[Right | None, st.Page]] = [
    (Right.MY_WORK, st.Page(my_work.show, title="내 업무함", url_path="my-work")),
    (Right.REVIEW, st.Page(review_list.show, title="검토함", url_path="reviews")),
    (Right.REVIEW, st.Page(review_case.show, title="검토", url_path="review")),
    (Right.APPROVE, st.Page(approvals.show, title="결재함", url_path="approvals")),
    (Right.SEE_NOTICES, st.Page(notices.show, title="통지", url_path="notices")),
    (Right.SEE_NOTICES, st.Page(supplements.show, title="보완 관리", url_path="supplements")),
    (Right.SEE_PAYMENTS, st.Page(payments.show, title="지급", url_path="payments")),
    (Right.SEE_PAYMENTS, st.Page(payment_orders.show, title="지급결의", url_path="payment-orders")),
    (Right.SEE_PAYMENTS, st.Page(payment_attention.show, title="확인할 지급", url_path="payment-attention")),
    (Right.SEE_PAYMENTS, st.Page(payment_calendar.show, title="지급 일정", url_path="payment-calendar")),
    (Right.SEE_PAYMENTS, st.Page(reconciliation.show, title="일일 대사", url_path="reconciliation")),
    (Right.SEE_BUDGET, st.Page(budget.show, title="예산", url_path="budget")),
    (Right.SEE_BUDGET, st.Page(fund_returns.show, title="반납·여입", url_path="fund-returns")),
    (Right.SEE_PAYMENTS, st.Page(appointments.show, title="임명", url_path="appointments")),
    (Right.SEE_TALKS, st.Page(talk_list.show, title="상담", url_path="talks")),
    (Right.RECORD_TALKS, st.Page(recorder.show, title="상담 녹음", url_path="recorder")),
    (Right.SIGN_NOTES, st.Page(follow_ups.show, title="할 일·일정", url_path="follow-ups")),
    (Right.READ_NOTES, st.Page(talk_search.show, title="지난 일지", url_path="talk-search")),
    (Right.SEE_TALK_TOTALS, st.Page(talk_totals.show, title="상담 통계", url_path="talk-totals")),
    (Right.RECORD_TALKS, st.Page(talk_upload.show, title="녹음 파일 올리기", url_path="talk-upload")),
    (Right.HAND_IN, st.Page(upload.show, title="창구 접수", url_path="counter")),
    (Right.SEE_DELIVERIES, st.Page(deliveries.show, title="배달 현황", url_path="deliveries")),
    (Right.SEE_WORK, st.Page(machine_room.show, title="봇과 작업", url_path="work")),
    (Right.REVIEW, st.Page(case_papers.show, title="새 서류", url_path="case")),
    (Right.REVIEW, st.Page(absences.show, title="부재·대직", url_path="absences")),
    (Right.SEE_NOTICES, st.Page(notice_preview.show, title="미리보기", url_path="notice-preview")),
    (Right.SEE_COSTS, st.Page(notice_costs.show, title="발송 비용", url_path="notice-costs")),
    (Right.ASSIGN, st.Page(team_work.show, title="팀 현황", url_path="team")),
    (Right.ACCOUNTS, st.Page(accounts.show, title="사용자 관리", url_path="accounts")),
]
allowed = [page for right, page in screens if right is None or may(visitor, right)]
home = st.Page(nothing_to_do.show, title="시작", url_path="start", default=True)
# All of them, so that an address one may not open is answered in plain words: each screen asks for the right.
chosen = st.navigation([home, *(page for _, page in screens)], position="hidden")
if chosen.url_path == "" and allowed:
    # Who is an officer begins with their own work, a counselor with their talks, others with everybody's work.
    begins_at = "my-work" if visitor.officer_id is not None else "reviews"
    begins_at = "talks" if visitor.role == Role.COUNSELOR else begins_at
    st.switch_page(next((page for page in allowed if page.url_path == begins_at), allowed[0]))
found = topbar.show(visitor, [page for page in allowed if page.url_path not in BY_THE_WAY], chosen, GROUPS)
if found is not None:
    to = {"delivery": "deliveries", "review": "review"}[found.kind]
    query = {"delivery": found.number} if found.kind == "delivery" else {"task": found.number}
    page = next(page for _, page in screens if page.url_path == to)
    st.switch_page(page, query_params={name: str(number) for name, number in query.items()})
if chosen.url_path != "work":
    alarm_banner.show(visitor, next(page for _, page in screens if page.url_path == "work"))
chosen.run()
