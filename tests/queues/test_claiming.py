"""The next question: one's own first, then anybody's, by deadline, and never the same to two."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select, text

from queues import absences, accounts, database, reviews
from queues.claiming import next_task, standing
from queues.days import today
from queues.models import Account, Delivery, Officer, ReviewTask

_RUNS = itertools.count()


class Desk:
    """Two people who are officers, one who is none, and an officer without an account."""

    def __init__(self, session: Session) -> None:
        self.session = session
        run = next(_RUNS)
        self.officers = [Officer(number=f"{run}-{n}", name=f"담당{n}", team=f"과{run}") for n in range(3)]
        session.add_all(self.officers)
        session.flush()
        self.me, self.other, self.clerk = (
            accounts.create(session, f"{n}-{self.officers[0].id}", "a-long-enough-password")
            for n in ("me", "other", "clerk")
        )
        self.me.officer_id, self.other.officer_id = self.officers[0].id, self.officers[1].id
        session.commit()

    def ask(self, officer: int | None, hours: float, **more: object) -> int:
        delivery = Delivery(
            source="fax:x",
            source_ref=f"{officer}-{hours}-{datetime.now(UTC).timestamp()}",
            received_at=datetime.now(UTC),
            original_sha256="0" * 64,
        )
        self.session.add(delivery)
        self.session.flush()
        task = reviews.open_task(
            self.session,
            kind="link",
            reason="doubtful",
            delivery_id=delivery.id,
            due_at=datetime.now(UTC) + timedelta(hours=hours),
        )
        task.officer_id = None if officer is None else self.officers[officer].id
        for name, value in more.items():
            setattr(task, name, value)
        self.session.add(task)
        self.session.commit()
        return task.id

    def order(self, account: Account) -> list[int]:
        """What the person is given one after the other, skipping each."""
        seen: list[int] = []
        while (found := next_task(self.session, account.id, after=seen)) is not None:
            seen.append(found)
        return seen


@pytest.fixture
def desk(session: Session) -> Iterator[Desk]:
    made = Desk(session)
    yield made
    session.rollback()
    session.execute(text("UPDATE review_task SET state = 'cancelled' WHERE state IN ('open', 'claimed')"))
    session.execute(text("UPDATE account SET active = false"))
    for absence in absences.during(session, today(), today()):
        absences.end(session, absence, made_by=None)
    session.commit()


def test_own_first_then_anybodys_and_nobody_elses(desk: Desk) -> None:
    late, mine = desk.ask(0, 9), desk.ask(0, 4)
    nobodys, unmanned = desk.ask(None, 2), desk.ask(2, 1)
    theirs = desk.ask(1, 0.5)
    assert desk.order(desk.me) == [mine, late, unmanned, nobodys]
    assert desk.order(desk.other) == [theirs, unmanned, nobodys]
    assert desk.order(desk.clerk) == [theirs, unmanned, nobodys, mine, late], "who is no officer sees all"
    assert (standing(desk.session, desk.me.id).mine, standing(desk.session, desk.me.id).free) == (2, 2)


def test_who_stands_in_is_given_the_work_of_the_absent(desk: Desk) -> None:
    theirs, mine = desk.ask(1, 1), desk.ask(0, 2)
    absences.announce(desk.session, desk.officers[1].id, desk.officers[0].id, today(), today())
    desk.session.commit()
    assert desk.order(desk.me) == [theirs, mine]
    absences.announce(desk.session, desk.officers[0].id, desk.officers[2].id, today(), today())
    assert desk.order(desk.clerk) == [theirs, mine], "nobody who stands in has an account: it is anybody's"


def test_what_is_put_off_or_in_hand_is_passed_over(desk: Desk) -> None:
    now = datetime.now(UTC)
    desk.ask(0, 1, held_until=now + timedelta(hours=1))
    back = desk.ask(0, 2, held_until=now - timedelta(minutes=1))
    in_hand = desk.ask(0, 3)
    reviews.claim(desk.session, in_hand, desk.other)
    my_own = desk.ask(0, 4)
    reviews.claim(desk.session, my_own, desk.me)
    desk.session.commit()
    assert desk.order(desk.me) == [back, my_own]
    task = desk.session.get_one(ReviewTask, in_hand)
    task.claimed_until = now - timedelta(seconds=1)
    desk.session.add(task)
    desk.session.commit()
    assert desk.order(desk.me) == [back, in_hand, my_own], "an idle claim is released"


def test_to_look_takes_nothing_and_to_claim_does(desk: Desk) -> None:
    mine = desk.ask(0, 1)
    assert next_task(desk.session, desk.me.id) == mine
    assert desk.session.get_one(ReviewTask, mine).state == "open"
    assert next_task(desk.session, desk.me.id, claim=True) == mine
    desk.session.commit()
    task = desk.session.get_one(ReviewTask, mine)
    desk.session.refresh(task)
    assert (task.state, task.claimed_by) == ("claimed", desk.me.id)
    assert task.claimed_until is not None and task.claimed_until > datetime.now(UTC) + timedelta(minutes=10)
    assert next_task(desk.session, desk.clerk.id) is None


def test_two_who_ask_at_once_get_different_ones(desk: Desk) -> None:
    """Everybody holds their transaction open until all have been given one: nobody waits, none is given twice."""
    tasks = {desk.ask(None, n + 1) for n in range(30)}
    people = [
        accounts.create(desk.session, f"p{n}-{desk.officers[0].id}", "a-long-enough-password")
        for n in range(6)
    ]
    desk.session.commit()
    given: list[int] = []
    together, guard = threading.Barrier(len(people), timeout=20), threading.Lock()

    def take(account_id: int) -> None:
        for _ in range(5):
            with database.session() as session:
                found = next_task(session, account_id, claim=True, after=list(given))
                with guard:
                    assert found is not None
                    given.append(found)
                together.wait()

    threads = [threading.Thread(target=take, args=(p.id,)) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(given) == sorted(tasks)
    claims = desk.session.exec(select(ReviewTask.claimed_by).where(col(ReviewTask.id).in_(tasks))).all()
    assert sorted(claims) == sorted(p.id for p in people for _ in range(5))


def test_the_plan_reads_a_few_entries_of_an_index(desk: Desk) -> None:
    """With thousands of others' open questions the way to the next one touches no table as a whole."""
    desk.session.execute(
        text(
            "INSERT INTO review_task (kind, subject, reason, question, state, priority, version, due_at, "
            "officer_id) SELECT 'link', 'many:' || i, 'doubtful', '', 'open', 0, 1, "
            "now() - make_interval(mins => i), :theirs FROM generate_series(1, 20000) AS i"
        ),
        {"theirs": desk.officers[1].id},
    )
    mine, nobodys = desk.ask(0, 5), desk.ask(None, 1)
    desk.session.execute(text("ANALYZE review_task"))
    desk.session.commit()
    read = []
    for _ in range(3):  # the server counts late what others have read
        before = _rows_read(desk.session)
        assert desk.order(desk.me) == [mine, nobodys]
        read.append(_rows_read(desk.session) - before)
    assert min(read) < 2000


def _rows_read(session: Session) -> int:
    session.commit()
    session.execute(text("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()"))
    session.commit()
    return int(
        session.execute(
            text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'review_task'")
        ).scalar_one()
    )
