"""Which fields are personal, and how they are shown without a reason."""

from __future__ import annotations

from queues import masking

PERSONAL = frozenset({"name", "rrn", "birth_date", "phone", "account", "address"})

#: Painted over on page images until the reason for seeing them in full is given.
COVERED = frozenset({"rrn", "account"})


def mask(field: str, value: str) -> str:
    """The value as it may be shown without a reason."""
    return masking.field("phone" if field == "caller_number" else field, value)


def is_personal(field: str) -> bool:
    return field in PERSONAL


def shown(field: str, value: str, *, revealed: bool) -> str:
    """In full for one who gave a reason, masked otherwise."""
    return value if revealed else mask(field, value)
