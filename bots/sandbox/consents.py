"""By which channels the sandbox's people agreed to be notified, and the addresses that go with it.

Made of a person's number alone, so that nothing else that is drawn for the casebook changes.
"""

from __future__ import annotations

from bots.sandbox.casebook import Employer, Person
from config.districts import first_digits, place_of

_OF_PEOPLE = (
    "none",
    "alimtalk, sms",
    "none",
    "sms",
    "email, sms",
    "none",
    "electronic, alimtalk, sms",
    "alimtalk, sms",
    "none",
    "email",
)

_UNTOLD = 29
"""Of one in so many people the postcode is not on file."""


def of_person(person: Person) -> dict[str, str]:
    """Postcode, mailbox, box and consents, as the system of record tells them."""
    return {
        "postcode": "" if person.number % _UNTOLD == 0 else postcode_of(person.address.text),
        "email": f"p{person.number:05d}@mail.example",
        "box": f"BX-{person.number:08d}",
        "consents": _OF_PEOPLE[person.number % len(_OF_PEOPLE)],
    }


def of_employer(firm: Employer) -> dict[str, str]:
    """The same of a firm."""
    number = int(firm.business_no[-5:])
    return {
        "postcode": postcode_of(firm.address.text),
        "email": f"office{number:05d}@firm.example",
        "box": f"BX-{firm.business_no.replace('-', '')}",
        "consents": ("none", "email", "none", "electronic")[number % 4],
    }


def postcode_of(address: str) -> str:
    """A postcode that such an address may have; "" for one whose province is not known."""
    place = place_of(address)
    if place is None:
        return ""
    first, last = (int(end) for end in first_digits(place.province, place.district))
    return f"{first + sum(address.split(',', maxsplit=1)[0].encode()) % (last - first + 1):05d}"
