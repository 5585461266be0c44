"""The payment part of a decision, as the system of record tells it:

    {"amount": 1848000, "claim_no": 2, "period": {"from": "2026-10-01", "until": "2026-10-28"},
     "about": "W-17", "deductions": [{"kind": "income_tax", "amount": 3000}],
     "payee": {"name": "...", "bank": "우리은행", "account": "..."}, "to": "employer",
     "legal_ground": "...", "document_no": "...", "decided_by": "..."}

Only `amount` has to be there. Sums are whole won. `about` is a code that tells claims of one case and period apart;
kinds of deductions are those of ``funds.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.funds import load_funds

KNOWN = frozenset(
    {
        "amount", "claim_no", "period", "about", "deductions", "payee", "to", "legal_ground", "document_no",
        "decided_by",
    }
)  # fmt: skip
_ABOUT = re.compile(r"[A-Za-z0-9_.-]{0,40}")
_LARGEST = 2**62
_LONGEST = 200


class UnclearPayment(ValueError):
    """What is wrong with a payment part, in Korean and without the values of people."""


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """What was decided, in whole won; see `queues.decisions.enter`."""

    amount_won: int
    claim_no: int = 0
    about: str = ""
    period: tuple[date, date] | None = None
    deductions: tuple[Mapping[str, Any], ...] = ()
    payee: Mapping[str, str] | None = None
    to_employer: bool | None = None
    decided_by: str = ""
    legal_ground: str = ""
    document_no: str = ""


def read_payment(told: Any) -> ToldPayment:
    """The payment part out of JSON. Raises `UnclearPayment`: whoever guesses here pays the wrong sum."""
    if not isinstance(told, dict):
        raise UnclearPayment("지급 내용(payment)이 항목의 묶음이 아님")
    if unknown := sorted(set(told) - KNOWN):
        raise UnclearPayment(f"지급 내용에 알 수 없는 항목: {', '.join(map(str, unknown))[:200]}")
    return ToldPayment(
        amount_won=_whole(told.get("amount"), "금액(amount)", -_LARGEST),
        claim_no=_whole(told.get("claim_no", 0), "회차(claim_no)", 0, 9_999),
        about=_about(told.get("about", "")),
        period=_period(told.get("period")),
        deductions=_deductions(told.get("deductions") or []),
        payee=_payee(told.get("payee")),
        to_employer=_to(told.get("to")),
        decided_by=_words(told.get("decided_by", ""), "결정자(decided_by)"),
        legal_ground=_ground(told.get("legal_ground", "")),
        document_no=_words(told.get("document_no", ""), "문서번호(document_no)"),
    )


def _whole(value: Any, name: str, least: int, most: int = _LARGEST) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UnclearPayment(f"{name}이(가) 정수가 아니거나 범위를 벗어남")
    return value


def _about(value: Any) -> str:
    if not isinstance(value, str) or not _ABOUT.fullmatch(value):
        raise UnclearPayment("대상 구분(about)은 영문자와 숫자의 코드여야 함")
    return value


def _period(value: Any) -> tuple[date, date] | None:
    if value is None:
        return None
    try:
        first, last = date.fromisoformat(value["from"]), date.fromisoformat(value["until"])
    except (KeyError, TypeError, ValueError):
        raise UnclearPayment("대상 기간(period)의 from, until이 날짜가 아님") from None
    if last < first:
        raise UnclearPayment("대상 기간(period)의 끝이 시작보다 앞섬")
    return first, last


def _deductions(value: Any) -> tuple[Mapping[str, Any], ...]:
    known = load_funds().deductions
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnclearPayment("공제(deductions)가 목록이 아님")
    if any(set(one) != {"kind", "amount"} or one["kind"] not in known for one in value):
        raise UnclearPayment("공제(deductions)의 종류가 funds.yaml에 없음")
    return tuple({"kind": one["kind"], "won": _whole(one["amount"], "공제액", 0)} for one in value)


def _payee(value: Any) -> Mapping[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - {"name", "bank", "account"}:
        raise UnclearPayment("채주(payee)의 항목이 name, bank, account가 아님")
    told = {name: _words(text, f"채주의 {name}") for name, text in value.items()}
    if bool(told.get("bank")) != bool(told.get("account")):
        raise UnclearPayment("채주(payee)의 은행과 계좌 가운데 하나만 있음")
    return told


def _to(value: Any) -> bool | None:
    if value not in (None, "person", "employer"):
        raise UnclearPayment("받는 쪽(to)이 person 또는 employer가 아님")
    return None if value is None else value == "employer"


def _ground(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    return _words(value, "지급 근거(legal_ground)")


def _words(value: Any, name: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise UnclearPayment(f"{name}이(가) 글이 아니거나 너무 김")
    return value.strip()
