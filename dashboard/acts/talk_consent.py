"""Consent to a recording is taken back by its person: the counselor enters it."""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.talk_sight import must_be_own
from dashboard.visitor import Visitor
from queues import talks
from queues.models import CounselingSession, RecordingConsent


def withdraw_consent(session: Session, visitor: Visitor, talk_id: int, reason: str) -> CounselingSession:
    """From now on nothing of the recording is heard or read. Raises `NotAllowed`, `Refused`."""
    talk = must_be_own(session, visitor, talk_id)
    if talk.consent not in (RecordingConsent.GIVEN, RecordingConsent.WITHDRAWN):
        raise Refused("녹음에 동의한 상담이 아닙니다.")
    if len(reason.strip()) < 2:
        raise Refused("동의를 거둔 경위를 적어 주십시오.", "reason")
    return talks.withdraw_consent(session, talk_id, visitor.account_id, visitor.actor, reason.strip()[:500])
