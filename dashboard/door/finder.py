"""The calls of the search box in the top bar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from dashboard.acts.finding import MOST_AT_ONCE, reveal_all, revealed_among, search
from dashboard.acts.rights import Right, may
from dashboard.acts.seeing import REASONS
from dashboard.door.calls import Unanswerable, call_route
from dashboard.reads.found import rows, understood
from dashboard.reads.handed_in import being_joined
from dashboard.visitor import Visitor

_LONGEST = 200


def find(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"line", "after"?} -> what it was understood as, and a page of rows."""
    found = search(session, visitor, str(asked.get("line", ""))[:_LONGEST], _place(asked.get("after")))
    revealed = revealed_among(session, visitor, [h.delivery.id for h in found.hits])
    last = found.hits[-1].delivery if found.hits else None
    return {
        "understood": understood(found.asked),
        "ignored": list(found.asked.ignored),
        "notes": being_joined(session, found.asked.entries),
        "rows": rows(session, found.hits, revealed, review=may(visitor, Right.REVIEW)),
        "after": [last.received_at.isoformat(), last.id] if last and found.more else None,
        "reasons": list(REASONS) if may(visitor, Right.SEE_IN_FULL) else [],
        "covered": len(found.hits) > len(revealed),
    }


def uncover(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{"ids", "reason"}: these may be seen in full from now on."""
    ids = asked.get("ids")
    if not isinstance(ids, list) or len(ids) > MOST_AT_ONCE or not all(isinstance(i, int) for i in ids):
        raise Unanswerable("알아볼 수 없는 요청입니다.", 400)
    reveal_all(session, visitor, ids, str(asked.get("reason", "")))
    return {}


def _place(after: object) -> tuple[datetime, int] | None:
    if after is None:
        return None
    if not isinstance(after, list) or len(after) != 2:
        raise Unanswerable("알아볼 수 없는 요청입니다.", 400)
    try:
        return datetime.fromisoformat(str(after[0])), int(after[1])
    except (TypeError, ValueError):
        raise Unanswerable("알아볼 수 없는 요청입니다.", 400) from None


ROUTES = [call_route("/find", find), call_route("/find/uncover", uncover)]
