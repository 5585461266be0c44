"""Made-up values with which every kind of letter can be looked at; nobody's data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bots.notices.letters.render import LetterOrder, render_letter, render_text
from config.case_code import CaseCode, CodeKind
from config.letterhead import load_letterhead
from config.notice_kinds import load_notice_kinds

RECEIPT_NO = "2026-UB-0012345"
CODE = CaseCode(CodeKind.LETTER, RECEIPT_NO)
_ALWAYS = {
    "to_name": "홍길동",
    "to_employer": False,
    "to_postcode": "04131",
    "to_address": "서울특별시 마포구 견본로 12",
    "to_detail": "101동 1203호",
    "receipt_no": RECEIPT_NO,
    "program": "실업급여 수급자격 인정",
    "applied_on": "2026-11-16",
    "sent_on": "2026-11-23",
    "officer": "김견본",
    "officer_phone": "02-0000-1234",
    "team": "취업지원1팀",
}
_OFFICIAL = {
    "document_no": "견본센터-1234",
    "effective_on": "2026-11-23",
    "approvals": [
        {"duty": "기안", "title": "주무관", "name": "김견본", "day": "2026-11-20"},
        {"duty": "검토", "title": "팀장", "name": "이견본", "day": "2026-11-20"},
        {"duty": "전결", "title": "과장", "name": "박견본", "day": "2026-11-23"},
    ],
}
_MISSING = [{"title": "이직확인서", "note": "사업주가 제출하지 않음"}, {"title": "통장사본"}]
_REMEDIES = [
    "심사청구: 이 통지를 받은 날(결정이 있음을 안 날)부터 90일 이내에 고용보험심사관에게 심사를 청구할 수 있습니다"
    "(「고용보험법」 제87조). 청구서는 우리 센터를 거쳐 낼 수 있습니다.",
    "행정소송: 처분이 있음을 안 날부터 90일 이내에 관할 행정법원에 소송을 제기할 수 있습니다.",
]
_OWN: dict[str, dict[str, Any]] = {
    "receipt": {
        "documents": [{"title": "수급자격 인정신청서", "pages": 2}, {"title": "신분증", "pages": 1}],
        "process_by": "2026-12-03",
    },
    "supplement": {
        "missing": _MISSING,
        "due_on": "2026-12-07",
        "note": "이직확인서는 사업주가 전산으로 낸 경우 따로 내지 않으셔도 됩니다.",
    },
    "supplement_second": {"missing": _MISSING, "due_on": "2026-12-17", "first_on": "2026-11-23"},
    "supplement_return": {
        "missing": _MISSING,
        "first_on": "2026-11-23",
        "second_on": "2026-12-07",
        "grounds": ["「민원 처리에 관한 법률」 제22조", "같은 법 시행령 제25조제1항"],
        "remedies": _REMEDIES,
    },
    "decision_granted": {
        "decided_on": "2026-11-23",
        "decision": "수급자격 인정",
        "facts": [
            {"label": "소정급여일수", "value": "180일"},
            {"label": "구직급여일액", "value": "66,048원"},
            {"label": "수급기간", "value": "2026. 11. 1. ~ 2027. 10. 31."},
        ],
        "conditions": [
            "지정된 날에 출석하여 실업인정을 받아야 구직급여가 지급됩니다.",
            "취업하거나 소득이 생기면 실업인정을 신청할 때 반드시 신고하여야 합니다.",
        ],
        "grounds": ["「고용보험법」 제40조", "「고용보험법」 제43조"],
        "remedies": _REMEDIES,
    },
    "decision_refused": {
        "decided_on": "2026-11-23",
        "decision": "수급자격 불인정",
        "reasons": [
            "이직일 이전 18개월간 피보험 단위기간이 152일로, 요건인 180일에 미치지 못합니다.",
            "이직 사유가 자기 사정으로 인한 것으로 확인되며, 정당한 사유로 볼 자료가 없습니다.",
        ],
        "facts": [{"label": "이직일", "value": "2026. 10. 31."}],
        "grounds": ["「고용보험법」 제40조제1항제1호", "「고용보험법」 제58조"],
        "remedies": _REMEDIES,
    },
    "payment": {
        "paid_on": "2026-11-23",
        "paid_for": "제3차 실업인정 (2026. 10. 26. ~ 2026. 11. 22.)",
        "amount": 1_783_290,
        "items": [
            {"label": "구직급여 28일 (일액 66,048원)", "amount": 1_849_344},
            {"label": "취업한 날 1일 공제", "amount": -66_054},
        ],
        "bank": "견본은행",
        "account_masked": "***-***-**5678",
    },
    "appointment": {
        "purpose": "1차 실업인정 상담",
        "visit_on": "2026-11-30",
        "visit_at": "14:00",
        "place": "2층 4번 창구",
        "bring": ["신분증", "취업희망카드", "구직활동 증빙서류"],
    },
    "reminder": {"purpose": "서류 보완", "due_on": "2026-12-07", "missing": _MISSING},
    "arrival": {"pages_received": 3, "pages_unreadable": [2]},
}


def sample_values(kind: str, *, final: bool = True) -> dict[str, Any]:
    """Values of a kind that ``notices.yaml`` of the program knows. Raises KeyError for another."""
    official = _OFFICIAL if final and load_notice_kinds().kinds[kind].official else {}
    return {**_ALWAYS, **_OWN[kind], **official}


def sample_orders() -> Iterator[LetterOrder]:
    """A letter of every kind that has one and that the program knows; acts with the sandbox's seal."""
    from bots.sandbox.seal import seal_picture

    for kind, described in load_notice_kinds().kinds.items():
        if described.letter and kind in _OWN:
            seal = seal_picture(load_letterhead().signed_by) if described.official else None
            yield LetterOrder(kind, sample_values(kind), CODE, seal=seal)


def write_samples(folder: Path) -> Iterator[tuple[Path, int]]:
    """Every kind's letter (PDF) and short message; the acts also as drafts before approval.

    Yields each file that was written and its pages. Raises `LetterError`, OSError.
    """
    for order in sample_orders():
        letter = render_letter(order.kind, order.values, order.code, seal=order.seal)
        yield _written(folder / f"{order.kind}.pdf", letter.pdf), letter.pages
    for kind, described in load_notice_kinds().kinds.items():
        if kind not in _OWN:
            continue
        if described.letter and described.official:
            letter = render_letter(kind, sample_values(kind, final=False), CODE, draft=True)
            yield _written(folder / f"{kind}.draft.pdf", letter.pdf), letter.pages
        if described.message:
            text = render_text(kind, sample_values(kind))
            yield _written(folder / f"{kind}.txt", f"{text}\n".encode()), 0


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
