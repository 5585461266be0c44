"""What happened in the system of record becomes notices, each once; what cannot be used is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bots.cases.events import NotOnFile, pull_events, run_one
from bots.cases.happenings import read_happening
from bots.cases.http import HttpRecordSystem
from bots.cases.source import SourceError
from bots.notices import reception
from bots.sandbox.case_events import granted, invited, paid, refused
from bots.sandbox.casebook import Case
from queues import database, notices
from queues.bots import Work
from queues.days import today
from queues.errors import BusinessError
from queues.models import Application, Notice, WorkItem
from tests.bots.decision_world import World, casebook, world
from tests.conftest import environment

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with (
        world() as opened,
        environment(
            BACKOFFICE_CASE_SOURCE_URL=opened.system.url,
            BACKOFFICE_CASE_EVENTS_FROM=(datetime.now(UTC) - timedelta(days=1)).isoformat(),
        ),
    ):
        yield opened


def pull(here: World) -> int:
    source = HttpRecordSystem(here.system.url)
    source.name = f"{source.name}:{here.system.port}"  # a system of its own for each test
    try:
        return pull_events(source)
    finally:
        source.close()


def told_of(case: Case) -> list[Notice]:
    with database.session() as session:
        query = select(Notice).where(col(Notice.key).startswith("event:"))
        found = session.exec(query.order_by(col(Notice.id))).all()
        return [n for n in found if _receipt_no(session, n) == case.receipt_no]


def _receipt_no(session: Session, notice: Notice) -> str:
    return session.get_one(Application, notice.application_id).receipt_no


def put_off() -> list[str]:
    with database.session() as session:
        query = select(WorkItem.payload).where(WorkItem.bot == "cases.event")
        return [payload["event_id"] for payload in session.exec(query)]


def again(event_id: str) -> None:
    run_one(Work(id=1, bot="cases.event", reference="", payload={"event_id": event_id}, attempt=1, tries=1))


def test_each_event_becomes_one_notice_however_often_it_is_told(here: World, session: Session) -> None:
    case = casebook()[0]
    numbers = [
        here.ledger.events.tell(case.receipt_no, "decision_granted", granted(case.program, TODAY)),
        here.ledger.events.tell(case.receipt_no, "payment_made", paid(case.program, TODAY)),
    ]
    assert pull(here) == 2
    assert pull(here) == 0
    for number in numbers:
        again(number)
    first, second = told_of(case)
    assert (first.kind, second.kind) == ("decision_granted", "payment")
    assert notices.values_of(second)["amount"] == 1_848_000


def test_what_happened_before_the_first_pull_is_passed_over(here: World) -> None:
    case = casebook()[1]
    old = datetime.now(UTC) - timedelta(days=40)
    here.ledger.events.tell(case.receipt_no, "payment_made", paid(case.program, TODAY), at=old)
    assert pull(here) == 1
    assert not [n for n in told_of(case) if n.kind == "payment"]


def test_an_event_of_a_case_that_comes_later_waits_for_it(here: World) -> None:
    number = here.ledger.events.tell("2026-UB-9999999", "decision_refused", refused("ub_application", TODAY))
    pull(here)
    assert number in put_off()
    with pytest.raises(NotOnFile):
        again(number)


@pytest.mark.parametrize(
    "values", [{"decided": "2026-11-20"}, {"to_name": "다른 사람", "to_nme": "x"}], ids=["renamed", "unknown"]
)
def test_a_value_nobody_knows_makes_no_letter(here: World, values: dict[str, object]) -> None:
    case = casebook()[2]
    number = here.ledger.events.tell(case.receipt_no, "decision_refused", values)
    pull(here)
    assert number in put_off() and not any(n.key == f"event:{number}" for n in told_of(case))
    with pytest.raises(BusinessError) as caught:
        again(number)
    assert caught.value.code == "notice_event_unclear" and "다른 사람" not in caught.value.text
    here.ledger.events.correct(number, refused(case.program, TODAY))
    again(number)
    assert [n.kind for n in told_of(case) if n.key == f"event:{number}"] == ["decision_refused"]


def test_nobody_is_invited_for_a_day_that_is_past(here: World) -> None:
    case = casebook()[2]
    number = here.ledger.events.tell(
        case.receipt_no, "appointment_made", invited(case.program, today() - timedelta(days=20))
    )
    pull(here)
    assert number in put_off() and not any(n.key == f"event:{number}" for n in told_of(case))


def test_an_event_taken_back_in_time_sends_nothing(here: World) -> None:
    case = casebook()[3 % len(casebook())]
    before = len(told_of(case))
    number = here.ledger.events.tell(case.receipt_no, "decision_refused", refused(case.program, TODAY))
    here.ledger.events.take_back(number)
    pull(here)
    assert [n.state for n in told_of(case)[before:]] == ["cancelled"]


def test_an_event_that_waits_for_its_case_is_taken_back_as_well(here: World) -> None:
    case = casebook()[0]
    new = replace(case, receipt_no=f"2026-UB-{int(case.receipt_no[-7:]) + 3_000_000:07d}")
    number = here.ledger.events.tell(new.receipt_no, "decision_refused", refused(case.program, TODAY))
    pull(here)
    assert number in put_off()
    here.ledger.events.take_back(number)
    pull(here)
    here.ledger.add(new)
    here.pull()
    with database.session() as session:
        item = session.exec(select(WorkItem).where(WorkItem.reference == f"event:{number}")).one()
        assert item.state == "cancelled"
    run_one(
        Work(id=item.id, bot=item.bot, reference=item.reference, payload=item.payload, attempt=1, tries=2)
    )
    assert not any(n.key == f"event:{number}" for n in told_of(new)), "no letter about what was an error"


def test_only_a_case_that_is_new_on_file_is_confirmed(here: World) -> None:
    case = casebook()[0]
    number = int(case.receipt_no[-7:])
    new = replace(case, receipt_no=f"2026-UB-{number + 1_000_000:07d}", received_on=today())
    old = replace(
        case, receipt_no=f"2026-UB-{number + 2_000_000:07d}", received_on=today() - timedelta(days=30)
    )
    here.ledger.add(new)
    here.ledger.add(old)
    here.pull()
    here.ledger.add(replace(new, status="closed"))
    here.pull()
    with database.session() as session:
        query = (
            select(Application.receipt_no, Notice)
            .join(Notice, col(Notice.application_id) == col(Application.id))
            .where(Notice.kind == "receipt")
        )
        ((receipt_no, notice),) = session.exec(query).all()
        assert receipt_no == new.receipt_no
        reception.take_back(session, notice.application_id, "account:1")
        assert notice.state == "cancelled"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {}, optional={"id": _JSON, "type": _JSON, "receipt_no": _JSON, "at": _JSON, "values": _JSON}
    )
    | _JSON
)
def test_whatever_is_told_is_an_event_or_a_clear_error(told: object) -> None:
    try:
        happening = read_happening(told, "here")
    except SourceError as error:
        assert "here" in str(error)
    else:
        assert happening.id and (happening.unclear or (happening.receipt_no and happening.at))
