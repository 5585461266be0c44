"""The counselor's work on a transcript: words put right, voices named.

Each raises `NotAllowed`, `Refused` with what is wrong, `Stale` when the screen was; `version` is what was shown.
"""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.talk_possible import possible, signer
from dashboard.visitor import Visitor
from queues import talk_words
from queues.models import CounselingSession, Utterance


def correct_utterance(
    session: Session, visitor: Visitor, utterance_id: int, version: int, text: str
) -> Utterance:
    """What was really said; "" or what was heard takes a correction back."""
    account = signer(session, visitor)
    with possible():
        return talk_words.correct(session, utterance_id, version, text, account)


def name_voice(
    session: Session, visitor: Visitor, talk_id: int, version: int, voice: str, speaker: str
) -> CounselingSession:
    """Whose a voice ("voice1") or a channel ("0") is; `version` is the talk's. All its utterances follow."""
    account = signer(session, visitor)
    with possible():
        return talk_words.name_voice(session, talk_id, version, voice, speaker, account)


def say_speaker(
    session: Session, visitor: Visitor, utterance_id: int, version: int, speaker: str
) -> Utterance:
    """Who said this one utterance."""
    account = signer(session, visitor)
    with possible():
        return talk_words.say_speaker(session, utterance_id, version, speaker, account)
