"""Personal values as screens show them: enough to tell them apart, not enough to use."""

from __future__ import annotations

import re


def rrn(text: str) -> str:
    """`880101-1234567` -> `880101-1******`."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:6]}-{digits[6]}" + "*" * (len(digits) - 7)


def name(text: str) -> str:
    """`홍길동` -> `홍*동`, `김민` -> `김*`, `남궁민수` -> `남**수`."""
    plain = text.strip()
    if len(plain) <= 1:
        return "*" * len(plain)
    if len(plain) == 2:
        return plain[0] + "*"
    return plain[0] + "".join(c if c.isspace() else "*" for c in plain[1:-1]) + plain[-1]


def phone(text: str) -> str:
    """`010-1234-5678` -> `010-****-5678`; all but the area code and the last four digits."""
    digits = re.sub(r"\D", "", text)
    if len(digits) <= 4:
        return "*" * len(digits)
    area = 2 if digits.startswith("02") else 3
    middle = len(digits) - 4 - area
    if middle <= 0:
        return "*" * (len(digits) - 4) + "-" + digits[-4:]
    return f"{digits[:area]}-{'*' * middle}-{digits[-4:]}"


def account(text: str) -> str:
    """`110-234-567890` -> `***-***-**7890`: all but the last four digits, hyphens kept."""
    digits = sum(c.isdigit() for c in text)
    hidden = max(digits - 4, 0) if digits > 4 else digits
    shown = []
    for character in text:
        if character.isdigit() and hidden > 0:
            hidden -= 1
            shown.append("*")
        else:
            shown.append(character)
    return "".join(shown)


def birth_date(text: str) -> str:
    """`1988-01-01` -> `1988-**-**`."""
    return text[:4] + re.sub(r"\d", "*", text[4:])


def address(text: str) -> str:
    """Province and district stay, the rest is hidden: `서울특별시 마포구 ***`."""
    parts = text.split()
    return " ".join([*parts[:2], "***"]) if len(parts) > 2 else "***" if parts else ""


_BY_FIELD = {
    "rrn": rrn,
    "name": name,
    "phone": phone,
    "account": account,
    "birth_date": birth_date,
    "address": address,
}


def field(name_of_field: str, text: str) -> str:
    """The masked value of a field by its name; what is not personal (receipt_no, bank) stays."""
    mask = _BY_FIELD.get(name_of_field)
    return mask(text) if mask else text
