"""How much of a talk a person may see and hear: all of it its counselor, and a supervisor who says why; others what
was said with personal data taken out, and no sound but the one that was made for others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.acts.seeing import note_look, reason_given
from dashboard.visitor import Visitor
from queues.models import CounselingSession, RecordingConsent, Role


@dataclass(frozen=True)
class Sight:
    """What `visitor` may see of `talk`.

    own     it is their talk: they correct, decide and sign
    words   what was said, with personal data taken out at least
    whole   every word and the sound as they are, and the draft of the note

    Of a talk whose recording was not agreed to (any more) there is neither for anybody.
    """

    talk: CounselingSession
    own: bool
    words: bool
    whole: bool


def subject(talk_id: int) -> str:
    """How the access log names a talk."""
    return f"talk:{talk_id}"


def sight(session: Session, visitor: Visitor, talk_id: int) -> Sight | None:
    """None when there is no such talk. Raises `NotAllowed`."""
    require(visitor, Right.READ_NOTES)
    talk = session.get(CounselingSession, talk_id)
    if talk is None:
        return None
    own = talk.counselor_id is not None and talk.counselor_id == visitor.account_id
    words = may(visitor, Right.SEE_TALKS) and talk.consent == RecordingConsent.GIVEN
    said_why = may_say_why(visitor) and bool(reason_given(session, visitor, subject(talk_id)))
    return Sight(talk, own, words, words and (own or said_why))


def may_say_why(visitor: Visitor) -> bool:
    """Whether a reason opens somebody else's talk to them: supervisors, nobody else."""
    return visitor.role == Role.SUPERVISOR and may(visitor, Right.SEE_TALKS)


def look(session: Session, visitor: Visitor, talk_id: int) -> Sight | None:
    """The same, the look being noted. Raises `NotAllowed`."""
    found = sight(session, visitor, talk_id)
    if found is not None:
        note_look(session, visitor, subject(talk_id), "view_whole" if found.whole else "view")
    return found


def must_be_own(session: Session, visitor: Visitor, talk_id: int) -> CounselingSession:
    """The talk, for its own counselor. Raises `NotAllowed`."""
    require(visitor, Right.SIGN_NOTES)
    found = sight(session, visitor, talk_id)
    if found is None or not found.own:
        raise NotAllowed(Right.SIGN_NOTES)
    return found.talk
