"""Which fields are personal, and how each is masked for the screen."""

from __future__ import annotations

import re
from collections.abc import Callable

from queues import masking


def _birth_date(value: str) -> str:
    return re.sub(r"\d", "*", value[4:]).join((value[:4], "")) if len(value) >= 4 else "*" * len(value)


def _address(value: str) -> str:
    """Province and city stay; what follows does not."""
    words = value.split()
    return " ".join(words[:2]) + (" ***" if len(words) > 2 else "")


MASKS: dict[str, Callable[[str], str]] = {
    "name": masking.name,
    "rrn": masking.rrn,
    "phone": masking.phone,
    "caller_number": masking.phone,
    "account": masking.account,
    "birth_date": _birth_date,
    "address": _address,
}

#: Painted over on page images until the reason for seeing them in full is given.
COVERED = frozenset({"rrn", "account"})


def mask(field: str, value: str) -> str:
    """The value as it may be shown without a reason."""
    return MASKS[field](value) if value and field in MASKS else value


def is_personal(field: str) -> bool:
    return field in MASKS
