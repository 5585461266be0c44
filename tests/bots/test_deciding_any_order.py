"""Whatever people decide, take back and rearrange, in any order and with the bots at any point of their work."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlmodel import Session, col, select

from queues import database, reviews
from queues.arranging import Arranged, arrange
from queues.errors import BusinessError, Irreversible, NotArrangeable, StaleDecision
from queues.models import Attachment, Delivery, Document, Effect, Page, ReviewTask
from queues.undoing import undo_effect
from tests.bots.decision_world import (
    OURS,
    World,
    arrive,
    casebook,
    documents,
    form,
    open_tasks,
    stranger,
    work_off,
    world,
)

ADVERT = ["사무실 임대 안내", "역세권 사무실을 임대합니다", "문의는 아래 번호로 주십시오"]
TYPES = ("", "ub_application", "ub_recognition", "other")
ACTIONS = ("attach", "move", "correct", "register", "transfer", "reject", "hold")


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with world() as made:
        yield made


def test_any_order(here: World) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Desk(here),
        settings=settings(
            max_examples=3,
            stateful_step_count=10,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # to shrink takes longer than to look at it
            suppress_health_check=list(HealthCheck),
        ),
    )


class Desk(RuleBasedStateMachine):
    """One delivery of four pages: two people on file, a stranger, an advert."""

    def __init__(self, here: World) -> None:
        super().__init__()
        self.here = here
        self.delivery_id = 0

    @initialize()
    def arrives(self) -> None:
        one, two = casebook()[0], casebook()[1]
        pages = [form(one), form(two), form(stranger(one, 41)), ADVERT]
        self.delivery_id = arrive(pages)
        work_off()
        self.before = self.state()

    @rule(action=st.sampled_from(ACTIONS), pick=st.integers(0, 20), kind=st.sampled_from(TYPES[1:]))
    def decide(self, action: str, pick: int, kind: str) -> None:
        tasks = open_tasks(self.delivery_id)
        if not tasks:
            return
        task = tasks[pick % len(tasks)]
        decision: dict[str, Any] = {"action": "attach" if action == "move" else action}
        if action in ("attach", "move"):
            cases = casebook()[: 2 if action == "attach" else 1]
            decision |= {"receipt_nos": [c.receipt_no for c in cases], "accept": ["phone"], "type": kind}
        elif action == "correct":
            decision |= {"fields": {"phone": f"010-0000-{pick:04d}"}, "type": kind, "accept": ["phone"]}
        elif action == "register":
            decision |= {"program": "ub_application", "fields": {"name": "남궁솔비"}}
        else:
            scope = {"scope": "delivery"} if pick % 3 == 0 and action != "hold" else {}
            decision |= {"comment": "까닭", "center": "부산고용복지플러스센터", **scope}
        self.here.decide(task.id, **decision)

    @rule(pick=st.integers(0, 20))
    def undo(self, pick: int) -> None:
        with database.session() as session:
            query = select(ReviewTask).where(
                ReviewTask.delivery_id == self.delivery_id, ReviewTask.state == "decided"
            )
            tasks = session.exec(query.order_by(col(ReviewTask.id))).all()
        if tasks:
            with suppress(Irreversible):
                self.here.undo(tasks[pick % len(tasks)].id)

    @rule(pick=st.integers(0, 20))
    def undo_arrangement(self, pick: int) -> None:
        with database.session() as session:
            query = select(Effect).where(
                Effect.delivery_id == self.delivery_id, col(Effect.task_id).is_(None)
            )
            effects = session.exec(query.order_by(col(Effect.id))).all()
            if effects:
                with suppress(Irreversible):
                    undo_effect(session, effects[pick % len(effects)].id, self.here.account)

    @rule(order=st.permutations([1, 2, 3, 4]), cuts=st.sets(st.integers(1, 3)), kind=st.sampled_from(TYPES))
    def arrange(self, order: list[int], cuts: set[int], kind: str) -> None:
        edges = [0, *sorted(cuts), 4]
        plan = [Arranged(order[a:b]) for a, b in itertools.pairwise(edges)]
        plan[0] = Arranged(plan[0].pages, kind)
        with database.session() as session, suppress(NotArrangeable, StaleDecision):
            seen = {d.id: d.version for d in documents(session, self.delivery_id)}
            arrange(session, self.delivery_id, plan, seen, self.here.account)

    @rule(pick=st.integers(0, 20))
    def object_to(self, pick: int) -> None:
        with database.session() as session, suppress(StaleDecision):
            rows = self.live(session)
            if rows:
                reviews.object_to(session, rows[pick % len(rows)].id, self.here.account, "아님")

    @rule(but=st.sets(st.sampled_from(OURS), max_size=4))
    def bots_work(self, but: set[str]) -> None:
        with suppress(BusinessError):
            work_off(but=tuple(but))
        self.every_page_once()

    def teardown(self) -> None:
        if not self.delivery_id:
            return
        self.finish()
        self.every_page_once()
        self.here.same_as_record()
        for _ in range(60):
            if not self.take_back_last():
                break
            self.finish()
        self.every_page_once()
        self.here.same_as_record()
        assert self.state() == self.before, "with everything taken back, all is as it was"
        self.here.pull()
        case = casebook()[0]
        assert self.here.ledger.case(case.receipt_no)["phone"] == case.person.phone

    def finish(self) -> None:
        with suppress(BusinessError):
            work_off()
        work_off()

    def take_back_last(self) -> bool:
        with database.session() as session:
            query = select(Effect).where(
                Effect.delivery_id == self.delivery_id, col(Effect.undone_at).is_(None)
            )
            last = session.exec(query.order_by(col(Effect.id).desc())).first()
            if last is None:
                return False
            if last.task_id is None:
                undo_effect(session, last.id, self.here.account)
            else:
                task = session.get_one(ReviewTask, last.task_id)
                reviews.undo(session, task.id, task.version, self.here.account)
            return True

    def live(self, session: Session) -> list[Attachment]:
        query = (
            select(Attachment)
            .join(Document, col(Attachment.document_id) == col(Document.id))
            .where(Document.delivery_id == self.delivery_id, col(Attachment.undone_at).is_(None))
        )
        return list(session.exec(query.order_by(col(Attachment.id))))

    def every_page_once(self) -> None:
        with database.session() as session:
            pages = sorted(session.exec(select(Page.number).where(Page.delivery_id == self.delivery_id)))
            held = sorted(n for d in documents(session, self.delivery_id) for n in d.pages)
            assert held == pages
            superseded = select(Document).where(
                Document.delivery_id == self.delivery_id, Document.state == "superseded"
            )
            assert all(d.pages == [] for d in session.exec(superseded))
            twice = Counter((a.document_id, a.application_id) for a in self.live(session))
            assert not twice or max(twice.values()) == 1
            attached = {a.document_id for a in self.live(session)}
            states = {d.id: d.state for d in documents(session, self.delivery_id)}
            assert attached == {n for n, state in states.items() if state == "attached"}

    def state(self) -> list[object]:
        with database.session() as session:
            rows = documents(session, self.delivery_id)
            live = Counter((a.document_id, a.application_id, a.decided_by) for a in self.live(session))
            asked = sorted((t.id, t.kind, t.reason) for t in open_tasks(self.delivery_id))
            shape = [(d.id, list(d.pages), d.type, d.state, d.reason) for d in rows]
            return [shape, sorted(live), asked, session.get_one(Delivery, self.delivery_id).state]
