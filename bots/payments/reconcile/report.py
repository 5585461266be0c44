"""A day in figures: what was paid by us, by the bank and by the accounting system, and in what they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from config.funds import load_funds
from queues import bank_days

_STATES = {"open": "진행 중", "agreed": "일치", "differs": "불일치", "closed": "마감"}
_CHANNELS = {"firm": "펌뱅킹", "iso20022": "이체 파일", "accounting": "회계시스템"}


def day_report(session: Session, day: date) -> dict[str, Any]:
    """Sums in won. `agrees`: every bank day of it agrees, or is closed; `payments`: how many stand in which state;
    differences that are gone are left out."""
    rows = bank_days.overview(session, day, day)
    return {
        "day": day.isoformat(),
        "agrees": all(row.state in ("agreed", "closed") for row in rows if row.channel in bank_days.BANKS),
        "payments": {row.state: row.rows for row in session.execute(_STANDING, {"day": day})},
        "three_ways": {fund: _three(session, day, fund) for fund in sorted({row.fund for row in rows})},
        "days": [_line(session, row) for row in rows],
    }


def as_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The same for people, in Korean."""
    yield f"{report['day']} 대사: {'일치' if report['agrees'] else '확인 필요'}"
    if not report["days"]:
        yield "  그날의 지급이 없습니다."
    for fund, three in report["three_ways"].items():
        title = load_funds().funds[fund].title if fund in load_funds().funds else fund
        said = " · ".join(f"{name} {_side(three[key])}" for key, name in _SIDES)
        yield f"  {title}: {said}{' · 세 곳 일치' if three['agree'] else ''}"
    for row in report["days"]:
        counterpart = _CHANNELS.get(row["channel"], row["channel"])
        yield f"    {counterpart}: {_STATES.get(row['state'], row['state'])}, 차액 {row['difference_won']:,}원"
        for one in row["differences"]:
            about = f"지급 {one['payment_id']}" if one["payment_id"] else "지급 미상"
            yield (
                f"      - {one['cause_text']} ({about}): 우리 {one['our_won']:,}원, 상대 {one['their_won']:,}원"
            )


_SIDES = (("ours", "우리"), ("bank", "은행"), ("accounting", "회계"))


def _side(side: Mapping[str, int] | None) -> str:
    return f"{side['count']:,}건 {side['won']:,}원" if side else "미수신"


def _three(session: Session, day: date, fund: str) -> dict[str, Any]:
    three = bank_days.three_ways(session, day, fund)
    sides = {"ours": three.ours, "bank": three.bank, "accounting": three.accounting}
    told = {
        name: {"count": side.count, "won": side.won} if side is not None else None
        for name, side in sides.items()
    }
    return told | {"agree": three.agree}


def _line(session: Session, row: bank_days.DayLine) -> dict[str, Any]:
    found = [one for one in bank_days.differences(session, row.id) if one.state != "resolved"]
    return {
        "fund": row.fund,
        "channel": row.channel,
        "state": row.state,
        "our_count": row.our_count,
        "our_won": row.our_won,
        "our_back_won": row.our_back_won,
        "their_count": row.their_count,
        "their_won": row.their_won,
        "their_back_won": row.their_back_won,
        "difference_won": row.difference_won,
        "differences": [
            {
                "cause": one.cause,
                "cause_text": one.cause_text,
                "payment_id": one.payment_id,
                "our_won": one.our_won,
                "their_won": one.their_won,
                "state": one.state,
            }
            for one in found
        ],
    }


_STANDING = text(
    "SELECT state, count(*) AS rows FROM payment WHERE sent_on = :day GROUP BY state ORDER BY state"
)
