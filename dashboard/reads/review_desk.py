"""Everything that a person needs before them to answer one question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from dashboard.reads.cases import CaseOnFile, cases
from dashboard.reads.comparing import Agreement, compare
from dashboard.reads.pages import pages_of
from queues.batches import LetterPlace, letter_place
from queues.crypto import open_
from queues.models import (
    Account,
    Application,
    Attachment,
    Delivery,
    Document,
    LinkCandidate,
    Page,
    ReadField,
    ReviewTask,
)

#: The kind of task that asks whether values were read rightly, of a document that is attached already.
CONFIRMS = "fields"

#: From this probability on a candidate counts as one.
LIKELY = 0.01

AROUND = ("caller_number", "sender", "delivery")

COMPARED = (
    "receipt_no",
    "name",
    "rrn",
    "birth_date",
    "phone",
    "address",
    "company",
    "business_no",
    "bank",
    "account",
)


@dataclass(frozen=True)
class OnPaper:
    """A field as read, in clear."""

    row: ReadField
    value: str
    raw: str
    corrected_from: str


@dataclass(frozen=True)
class Compared:
    """One line of the comparison with a case. `weight` is the linker's, in bits, when it gave one."""

    field: str
    on_paper: str
    on_file: str
    agreement: Agreement
    weight: float | None
    elsewhere: bool


@dataclass(frozen=True)
class Choice:
    """A case that the document may belong to. `rank` 0 was added by the person's own search.

    `around`: what else the linker weighed, such as the caller number, with its weight.
    """

    case: CaseOnFile
    rank: int
    probability: float | None
    lines: Sequence[Compared]
    around: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True)
class Desk:
    """One review task with its delivery, document, fields and candidates."""

    task: ReviewTask
    delivery: Delivery | None
    document: Document | None
    holder: str
    pages: Sequence[Page]
    documents: Sequence[Document]
    all_fields: Sequence[ReadField]
    fields: Sequence[OnPaper]
    people: Sequence[Sequence[OnPaper]]
    choices: Sequence[Choice]
    attached_to: dict[int, list[str]] = field(default_factory=dict)
    decided_by: str = ""
    letter: LetterPlace | None = None

    @property
    def doubted_beside(self) -> frozenset[str]:
        """Names of fields that were read with doubt on other papers of the delivery."""
        own = self.document.id if self.document else 0
        return frozenset(f.name for f in self.all_fields if f.doubtful and f.document_id != own)

    @property
    def delivery_id(self) -> int:
        return self.delivery.id if self.delivery else 0


def desk(session: Session, task_id: int, extra_cases: Iterable[int] = ()) -> Desk | None:
    """The task and all around it; None when there is no such task. `extra_cases`: ids of applications."""
    task = session.get(ReviewTask, task_id)
    if task is None:
        return None
    document = session.get(Document, task.document_id) if task.document_id else None
    delivery_id = task.delivery_id or (document.delivery_id if document else None)
    delivery = session.get(Delivery, delivery_id) if delivery_id else None
    documents = documents_of(session, delivery_id)
    all_fields = fields_of(session, [d.id for d in documents])
    own = [f for f in all_fields if document is not None and f.document_id == document.id]
    return Desk(
        task=task,
        delivery=delivery,
        document=document,
        holder=_name_of(session, task.claimed_by),
        pages=pages_of(session, delivery_id) if delivery_id else (),
        documents=documents,
        all_fields=all_fields,
        fields=[_on_paper(f) for f in own if f.person == 0],
        people=_people(own),
        choices=_choices(session, task, document, _values(own, all_fields), extra_cases),
        attached_to=attached_to(session, [d.id for d in documents]),
        decided_by=_name_of(session, task.decided_by),
        letter=letter_place(session, delivery) if delivery else None,
    )


