"""What people wrote into a decision, values and comments: sealed from the moment it is taken."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from queues import crypto

# Marks that the program itself puts into a decision; a person's answer never has them.
APPLIED, VIA = "applied_at", "via"
_COMMENT = "comment_enc"
_SECRET = ("fields", "people", "comment", "to", "receiver")


def seal_text(text: str) -> str:
    """A text as JSON may keep it: base64 of `queues.crypto.seal`."""
    return base64.b64encode(crypto.seal(text)).decode()


def open_text(sealed: str) -> str:
    """The text that `seal_text` sealed."""
    return crypto.open_(base64.b64decode(sealed))


def seal_fields(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The decision with every value under "fields", "people" and "to" sealed, "receiver" too, and the comment
    as "comment_enc"."""
    kept = {name: value for name, value in decision.items() if name not in _SECRET}
    if to := decision.get("to"):
        kept["to"] = _sealed(to)
    if receiver := str(decision.get("receiver") or ""):
        kept["receiver"] = seal_text(receiver)
    if fields := decision.get("fields"):
        kept["fields"] = _sealed(fields)
    if people := decision.get("people"):
        kept["people"] = {str(number): _sealed(values) for number, values in people.items() if values}
    return kept | sealed_comment(str(decision.get("comment") or ""))


def decided_fields(decision: Mapping[str, Any]) -> dict[str, str]:
    """The corrected values of a decision as kept, opened."""
    return {name: open_text(value) for name, value in (decision.get("fields") or {}).items()}


def decided_people(decision: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """The corrected values of further people (`ReadField.person` 1, 2, ...), opened."""
    people = decision.get("people") or {}
    return {int(n): {name: open_text(v) for name, v in values.items()} for n, values in people.items()}


def decided_to(decision: Mapping[str, Any]) -> dict[str, str]:
    """Where a notice is to go, as a person said it, opened; {} where nothing was said."""
    return {name: open_text(value) for name, value in (decision.get("to") or {}).items()}


def decided_receiver(decision: Mapping[str, Any]) -> str:
    """Who took a letter over, as a person said it, opened."""
    return open_text(str(decision["receiver"])) if decision.get("receiver") else ""


def sealed_comment(text: str) -> dict[str, str]:
    """What to put into a decision, or into the evidence of a review, for a comment; nothing for none."""
    return {_COMMENT: seal_text(text)} if text else {}


def decided_comment(kept: Mapping[str, Any] | None) -> str:
    """The comment of a decision, or of the evidence of a review, as kept, opened; "" without one."""
    if not kept:
        return ""
    if sealed := kept.get(_COMMENT):
        return open_text(str(sealed))
    return str(kept.get("comment") or "")  # decided before comments were sealed


def same_decision(kept: Mapping[str, Any] | None, given: Mapping[str, Any]) -> bool:
    """Whether a decision as kept is, in all that a person says with it, the one given."""
    return kept is not None and _plain(_opened(kept)) == _plain(given)


def _opened(kept: Mapping[str, Any]) -> dict[str, Any]:
    rest = {k: v for k, v in kept.items() if k not in (_COMMENT, APPLIED, VIA)}
    return {
        **rest,
        "fields": decided_fields(kept),
        "people": decided_people(kept),
        "comment": decided_comment(kept),
        "to": decided_to(kept),
        "receiver": decided_receiver(kept),
    }


def _plain(decision: Mapping[str, Any]) -> dict[str, Any]:
    """What was left empty is the same as what was not said."""
    plain = {**decision, "fields": _texts(decision.get("fields")), "to": _texts(decision.get("to"))}
    people = {str(n): _texts(values) for n, values in (decision.get("people") or {}).items()}
    plain["people"] = {n: values for n, values in people.items() if values}
    plain["comment"] = str(decision.get("comment") or "")
    return {
        k: list(v) if isinstance(v, tuple) else v for k, v in plain.items() if v not in (None, "", {}, [], ())
    }


def _texts(values: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (values or {}).items()}


def _sealed(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: seal_text(str(value)) for name, value in values.items()}
