"""Values that a person types in the place of what was read: put into the usual form, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from dashboard.parts.korean import field as field_label


class BadValue(ValueError):
    """A typed value cannot be right. The text says which field and what is expected."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field_label(field)}: {expected}")
        self.field = field


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _rrn(value: str) -> str:
    digits = _digits(value)
    if len(digits) != 13:
        raise ValueError("13자리 숫자로 입력해 주십시오.")
    return f"{digits[:6]}-{digits[6:]}"


def _birth_date(value: str) -> str:
    digits = _digits(value)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except (ValueError, OverflowError):
        raise ValueError("1990-01-31처럼 입력해 주십시오.") from None


def _phone(value: str) -> str:
    digits = _digits(value)
    if not digits.startswith("0") or not 9 <= len(digits) <= 12:
        raise ValueError("010-1234-5678처럼 지역번호부터 입력해 주십시오.")
    head = 2 if digits.startswith("02") else 4 if re.match(r"050\d|0130", digits) and len(digits) == 12 else 3
    return f"{digits[:head]}-{digits[head:-4]}-{digits[-4:]}"


def _receipt_no(value: str) -> str:
    match = re.fullmatch(r"(\d{4})-?([A-Za-z]{2})-?(\d{7})", value.replace(" ", ""))
    if not match:
        raise ValueError("2026-UB-0012345처럼 입력해 주십시오.")
    return f"{match[1]}-{match[2].upper()}-{match[3]}"


def _business_no(value: str) -> str:
    digits = _digits(value)
    if len(digits) != 10:
        raise ValueError("10자리 숫자로 입력해 주십시오.")
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def _account(value: str) -> str:
    if not re.fullmatch(r"[\d\- ]+", value) or not 7 <= len(_digits(value)) <= 16:
        raise ValueError("숫자와 -만으로 입력해 주십시오.")
    return value.replace(" ", "")


_FORMS: dict[str, Callable[[str], str]] = {
    "rrn": _rrn,
    "birth_date": _birth_date,
    "phone": _phone,
    "receipt_no": _receipt_no,
    "business_no": _business_no,
    "account": _account,
}


def in_usual_form(field: str, value: str) -> str:
    """The value as the record keeps it. Raises `BadValue`."""
    value = " ".join(value.split())
    if not value:
        raise BadValue(field, "비워 둘 수 없습니다.")
    if len(value) > 200 or "*" in value:
        raise BadValue(field, "가려진 글자(*) 없이 전체 값을 입력해 주십시오.")
    try:
        return _FORMS[field](value) if field in _FORMS else value
    except ValueError as error:
        raise BadValue(field, str(error)) from None


def all_in_usual_form(fields: Mapping[str, str]) -> dict[str, str]:
    """Raises `BadValue` for the first that cannot be right."""
    return {name: in_usual_form(name, value) for name, value in fields.items()}
