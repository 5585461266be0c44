"""Values of people inside a decision: sealed while it waits to be carried out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from queues import crypto


def seal_fields(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The decision with every value under "fields" sealed (base64 of `queues.crypto.seal`)."""
    fields = decision.get("fields") or {}
    sealed = {name: base64.b64encode(crypto.seal(str(value))).decode() for name, value in fields.items()}
    return {**decision, "fields": sealed} if fields else dict(decision)


def decided_fields(decision: Mapping[str, Any]) -> dict[str, str]:
    """The corrected values of a decision as kept, opened."""
    fields = decision.get("fields") or {}
    return {name: crypto.open_(base64.b64decode(value)) for name, value in fields.items()}
