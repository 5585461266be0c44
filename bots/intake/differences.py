"""Which values of an attached paper a person should look at before anybody relies on them.

A value on file never replaces what the paper says. But where an unsure reading says the same as the record,
two independent sources agree and nobody need be asked; where it says something else, either the reading or
the record is out of date, and only a person can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ocr.types import FieldValue
from queues import crypto
from queues.models import Application, Employer, Person

# Money and letters go by these.
CONSEQUENTIAL = ("rrn", "account", "bank", "phone", "business_no")
_NOISE = re.compile(r"[^0-9A-Za-z가-힣*]")


def record_values(
    application: Application, person: Person | None, employer: Employer | None
) -> dict[str, str]:
    """What the record says in the consequential fields; "" where it says nothing."""
    return {
        "rrn": crypto.open_(person.rrn_enc) if person and person.rrn_enc else "",
        "account": crypto.open_(application.account_enc) if application.account_enc else "",
        "bank": application.bank,
        "phone": person.phone if person else "",
        "business_no": employer.business_no if employer else "",
    }


def to_look_at(fields: Mapping[str, FieldValue], on_file: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Names of fields that are (doubtful and not confirmed by the record, surely different from it)."""
    doubtful, different = [], []
    for name in CONSEQUENTIAL:
        value = fields.get(name)
        if value is None or not value.value:
            continue
        known = _NOISE.sub("", on_file.get(name, ""))
        if known and _agrees(_NOISE.sub("", value.value), known):
            continue
        if value.doubtful:
            doubtful.append(name)
        elif known:
            different.append(name)
    return doubtful, different


def _agrees(read: str, known: str) -> bool:
    """The same characters; hidden ones (710118-2******) agree with anything."""
    return len(read) == len(known) and all(a in (b, "*") for a, b in zip(read, known, strict=True))