def _name_of(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return (account.display_name or account.username) if account else ""


def documents_of(session: Session, delivery_id: int | None) -> Sequence[Document]:
    """In their order within the delivery."""
    query = (
        select(Document)
        .where(Document.delivery_id == delivery_id, Document.state != "superseded")
        .order_by(col(Document.position))
    )
    return session.exec(query).all() if delivery_id else ()


def fields_of(session: Session, document_ids: Sequence[int]) -> Sequence[ReadField]:
    """Fields of several documents, sorted by document, person and place on the page."""
    query = select(ReadField).where(col(ReadField.document_id).in_(document_ids)).order_by(col(ReadField.id))
    return session.exec(query).all() if document_ids else ()


def attached_to(session: Session, document_ids: Sequence[int]) -> dict[int, list[str]]:
    """Receipt numbers that each document is attached to."""
    if not document_ids:
        return {}
    query = (
        select(Attachment.document_id, Application.receipt_no)
        .join(Application, col(Attachment.application_id) == col(Application.id))
        .where(col(Attachment.document_id).in_(document_ids), col(Attachment.undone_at).is_(None))
    )
    result: dict[int, list[str]] = {}
    for document_id, receipt_no in session.exec(query).all():
        result.setdefault(document_id, []).append(receipt_no)
    return result


def _on_paper(row: ReadField) -> OnPaper:
    return OnPaper(
        row=row,
        value=open_(row.value_enc) if row.value_enc else "",
        raw=open_(row.raw_enc) if row.raw_enc else "",
        corrected_from=open_(row.corrected_from_enc) if row.corrected_from_enc else "",
    )


def _people(own: Sequence[ReadField]) -> list[list[OnPaper]]:
    people: dict[int, list[OnPaper]] = {}
    for f in own:
        if f.person > 0:
            people.setdefault(f.person, []).append(_on_paper(f))
    return [people[number] for number in sorted(people)]


def _attached_ids(session: Session, document: Document | None) -> set[int]:
    if document is None:
        return set()
    query = select(Attachment.application_id).where(
        Attachment.document_id == document.id, col(Attachment.undone_at).is_(None)
    )
    return set(session.exec(query).all())


@dataclass(frozen=True)
class _Values:
    """What the paper in question says by field, and what other papers of its delivery say besides."""

    mine: dict[str, str]
    others: dict[str, str]


def _values(own: Sequence[ReadField], all_fields: Sequence[ReadField]) -> _Values:
    mine = {f.name: open_(f.value_enc) for f in own if f.person == 0 and f.value_enc}
    others = {
        f.name: open_(f.value_enc) for f in all_fields if f.person == 0 and f.value_enc and f.name not in mine
    }
    return _Values(mine, others)


def _choices(
    session: Session,
    task: ReviewTask,
    document: Document | None,
    values: _Values,
    extra_cases: Iterable[int],
) -> list[Choice]:
    """What the person looked up comes first, the latest foremost; then the linker's, best first."""
    found: Sequence[LinkCandidate] = ()
    if document is not None:
        query = select(LinkCandidate).where(LinkCandidate.document_id == document.id)
        found = session.exec(query.order_by(col(LinkCandidate.rank))).all()
    if task.kind == CONFIRMS:
        found = [c for c in found if c.application_id in _attached_ids(session, document)]
    known = [c.application_id for c in found]
    extra = [i for i in extra_cases if i not in known]
    if task.application_id and task.application_id not in known + extra:
        extra.append(task.application_id)
    on_file = cases(session, known + extra)
    choices = [
        Choice(case, c.rank, c.probability, _lines(case, c, values), _around(c))
        for c in found
        if (case := on_file.get(c.application_id)) is not None
    ]
    choices = [c for c in choices if task.kind == CONFIRMS or _worth_showing(c)]
    added = [Choice(on_file[i], 0, None, _lines(on_file[i], None, values)) for i in extra if i in on_file]
    return added[::-1] + choices


def _worth_showing(choice: Choice) -> bool:
    """The linker keeps the best it found, however bad; a case that shares nothing only distracts."""
    agreed = {line.field for line in choice.lines if line.agreement == "agree"}
    near = {line.field for line in choice.lines if line.agreement == "near"}
    likely = (choice.probability or 0.0) >= LIKELY
    return likely or bool(agreed & {"receipt_no", "name", "rrn"}) or "rrn" in near


def _weights(candidate: LinkCandidate) -> dict[str, float]:
    weights: dict[str, float] = {}
    for e in candidate.evidence:
        name = str(e.get("field"))
        weights[name] = weights.get(name, 0.0) + float(e.get("weight") or 0.0)
    return weights


def _around(candidate: LinkCandidate) -> list[tuple[str, float]]:
    """Evidence that stands on no line of the paper, as far as it weighs anything."""
    weights = _weights(candidate)
    return [(n, weights[n]) for n in AROUND if abs(weights.get(n, 0.0)) >= 0.1]


def _lines(case: CaseOnFile, candidate: LinkCandidate | None, values: _Values) -> list[Compared]:
    """One line for every field that the papers state or the linker weighed."""
    weights = _weights(candidate) if candidate else {}
    lines = []
    for name in COMPARED:
        on_paper = values.mine.get(name) or values.others.get(name, "")
        if on_paper or name in weights:
            on_file = case.values.get(name, "")
            lines.append(
                Compared(
                    field=name,
                    on_paper=on_paper,
                    on_file=on_file,
                    agreement=compare(name, on_paper, on_file),
                    weight=weights.get(name),
                    elsewhere=name not in values.mine,
                )
            )
    return lines
