"""Codes of the record in the words of the demo's account."""

from __future__ import annotations

from functools import cache

from ocr.forms import default_forms
from ocr.problems import ADVICE

_REASONS = {
    "not_on_file": "등록된 신청 없음",
    "closed_case": "종결된 신청",
    "two_open_cases": "진행 중인 신청이 둘",
    "several_people": "여러 사람의 서류",
    "other_program": "다른 제도의 신청",
    "doubtful": "확실하지 않음",
    "conflict": "값이 서로 다른 신청을 가리킴",
    "nothing_to_go_by": "누구 것인지 알 수 없음",
    "doubtful_fields": "붙였으나 읽기 의심되는 값",
    "differs_from_record": "등록된 값과 다름",
    "receive_errors": "팩스 수신 오류",
    "unreadable_page": "읽지 못한 쪽",
    "unknown_receipt": "없는 접수번호로 결정됨",
    "encrypted": "암호가 걸린 파일",
    "empty": "빈 파일",
    "truncated": "끊긴 파일",
}


def reason(code: str) -> str:
    """A reason for a review, in a few words."""
    return _REASONS.get(code) or ADVICE.get(code) or code


@cache
def _titles() -> dict[str, str]:
    titles = {code: form.title for code, form in default_forms().items()}
    return titles | {"other": "그 밖의 문서", "blank": "빈 쪽"}


def type_title(code: str) -> str:
    """The Korean title of a document type."""
    return _titles().get(code, code)


def way_in(source: str) -> str:
    """`fax:NAME` as 팩스, `scan:NAME` as 스캔."""
    manner = source.partition(":")[0]
    return {"fax": "팩스", "scan": "스캔"}.get(manner, manner)
