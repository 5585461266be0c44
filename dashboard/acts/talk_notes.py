"""The counselor's work on a note: its lines accepted, changed, struck, added; signed; opened again as a new version.

Each raises `NotAllowed`, `Refused` with what is wrong, `Stale` when the screen was; `version` is what was shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.talk_possible import possible, signer
from dashboard.acts.talk_sight import must_be_own
from dashboard.visitor import Visitor
from queues import note_lines, note_signing, talk_words
from queues.models import NoteLine, SessionNote


def accept_line(session: Session, visitor: Visitor, line_id: int, version: int) -> NoteLine:
    """The line is right as it was proposed."""
    account = signer(session, visitor)
    with possible():
        return note_lines.accept(session, line_id, version, account)


def change_line(
    session: Session, visitor: Visitor, line_id: int, version: int, text: str, field: str | None = None
) -> NoteLine:
    """The line says something else, or stands in another field."""
    account = signer(session, visitor)
    with possible():
        return note_lines.change(session, line_id, version, text, account, field)


def strike_line(session: Session, visitor: Visitor, line_id: int, version: int) -> NoteLine | None:
    """The line does not belong into the note; one of one's own goes away and is None."""
    account = signer(session, visitor)
    with possible():
        return note_lines.strike(session, line_id, version, account)


def put_back_line(session: Session, visitor: Visitor, line_id: int, version: int) -> NoteLine | None:
    """Nothing is decided about the line any more; one of one's own goes away and is None."""
    account = signer(session, visitor)
    with possible():
        return note_lines.put_back(session, line_id, version, account)


def add_line(
    session: Session, visitor: Visitor, note_id: int, field: str, text: str, cites: Sequence[int] = ()
) -> NoteLine:
    """A line of one's own, with the numbers of the utterances that it rests on, if any."""
    account = signer(session, visitor)
    with possible():
        return note_lines.add(session, note_id, field, text, account, cites)


def accept_plain_lines(session: Session, visitor: Visitor, note_id: int, version: int | None = None) -> int:
    """Accept all lines of which nothing is doubtful; returns how many there were."""
    account = signer(session, visitor)
    with possible():
        return note_lines.accept_plain(session, note_id, account, version)


def what_hinders(session: Session, note_id: int) -> list[str]:
    """Why a draft cannot be signed yet, in sentences; empty when it can."""
    return note_signing.what_hinders(session, session.get_one(SessionNote, note_id))


def sign(session: Session, visitor: Visitor, note_id: int, version: int) -> SessionNote:
    """Sign the draft as it was shown. Pressing twice signs once."""
    account = signer(session, visitor)
    with possible():
        return note_signing.sign(session, note_id, version, account)


def reopen(session: Session, visitor: Visitor, talk_id: int, reason: str) -> SessionNote:
    """A new version of the signed note, as a draft; the signed one stands until that is signed."""
    account = signer(session, visitor)
    with possible():
        return note_signing.reopen(session, talk_id, reason, account)


def discard(session: Session, visitor: Visitor, note_id: int, version: int) -> None:
    """Drop the draft of a new version."""
    account = signer(session, visitor)
    with possible():
        note_signing.discard(session, note_id, version, account)


def draft_anew(session: Session, visitor: Visitor, note_id: int, version: int) -> SessionNote:
    """Have the first draft made anew of the transcript as it was put right; what was decided about lines is dropped."""
    account = signer(session, visitor)
    with possible():
        return talk_words.draft_anew(session, note_id, version, account)


def report_again(session: Session, visitor: Visitor, note_id: int) -> None:
    """Have the system of record told of a signed note of one's own that it has not acknowledged."""
    account = signer(session, visitor)
    note = session.get(SessionNote, note_id)
    if note is None:
        raise Refused("없는 상담일지입니다.")
    must_be_own(session, visitor, note.session_id)
    with possible():
        note_signing.report_again(session, note_id, account)
