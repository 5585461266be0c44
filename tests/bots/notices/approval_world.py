"""A case with its officer, people who approve, a document system, and the bot that prepares letters by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

from sqlmodel import Session, col, select

from bots.notices import prepare as _registers_it
from bots.sandbox.document_system import DocumentBook, DocumentSystemServer
from queues import accounts, approvals, bots, database, notices
from queues.bots import Work
from queues.models import (
    Account,
    Application,
    Approval,
    Notice,
    Officer,
    Person,
    ReviewTask,
    Role,
    WorkItem,
    WorkState,
)
from tests.conftest import environment

assert _registers_it
REFUSED = {
    "decided_on": "2026-11-20",
    "decision": "수급자격 불인정",
    "reasons": ["이직 전 18개월 동안의 피보험 단위기간이 180일에 미치지 못함(확인된 일수 142일)"],
    "grounds": ["고용보험법 제40조제1항제1호"],
}
GRANTED = {
    "decided_on": "2026-11-20",
    "decision": "수급자격 인정",
    "facts": [{"label": "소정급여일수", "value": "150일"}],
    "grounds": ["고용보험법 제43조"],
}


def people_of_a_center(database_url: str) -> People:
    """Committed people; `database_url` only says that there is a database."""
    assert database_url
    with database.session() as session:
        return People(session)


class People:
    """An officer with an account, another of the same team, and a supervisor."""

    def __init__(self, session: Session) -> None:
        self.officer, self.drafter = officer(session, "김담당")
        self.other_officer, self.other = officer(session, "이동료")
        self.head = _account(session, "박소장", Role.SUPERVISOR)


def case(session: Session, people: People, name: str = "홍길동") -> Application:
    """A case of a person with an address, and with an officer."""
    number = uuid4().int % 10**7
    person = Person(
        source_key=f"A{number}", name=name, phone="010-1234-5678", postcode="04524",
        address="서울특별시 중구 세종대로 110 101동 202호",
    )  # fmt: skip
    session.add(person)
    session.flush()
    application = Application(
        receipt_no=f"2026-UB-{number:07d}", program="ub_application", person_id=person.id,
        officer_id=people.officer.id, officer_by="source", received_on=date(2026, 11, 2),
        due_on=date(2026, 11, 2) + timedelta(days=20),
    )  # fmt: skip
    session.add(application)
    session.flush()
    return application


def announced(session: Session, application: Application, kind: str, values: dict[str, object]) -> Notice:
    return notices.announce(session, kind, application, f"event:{uuid4().hex[:8]}", values)


def work_off() -> list[str]:
    """Do the preparing that is due, as a worker would; the references that were worked on."""
    done = []
    while True:
        with database.session() as session:
            query = select(WorkItem).where(
                WorkItem.bot == notices.PREPARE,
                col(WorkItem.state).in_([WorkState.WAITING, WorkState.QUEUED]),
            )
            item = session.exec(query.order_by(col(WorkItem.id))).first()
            if item is None:
                return done
            item.state = WorkState.DONE
            session.add(item)
            given = Work(
                id=item.id, bot=item.bot, reference=item.reference, payload=item.payload, attempt=1, tries=1
            )
        bots.spec(given.bot).run(given)
        done.append(given.reference)


def now(notice: Notice) -> Notice:
    with database.session() as session:
        return session.get_one(Notice, notice.id)


def asked(notice: Notice) -> Approval:
    """The step that is asked."""
    with database.session() as session:
        (step,) = [s for s in approvals.line_of(session, notice.id) if s.state == "asked"]
        return step


def agree(notice: Notice, *line: Account) -> None:
    """Each reads the letter and agrees, in this order."""
    for account in line:
        step = asked(notice)
        with database.session() as session:
            approvals.note_reading(session, step.id, account)
        with database.session() as session:
            approvals.approve(session, step.id, step.content_sha256, account)


def questions(notice: Notice) -> list[ReviewTask]:
    """What is asked about a notice."""
    with database.session() as session:
        query = select(ReviewTask).where(
            ReviewTask.subject == f"notice:{notice.id}", col(ReviewTask.state).in_(["open", "claimed"])
        )
        return list(session.exec(query))


@contextmanager
def document_system(book: DocumentBook | None = None, **more: object) -> Iterator[DocumentBook]:
    """The sandbox's document system, which the bots are told of."""
    book = book or DocumentBook("고용센터", first=uuid4().int % 10**6)  # of one year: no number comes twice
    with DocumentSystemServer(book, **more) as server, environment(BACKOFFICE_DOCUMENT_SYSTEM_URL=server.url):  # type: ignore[arg-type]
        yield server.book


def officer(session: Session, name: str) -> tuple[Officer, Account]:
    officer = Officer(number=f"N{uuid4().hex[:6]}", name=name, team="수급자격팀")
    session.add(officer)
    session.flush()
    account = _account(session, name, Role.STAFF)
    accounts.sit_at(session, account, officer.id, "test")
    return officer, account


def _account(session: Session, name: str, role: Role) -> Account:
    return accounts.create(
        session, f"u{uuid4().hex[:8]}", "correct horse battery", role=role, display_name=name
    )
