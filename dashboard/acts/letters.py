"""Seeing and handing out letters as they went out: by right, noted, and in full only for a reason."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import ReasonMissing, note_access, note_look, reason_given
from dashboard.reads.notice_preview import preview
from dashboard.visitor import Visitor
from queues.models import Approval, Dispatch, DispatchEvent, Notice, PostBatch

NO_REASON = "통지서에는 개인정보가 모두 있습니다. 먼저 ‘전부 보기’에서 사유를 골라 주십시오."


class NoLetter(Exception):
    """There is no such letter, or it has not been made."""


@dataclass(frozen=True)
class Letter:
    """What to send: its hash in the file store, and the name to save it under (ids only)."""

    sha256: str
    name: str


@dataclass(frozen=True)
class Proof:
    """A letter with all that proves what became of it."""

    notice: Notice
    attempts: tuple[tuple[Dispatch, tuple[DispatchEvent, ...], PostBatch | None], ...]
    approvals: tuple[Approval, ...]


def subject(notice_id: int) -> str:
    """How the access log names a letter."""
    return f"notice:{notice_id}"


def letter_to_look_at(session: Session, visitor: Visitor, notice_id: int) -> str:
    """The hash of a letter whose pages are looked at; the look is noted. Raises `NotAllowed`, `NoLetter`."""
    require(visitor, Right.SEE_NOTICES)
    notice = _made(session, notice_id)
    note_look(session, visitor, subject(notice_id), "view_letter")
    return notice.letter_sha256


def preview_to_look_at(session: Session, visitor: Visitor, item_id: int) -> str:
    """The hash of the preview that a piece of work made. Raises `NotAllowed`, `NoLetter`."""
    require(visitor, Right.SEE_NOTICES)
    found = preview(session, item_id)
    if found is None or not found.letter_sha256:
        raise NoLetter
    note_look(session, visitor, found.reference, "preview_letter")
    return found.letter_sha256


def letter_to_keep(session: Session, visitor: Visitor, notice_id: int) -> Letter:
    """The letter itself, byte for byte. Raises `NotAllowed`, `ReasonMissing`, `NoLetter`."""
    require(visitor, Right.DOWNLOAD)
    notice = _made(session, notice_id)
    _note_download(session, visitor, notice_id, "download")
    return Letter(notice.letter_sha256, f"통지{notice.id}.pdf")


def proof_to_keep(session: Session, visitor: Visitor, notice_id: int) -> Proof:
    """The letter with its proofs. Raises `NotAllowed`, `ReasonMissing`, `NoLetter`."""
    require(visitor, Right.DOWNLOAD)
    notice = _made(session, notice_id)
    _note_download(session, visitor, notice_id, "download_proof")
    attempts = session.exec(
        select(Dispatch).where(Dispatch.notice_id == notice_id).order_by(col(Dispatch.number))
    ).all()
    approvals = session.exec(
        select(Approval)
        .where(Approval.subject == subject(notice_id))
        .order_by(col(Approval.round), col(Approval.step))
    ).all()
    return Proof(
        notice,
        tuple(
            (d, _events(session, d.id), session.get(PostBatch, d.batch_id) if d.batch_id else None)
            for d in attempts
        ),
        tuple(approvals),
    )


def _events(session: Session, dispatch_id: int) -> tuple[DispatchEvent, ...]:
    query = select(DispatchEvent).where(DispatchEvent.dispatch_id == dispatch_id)
    return tuple(session.exec(query.order_by(col(DispatchEvent.id))))


def _made(session: Session, notice_id: int) -> Notice:
    notice = session.get(Notice, notice_id)
    if notice is None or not notice.letter_sha256:
        raise NoLetter
    return notice


def _note_download(session: Session, visitor: Visitor, notice_id: int, action: str) -> None:
    reason = reason_given(session, visitor, subject(notice_id))
    if not reason:
        raise ReasonMissing(NO_REASON)
    note_access(session, visitor, subject(notice_id), action, reason)
