"""Codes of the record in the words of the demo's account."""

from __future__ import annotations

from functools import cache

from config import review_reasons
from ocr.forms import default_forms
from ocr.problems import ADVICE


def reason(code: str) -> str:
    """A reason for a review, in a few words."""
    return review_reasons.title(code) or ADVICE.get(code) or code


@cache
def _titles() -> dict[str, str]:
    titles = {code: form.title for code, form in default_forms().items()}
    return titles | {"other": "그 밖의 문서", "blank": "빈 쪽"}


def type_title(code: str) -> str:
    """The Korean title of a document type."""
    return _titles().get(code, code)


WAYS = {"fax": "팩스", "scan": "스캔", "mail": "메일", "portal": "팩스 포털", "desk": "창구"}


def way_in(source: str) -> str:
    """`fax:NAME` as 팩스, `portal:NAME` as 팩스 포털."""
    manner = source.partition(":")[0]
    return WAYS.get(manner, manner)
