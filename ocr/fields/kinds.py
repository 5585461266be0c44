"""The kinds that a form file may name."""

from __future__ import annotations

from ocr.fields import numbers, texts
from ocr.fields.reading import Kind

KINDS: dict[str, Kind] = {
    "name": texts.name,
    "rrn": numbers.rrn,
    "date": texts.day,
    "phone": numbers.phone,
    "receipt_no": numbers.receipt_no,
    "business_no": numbers.business_no,
    "company": texts.company,
    "address": texts.address,
    "account": numbers.account,
    "bank": texts.bank,
}
