"""Seeing and handing out the papers of payments (지출결의서, 지급명세): by right, noted, as files only for a reason."""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.letters import Letter, NoLetter
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import ReasonMissing, note_access, note_look, reason_given
from dashboard.visitor import Visitor
from queues import payment_papers
from queues.models import PaymentBatch, PaymentOrder

ORDER, BATCH, LIST = "order", "batch", "list"
NO_REASON = "서류에는 개인정보가 있습니다. 먼저 ‘전부 보기’에서 사유를 골라 주십시오."

_OF = {
    ORDER: ("payment_order", "지출결의서"),
    BATCH: ("payment_batch", "지급명세서"),
    LIST: ("payment_batch", "지급명세"),
}


def subject(of: str, number: int) -> str:
    """How the access log names what the paper is about."""
    return f"{_OF[of][0]}:{number}"


def paper_to_look_at(session: Session, visitor: Visitor, of: str, number: int) -> str:
    """The hash of a paper whose pages are looked at; the look is noted. Raises `NotAllowed`, `NoLetter`."""
    require(visitor, Right.SEE_PAYMENTS)
    if of == LIST:
        raise NoLetter  # a spreadsheet has no pages
    sha256 = _made(session, of, number)
    note_look(session, visitor, subject(of, number), "view_paper")
    return sha256


def paper_to_keep(session: Session, visitor: Visitor, of: str, number: int) -> Letter:
    """The paper, byte for byte. Raises `NotAllowed`, `ReasonMissing`, `NoLetter`."""
    require(visitor, Right.SEE_PAYMENTS)
    require(visitor, Right.DOWNLOAD)
    sha256 = _made(session, of, number)
    reason = reason_given(session, visitor, subject(of, number))
    if not reason:
        raise ReasonMissing(NO_REASON)
    note_access(session, visitor, subject(of, number), "download", reason)
    return Letter(sha256, f"{_OF[of][1]}{number}.{'xlsx' if of == LIST else 'pdf'}")


def print_anew(session: Session, visitor: Visitor, of: str, number: int) -> None:
    """Have the paper made of what is known by now. Raises `NotAllowed`, `NoLetter`."""
    require(visitor, Right.MAKE_PAYMENTS)
    known = session.get(PaymentOrder, number) if of == ORDER else session.get(PaymentBatch, number)
    if known is None:
        raise NoLetter
    ask = payment_papers.print_order if of == ORDER else payment_papers.print_batch
    ask(session, number, visitor.actor)


def _made(session: Session, of: str, number: int) -> str:
    if of not in _OF:
        raise NoLetter
    found = session.get(PaymentOrder, number) if of == ORDER else session.get(PaymentBatch, number)
    if found is None:
        raise NoLetter
    sha256 = found.list_sha256 if of == LIST and isinstance(found, PaymentBatch) else found.paper_sha256
    if not sha256:
        raise NoLetter
    return sha256
