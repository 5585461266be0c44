"""The ways by which a notice could reach its recipient, as consents and addresses stand now.

Which of them is taken is for a bot to choose, or for a person, who sees the same list.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, select

from config.channels import CHANNELS, Channel
from config.settings import settings
from queues import addresses
from queues.models import Consent, Employer, Notice, Person

WHY_NOT = {
    "no_recipient": "받는 사람이 정해지지 않았습니다.",
    "no_proof": "처분 통지는 도달을 증명하는 방법으로만 보낼 수 있습니다.",
    "no_letter": "이 통지에는 보낼 통지서가 없습니다.",
    "no_message": "이 통지에는 문자로 보낼 문안이 없습니다.",
    "no_consent": "이 방법으로 받겠다는 동의가 없습니다.",
    "withdrawn": "이 방법으로 받겠다는 동의를 철회하였습니다.",
    "not_set_up": "이 방법으로 보내는 설정이 되어 있지 않습니다.",
    "no_address": "이 방법에 필요한 주소나 번호가 없습니다.",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One channel for one notice.

    to       as `queues.dispatches.plan` takes it; {} where the way is closed
    why_not  "" when it is open, else a code of `WHY_NOT`
    """

    channel: str
    to: dict[str, str] = field(default_factory=dict, repr=False)
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a notice is for, as the record knows them; "" for what it does not know."""

    name: str
    postcode: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


def recipient_of(session: Session, notice: Notice) -> Recipient | None:
    """The person or employer that a notice is for; None when nobody is named."""
    if notice.employer_id is not None:
        firm = session.get_one(Employer, notice.employer_id)
        return Recipient(firm.name, firm.postcode, firm.address, firm.phone, firm.email)
    if notice.person_id is None:
        return None
    person = session.get_one(Person, notice.person_id)
    return Recipient(person.name, person.postcode, person.address, person.phone, person.email)


def ways(session: Session, notice: Notice) -> dict[str, Way]:
    """Every channel by name, open or closed. Post is open as soon as there is any address: whether a letter
    may go there, `queues.addresses.check` says."""
    who = recipient_of(session, notice)
    consents = _consents(session, notice)
    return {name: _way(channel, notice, who, consents.get(name)) for name, channel in CHANNELS.items()}


def _consents(session: Session, notice: Notice) -> dict[str, Consent]:
    if notice.employer_id is not None:
        mine = Consent.employer_id == notice.employer_id
    elif notice.person_id is not None:
        mine = Consent.person_id == notice.person_id
    else:
        return {}
    return {consent.channel: consent for consent in session.exec(select(Consent).where(mine))}


def _way(channel: Channel, notice: Notice, who: Recipient | None, consent: Consent | None) -> Way:
    if why_not := _closed(channel, notice, who, consent):
        return Way(channel.name, why_not=why_not)
    assert who is not None
    to = _to(channel, who, consent)
    return Way(channel.name, to) if to else Way(channel.name, why_not="no_address")


def _closed(channel: Channel, notice: Notice, who: Recipient | None, consent: Consent | None) -> str:
    checks = {
        "no_recipient": who is None or not who.name.strip(),
        "no_proof": notice.official and not channel.proof,
        "not_set_up": not _is_set_up(channel),
        "no_letter": channel.letter and not notice.letter_sha256,
        "no_message": not channel.letter and notice.text_enc is None,
        "no_consent": channel.consent and consent is None,
        "withdrawn": channel.consent and consent is not None and consent.withdrawn_on is not None,
    }
    return next((why for why, holds in checks.items() if holds), "")


def _is_set_up(channel: Channel) -> bool:
    """Whether the center has a mail server, a gateway, a box. Post is pooled until somebody takes it."""
    here = settings()
    needed = {"email": here.mail_out, "phone": here.message_gateway, "box": here.electronic_box}
    return channel.address not in needed or needed[channel.address] is not None


def _to(channel: Channel, who: Recipient, consent: Consent | None) -> dict[str, str]:
    """Only what the channel needs: the rest is nobody's business there."""
    named = consent.address.strip() if consent else ""
    if channel.address == "mail":
        road, detail = addresses.split(who.address)
        if not road:
            return {}
        return {"name": who.name, "postcode": who.postcode.strip(), "address": road, "detail": detail}
    if channel.address == "none":
        return {"name": who.name}
    # Electronic service goes to the address that the person named (행정절차법 제14조 제3항). A telephone
    # that is on file is theirs, too.
    where = named or (who.phone.strip() if channel.address == "phone" else "")
    return {"name": who.name, channel.address: where} if where else {}
