"""Whose case it is (담당자): the system of record's word, else the rules of ``assignment.yaml``.

A case and a question keep the officer whose they are; who acts while that one is away is worked out
when it is asked for (`queues.absences`), so that an absence needs nothing to be moved, and ends by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from config.assignment import Rule, assignment
from config.programs import legal_due, program_of_form
from queues import audit
from queues.absences import stand_ins
from queues.crypto import open_
from queues.days import day_of, office_closes
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    LinkCandidate,
    NewPaper,
    Officer,
    Person,
    ReadField,
    ReviewState,
    ReviewTask,
)

LIKELY = 0.5
"""A question about where a paper belongs is for the officer of a case that is at least as probable."""
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


@dataclass(frozen=True)
class Matter:
    """What is known of a case or a paper when its officer is looked for.

    number  rises with every case or paper, so that they go round the team in turn
    """

    program: str = ""
    address: str = ""
    receipt_no: str = ""
    number: int = 0


def responsible(
    session: Session,
    application_id: int | None = None,
    program: str = "",
    on: date | None = None,
) -> Officer | None:
    """Who acts for a case on a day (today): its officer, or while absent the substitute.

    None where nobody in particular does: no rule fits, or the whole team stands in.
    """
    application = session.get(Application, application_id) if application_id else None
    officer = owner(session, application, program)
    acting = stand_ins(session, on).acts(officer.id) if officer else None
    return session.get(Officer, acting) if acting else None


def owner(session: Session, application: Application | None, program: str = "") -> Officer | None:
    """Whose case it is, present or not: the officer that it has, else the one that the rules name."""
    if application is None:
        return by_rule(session, Matter(program=program))
    held = session.get(Officer, application.officer_id) if application.officer_id else None
    if held is not None and held.active and assignment().is_ours(held.center):
        return held
    return by_rule(session, matter_of(session, application))


def matter_of(session: Session, application: Application) -> Matter:
    """A case as the rules look at it."""
    person = session.get(Person, application.person_id) if application.person_id else None
    return Matter(
        program=application.program,
        address=person.address if person else "",
        receipt_no=application.receipt_no,
        number=application.id or 0,
    )


def by_rule(session: Session, matter: Matter) -> Officer | None:
    """The officer whom the first fitting rule with anybody in it names."""
    for rule in assignment().rules:
        if rule.matches(matter.program, matter.address, matter.receipt_no):
            among = _sharing(session, rule)
            if among:
                return among[rule.place(matter.receipt_no, matter.number, len(among))]
    return None


def _sharing(session: Session, rule: Rule) -> Sequence[Officer]:
    """Who shares the cases of a rule, always in the same order."""
    known: dict[Rule, Sequence[Officer]] = session.info.setdefault("sharing", {})
    if rule not in known:
        among = Officer.team == rule.team if rule.team else col(Officer.number).in_(rule.officers)
        query = select(Officer).where(among, col(Officer.active)).order_by(col(Officer.number))
        known[rule] = [o for o in session.exec(query) if assignment().is_ours(o.center)]
    return known[rule]


def assign(session: Session, task: ReviewTask) -> None:
    """Say of a new question whose it is, of which program, by when it is due and for which center.

    Sets officer_id, program, source, legal_on, other_center; `due_at` comes forward to the end of the
    office's hours on the last day of the legal period when that is earlier.
    """
    document = session.get(Document, task.document_id) if task.document_id else None
    delivery = session.get(Delivery, task.delivery_id) if task.delivery_id else None
    application = _case_of(session, task, document)
    if application is not None:
        matter = matter_of(session, application)
        officer = owner(session, application)
        task.legal_on = application.due_on
    else:
        matter = _unknown_case(session, document)
        officer = by_rule(session, matter) if matter.program or matter.address else None
        if matter.program and delivery is not None:
            task.legal_on = legal_due(matter.program, day_of(delivery.received_at))
    task.officer_id = officer.id if officer else None
    task.program = matter.program
    task.source = delivery.source.partition(":")[0] if delivery else ""
    task.other_center = other_center(session, application, matter.address)
    if task.legal_on is not None:
        end = office_closes(task.legal_on)
        task.due_at = min(task.due_at, end) if task.due_at else end
    session.add(task)


def _case_of(session: Session, task: ReviewTask, document: Document | None) -> Application | None:
    """The case that a question is about: named, attached, or likely."""
    if task.application_id is not None:
        return session.get(Application, task.application_id)
    if document is None:
        return None
    attached = (
        select(Application)
        .join(Attachment, col(Attachment.application_id) == col(Application.id))
        .where(Attachment.document_id == document.id, col(Attachment.undone_at).is_(None))
        .order_by(col(Application.id))
    )
    likely = (
        select(Application)
        .join(LinkCandidate, col(LinkCandidate.application_id) == col(Application.id))
        .where(LinkCandidate.document_id == document.id, LinkCandidate.probability >= LIKELY)
        .order_by(col(LinkCandidate.rank))
    )
    return session.exec(attached).first() or session.exec(likely).first()


def _unknown_case(session: Session, document: Document | None) -> Matter:
    """What a paper itself says of its program and its sender's address."""
    if document is None:
        return Matter()
    query = select(ReadField.value_enc).where(
        ReadField.document_id == document.id, ReadField.person == 0, ReadField.name == "address"
    )
    sealed = session.exec(query).first()
    return Matter(
        program=program_of_form(document.type), address=open_(sealed) if sealed else "", number=document.id
    )


