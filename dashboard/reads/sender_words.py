"""Who sent a delivery, as it may be shown: private numbers and names masked unless a reason was given."""

from __future__ import annotations

import re

from dashboard.reads.masked import mask
from queues.models import Delivery

_MOBILE = re.compile(r"^(?:\+?82|0)1[016789]")
_BARE = re.compile(r"(?:(02|050\d|0\d\d)(\d{3,4})|(1[568]\d\d))(\d{4})")
_OF_A_PERSON = re.compile(r"^[가-힣]{2,4}$")
_FIRM = re.compile(
    r"(?:회사|전자|산업|기업|상사|건설|병원|학교|센터|은행|유통|물산|식품|공사|조합|협회|문구|약국|사무소)$"
)


def sender_words(delivery: Delivery, *, revealed: bool) -> str:
    """`한빛전자 · 052-233-1181`, `010-****-5678`, `김*연`, `k***@naver.com`; "" when nobody knows."""
    name, number = delivery.sender_name.strip(), delivery.caller_number.strip()
    if not revealed:
        name, number = masked_sender(name), masked_number(number)
    return " · ".join(dict.fromkeys(w for w in (name, number) if w))


def masked_number(number: str) -> str:
    """A mobile number is a person's; an office's or a shop's is not."""
    masks = _MOBILE.match(re.sub(r"[^\d+]", "", number))
    return mask("caller_number", number) if masks else spaced_number(number)


def spaced_number(number: str) -> str:
    """`0419898344` as `041-989-8344`, the way every other number on the screen is written; else as it came."""
    found = _BARE.fullmatch(number)
    return "-".join(part for part in found.groups() if part) if found else number


def masked_sender(name: str) -> str:
    """What a sender called itself: addresses and what may be a person's name masked, firms left as they are."""
    if "@" in name:
        return re.sub(r"[^\s<]*@", lambda m: f"{m[0][0]}***@" if len(m[0]) > 1 else "***@", _private(name))
    if re.fullmatch(r"[\d\s()+.-]+", name):
        return masked_number(name)
    return _private(name)


def _private(name: str) -> str:
    words = name.split(" ")
    return " ".join(mask("name", w) if _OF_A_PERSON.match(w) and not _FIRM.search(w) else w for w in words)
