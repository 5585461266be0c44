"""Numbers that a session note never needs, and that must not stand in one: it is read by many and told to others."""

from __future__ import annotations

import re

REFUSAL = "주민등록번호나 카드번호로 보이는 숫자가 있습니다. 지우고 적어 주십시오."
_RESIDENT = re.compile(r"(?<!\d)\d{2}[01]\d[0-3]\d\s*[-–]?\s*[1-8]\d{6}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{4}([\s-]?)\d{4}\1\d{4}\1\d{4}(?!\d)")


def shows_identifier(text: str) -> bool:
    """Whether a resident (foreigner's) number or a card number stands in it."""
    return bool(_RESIDENT.search(text) or _CARD.search(text))
