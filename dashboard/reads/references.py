"""What a work item is about, and who did something, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlmodel import Session, col, select

from queues.models import Account

NOUNS = {
    "delivery": "배달",
    "document": "문서",
    "review": "검토",
    "attachment": "연결",
    "application": "신청",
    "effect": "처리",
    "desk_entry": "창구 접수",
    "registration": "신규 접수",
    "transfer": "이송",
    "talk": "상담",
    "note": "상담일지",
    "tick": "정기 실행",
    "due": "정기 실행",
    "manual": "수동 실행",
}
_CLOCK = re.compile(r"\d{4}-(\d\d-\d\d)T(\d\d:\d\d)")


def about(reference: str) -> str:
    """`delivery:17` -> `배달 17`, `due:2026-11-23T15:55:00+0900` -> `정기 실행 11-23 15:55`.

    `effect:5:undo:..` -> `처리 5 되돌리기`. An unknown kind of reference is shown as it is.
    """
    kind, _, rest = reference.partition(":")
    if kind in ("due", "manual") and (clock := _CLOCK.match(rest)):
        return f"{NOUNS[kind]} {clock[1]} {clock[2]}"
    noun, (number, *more) = NOUNS.get(kind), rest.split(":")
    undone = " 되돌리기" if kind == "effect" and "undo" in more else ""
    return f"{noun} {number}{undone}" if noun and number else reference


ACTORS = {"bot": "봇", "reaper": "복구", "scheduler": "일정", "system": "시스템", "worker": "작업자"}


def actor_names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """`account:3` -> the person's name, `bot:intake.read` -> `봇`."""
    actors = set(actors)
    ids = {a: int(a.removeprefix("account:")) for a in actors if a.removeprefix("account:").isdigit()}
    found = session.exec(select(Account).where(col(Account.id).in_(list(ids.values())))).all()
    people = {p.id: p.display_name or p.username for p in found}
    return {a: people.get(ids[a], a) if a in ids else ACTORS.get(a.partition(":")[0], a) for a in actors}
