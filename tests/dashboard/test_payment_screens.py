"""The screens about payments, drawn as Streamlit draws them but without a browser: none fails, nothing personal in
clear, and what a person presses is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from dashboard.acts import password_again
from dashboard.parts.payment_changing import PICKED
from queues import crypto, database
from queues.days import today
from queues.models import (
    AccessLog,
    Account,
    Approval,
    AuditEvent,
    Payment,
    PaymentBatch,
    PaymentOrder,
    ReviewTask,
    WorkItem,
)
from tests.dashboard import payment_filling
from tests.dashboard.payment_filling import PASSWORD, Filled


@pytest.fixture(scope="module")
def filled(database_url: str) -> Filled:
    with database.session() as session:
        return payment_filling.every_state(session)


@pytest.fixture(autouse=True)
def no_failures() -> Iterator[None]:
    password_again._failures.cache_clear()
    yield


def screen(module: str, account: Account, **query: object) -> AppTest:
    """One screen as this person sees it, at an address."""

    def script(module: str, account_id: int, username: str, role: str) -> None:
        from importlib import import_module

        from dashboard import present
        from dashboard.visitor import Visitor

        who = Visitor(account_id, username, username, role, "127.0.0.1", "session")
        shown = import_module(f"dashboard.screens.{module}")
        for name in ("must_be_present", "present_visitor"):
            setattr(present, name, lambda **_: who)
            if hasattr(shown, name):
                setattr(shown, name, lambda **_: who)
        for inner in ("payment_batch",):
            import_module(f"dashboard.screens.{inner}").present_visitor = lambda **_: who
        shown.show()

    drawn = AppTest.from_function(
        script, args=(module, account.id, account.username, account.role), default_timeout=120
    )
    for name, value in query.items():
        drawn.query_params[name] = str(value)
    return drawn.run()


def told(drawn: AppTest) -> str:
    """All that went to the browser, as text: what tables hold is in there as JSON."""
    assert not drawn.exception, [e.stack_trace for e in drawn.exception]
    sent = " ".join(_sent(e.proto) for e in drawn.main if e.proto is not None)
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), sent)


def _sent(proto: Any) -> str:
    return proto.SerializeToString().decode("utf-8", "ignore") if hasattr(proto, "SerializeToString") else ""


def places(filled: Filled) -> list[tuple[str, dict[str, object]]]:
    return [
        ("payments", {}),
        *[("payments", {"batch": n}) for n in filled.batches.values()],
        *[("payments", {"payment": filled.payments[s]}) for s in ("settled", "returned", "unknown", "held")],
        ("payments", {"batch": 999_999}),
        ("payments", {"payment": 999_999}),
        ("payment_orders", {}),
        ("payment_orders", {"state": "doubt"}),
        ("payment_orders", {"order": filled.orders["doubt"]}),
        ("payment_attention", {}),
        ("payment_attention", {"kind": "asking"}),
        ("payment_calendar", {}),
        ("payment_calendar", {"month": "2026-02"}),
        *[("reconciliation", {"day": n}) for n in filled.days.values()],
        ("reconciliation", {"view": "exports"}),
        ("budget", {}),
        ("budget", {"item": filled.items["ub_application"]}),
        ("fund_returns", {"state": ""}),
        ("appointments", {}),
    ]


def test_every_screen_is_drawn_with_nothing_personal_in_clear(filled: Filled) -> None:
    accounts = re.compile(r"1002\d{9}")
    assert "홍*동" in told(
        screen("payments", filled.people.head, batch=filled.batches["approval"], show="all")
    )
    for module, query in places(filled):
        text = told(screen(module, filled.people.head, **query))
        assert "홍길동" not in text and "김다른" not in text, (module, query)
        assert not accounts.search(text), (module, query)


def test_a_batch_is_agreed_to_by_whose_turn_it_is_with_the_password(filled: Filled) -> None:
    batch = filled.batches["approval"]
    for other in (filled.people.head, filled.people.maker, filled.people.commitment):
        assert not any(b.label == "결재" for b in screen("payments", other, batch=batch).button), (
            other.username
        )
    drawn = screen("payments", filled.people.order, batch=batch)
    _password(drawn).set_value("wrong")
    _comment(drawn).set_value("표본을 확인함")
    next(b for b in drawn.button if b.label == "결재").click().run()
    assert [e.value for e in drawn.error] == ["비밀번호가 맞지 않습니다."]
    assert _comment(drawn).proto.default == "표본을 확인함"  # what the cleared form shows
    assert not _password(drawn).proto.default
    _password(drawn).set_value(PASSWORD)
    next(b for b in drawn.button if b.label == "결재").click().run()
    assert not drawn.exception and not drawn.error
    with database.session() as session:
        line = session.exec(
            select(Approval).where(Approval.subject == f"payment_batch:{batch}").order_by(col(Approval.step))
        ).all()
        assert [s.state for s in line] == ["approved", "approved", "approved", "asked"]
        assert line[2].decided_by == filled.people.order.id
        assert session.get_one(PaymentBatch, batch).state == "approval"


def test_what_was_paid_is_answered_with_what_it_rests_on_and_not_by_the_maker(filled: Filled) -> None:
    task = filled.tasks["payment_no_record"]
    payment = _payment_of(task)
    drawn = screen("payments", filled.people.head, payment=payment, task=task)
    answers = drawn.radio(key=f"payment_action_{task}")
    assert answers.value is None  # nothing stands chosen beforehand
    answers.set_value("was_not_paid").run()
    drawn.button(key=f"payment_decide_{task}").click().run()
    assert [e.value for e in drawn.error] == ["확인한 내용이나 사유를 적어 주십시오."]
    drawn.text_input(key=f"payment_was_not_paid_{task}_comment").set_value("창구에서 미출금 확인").run()
    drawn.button(key=f"payment_decide_{task}").click().run()
    assert [e.value for e in drawn.error] == ["무엇으로 확인하였는지 골라 주십시오."]
    with database.session() as session:
        assert session.get_one(ReviewTask, task).state != "decided"


def test_a_running_batch_is_paused_by_one_press(filled: Filled) -> None:
    batch = filled.batches["running"]
    drawn = screen("payments", filled.people.head, batch=batch)
    drawn.button(key="batch_pause").click().run()
    with database.session() as session:
        assert session.get_one(PaymentBatch, batch).pause_asked
        assert _acts(session, batch) == ["payment_batch.pause"]
    assert "정지 요청됨" in told(screen("payments", filled.people.head, batch=batch))


def test_ready_orders_become_one_batch_however_often_it_is_pressed(filled: Filled) -> None:
    drawn = screen("payment_orders", filled.people.maker)
    drawn.button(key="make_batch").click().run()
    with database.session() as session:
        made = session.exec(select(PaymentBatch).order_by(col(PaymentBatch.id).desc())).first()
        assert made is not None and made.id not in filled.batches.values()
        assert made.made_by == filled.people.maker.id and made.payments > 0 and made.state == "draft"


def test_payments_are_taken_off_with_a_reason_and_the_approval_is_void(filled: Filled) -> None:
    batch, ids = _batch(filled, "approval", ["name_checked"] * 3, approved=2)
    drawn = screen("payments", filled.people.maker, batch=batch, show="all")
    assert _shown(drawn, "batch_take_off") == []  # nothing is ticked
    drawn.session_state[PICKED] = (batch, {ids[0]: 1000, ids[1]: 2000})
    drawn.run()
    assert "이미 한 결재(재무관 정재무)가 무효" in told(drawn) and "2건 빼기" in told(drawn)
    assert drawn.button(key="batch_take_off").disabled
    _agree(drawn, "take_off")
    drawn.button(key="batch_take_off").click().run()
    assert [t.value for t in drawn.toast] == ["사유를 적어 주십시오."]
    drawn.text_input(key="batch_why_take_off").set_value("계좌 확인").run()
    drawn.button(key="batch_take_off").click().run()
    assert not drawn.exception
    with database.session() as session:
        stands = session.get_one(PaymentBatch, batch)
        assert (stands.state, stands.payments) == ("checked", 1)
        assert [session.get_one(Payment, i).state for i in ids] == ["cancelled", "cancelled", "name_checked"]
        assert "payment_batch.take_off.why" in _acts(session, batch)
        owed = session.get_one(PaymentOrder, session.get_one(Payment, ids[0]).order_id)
        assert owed.state == "ready"
        assert _line_states(session, batch) == {"void"}


def test_what_has_left_cannot_be_ticked_and_nothing_is_ticked_where_a_batch_is_over(filled: Filled) -> None:
    running = told(screen("payments", filled.people.maker, batch=filled.batches["running"], show="accepted"))
    assert "batch_payments_free" not in running  # all of these have left
    waiting = screen("payments", filled.people.maker, batch=filled.batches["running"], show="approved")
    assert "batch_payments_free" in told(waiting) and '"fixed"' in told(waiting)
    for state in ("done", "cancelled"):
        over = told(screen("payments", filled.people.maker, batch=filled.batches[state], show="all"))
        assert '"fixed"' not in over, state


def test_another_day_is_for_the_maker_and_asks_first_where_something_is_void(filled: Filled) -> None:
    batch, _ = _batch(filled, "approved", ["approved"] * 2)
    keys = ("batch_put_off", "batch_add")
    assert _shown(screen("payments", filled.people.head, batch=batch), *keys) == []  # made by another
    drawn = screen("payments", filled.people.maker, batch=batch)
    assert _shown(drawn, *keys) == ["batch_add", "batch_put_off"]
    assert "지출관 한지출, 출납공무원 조출납)가 무효" in told(drawn)
    later = today() + timedelta(days=3)
    drawn.date_input(key=f"batch_on_{batch}").set_value(later).run()
    assert drawn.button(key="batch_put_off").disabled
    _agree(drawn, "put_off")
    drawn.button(key="batch_put_off").click().run()
    assert not drawn.exception
    with database.session() as session:
        stands = session.get_one(PaymentBatch, batch)
        assert (stands.state, stands.pay_on, stands.not_before) == ("checked", later, None)
        assert _line_states(session, batch) == {"void"}
    for state in ("running", "closed"):
        over = screen("payments", filled.people.maker, batch=filled.batches[state])
        assert _shown(over, *keys) == [], state


def test_a_batch_whose_day_is_past_says_who_has_to_change_it(filled: Filled) -> None:
    batch = filled.batches["late"]
    assert "지급일을 바꾸어야 합니다" in told(screen("payments", filled.people.head, batch=batch))
    drawn = screen("payments", filled.people.maker, batch=batch)
    assert _shown(drawn, "batch_put_to_line") == []
    assert "지급일 지남" in told(drawn) and "오늘 이후로 바꾸십시오" in told(drawn)
    drawn.button(key="batch_put_off").click().run()  # the next business day stands there already
    with database.session() as session:
        assert session.get_one(PaymentBatch, batch).pay_on >= today()
    assert "지급일 지남" not in told(screen("payments", filled.people.maker, batch=batch))


def test_more_orders_go_into_ones_own_batch_and_are_asked_about(filled: Filled) -> None:
    batch, _ = _batch(filled, "approval", ["name_checked"] * 2, approved=3)
    with database.session() as session:
        more = payment_filling.order(session)
        added, won = more.id, more.amount_won
    drawn = screen("payment_orders", filled.people.maker, into=batch)
    assert "배치에 더하기" in told(drawn) and _shown(drawn, "make_batch") == []
    assert "국민취업지원" not in told(drawn)  # of another fund
    drawn.session_state["orders_picked"] = {added: won}
    drawn.run()
    assert "지출관 한지출)가 무효" in told(drawn) and drawn.button(key="batch_add_chosen").disabled
    _agree(drawn, "add")
    drawn.button(key="batch_add_chosen").click().run()
    with database.session() as session:
        stands = session.get_one(PaymentBatch, batch)
        assert (stands.state, stands.payments) == ("draft", 3)
        assert session.get_one(PaymentOrder, added).state == "batched"
        assert _line_states(session, batch) == {"void"}
        check = select(WorkItem.bot).where(WorkItem.reference == f"payment_batch:{batch}")
        assert "payments.check" in session.exec(check).all()
    for who, other in ((filled.people.head, batch), (filled.people.maker, filled.batches["running"])):
        drawn = screen("payment_orders", who, into=other)
        assert "더할 수 없는 배치" in told(drawn) and _shown(drawn, "batch_add_chosen") == []


def test_messages_are_shown_in_full_to_one_who_said_why(filled: Filled) -> None:
    payment = filled.payments["returned"]
    with database.session() as session:
        kept = session.get_one(Payment, payment)
        account, holder = crypto.open_(kept.account_enc or b""), crypto.open_(kept.holder_enc or b"")
    drawn = screen("payments", filled.people.head, payment=payment)
    assert account not in told(drawn)
    drawn.button(key="reveal").click().run()
    messages = [m for m in re.findall(r"<details.*?</details>", told(drawn)) if account in m]
    assert len(messages) >= 3 and any(holder in m for m in messages)
    with database.session() as session:
        seen = select(AccessLog.reason).where(
            AccessLog.subject == f"payment:{payment}", AccessLog.action == "unmask"
        )
        assert session.exec(seen).all()


def test_a_difference_is_explained_before_the_day_is_signed_for(filled: Filled) -> None:
    drawn = screen("reconciliation", filled.people.head, day=filled.days["differs"])
    assert not any(b.label == "서명하고 마감" for b in drawn.button)
    for field in list(drawn.text_input):
        field.set_value("은행 정정 예정")
    next(b for b in drawn.button if b.label == "사유 기재").click().run()
    assert not drawn.exception and not drawn.error
    assert "은행 정정 예정" in told(screen("reconciliation", filled.people.head, day=filled.days["differs"]))


def _batch(filled: Filled, state: str, ends: Sequence[str], **more: Any) -> tuple[int, list[int]]:
    """A batch of one's own for one test: its id and those of its payments."""
    with database.session() as session:
        made = payment_filling.batch(session, filled.people, state, ends, **more)
        return made.id, [p.id for p in payment_filling.of_batch(session, made)]


def _shown(drawn: AppTest, *keys: str) -> list[str]:
    return sorted(b.key for b in drawn.button if b.key in keys)


def _agree(drawn: AppTest, what: str) -> None:
    next(c for c in drawn.checkbox if (c.key or "").startswith(f"batch_sure_{what}_")).check().run()


def _line_states(session: Session, batch_id: int) -> set[str]:
    return set(
        session.exec(select(Approval.state).where(Approval.subject == f"payment_batch:{batch_id}")).all()
    )


def _password(drawn: AppTest) -> TextInput:
    return next(field for field in drawn.text_input if field.label.startswith("비밀번호"))


def _comment(drawn: AppTest) -> TextInput:
    return next(field for field in drawn.text_input if field.label.startswith("의견"))


def _payment_of(task_id: int) -> int:
    with database.session() as session:
        return session.get_one(ReviewTask, task_id).payment_id or 0


def _acts(session: Session, batch_id: int) -> list[str]:
    query = select(AuditEvent.action).where(
        AuditEvent.subject_type == "payment_batch", AuditEvent.subject_id == str(batch_id)
    )
    return list(session.exec(query.order_by(col(AuditEvent.id))))
