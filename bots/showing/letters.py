"""What became of the demo's letters, held against what the sandbox counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bots.notices.supplement.sending import ripe
from bots.sandbox.ways_out import WaysOut
from config.channels import title as channel_title
from config.notice_kinds import notice_kind
from config.settings import settings
from queues.models import Dispatch, DispatchState, Notice, NoticeState

_ON_THE_WAY = (NoticeState.DRAFT, NoticeState.APPROVED, NoticeState.READY, NoticeState.SENDING)
STATES = {
    "approval": "결재 대기",
    "sent": "보냄",
    "served": "송달",
    "returned": "반송, 사람에게",
    "review": "사람에게",
    "cancelled": "보내지 않음",
}


@dataclass
class Letters:
    """Counts of notices; `doubled` and `lost` by what the outside counted, letter by letter."""

    kinds: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    won: int = 0
    uploads: int = 0
    posted: int = 0
    doubled: int = 0
    lost: int = 0
    came_back: int = 0

    @property
    def good(self) -> bool:
        """Whether some were sent, and none was sent twice or lost."""
        return sum(self.channels.values()) > 0 and not (self.doubled or self.lost)

    def as_json(self) -> dict[str, Any]:
        """The counts that `--json` writes."""
        return {
            "notices_by_kind": dict(self.kinds.most_common()),
            "notices_by_state": dict(self.states.most_common()),
            "sent_by_channel": dict(self.channels.most_common()),
            "post_uploads_paid": self.uploads,
            "letters_posted": self.posted,
            "sent_twice": self.doubled,
            "lost": self.lost,
            "came_back": self.came_back,
            "postage_won": self.won,
        }


def letters_settled(session: Session) -> bool:
    """Whether every notice has ended, waits for a person, or has left for good, and nothing is to be asked for."""
    under_way = select(Notice.id).where(col(Notice.state).in_(_ON_THE_WAY))
    followed = select(Dispatch.id).where(
        Dispatch.state == DispatchState.SENT,
        col(Dispatch.next_look_at).is_not(None),
        Dispatch.channel != "email",  # of a mail only its failure is ever told, perhaps after days
    )
    soon = datetime.now(UTC) + timedelta(minutes=settings().supplement_wait_minutes)
    return not ripe(session, soon) and all(
        session.exec(query).first() is None for query in (under_way, followed)
    )


def letters(session: Session, out: WaysOut) -> Letters:
    """Hold the record against what the post, the mail server and the gateways counted."""
    found = Letters()
    for kind, state in session.exec(select(Notice.kind, Notice.state)):
        found.kinds[kind] += 1
        found.states[state] += 1
    counted = out.taken
    gone = (DispatchState.SENT, DispatchState.DELIVERED, DispatchState.RETURNED)
    for channel, key, won, state in session.exec(
        select(Dispatch.channel, Dispatch.key, Dispatch.price_won, Dispatch.state).where(
            col(Dispatch.state).in_(gone)
        )
    ):
        found.channels[channel] += 1
        found.came_back += state == DispatchState.RETURNED
        found.won += won
        found.lost += channel not in ("hand", "public") and counted[key] == 0
    found.posted = sum(out.post.posted.values())
    found.doubled = sum(number - 1 for number in counted.values())
    found.uploads = len(out.post.payments)
    return found


class LettersStory:
    """Remembers what was told of the notices: one line whenever the numbers have changed."""

    def __init__(self) -> None:
        self._told: tuple[tuple[str, str, int], ...] = ()

    def news(self, session: Session) -> Iterator[str]:
        """A line (rich mark-up) about notices sent, arrived or returned since the last call."""
        query = (
            select(Notice.kind, Notice.state, func.count())
            .where(col(Notice.state).in_(STATES))
            .group_by(Notice.kind, Notice.state)
            .order_by(Notice.kind, Notice.state)
        )
        now = tuple((kind, state, number) for kind, state, number in session.exec(query))
        if now == self._told:
            return
        before = {(kind, state): number for kind, state, number in self._told}
        self._told = now
        changed = [(k, s, n) for k, s, n in now if n > before.get((k, s), 0)]
        if changed:
            told = ", ".join(
                f"{notice_kind(k).title} {STATES[s]} {n - before.get((k, s), 0)}" for k, s, n in changed
            )
            yield f"[magenta]통지[/] → {told}"


def channel_list(found: Letters) -> str:
    """등기우편 5, 알림톡 2."""
    return ", ".join(f"{channel_title(name)} {number}" for name, number in found.channels.most_common())


def state_list(found: Letters) -> str:
    """송달 5, 반송 1."""
    return ", ".join(f"{STATES.get(name, name)} {number}" for name, number in found.states.most_common())
