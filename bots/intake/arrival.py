"""What is known of the sender of a delivery, without a look at its papers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from ocr.linking import Arrival
from ocr.types import PageRead
from queues.models import Delivery, Employer

_FROM = re.compile(r"FROM\s*:?\s*(.+?)\s+(?:TO\b|P\.?\s*\d|$)", re.IGNORECASE)


def arrival(session: Session, delivery: Delivery, pages: Sequence[PageRead]) -> Arrival:
    """What is known of the sender: by the fax server, else by the line its machine printed on the pages."""
    sender = delivery.sender_name or header_sender(p.header for p in pages)
    numbers = [n for n in (delivery.caller_number, re.sub(r"[^0-9+]", "", sender)) if n]
    query = select(Employer).where(col(Employer.fax).in_(numbers) | col(Employer.phone).in_(numbers))
    known = _whose([(n, e.business_no) for e in session.exec(query) for n in (e.fax, e.phone) if n])
    return Arrival(delivery.caller_number, sender, known, delivery.given_receipt_no)


def _whose(numbers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Business number by telephone number; one that several firms share (an office building's, a tax
    accountant's) tells nothing of any of them."""
    owners: dict[str, set[str]] = defaultdict(set)
    for number, business_no in numbers:
        owners[number].add(business_no)
    return {number: next(iter(firms)) for number, firms in owners.items() if len(firms) == 1}


def header_sender(headers: Iterable[str]) -> str:
    """The name or number after FROM in the first header line that has one, or ""."""
    for header in headers:
        if found := _FROM.search(header):
            return found.group(1).strip()
    return ""
