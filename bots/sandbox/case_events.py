"""What happens to the cases of the sandbox's system of record: decided, paid, invited, days that draw near.

    ledger.events.tell(case.receipt_no, "decision_refused", refused(case.program, today))

Values go under the names of ``config/notices/notices.yaml``, as the system of record promises them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

Message = dict[str, Any]
_SEOUL = ZoneInfo("Asia/Seoul")


class CaseEvents:
    """Thread-safe, in order; what a reader has seen is a place in the list."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._events: list[Message] = []
        self._run = uuid4().hex[:6]  # no number of one run of the sandbox comes again in another

    def tell(self, receipt_no: str, kind: str, values: Mapping[str, Any], at: datetime | None = None) -> str:
        """Enter an event; returns its id."""
        with self._lock:
            number = f"E-{self._run}-{len(self._events) + 1:06d}"
            self._events.append(
                {
                    "id": number,
                    "type": kind,
                    "receipt_no": receipt_no,
                    "at": (at or datetime.now(_SEOUL)).isoformat(),
                    "values": dict(values),
                }
            )
            return number

    def take_back(self, number: str) -> str:
        """It was an error; told as an event of its own."""
        with self._lock:
            event = self.one(number) or {}
            return self.tell(str(event.get("receipt_no", "")), "taken_back", {"event": number})

    def correct(self, number: str, values: Mapping[str, Any]) -> None:
        """Whoever asks for the event from now on is told these values."""
        with self._lock:
            for event in self._events:
                if event["id"] == number:
                    event["values"] = dict(values)

    def since(self, cursor: int, limit: int) -> tuple[list[Message], int, bool]:
        """Events after `cursor`, at most `limit`: messages, the new cursor, whether more are waiting."""
        with self._lock:
            some = self._events[cursor : cursor + limit]
            return list(some), cursor + len(some), len(self._events) > cursor + limit

    def one(self, number: str) -> Message | None:
        with self._lock:
            return next((event for event in self._events if event["id"] == number), None)


def granted(program: str, on: date) -> Message:
    """Values of a decision in the applicant's favour."""
    decision, facts, grounds = _GRANTED[program]
    told: Message = {
        "decided_on": on.isoformat(),
        "decision": decision,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "grounds": list(grounds),
    }
    if program in ("ub_application", "ub_recognition", "nes_application"):
        told["conditions"] = ["취업하거나 소득이 생기면 곧바로 이 센터에 신고하여야 합니다."]
    return told


def payable(
    program: str,
    on: date,
    won: int,
    claim_no: int,
    period: tuple[date, date],
    *,
    payee: Mapping[str, str] | None = None,
    deductions: Mapping[str, int] | None = None,
    about: str = "",
) -> Message:
    """Values of the event "payment_decided": so many won for the days of `period`, the first and the last.

    payee  {"name", "bank", "account"} where it is not to be the account that the case has; deductions: won by kind
    """
    told: Message = {
        "amount": won,
        "claim_no": claim_no,
        "period": {"from": period[0].isoformat(), "until": period[1].isoformat()},
        "legal_ground": list(_GRANTED[program][2]),
        "document_no": f"{_PAID_FOR[program].split('(')[0]}-{on:%Y%m%d}-{claim_no}",
        "decided_by": "실업급여과장",
    }
    if payee:
        told["payee"] = dict(payee)
    if deductions:
        told["deductions"] = [{"kind": kind, "amount": amount} for kind, amount in deductions.items()]
    if about:
        told["about"] = about
    return {"decided_on": on.isoformat(), "payment": told}


def refused(program: str, on: date) -> Message:
    """Values of a refusal."""
    decision, reasons, grounds = _REFUSED[program]
    return {
        "decided_on": on.isoformat(),
        "decision": decision,
        "reasons": list(reasons),
        "grounds": list(grounds),
    }


def paid(program: str, on: date, won: int = 1_848_000) -> Message:
    """Values of a payment."""
    return {
        "paid_on": on.isoformat(),
        "paid_for": _PAID_FOR[program],
        "amount": won,
        "items": [{"label": "지급 결정액", "amount": won}],
    }


def invited(program: str, on: date) -> Message:
    """Values of an appointment two weeks from a day."""
    return {
        "purpose": "구직상담" if program != "epi_application" else "지급 요건 확인 상담",
        "visit_on": (on + timedelta(days=14)).isoformat(),
        "visit_at": "14:00",
        "place": "고용센터 2층 상담창구",
        "bring": ["신분증"],
    }


def near(program: str, on: date) -> Message:
    """Values of a day that draws near."""
    return {"purpose": _NEAR.get(program, "신청 서류 제출"), "due_on": (on + timedelta(days=7)).isoformat()}


_UB = ("고용보험법 제40조제1항", "고용보험법 제43조")
_GRANTED: dict[str, tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    "ub_application": ("수급자격 인정", (("소정급여일수", "150일"), ("구직급여일액", "66,048원")), _UB),
    "ub_recognition": ("실업 인정", (("인정일수", "28일"),), ("고용보험법 제44조",)),
    "epi_application": ("고용촉진장려금 지급", (("대상 근로자", "1명"),), ("고용보험법 시행령 제26조",)),
    "nes_application": (
        "수급자격 인정(Ⅰ유형)",
        (("구직촉진수당", "월 600,000원, 6개월"),),
        ("구직자 취업촉진 및 생활안정지원에 관한 법률 제6조", "같은 법 제7조"),
    ),
    "vtc_application": (
        "국민내일배움카드 발급",
        (("지원 한도", "3,000,000원(5년)"),),
        ("국민 평생 직업능력 개발법 제18조",),
    ),
    "pl_application": ("육아휴직 급여 지급", (("지급 기간", "1개월"),), ("고용보험법 제70조",)),
}
_REFUSED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "ub_application": (
        "수급자격 불인정",
        ("이직 전 18개월 동안의 피보험 단위기간이 180일에 미치지 못함(확인된 일수 142일)",),
        ("고용보험법 제40조제1항제1호",),
    ),
    "ub_recognition": (
        "실업 불인정",
        ("실업인정 대상기간에 재취업활동을 한 사실이 확인되지 않음",),
        ("고용보험법 제44조제2항",),
    ),
    "epi_application": (
        "고용촉진장려금 부지급",
        ("고용 전 3개월 이내에 고용조정으로 근로자를 이직시킨 사실이 확인됨",),
        ("고용보험법 시행령 제26조",),
    ),
    "nes_application": (
        "수급자격 불인정",
        ("가구 월평균 총소득이 기준 중위소득의 60퍼센트를 넘음",),
        ("구직자 취업촉진 및 생활안정지원에 관한 법률 제7조",),
    ),
    "vtc_application": (
        "국민내일배움카드 발급 제한",
        ("지원 제외 대상에 해당함",),
        ("국민 평생 직업능력 개발법 제18조",),
    ),
    "pl_application": (
        "육아휴직 급여 부지급",
        ("육아휴직 시작일 이전의 피보험 단위기간이 180일에 미치지 못함",),
        ("고용보험법 제70조제1항",),
    ),
}
_PAID_FOR = {
    "ub_application": "구직급여(제1차 실업인정)",
    "ub_recognition": "구직급여(제2차 실업인정)",
    "epi_application": "고용촉진장려금(1회차)",
    "nes_application": "구직촉진수당(1회차)",
    "vtc_application": "훈련장려금",
    "pl_application": "육아휴직 급여(1개월분)",
}
_NEAR = {
    "ub_application": "실업인정 신청",
    "ub_recognition": "실업인정 신청",
    "pl_application": "육아휴직 급여 신청",
}
