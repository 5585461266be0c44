"""By which channels people agreed to be notified, as the system of record tells it.

A statement without consent, or one that is not understood, is no consent. What was withdrawn stays withdrawn
until a later statement: an older case of the same person must not bring it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, select

from config.channels import CHANNELS
from queues import audit, days
from queues.models import Consent

ACTOR = "bot:cases.pull"
_NONE = frozenset({"none", "없음", "미동의", "동의안함", "철회", "-"})
_WORDS = (
    {channel.title: name for name, channel in CHANNELS.items() if channel.consent}
    | {
        "문자": "sms",
        "이메일": "email",
        "메일": "email",
        "카카오알림톡": "alimtalk",
        "전자고지": "electronic",
        "전자문서": "electronic",
    }
    | {name: name for name, channel in CHANNELS.items() if channel.consent}
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one case says: words, addresses by their kind ("email", "phone", "box"), the day of the statement."""

    words: str
    addresses: Mapping[str, str] = field(repr=False)
    on: date | None = None


def note_consents(
    session: Session,
    told: Told,
    source: str,
    *,
    person_id: int | None = None,
    employer_id: int | None = None,
) -> None:
    """Take over a statement, in the caller's transaction. One that says nothing changes nothing."""
    channels = understood(told.words)
    if channels is None:
        return
    mine = Consent.person_id == person_id if person_id is not None else Consent.employer_id == employer_id
    known = {consent.channel: consent for consent in session.exec(select(Consent).where(mine))}
    for name in sorted(channels):
        where = told.addresses.get(CHANNELS[name].address, "").strip()
        consent = known.get(name)
        if consent is None:
            consent = Consent(person_id=person_id, employer_id=employer_id, channel=name, source=source)
            _give(session, consent, where, told.on, source)
        elif _may_give(consent, told.on, source):
            _give(session, consent, where or consent.address, told.on, source)
    for name, consent in known.items():
        if name not in channels and consent.withdrawn_on is None and not _older(told.on, consent.given_on):
            consent.withdrawn_on, consent.source = told.on or days.today(), source
            session.add(consent)
            _audit(session, consent, "consent.withdraw")


def understood(words: str) -> frozenset[str] | None:
    """The channels that a statement names; none where it says so; None where it says nothing that is known."""
    said = [re.sub(r"\s", "", word).casefold() for word in re.split(r"[,;/|·]", words) if word.strip()]
    if not said:
        return None
    channels = frozenset(_WORDS[word] for word in said if word in _WORDS)
    return channels if channels or all(word in _NONE for word in said) else None


def _may_give(consent: Consent, on: date | None, source: str) -> bool:
    if consent.withdrawn_on is None:
        return not _older(on, consent.given_on)
    return on > consent.withdrawn_on if on is not None else source == consent.source


def _give(session: Session, consent: Consent, where: str, on: date | None, source: str) -> None:
    if consent.id is not None and consent.withdrawn_on is None and consent.address == where:
        if on is not None and on != consent.given_on:
            consent.given_on = on
            session.add(consent)
        return
    consent.address, consent.source = where, source
    consent.given_on, consent.withdrawn_on = on or consent.given_on or days.today(), None
    session.add(consent)
    _audit(session, consent, "consent.give")


def _audit(session: Session, consent: Consent, act: str) -> None:
    kind = "person" if consent.person_id is not None else "employer"
    whose = consent.person_id or consent.employer_id or 0
    audit.record(session, ACTOR, act, kind, whose, channel=consent.channel)


def _older(on: date | None, than: date | None) -> bool:
    return on is not None and than is not None and on < than
