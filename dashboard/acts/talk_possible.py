"""What the record says no to about a talk, in words for the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import NotAllowed, Right, require
from dashboard.visitor import Visitor
from queues.errors import NotYours, StaleDecision
from queues.models import Account
from queues.session_notes import NotEditable

CHANGED = "그 사이 내용이 바뀌었습니다. 방금 한 일은 반영되지 않았습니다. 바뀐 내용을 확인해 주십시오."


def signer(session: Session, visitor: Visitor) -> Account:
    """The account of one who signs notes; whether this one is theirs, the record says. Raises `NotAllowed`."""
    require(visitor, Right.SIGN_NOTES)
    return session.get_one(Account, visitor.account_id)


@contextmanager
def possible() -> Iterator[None]:
    """Raises `Stale`, `Refused`, `NotAllowed` in place of what the record raises."""
    try:
        yield
    except StaleDecision:
        raise Stale(CHANGED) from None
    except NotYours:
        raise NotAllowed(Right.SIGN_NOTES) from None
    except NotEditable as refused:
        raise Refused(refused.text, refused.field) from None