def other_center(session: Session, application: Application | None, address: str) -> str:
    """The center that a case seems to belong to, when it is not ours; "" otherwise.

    The system of record's word (the center of the case's officer) goes before the address.
    """
    rules = assignment()
    told_id = application.told_officer_id if application else None
    told = session.get(Officer, told_id) if told_id else None
    if told is not None and told.center and rules.center:
        return "" if rules.is_ours(told.center) else told.center
    center = rules.center_of(address) if address else ""
    return "" if rules.is_ours(center) else center


def settle_officer(session: Session, application: Application, told: Officer | None) -> None:
    """After the source has spoken of a case: take its officer over, else let the rules name one.

    The source's word counts when it is a new one: what a person has changed since stands until then.
    """
    before = application.officer_id
    if told is not None and told.id != application.told_officer_id:
        application.told_officer_id = told.id
        application.officer_id, application.officer_by = told.id, "source"
    elif application.officer_id is None:
        found = by_rule(session, matter_of(session, application))
        if found is not None:
            application.officer_id, application.officer_by = found.id, "rule"
    session.add(application)
    if before is not None and application.officer_id != before:
        move_open(session, application)


def give_case(session: Session, application: Application, officer: Officer, account_id: int) -> None:
    """A person gives a case, with its new papers and open questions, to another officer."""
    was = application.officer_id
    application.officer_id, application.officer_by = officer.id, "person"
    session.add(application)
    session.flush()
    move_open(session, application)
    audit.record(
        session, f"account:{account_id}", "application.assign", "application", application.id,
        was=was, now=officer.id,
    )  # fmt: skip


def give_task(session: Session, task: ReviewTask, officer: Officer | None, account_id: int) -> None:
    """A person gives one question to another officer, or to everybody (None)."""
    was, task.officer_id = task.officer_id, officer.id if officer else None
    session.add(task)
    audit.record(
        session, f"account:{account_id}", "review.assign", "review_task", task.id,
        was=was, now=task.officer_id,
    )  # fmt: skip


def move_open(session: Session, application: Application) -> None:
    """New papers and open questions of a case follow it to its officer."""
    session.flush()
    papers = update(NewPaper).where(
        col(NewPaper.application_id) == application.id, col(NewPaper.seen_at).is_(None)
    )
    session.execute(papers.values(officer_id=application.officer_id))
    attached = select(Attachment.document_id).where(
        Attachment.application_id == application.id, col(Attachment.undone_at).is_(None)
    )
    questions = update(ReviewTask).where(
        col(ReviewTask.state).in_(_OPEN),
        or_(
            col(ReviewTask.application_id) == application.id,
            col(ReviewTask.document_id).in_(attached),
        ),
    )
    session.execute(questions.values(officer_id=application.officer_id))
