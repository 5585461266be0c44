"""결재 from the dashboard: rights at the server's side, refusals one by one, plain ones many at once."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from dashboard.acts import approving
from dashboard.acts.approving import Refused, Stale
from dashboard.acts.rights import NotAllowed
from dashboard.visitor import Visitor
from queues import database
from queues.models import Account, Role
from tests.bots.notices.approval_world import (
    GRANTED,
    REFUSED,
    People,
    announced,
    asked,
    case,
    now,
    people_of_a_center,
    work_off,
)


@pytest.fixture(scope="module")
def people(database_url: str) -> People:
    return people_of_a_center(database_url)


def visitor(account: Account, role: str = "") -> Visitor:
    return Visitor(account.id, account.username, "", role or account.role, "127.0.0.1", "s")


def test_many_plain_ones_at_once_leave_out_what_needs_reading(session: Session, people: People) -> None:
    grants = [announced(session, case(session, people), "decision_granted", GRANTED) for _ in range(3)]
    refusal = announced(session, case(session, people), "decision_refused", REFUSED)
    session.commit()
    work_off()
    shown = [(asked(n).id, asked(n).content_sha256) for n in [*grants, refusal]]
    stale = (shown[0][0], "0" * 64)
    who = visitor(people.drafter)
    with database.session() as other:
        done = approving.agree_to_many(other, who, [*shown[1:], stale, (10**9, "x")])
    assert set(done.agreed) == {shown[1][0], shown[2][0]}
    assert set(done.left) == {shown[0][0], shown[3][0], 10**9}
    assert asked(grants[1]).duty == "final" and asked(refusal).duty == "draft"
    with database.session() as other:
        approving.read(other, who, shown[3][0])
        approving.agree(other, who, *shown[3])
    step = asked(refusal)
    with database.session() as other, pytest.raises(Refused, match="열어"):
        approving.agree(other, visitor(people.head), step.id, step.content_sha256)
    with database.session() as other, pytest.raises(Refused, match="사유"):
        approving.send_back(other, visitor(people.head), step.id, step.content_sha256, " ")
    with database.session() as other, pytest.raises(Refused, match="본인"):
        approving.recall(other, who, grants[0].id, "아직 기안하지 않음")
    with database.session() as other:
        approving.recall(other, who, refusal.id, "다시 확인")
    assert now(refusal).state == "review"
    with database.session() as other, pytest.raises(Stale):
        approving.agree(other, visitor(people.head), step.id, step.content_sha256)


def test_who_has_no_right_does_nothing(session: Session, people: People) -> None:
    notice = announced(session, case(session, people), "decision_granted", GRANTED)
    session.commit()
    work_off()
    step = asked(notice)
    counselor = visitor(people.drafter, Role.COUNSELOR)
    for act in (
        lambda s: approving.agree(s, counselor, step.id, step.content_sha256),
        lambda s: approving.agree_to_many(s, counselor, [(step.id, step.content_sha256)]),
        lambda s: approving.send_back(s, counselor, step.id, step.content_sha256, "x"),
        lambda s: approving.recall(s, counselor, notice.id, "x"),
        lambda s: approving.read(s, counselor, step.id),
    ):
        with database.session() as other, pytest.raises(NotAllowed):
            act(other)
    assert asked(notice).id == step.id
