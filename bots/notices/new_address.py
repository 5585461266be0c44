"""Another postal address of the recipient, as a person has found it out."""

from __future__ import annotations

import json

from bots.notices.given import Given, Refused
from queues import addresses, audit, crypto, dispatches, notices
from queues.models import Employer, Person
from queues.ways import recipient_of


def move_house(given: Given, to: dict[str, str]) -> bool:
    """Note the recipient's postal address; whether it is another than the one on file.

    Raises `Refused` where it is no address of theirs: the name is the system of record's to change.
    """
    session, notice = given.session, given.notice
    who = recipient_of(session, notice)
    if who is None:
        raise Refused("no_recipient")
    if to.get("name", who.name) != who.name:
        raise Refused("other_name")
    address = _whole(to)
    found = addresses.check(to.get("postcode", ""), address, firm=notice.employer_id is not None)
    if not found.ok and not given.decision.get("sure"):
        raise Refused("doubtful_address")
    if (who.postcode, " ".join(who.address.split())) == (to.get("postcode", ""), address):
        return False
    if notice.employer_id is not None:
        firm = session.get_one(Employer, notice.employer_id, with_for_update=True)
        firm.postcode, firm.address = to.get("postcode", ""), address
        session.add(firm)
    else:
        assert notice.person_id is not None
        person = session.get_one(Person, notice.person_id, with_for_update=True)
        person.postcode, person.address = to.get("postcode", ""), address
        session.add(person)
    audit.record(session, given.actor, "address.correct", "notice", notice.id)
    session.flush()
    return True


def remember(given: Given, *, channel: str, to: dict[str, str]) -> None:
    """What a person has chosen holds for a letter that is made anew first: channel, and that the address is right."""
    told = notices.values_of(given.notice)
    if channel:
        told["_channel"] = channel
    if to.get("address"):
        where = dispatches.place("registered", _parted(to))
        told["_sure"] = where.hex() if where else ""
    given.notice.values_enc = crypto.seal(json.dumps(told, ensure_ascii=False))
    given.session.add(given.notice)


def _parted(to: dict[str, str]) -> dict[str, str]:
    road, detail = addresses.split(_whole(to))
    return {"postcode": to.get("postcode", ""), "address": road, "detail": detail}


def _whole(to: dict[str, str]) -> str:
    return ", ".join(" ".join(part.split()) for part in (to.get("address", ""), to.get("detail", "")) if part)
