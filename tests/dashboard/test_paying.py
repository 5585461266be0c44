"""Batches, approvals, decisions and duties from the dashboard: rights, the password once more, what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.payments import decide
from dashboard.acts import appointing, budgeting, password_again, paying, payment_deciding
from dashboard.acts.decisions import Refused
from dashboard.acts.payment_answers import PaymentAnswer, allowed, checked
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import NotAllowed
from dashboard.visitor import Visitor
from queues import budgets, payment_approvals, reviews
from queues.days import today
from queues.models import AccessLog, Account, Approval, AuditEvent, PaymentBatch, ReviewTask, Role, WorkItem
from queues.sealed_fields import decided_comment, decided_to
from tests.conftest import environment
from tests.queues.payment_world import (
    FUND,
    PASSWORD,
    PROGRAM,
    Treasury,
    account,
    batch_of,
    orders,
    payments_of,
    states_of,
    step_of,
    treasury,
)
from tests.queues.payment_world import (
    checked as names_checked,
)

YEAR = today().year


@pytest.fixture
def people(session: Session) -> Treasury:
    made = treasury(session)
    session.commit()
    return made


def visitor(who: Account, role: str = "", **other: bool) -> Visitor:
    return Visitor(who.id, who.username, "", role or who.role, "127.0.0.1", "s", **other)


def _made(session: Session, people: Treasury, count: int = 1) -> PaymentBatch:
    batch = paying.make_batch(
        session, visitor(people.maker), order_ids=orders(session, count), fund=FUND, fiscal_year=YEAR,
        pay_on=today(), press="form-1" + str(people.maker.id),
    )  # fmt: skip
    session.commit()
    return batch


def _in_line(session: Session, people: Treasury) -> tuple[PaymentBatch, Approval]:
    batch = _made(session, people)
    names_checked(session, batch)
    session.commit()
    paying.put_to_line(session, visitor(people.maker), batch.id, batch.version)
    session.commit()
    return batch, step_of(session, batch)


def test_only_who_may_and_as_it_was_shown(session: Session, people: Treasury) -> None:
    counselor = visitor(account(session, role=Role.COUNSELOR))
    with pytest.raises(NotAllowed):
        paying.make_batch(session, counselor, order_ids=[1], fund=FUND, fiscal_year=YEAR, pay_on=today())
    with pytest.raises(Refused, match="골라"):
        paying.make_batch(
            session, visitor(people.maker), order_ids=[], fund=FUND, fiscal_year=YEAR, pay_on=today()
        )
    with pytest.raises(Refused, match="없는 지출결의"):
        paying.make_batch(
            session, visitor(people.maker), order_ids=[10**9], fund=FUND, fiscal_year=YEAR, pay_on=today()
        )
    session.rollback()
    batch = _made(session, people, 2)
    names_checked(session, batch)
    session.commit()
    with pytest.raises(Refused, match="만든 사람만"):
        paying.put_to_line(session, visitor(people.head), batch.id, batch.version)
    with pytest.raises(Stale):
        paying.put_to_line(session, visitor(people.maker), batch.id, batch.version - 1)
    with pytest.raises(Refused, match="사유"):
        paying.take_off(session, visitor(people.maker), batch.id, batch.version, [1], " ")
    with pytest.raises(NotAllowed):
        paying.stop(session, counselor, batch.id, batch.version, "그만")
    first = payments_of(session, batch)[0]
    assert (
        paying.take_off(session, visitor(people.maker), batch.id, batch.version, [first.id], "계좌 확인") == 1
    )
    paying.cancel(session, visitor(people.maker), batch.id, batch.version, "다시 만듦")
    session.commit()
    assert batch.state == "cancelled"
    why = select(AuditEvent).where(AuditEvent.action == "payment_batch.cancel.why")
    noted = session.exec(why.order_by(col(AuditEvent.id).desc())).first()
    assert (
        noted is not None and "다시" not in str(noted.detail) and decided_comment(noted.detail) == "다시 만듦"
    )


def test_an_approval_needs_the_password(session: Session, people: Treasury) -> None:
    password_again._failures.cache_clear()
    batch, step = _in_line(session, people)
    who, content = visitor(people.commitment), step.content_sha256
    with pytest.raises(Refused, match="재무관이 아닙니다"):
        paying.agree(session, visitor(people.maker), step.id, content, PASSWORD)
    for password in ("", "틀린 비밀번호 1234"):
        with pytest.raises(Refused) as refused:
            paying.agree(session, who, step.id, content, password)
        assert refused.value.field == "password"
    with pytest.raises(Refused, match="처음 받은"):
        paying.agree(session, visitor(people.commitment, must_change=True), step.id, content, PASSWORD)
    with pytest.raises(Stale):
        paying.agree(session, who, step.id, "0" * 64, PASSWORD)
    session.rollback()
    assert step_of(session, batch).duty == "commitment"
    paying.agree(session, who, step.id, content, PASSWORD)
    session.commit()
    for duty in ("order", "cashier"):
        paying.agree(session, visitor(people.of(duty)), step_of(session, batch).id, content, PASSWORD)
        session.commit()
    assert batch.state == "approved" and states_of(session, batch) == ["approved"]
    noted = session.exec(
        select(AuditEvent).where(
            AuditEvent.action == "approval.approved", AuditEvent.subject_id == str(batch.id)
        )
    ).all()
    assert [event.detail["confirmed_by"] for event in noted] == ["password"] * 3
    failed = select(AccessLog).where(AccessLog.account_id == people.commitment.id)
    assert [row.action for row in session.exec(failed)] == ["password_failed"]
    assert not any("비밀번호" in str(event.detail) for event in noted)


def test_guessing_passwords_is_slowed(session: Session, people: Treasury) -> None:
    password_again._failures.cache_clear()
    _, step = _in_line(session, people)
    who = visitor(people.commitment)
    with environment(BACKOFFICE_PASSWORD_FAILURES="2"):
        for _ in range(2):
            with pytest.raises(Refused, match="맞지 않습니다"):
                paying.agree(session, who, step.id, step.content_sha256, "틀린 비밀번호 1234")
        with pytest.raises(Refused, match="여러 번"):
            paying.agree(session, who, step.id, step.content_sha256, PASSWORD)
    password_again._failures.cache_clear()


def test_sent_back_recalled_paused_and_stopped(session: Session, people: Treasury) -> None:
    batch, step = _in_line(session, people)
    with pytest.raises(Refused, match="사유"):
        paying.send_back(session, visitor(people.commitment), step.id, step.content_sha256, "")
    with pytest.raises(Refused):
        paying.send_back(session, visitor(people.cashier), step.id, step.content_sha256, "아님")
    paying.send_back(session, visitor(people.commitment), step.id, step.content_sha256, "계좌 재확인")
    session.commit()
    assert batch.reason == "sent_back"
    payment_approvals.open_line(session, batch.id, people.maker)
    session.commit()
    paying.recall(session, visitor(people.maker), batch.id, batch.version, "지급일 변경")
    paying.put_off(session, visitor(people.maker), batch.id, batch.version, today() + timedelta(days=1))
    with pytest.raises(Refused, match="지급 중"):
        paying.pause(session, visitor(people.maker), batch.id)
    with pytest.raises(Refused, match="지난 날"):
        paying.put_off(session, visitor(people.maker), batch.id, batch.version, today() - timedelta(days=1))
    paying.stop(session, visitor(people.maker), batch.id, batch.version, "잘못 만듦")
    session.commit()
    assert batch.state == "cancelled"
    checks = select(WorkItem).where(WorkItem.reference == f"payment_batch:{batch.id}")
    assert {item.bot for item in session.exec(checks)} >= {"payments.check"}


def _task(kind: str, reason: str = "", **evidence: object) -> ReviewTask:
    return ReviewTask(kind=kind, reason=reason, subject="payment:1", evidence=evidence, version=1)


@pytest.mark.parametrize(
    ("task", "state", "proposed", "others"),
    [
        (_task("payment_name", "name_differs"), "held", "take_off", {"accept_name"}),
        (_task("payment_name", "name_form_differs"), "held", "accept_name", {"take_off"}),
        (_task("payment_name", "withdrawal_account"), "held", "take_off", set()),
        (_task("payment_no_record"), "unknown", "ask_again", {"was_paid", "was_not_paid"}),
        (_task("payment_contradiction"), "settled", "seen", set()),
        (_task("payment_contradiction"), "rejected", "was_paid", {"was_not_paid"}),
        (_task("payment_contradiction"), "held", "take_off", set()),
        (_task("payment_contradiction"), "unknown", "was_paid", {"was_not_paid", "ask_again"}),
        (_task("payment_number_clash", file_id=1), "unknown", "was_not_paid", {"was_paid"}),
        (_task("payment_file", "file_refused_again"), "unknown", "seen", set()),
        (_task("payment_file", "file_doubt"), "unknown", "was_uploaded", {"was_not_uploaded"}),
        (_task("payment_file", "file_no_answer"), "unknown", "seen", set()),
        (_task("payment_file", "file_unreadable"), "", "seen", set()),
        (_task("payment_not_at_bank"), "accepted", "seen", {"not_paid_by_bank"}),
        (_task("payment_notice"), "", "seen", set()),
        (_task("payment_notice", "payment_notice_several"), "accepted", "seen", set()),
        (_task("payment_returned"), "returned", "correct_account", {"pay_again", "drop"}),
        (_task("payment_order_double"), "", "drop", {"not_a_double"}),
        (_task("payment_order_account", code="unusual_digits"), "", "accept", {"correct_account", "again", "drop"}),
        (_task("payment_order_account", code="no_account"), "", "correct_account", {"again", "drop"}),
    ],
)  # fmt: skip
def test_what_may_be_answered(task: ReviewTask, state: str, proposed: str, others: set[str]) -> None:
    found = allowed(task, state)
    assert found[0] == proposed and set(found) == {proposed, "hold", *others}
    assert allowed(_task("link"), "") == ()


def test_an_answer_is_complete() -> None:
    task = _task("payment_returned")
    for to, field in (
        ({"bank": "없는은행", "account": "12345678901"}, "bank"),
        ({"bank": "국민은행", "account": "1234-567a"}, "account"),
        ({"bank": "국민은행", "account": "123"}, "account"),
    ):
        with pytest.raises(Refused) as refused:
            checked(task, "returned", PaymentAnswer("correct_account", 1, to=to))
        assert refused.value.field == field
    to = {"bank": "국민", "account": "123456-01-234567", "name": " 홍  길동 "}
    decision = checked(task, "returned", PaymentAnswer("correct_account", 1, to=to))
    assert decision["to"] == {"bank": "004", "account": "12345601234567", "name": "홍 길동"}
    fate = _task("payment_no_record")
    with pytest.raises(Refused) as refused:
        checked(fate, "unknown", PaymentAnswer("was_not_paid", 1, "거래내역에 없음"))
    assert refused.value.field == "evidence"
    with pytest.raises(Refused) as refused:
        checked(fate, "unknown", PaymentAnswer("was_not_paid", 1, " ", evidence="statement"))
    assert refused.value.field == "comment"
    back = _task("payment_order_taken_back")
    with pytest.raises(Refused, match="기한"):
        checked(back, "", PaymentAnswer("claim_back", 1, due_on=today() - timedelta(days=1)))
    for until in (today(), today() + timedelta(days=200)):
        with pytest.raises(Refused, match="보류"):
            checked(back, "", PaymentAnswer("hold", 1, until=until))


def test_how_the_money_went_is_said_by_another_than_the_maker(session: Session, people: Treasury) -> None:
    batch = batch_of(session, people, orders(session, 1))
    payment = payments_of(session, batch)[0]
    task = reviews.open_task(
        session, kind="payment_no_record", reason="payment_no_record", payment_id=payment.id
    )
    session.commit()
    answer = PaymentAnswer("was_not_paid", task.version, "은행에 없음을 확인", evidence="telephone")
    with pytest.raises(Refused, match="만든 사람"):
        payment_deciding.decide_payment(session, visitor(people.maker), task.id, answer)
    with pytest.raises(NotAllowed):
        counselor = visitor(account(session, role=Role.COUNSELOR))
        payment_deciding.decide_payment(session, counselor, task.id, answer)
    payment_deciding.decide_payment(session, visitor(people.cashier), task.id, answer)
    session.commit()
    assert task.decision is not None and task.decision["evidence"] == "telephone"
    assert decided_comment(task.decision) == "은행에 없음을 확인" and decided_to(task.decision) == {}
    work = select(WorkItem).where(WorkItem.bot == "payments.apply_decision")
    assert [item.payload["task_id"] for item in session.exec(work)] == [task.id]
    with pytest.raises(Stale):
        again = PaymentAnswer("was_paid", 1, "아니다, 나갔다", evidence="statement")
        payment_deciding.decide_payment(session, visitor(people.order), task.id, again)


def test_who_corrects_a_payee_does_not_find_it_right(session: Session, people: Treasury) -> None:
    [order_id] = orders(session, 1)
    session.execute(
        text("UPDATE payment_order SET state = 'doubt', reason = 'payment_rejected' WHERE id = :id"),
        {"id": order_id},
    )
    task = reviews.open_task(session, kind="payment_rejected", reason="payment_rejected", order_id=order_id)
    to = {"bank": "004", "account": "12345601234567", "name": "김다른"}
    first = PaymentAnswer("correct_account", task.version, to=to)
    payment_deciding.decide_payment(session, visitor(people.maker), task.id, first)
    session.commit()
    assert decide.apply_decision(task.id) == "done"
    asked = select(ReviewTask).where(ReviewTask.order_id == order_id, ReviewTask.state == "open")
    about = session.exec(asked.execution_options(populate_existing=True)).one()
    assert (about.kind, about.evidence["code"]) == ("payment_order_payee", "another_name")
    accepted = PaymentAnswer("accept", about.version)
    with pytest.raises(Refused, match="고친 사람"):
        payment_deciding.decide_payment(session, visitor(people.maker), about.id, accepted)
    payment_deciding.decide_payment(session, visitor(people.cashier), about.id, accepted)
    session.commit()
    assert decide.apply_decision(about.id) == "done"


def test_duties_and_budget_by_right(session: Session, people: Treasury) -> None:
    newcomer, head = account(session), visitor(people.head)
    form: dict[str, Any] = {"account_id": newcomer.id, "duty": "cashier", "fund": FUND, "from_on": today()}
    with pytest.raises(NotAllowed):
        appointing.appoint(session, visitor(people.maker), **form, document_no="인사-1")
    with pytest.raises(Refused, match="문서번호"):
        appointing.appoint(session, head, **form)
    row = appointing.appoint(session, head, **form, document_no="인사-1")
    with pytest.raises(Refused, match="겸할"):
        appointing.appoint(session, head, **{**form, "duty": "order"}, document_no="인사-2")
    assert appointing.end(session, head, row.id, today(), "전보").until_on == today()
    orders(session, 1)
    item = budgets.item_for(session, PROGRAM, YEAR)
    assert item is not None
    before = budgets.left(item)
    with pytest.raises(NotAllowed):
        budgeting.allot(session, visitor(people.maker), item.id, 1_000_000, "수시배정", "k1")
    for _ in range(2):
        budgeting.allot(session, head, item.id, 1_000_000, "수시배정 제12호", "k1")
    assert budgets.left(item) == before + 1_000_000
    with pytest.raises(Refused):
        budgeting.allot(session, head, item.id, -before - 2_000_000, "감액", "k2")
    with pytest.raises(Refused, match="순서"):
        budgeting.open_item(session, head, fiscal_year=YEAR, fund=FUND, code="1-2", title="a > b")
    with pytest.raises(Refused, match="아직"):
        budgeting.close_year(session, head, YEAR + 1, FUND)
