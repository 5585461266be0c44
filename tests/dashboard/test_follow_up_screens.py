"""할 일·일정 and the counselor's own list of work, drawn without a browser: what is pressed there is done."""

from __future__ import annotations

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from queues import database, follow_ups, reviews
from queues.models import Account, FollowUp, FollowUpState, Notice
from tests.dashboard.test_payment_screens import told
from tests.queues.talk_world import World, in_two_weeks, talk


@pytest.fixture(scope="module")
def world(database_url: str) -> World:
    with database.session() as session:
        made = talk(session)
        for found in follow_ups.of_talk(session, made.talk.id):
            follow_ups.accept(
                session, found.id, found.version, made.counselor,
                on=in_two_weeks(), at=found.at, text=follow_ups.text_of(found),
            )  # fmt: skip
        reviews.open_task(session, kind="counseling_report", reason="report_refused", session_id=made.talk.id)
        return made


def _screen(module: str, account: Account, opened: int | None = None) -> AppTest:
    def script(module: str, account_id: int, username: str, role: str) -> None:
        from importlib import import_module

        from dashboard.visitor import Visitor

        who = Visitor(account_id, username, "윤상담", role, "127.0.0.1", "session")
        for name in ("follow_ups", "my_work", "counselor_work"):
            shown = import_module(f"dashboard.screens.{name}")
            for present in ("must_be_present", "present_visitor"):
                if hasattr(shown, present):
                    setattr(shown, present, lambda **_: who)
        import_module("dashboard.parts.follow_up_rows").must_be_present = lambda **_: who
        import_module(f"dashboard.screens.{module}").show()

    drawn = AppTest.from_function(
        script, args=(module, account.id, account.username, account.role), default_timeout=120
    )
    if opened is not None:
        drawn.session_state["follow_up_open"] = str(opened)
    return drawn.run()


def _of_kind(world: World, kind: str) -> FollowUp:
    with database.session() as session:
        return next(f for f in follow_ups.of_talk(session, world.talk.id) if f.kind == kind)


def test_the_list_masks_the_person_and_a_task_is_finished(world: World) -> None:
    task = _of_kind(world, "task")
    drawn = _screen("follow_ups", world.counselor, task.id)
    seen = told(drawn)
    assert "이력서 보내기" in seen and "김*연" in seen and "김서연" not in seen
    drawn.button(key="follow_up_done").click().run()
    assert not drawn.exception and _of_kind(world, "task").state == FollowUpState.DONE


def test_an_appointment_gets_another_time_and_the_person_is_told(world: World) -> None:
    meeting = _of_kind(world, "appointment")
    drawn = _screen("follow_ups", world.counselor, meeting.id)
    drawn.checkbox(key=f"tell_{meeting.id}").check()
    drawn.text_input(key=f"place_{meeting.id}").input("3층 상담실")
    next(b for b in drawn.button if b.label == "저장").click().run()
    assert not drawn.exception
    with database.session() as session:
        notices = [n for n in session.exec(select(Notice)) if n.key.startswith(f"follow_up:{meeting.id}:")]
    assert [n.kind for n in notices] == ["appointment"]


def test_a_counselor_has_a_list_of_work(world: World) -> None:
    seen = told(_screen("my_work", world.counselor))
    assert "윤상담 님의 업무함" in seen and "서명할 상담일지 1건" in seen and "센터 방문 상담" in seen
    assert "행정시스템이 상담일지를 받지 않음" in seen


def test_others_may_not_open_it(world: World) -> None:
    with database.session() as session:
        staff = Account(username="staff-x", password_hash="-", role="staff")
        session.add(staff)
    drawn = _screen("follow_ups", staff)
    assert drawn.exception and "권한" in drawn.exception[0].message
