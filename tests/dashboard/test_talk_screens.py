"""The screens about talks, drawn as Streamlit draws them but without a browser: none fails, nothing personal in clear,
and what a person answers is recorded."""

from __future__ import annotations

import pytest
from sqlmodel import select

from queues import database
from queues.accounts import find
from queues.models import Account, ReviewTask, WorkItem
from tests.dashboard import counseling_filling as filling
from tests.dashboard.filling import people
from tests.dashboard.test_payment_screens import screen, told


@pytest.fixture(scope="module")
def filled(database_url: str) -> filling.Filled:
    with database.session() as session:
        people(session)
        session.flush()
        own = find(session, "counsel")
        assert own is not None
        filling.colleague(session)
        return filling.every_state(session, own)


def account(name: str) -> Account:
    with database.session() as session:
        found = find(session, name)
        assert found is not None
        return found


def test_every_screen_is_drawn_with_nothing_personal_in_clear(filled: filling.Filled) -> None:
    places: list[tuple[str, str, dict[str, object]]] = [
        ("counsel", "talk_list", {"whose": "all", "state": ""}),
        ("super", "talk_list", {"task": 999_999}),
        *[("staff", "talk_list", {"task": n}) for n in filled.tasks.values()],
        ("staff", "talk_search", {"person": filled.person_id}),
        ("counsel", "talk_search", {"person": 999_999}),
        ("super", "talk_totals", {"by": "month", "days": "365"}),
    ]
    for name, module, query in places:
        text = told(screen(module, account(name), **query))
        assert "김서연" not in text and filling.RESIDENT not in text, (name, module, query)
        assert "010-2222-3333" not in text, (name, module, query)


def test_the_list_says_how_far_each_talk_is(filled: filling.Filled) -> None:
    text = told(screen("talk_list", account("counsel"), state=""))
    for words in ("받아쓰는 중", "42%", "서명 대기", "확인할 줄 10 / 10", "김*연", "녹음 동의 안 함"):
        assert words in text, words
    assert "내가 고친 양 4.6%" in text
    assert "내가 고친 양" not in told(screen("talk_list", account("super"), state=""))
    assert "아직 녹음된 상담이 없습니다" in told(screen("talk_list", account("colleague"), state=""))


def test_totals_say_how_much_was_changed_but_not_by_whom(filled: filling.Filled) -> None:
    by_week = told(screen("talk_totals", account("super"), by="week"))
    by_counselor = told(screen("talk_totals", account("super"), by="counselor"))
    assert "줄: 그대로" in by_week and "최상담" in by_counselor
    assert "줄: 그대로" not in by_counselor


def test_whose_talk_it_is_and_the_consent_are_answered(filled: filling.Filled) -> None:
    drawn = screen("talk_list", account("super"), task=filled.tasks["counseling_link"])
    drawn.selectbox(key="link_counselor").select_index(0).run()
    drawn.radio(key="link_choice").set_value(f"case:{filled.application_id}").run()
    drawn.button(key="link_do").click().run()
    assert not drawn.exception
    drawn = screen("talk_list", account("counsel"), task=filled.tasks["counseling_consent"])
    assert drawn.button(key="consent_given").disabled, "nobody has said how it is known"
    drawn.selectbox(key="consent_how").select("ars").run()
    drawn.button(key="consent_refused").click().run()
    with database.session() as session:
        link = session.get_one(ReviewTask, filled.tasks["counseling_link"])
        consent = session.get_one(ReviewTask, filled.tasks["counseling_consent"])
        assert link.decision is not None and consent.decision is not None
        assert link.state == consent.state == "decided"
        assert link.decision["action"] == "link" and link.decision["person_id"] == filled.person_id
        assert (consent.decision["consent"], consent.decision["how"]) == ("refused", "ars")
        asked = session.exec(select(WorkItem.bot).where(WorkItem.bot == "counseling.apply_decision")).all()
        assert len(asked) == 2
    drawn = screen("talk_list", account("super"), task=filled.tasks["counseling_link"])
    drawn.button(key="talk_undo").click().run()
    with database.session() as session:
        assert session.get_one(ReviewTask, filled.tasks["counseling_link"]).state == "open"


def test_closing_needs_a_reason(filled: filling.Filled) -> None:
    drawn = screen("talk_list", account("staff"), task=filled.tasks["counseling_recording"])
    drawn.button(key="talk_close").click().run()
    assert [w.value for w in drawn.warning] == ["일지를 쓰지 않는 까닭을 적어 주십시오."]
