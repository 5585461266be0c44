"""Papers and cases for the tests, said in one line each."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ocr.linking import ApplicationOnFile, CaseIndex
from ocr.linking.simulation.people import World, build
from ocr.types import DocumentRead, FieldValue

HONG = ApplicationOnFile(
    "2026-UB-0900001", "ub_application", "open", "홍서진", "880412-1234567", "1988-04-12", "010-4821-7733",
    "대구광역시 수성구 들안로 41, 103동 902호", "주식회사 해솔정밀", "214-87-30915", "우리은행", "1002-345-678901",
)  # fmt: skip
WIFE = replace(
    HONG, receipt_no="2026-VT-0900444", program="vtc_application", name="노유나", rrn="890725-2345678",
    birth_date="1989-07-25", company="바다물산", business_no="305-81-44120", bank="국민은행", account="771-24-0938-812",
)  # fmt: skip
NAMESAKE = replace(
    HONG, receipt_no="2026-NE-0900777", program="nes_application", rrn="710903-1456789", birth_date="1971-09-03",
    phone="010-2093-6644", address="부산광역시 해운대구 좌동로 7, 201동 101호", company="남포기계",
    business_no="602-11-90871", bank="농협은행", account="352-0011-2233-43",
)  # fmt: skip
NEIGHBOUR = replace(
    NAMESAKE, receipt_no="2026-UB-0900002", program="ub_application", name="차도윤", rrn="930118-1654321",
    birth_date="1993-01-18", phone="010-5566-1029", company="가온상사", business_no="119-22-38457",
    account="110-222-333444",
)  # fmt: skip


@cache
def town() -> World:
    """A thousand people nobody tests by name; never changed."""
    return build(1_000, 17, unknown=50)


def index_with(*more: ApplicationOnFile) -> CaseIndex:
    """A fresh index of the town and the given cases."""
    return CaseIndex([*town().cases, *more])


def paper(kind: str, page: int = 1, confidence: float = 0.97, **values: str) -> DocumentRead:
    """A document of one page with these fields."""
    return DocumentRead((page,), kind, 0.99, fields(page, confidence, **values))


def fields(page: int, confidence: float = 0.97, **values: str) -> dict[str, FieldValue]:
    return {n: FieldValue(n, v, v, confidence, confidence < 0.7, page) for n, v in values.items()}


def of(case: ApplicationOnFile, *names: str) -> dict[str, str]:
    """Values of a case, for `paper`."""
    return {n: getattr(case, n) for n in names}
