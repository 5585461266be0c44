"""What staff do about supplement requests. Each act asks for the right, is noted in the audit, and tells why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import database, supplementing
from queues.supplementing import CannotSupplement

MOST = 500
LONGEST = 500


@dataclass(frozen=True)
class Done:
    """Of many: `done` went well, for `needless` everything had come, `passed_over` had changed meanwhile."""

    done: int
    needless: int
    passed_over: int


def send(visitor: Visitor, request_ids: Sequence[int]) -> Done:
    """Send requests, each in a transaction of its own; what has come meanwhile is not asked for.

    Raises `NotAllowed`, `CannotSupplement` for more than `MOST`.
    """
    return _many(visitor, request_ids, supplementing.ask)


def request_again(visitor: Visitor, request_ids: Sequence[int]) -> Done:
    """Second requests, likewise, for those whose time has passed. Raises `NotAllowed`, `CannotSupplement`."""
    return _many(visitor, request_ids, supplementing.ask_again)


def _many(visitor: Visitor, request_ids: Sequence[int], act: Callable[..., object]) -> Done:
    require(visitor, Right.SEND_NOTICES)
    if not request_ids:
        raise CannotSupplement("고른 건이 없습니다.")
    if len(request_ids) > MOST:
        raise CannotSupplement(f"한 번에 {MOST:,}건까지 할 수 있습니다. 조건을 좁혀 나누어 하십시오.")
    done = needless = passed_over = 0
    for request_id in dict.fromkeys(request_ids):
        try:
            with database.session() as session:
                if act(session, request_id, visitor.actor) is None:
                    needless += 1
                else:
                    done += 1
        except CannotSupplement:
            passed_over += 1
    return Done(done, needless, passed_over)


def extend(
    session: Session, visitor: Visitor, request_id: int, version: int, until: date, reason: str
) -> None:
    """Give the applicant more time. Raises `NotAllowed`, `CannotSupplement`."""
    require(visitor, Right.SEND_NOTICES)
    supplementing.extend(session, request_id, until, _words(reason), visitor.actor, version=version)


def give_back(session: Session, visitor: Visitor, request_id: int, version: int, reason: str) -> None:
    """Draft the return of the application, which goes through its approval line.

    Raises `NotAllowed`, `CannotSupplement`.
    """
    require(visitor, Right.SEND_NOTICES)
    supplementing.give_back(session, request_id, reason.strip()[:LONGEST], visitor.actor, version=version)


def recall_return(session: Session, visitor: Visitor, request_id: int, reason: str) -> None:
    """Take the return out of its line. Raises `NotAllowed`, `CannotSupplement`."""
    require(visitor, Right.SEND_NOTICES)
    supplementing.recall_return(session, request_id, _words(reason), visitor.actor)


def withdraw(session: Session, visitor: Visitor, request_id: int, version: int, reason: str) -> None:
    """The applicant takes the application back. Raises `NotAllowed`, `CannotSupplement`."""
    require(visitor, Right.SEND_NOTICES)
    supplementing.withdraw(session, request_id, _words(reason), visitor.actor, version=version)


def count_as_withdrawn(
    session: Session, visitor: Visitor, request_id: int, version: int, reason: str
) -> None:
    """The applicant cannot be found. Raises `NotAllowed`, `CannotSupplement`."""
    require(visitor, Right.SEND_NOTICES)
    supplementing.count_as_withdrawn(session, request_id, _words(reason), visitor.actor, version=version)


def spare(session: Session, visitor: Visitor, request_id: int, version: int, reason: str) -> None:
    """The papers need not be handed in. Raises `NotAllowed`, `CannotSupplement`."""
    require(visitor, Right.SEND_NOTICES)
    supplementing.spare(session, request_id, _words(reason), visitor.actor, version=version)


def _words(reason: str) -> str:
    """What a person wrote, kept with the stage. Raises `CannotSupplement` without any."""
    said = reason.strip()[:LONGEST]
    if len(said) < 2:
        raise CannotSupplement("사유를 적어 주십시오.")
    return said
