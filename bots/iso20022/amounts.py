"""Sums and days as ISO 20022 writes them, taken only where they are whole won and days that exist."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from bots.iso20022.transfer import CURRENCY
from bots.iso20022.xml_stream import text_at

_LONGEST = 20


def whole_number(text: str) -> int:
    """A decimal number that has no fraction ("50", "50.00"). Raises ValueError."""
    try:
        found = Decimal(text) if text.isascii() and len(text) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        raise ValueError("number") from None
    if not found.is_finite() or found != found.to_integral_value() or abs(found.adjusted()) > _LONGEST:
        raise ValueError("number")
    return int(found)


def won(element: Element) -> int:
    """Of an amount in won, not negative. Raises ValueError ("currency", "number")."""
    if element.get("Ccy") != CURRENCY:
        raise ValueError("currency")
    found = whole_number(element.text or "")
    if found < 0:
        raise ValueError("number")
    return found


def day(element: Element | None, zone: ZoneInfo) -> date | None:
    """Of a choice of date and time (Dt or DtTm), or of a date as text; None where nothing stands.

    A moment with an offset is taken to the center's zone. Raises ValueError ("date").
    """
    if element is None:
        return None
    text = text_at(element, "Dt") or text_at(element, "DtTm") or (element.text or "").strip()
    if not text:
        return None
    try:
        if "T" not in text:
            return date.fromisoformat(text[:10])
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        raise ValueError("date") from None
