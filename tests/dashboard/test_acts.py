"""Acts refuse whoever lacks the right, whatever screen or call they come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from dashboard.acts import accounts, reviewing, seeing, steering, supplementing
from dashboard.acts.reviewing import Answer, Refused
from dashboard.acts.rights import NotAllowed
from dashboard.visitor import Visitor
from queues.accounts import find
from queues.models import Account, ReviewTask, Role, WorkItem
from tests.dashboard.filling import Filled, fill, people


@pytest.fixture(scope="module")
def filled(database_url: str) -> Filled:
    from queues import database

    with database.session() as session:
        people(session)
        return fill(session)


def visitor(session: Session, username: str) -> Visitor:
    account = find(session, username)
    assert account is not None
    return Visitor(account.id, username, account.display_name, account.role, "127.0.0.1", "s")


ACTS: list[tuple[str, Callable[[Session, Visitor], object]]] = [
    ("staff", lambda s, v: accounts.create(s, v, "new", "새 직원", Role.STAFF)),
    ("super", lambda s, v: accounts.reset_password(s, v, v.account_id)),
    ("staff", lambda s, v: accounts.end_sessions(s, v, v.account_id)),
    ("super", lambda s, v: accounts.change(s, v, v.account_id, role="administrator", active=True)),
    ("staff", lambda s, v: steering.pause(s, v, "intake.read", "까닭")),
    ("staff", lambda s, v: steering.resume(s, v, "intake.read")),
    ("counsel", lambda s, v: reviewing.take(s, v, 1)),
    ("counsel", lambda s, v: reviewing.decide(s, v, 1, Answer("reject", 1, comment="까닭"))),
    ("counsel", lambda s, v: reviewing.object_to(s, v, 1, "까닭")),
    ("counsel", lambda s, v: steering.retry(s, v, 1, "까닭")),
    ("counsel", lambda s, v: steering.not_a_repeat(s, v, 1)),
    ("counsel", lambda s, v: supplementing.send(v, [1])),
    ("counsel", lambda s, v: supplementing.request_again(v, [1])),
    ("counsel", lambda s, v: supplementing.give_back(s, v, 1, 1, "까닭")),
    ("counsel", lambda s, v: supplementing.withdraw(s, v, 1, 1, "까닭")),
]


@pytest.mark.parametrize(("username", "act"), ACTS)
def test_without_the_right(
    session: Session, filled: Filled, username: str, act: Callable[[Session, Visitor], object]
) -> None:
    with pytest.raises(NotAllowed):
        act(session, visitor(session, username))


@pytest.mark.parametrize(
    "answer",
    [
        Answer("attach", 1, receipt_nos=["2026-UB-9999999"]),
        Answer("attach", 1),
        Answer("attach", 1, receipt_nos=["2026-UB-0000001"], type="no_such_type"),
        Answer("attach", 1, receipt_nos=["2026-UB-0000001"], fields={"phone": "12"}),
        Answer("attach", 7, receipt_nos=["2026-UB-0000001"]),
        Answer("hold", 1),
        Answer("reject", 1, comment="  "),
        Answer("drop table", 1),
    ],
)
def test_a_decision_that_cannot_stand_changes_nothing(
    session: Session, filled: Filled, answer: Answer
) -> None:
    with pytest.raises(Refused):
        reviewing.decide(session, visitor(session, "staff"), filled.task_ids[0], answer)
    session.rollback()
    task = session.get_one(ReviewTask, filled.task_ids[0])
    assert task.version == 1 and task.decision is None
    assert not session.exec(select(WorkItem)).all()


def test_another_person_holds_it(session: Session, filled: Filled) -> None:
    task_id = filled.task_ids[1]
    assert reviewing.take(session, visitor(session, "second"), task_id)
    assert not reviewing.take(session, visitor(session, "staff"), task_id)
    answer = Answer("attach", 1, receipt_nos=["2026-UB-0000001"])
    with pytest.raises(Refused, match="다른 담당자"):
        reviewing.decide(session, visitor(session, "staff"), task_id, answer)
    session.rollback()


def test_no_reason_no_sight(session: Session, filled: Filled) -> None:
    staff = visitor(session, "staff")
    with pytest.raises(seeing.ReasonMissing):
        seeing.reveal(session, staff, filled.delivery_id, " ")
    assert not seeing.is_revealed(session, staff, filled.delivery_id)
    seeing.reveal(session, staff, filled.delivery_id, "민원인 문의 응대")
    session.flush()
    assert seeing.is_revealed(session, staff, filled.delivery_id)
    assert not seeing.is_revealed(session, visitor(session, "second"), filled.delivery_id)
    session.rollback()


def test_administrator_makes_an_account_that_can_sign_in(session: Session, filled: Filled) -> None:
    from queues.accounts import verify_password

    admin = visitor(session, "admin")
    password = accounts.create(session, admin, "new.staff", "새 직원", Role.STAFF)
    session.commit()
    assert verify_password(session, "new.staff", password).display_name == "새 직원"
    with pytest.raises(accounts.CannotChange):
        accounts.create(session, admin, "new.staff", "또", Role.STAFF)
    session.rollback()
    with pytest.raises(accounts.CannotChange):
        accounts.change(session, admin, admin.account_id, role=Role.STAFF, active=True)
    session.rollback()
    other = session.exec(select(Account).where(Account.username == "new.staff")).one()
    accounts.change(session, admin, other.id, role=Role.SUPERVISOR, active=False)
    assert (other.role, other.active) == ("supervisor", False)
    session.rollback()
