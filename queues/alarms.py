"""What somebody has to look at now: work that nobody takes, bots that do not run, room that runs out.

Alarms are not kept: they are what the record says at this moment, so that one that has settled itself
is gone. That somebody has taken note of one is kept (`see`), until it arises anew or half a day is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit
from queues.models import Account, AlarmSeen

REMINDS_AFTER = timedelta(hours=12)


@dataclass(frozen=True)
class Alarm:
    """One thing that is not in order.

    code, subject  what and which, "missed_run" and "intake.portal"; together they name it
    tone       "bad": something stands still; "warn": it will
    what       what is the matter, in Korean
    since      since when, if the record knows
    to_do      what to do about it, in Korean
    screen     the page of the dashboard that shows the cause, and what to show there
    seen_by, seen_at   who has taken note of it
    """

    code: str
    subject: str
    tone: str
    what: str
    since: datetime | None
    to_do: str
    screen: str = "work"
    show: Mapping[str, str] = field(default_factory=dict)
    seen_by: str = ""
    seen_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.code}:{self.subject}"

    @property
    def is_seen(self) -> bool:
        return bool(self.seen_by)


def alarms(session: Session) -> list[Alarm]:
    """All that is not in order, what nobody has seen and what is worst first."""
    from queues.alarm_checks import CHECKS, look

    around = look(session)
    found = [alarm for check in CHECKS for alarm in check(session, around)]
    noted = _noted(session, [alarm.name for alarm in found])
    told = [_with_note(alarm, noted.get(alarm.name), around.now) for alarm in found]
    return sorted(told, key=lambda a: (a.is_seen, a.tone != "bad", a.since or around.now))


def _noted(session: Session, names: list[str]) -> dict[str, tuple[AlarmSeen, str]]:
    if not names:
        return {}
    query = (
        select(AlarmSeen, Account)
        .join(Account, col(Account.id) == col(AlarmSeen.account_id))
        .where(col(AlarmSeen.alarm).in_(names))
    )
    return {seen.alarm: (seen, who.display_name or who.username) for seen, who in session.exec(query)}


def _with_note(alarm: Alarm, noted: tuple[AlarmSeen, str] | None, now: datetime) -> Alarm:
    if noted is None:
        return alarm
    seen, who = noted
    arose_anew = alarm.since is not None and alarm.since > seen.at
    if arose_anew or now - seen.at > REMINDS_AFTER:
        return alarm
    return Alarm(**{**alarm.__dict__, "seen_by": who, "seen_at": seen.at})


def see(session: Session, name: str, account_id: int) -> None:
    """Note that this person knows of the alarm and deals with it."""
    values = {"account_id": account_id, "at": datetime.now(UTC)}
    session.execute(
        insert(AlarmSeen)
        .values(alarm=name, **values)
        .on_conflict_do_update(index_elements=["alarm"], set_=values)
    )
    audit.record(session, f"account:{account_id}", "alarm.seen", "alarm", name)
