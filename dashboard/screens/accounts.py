"""사용자 관리: accounts, their roles and sessions. For administrators."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.acts import accounts as acts
from dashboard.acts.rights import Right, require
from dashboard.parts.korean import ROLES, Label
from dashboard.parts.officers import new_officer, officer_choice
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import ago, now, short
from dashboard.present import must_be_present
from dashboard.reads.accounts import accounts, open_sessions
from dashboard.reads.officers import officers
from dashboard.visitor import Visitor
from queues import database
from queues.models import Account, LoginSession, Officer, Role

COLUMNS = (
    Column("name", "이름", "8.5em"),
    Column("username", "아이디", "9em"),
    Column("role", "권한", "8.5em", "nowrap"),
    Column("officer", "맡은 담당", "13em"),
    Column("state", "상태", "8em", "nowrap"),
    Column("sessions", "로그인"),
)


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.ACCOUNTS)
    with database.session() as session:
        rows, sessions = accounts(session), open_sessions(session)
        known = {o.id: o for o in officers(session, active=False)}
    left, right = st.columns([68, 32], gap="medium")
    with left:
        st.subheader("계정")
        chosen = st.session_state.get("account_open")
        opened = table(
            "accounts",
            COLUMNS,
            [_row(a, sessions.get(a.id, []), known) for a in rows],
            label="계정 목록",
            selected=chosen,
        )
        if opened:
            st.session_state["account_open"] = None if opened == chosen else opened
            st.rerun()
    with right:
        _show_password()
        found = next((a for a in rows if str(a.id) == chosen), None)
        if found:
            if st.button("새 계정 만들기", key="account_new", type="tertiary"):
                st.session_state["account_open"] = None
                st.rerun()
            _one(visitor, found, sessions.get(found.id, []), known)
        else:
            _create(visitor, known)
            new_officer(visitor)


def _row(account: Account, sessions: list[LoginSession], known: Mapping[int, Officer]) -> dict[str, object]:
    officer = known.get(account.officer_id) if account.officer_id else None
    return {
        "id": str(account.id),
        "cells": {
            "name": strong(account.display_name),
            "username": account.username,
            "role": ROLES.get(Role(account.role), account.role),
            "officer": [officer.name, muted(officer.team)] if officer else muted("지정하지 않음"),
            "state": chip(_state(account)),
            "sessions": f"{len(sessions)}곳 · {ago(sessions[0].last_seen_at)}"
            if sessions
            else muted("로그인하지 않음"),
        },
    }


def _state(account: Account) -> Label:
    if not account.active:
        return Label("사용 중지", "wait")
    if account.locked_until and account.locked_until > now():
        return Label("잠김", "bad")
    if account.must_change:
        return Label("처음 비밀번호", "warn")
    return Label("사용", "good")


def _show_password() -> None:
    """A new password is shown once, until anything else is done."""
    told = st.session_state.pop("account_password", None)
    if told:
        username, password = told
        st.success(f"{username}의 새 비밀번호입니다. 지금 전달하십시오. 다시 볼 수 없습니다.")
        st.code(password, language=None)


def _create(visitor: Visitor, known: Mapping[int, Officer]) -> None:
    st.subheader("새 계정")
    with st.form("new_account", clear_on_submit=False):
        username = st.text_input("아이디", max_chars=50, autocomplete="off")
        name = st.text_input("이름", max_chars=50, autocomplete="off")
        role = st.selectbox("권한", list(ROLES), format_func=lambda r: ROLES[r])
        officer_id = officer_choice(known, None, "new")
        sent = st.form_submit_button("계정 만들기", type="primary")
    if not sent:
        return
    try:
        with database.session() as session:
            password = acts.create(session, visitor, username, name, role or Role.STAFF, officer_id)
    except acts.CannotChange as refused:
        st.warning(str(refused))
        return
    st.session_state["account_password"] = (username, password)
    st.rerun()


def _one(
    visitor: Visitor, account: Account, sessions: list[LoginSession], known: Mapping[int, Officer]
) -> None:
    st.subheader(f"{account.display_name} ({account.username})")
    roles = list(ROLES)
    role = st.selectbox(
        "권한",
        roles,
        index=roles.index(Role(account.role)),
        format_func=lambda r: ROLES[r],
        key=f"role_{account.id}",
    )
    officer_id = officer_choice(known, account.officer_id, str(account.id))
    active = st.toggle("사용", value=account.active, key=f"active_{account.id}")
    if account.locked_until and account.locked_until > now():
        _locked(visitor, account)
    with st.container(horizontal=True, gap="small"):
        if st.button("바꾸기", type="primary", key="account_change"):
            _change(visitor, account.id, role or account.role, active, officer_id)
        if st.button("새 비밀번호", key="account_reset", help="로그인되어 있던 곳에서 모두 로그아웃됩니다."):
            with database.session() as session:
                password = acts.reset_password(session, visitor, account.id)
            st.session_state["account_password"] = (account.username, password)
            st.rerun()
        if st.button("모두 로그아웃", key="account_revoke", disabled=not sessions):
            with database.session() as session:
                acts.end_sessions(session, visitor, account.id)
            st.rerun()
    for row in sessions:
        st.caption(f"{row.address or '주소 모름'} · {ago(row.last_seen_at)} · {row.agent[:60]}")


def _locked(visitor: Visitor, account: Account) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            '<span class="bo-chip bo-bad">잠김</span> <span class="bo-muted">모르는 곳에서 로그인에 거듭 '
            f"실패했습니다. {short(account.locked_until)}에 저절로 풀립니다.</span>"
        )
        if st.button("잠금 풀기", key="account_unlock"):
            with database.session() as session:
                acts.unlock(session, visitor, account.id)
            st.rerun()


def _change(visitor: Visitor, account_id: int, role: str, active: bool, officer_id: int | None) -> None:
    try:
        with database.session() as session:
            acts.sit_at(session, visitor, account_id, officer_id)
            acts.change(session, visitor, account_id, role=role, active=active)
    except acts.CannotChange as refused:
        st.warning(str(refused))
        return
    st.toast("바꾸었습니다. 권한은 다시 로그인하면 적용됩니다.")
    st.rerun()
