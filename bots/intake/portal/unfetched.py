"""Faxes that did not come whole: when each is tried again, and when what comes is taken as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from config.portals import Portal
from config.settings import settings
from queues.database import session as record
from queues.models import PortalProblem

TELL_AFTER = 5
"""Visits after which a person is told."""
TAKE_AFTER = 3
"""Visits after which the same content, come again, is taken as all there is."""
_LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is known of a fax that could not be fetched.

    as_it_is  the same content has come so often that there is no other: it is to be taken
    tell      a person has not been told yet and is to be now
    """

    tries: int
    as_it_is: bool = False
    tell: bool = False


def postponed(portal: Portal, numbers: list[str]) -> dict[str, bool]:
    """Those of the numbers that are not to be tried yet, and whether a person was told."""
    with record() as session:
        query = select(PortalProblem.number, PortalProblem.tries).where(
            PortalProblem.name == portal.name,
            col(PortalProblem.number).in_(numbers),
            col(PortalProblem.next_at) > datetime.now(UTC),
        )
        return {number: tries >= TELL_AFTER for number, tries in session.exec(query)}


def failed(portal: Portal, number: str, problem: str, sha256: str, item_id: int) -> Trouble:
    """Note that a fax did not come whole; `sha256` of what came, "" when nothing did."""
    with record() as session:
        session.execute(
            insert(PortalProblem).values(name=portal.name, number=number).on_conflict_do_nothing()
        )
        row = session.exec(
            select(PortalProblem)
            .where(PortalProblem.name == portal.name, PortalProblem.number == number)
            .with_for_update()
        ).one()
        same = bool(sha256) and row.sha256 == sha256
        row.tries, row.problem, row.sha256 = row.tries + 1, problem, sha256
        row.next_at = datetime.now(UTC) + _pause(row.tries)
        tell = row.tries >= TELL_AFTER and row.told_item is None
        if tell:
            row.told_item = item_id
        session.add(row)
        return Trouble(row.tries, as_it_is=same and row.tries >= TAKE_AFTER, tell=tell)


def fetched(portal: Portal, number: str) -> int | None:
    """A fax has come after all; returns the work item at which a person was told, if one was."""
    with record() as session:
        statement = (
            delete(PortalProblem)
            .where(col(PortalProblem.name) == portal.name, col(PortalProblem.number) == number)
            .returning(col(PortalProblem.told_item))
        )
        return session.execute(statement).scalar_one_or_none()


def _pause(tries: int) -> timedelta:
    """A minute, two, four, ... with the usual first pause of ten seconds; an hour at most."""
    return min(timedelta(seconds=settings().portal_retry_seconds * 6 * 2 ** min(tries - 1, 10)), _LONGEST)
