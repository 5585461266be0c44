"""What a fax gateway says of a fax: in headers, subject or text, found by the patterns of ``mail_gateways.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bots.mail.names import header
from bots.mail.papers import Letter

VALUES = ("caller", "sender", "received_at")
_MOST_HEADER = 2000


def told(letter: Letter, gateways: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """caller, sender and received_at as the innermost mail gives them that gives them; "" for what none says."""
    found = dict.fromkeys(VALUES, "")
    here: Letter | None = letter
    while here is not None:
        for gateway in gateways:
            if not _is_from(here, gateway):
                continue
            for value in VALUES:
                found[value] = found[value] or _first(here, gateway.get(value, ()))
        here = here.within
    return found


def is_notice(letter: Letter, gateways: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a gateway speaks of something that needs nobody, such as its own reports of what was sent."""
    subject = _header(letter, "Subject")
    return any(
        _is_from(letter, gateway) and re.search(pattern, subject)
        for gateway in gateways
        for pattern in gateway.get("notices", ())
    )


def _is_from(letter: Letter, gateway: Mapping[str, Any]) -> bool:
    pattern = str(gateway.get("from") or "")
    return not pattern or re.search(pattern, _header(letter, "From"), re.IGNORECASE) is not None


def _first(letter: Letter, places: Sequence[Mapping[str, str]]) -> str:
    for place in places:
        if name := place.get("header"):
            text = _header(letter, name)
        else:
            text = _header(letter, "Subject") if place.get("in") == "subject" else letter.text
        if pattern := place.get("pattern"):
            match = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
            text = (match[1] if match.re.groups else match[0]) or "" if match else ""
        if text.strip():
            return " ".join(text.split())[:200]
    return ""


def _header(letter: Letter, name: str) -> str:
    return header(letter.head, name)[:_MOST_HEADER]
