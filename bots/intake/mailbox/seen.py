"""What the record knows of a mailbox's mails: which were seen where, which were taken."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from bots.intake.mailbox.folder import Head, Place
from queues.database import session as record
from queues.models import Mail, MailState

_OWN = re.compile(rb"(?im)^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?<?[^\s<>]+")


def key_of(head: Head) -> str:
    """A hash of the whole header and the size: two places with the same key hold the same mail.

    "" without a Message-ID: then only the content tells. A key is used to load a mail no second time; that
    papers are entered once rests on their content too.
    """
    if not _OWN.search(head.header):
        return ""
    return hashlib.sha256(b"%d\n" % head.size + head.header).hexdigest()


def highest(mailbox: str, place: Place) -> int:
    """The highest number that has been seen at this place; 0 for none."""
    with record() as session:
        query = select(func.max(Mail.uid)).where(*_at(mailbox, place))
        return session.exec(query).one() or 0


def note(mailbox: str, place: Place, heads: Iterable[Head]) -> None:
    """Write down that mails are there; one that was taken elsewhere is not taken again."""
    rows = [
        {
            "mailbox": mailbox,
            "folder": place.folder,
            "uid_validity": place.uid_validity,
            "uid": head.uid,
            "key": key_of(head),
            "state": MailState.SEEN.value,
        }
        for head in heads
    ]
    if not rows:
        return
    with record() as session:
        session.connection().execute(insert(Mail).on_conflict_do_nothing(), rows)


def to_take(mailbox: str, place: Place) -> list[int]:
    """Numbers of the mails at this place that are still to be taken, rising."""
    with record() as session:
        query = select(Mail.uid).where(*_at(mailbox, place), Mail.state == MailState.SEEN)
        return list(session.exec(query.order_by(col(Mail.uid))))


def to_put_away(mailbox: str, place: Place) -> list[int]:
    """Numbers of those that were taken and not flagged or moved yet."""
    with record() as session:
        query = select(Mail.uid).where(
            *_at(mailbox, place), Mail.state == MailState.TAKEN, col(Mail.put_away_at).is_(None)
        )
        return list(session.exec(query.order_by(col(Mail.uid))))


def is_taken(mailbox: str, place: Place, head: Head) -> bool:
    """Whether this mail need not be loaded: another worker has taken it, or it was taken at another place.

    In the second case it is written down as known here.
    """
    key = key_of(head)
    with record() as session:
        row = _row(session, mailbox, place, head.uid)
        if row.state != MailState.SEEN:
            return True
        if not key:
            return False
        query = select(Mail.id).where(Mail.mailbox == mailbox, Mail.key == key, Mail.state == MailState.TAKEN)
        if session.exec(query.limit(1)).first() is None:
            return False
        row.state = MailState.KNOWN.value
        session.add(row)
        return True


def set_taken(session: Session, mailbox: str, place: Place, uid: int, *, stays: bool = False) -> None:
    """In the transaction that enters what the mail brought. `stays`: it is to be left where it is."""
    row = _row(session, mailbox, place, uid)
    row.state, row.taken_at = MailState.TAKEN.value, datetime.now(UTC)
    if stays:
        row.put_away_at = row.taken_at
    session.add(row)


@contextmanager
def putting_away(mailbox: str, place: Place, uid: int) -> Iterator[bool]:
    """Whether this mail is to be put away by us, in the block; after it, it is. One worker at a time.

    Two that move the same mail at the same moment would leave two of it. An error leaves it to be done again.
    """
    with record() as session:
        query = (
            select(Mail)
            .where(*_at(mailbox, place), Mail.uid == uid, col(Mail.put_away_at).is_(None))
            .with_for_update(skip_locked=True)
        )
        row = session.exec(query).one_or_none()
        yield row is not None
        if row is not None:
            row.put_away_at = datetime.now(UTC)
            session.add(row)


def set_gone(mailbox: str, place: Place, uid: int) -> str:
    """Somebody has moved or deleted it before it was taken; returns its key."""
    with record() as session:
        row = _row(session, mailbox, place, uid)
        if row.state == MailState.SEEN:
            row.state = MailState.GONE.value
            session.add(row)
        return row.key


def renumbered(mailbox: str, place: Place) -> list[str]:
    """Give up what was to be taken under numbers that the server has withdrawn; returns the keys."""
    with record() as session:
        query = select(Mail).where(
            Mail.mailbox == mailbox,
            Mail.folder == place.folder,
            Mail.uid_validity != place.uid_validity,
            Mail.state == MailState.SEEN,
        )
        rows = session.exec(query.with_for_update()).all()
        for row in rows:
            row.state = MailState.GONE.value
            session.add(row)
        return [row.key for row in rows]


def lost(mailbox: str, keys: Sequence[str]) -> int:
    """How many of these mails are at no other place that is looked into. Those without a key always count."""
    with record() as session:
        query = select(Mail.key).where(
            Mail.mailbox == mailbox, col(Mail.key).in_({k for k in keys if k}), Mail.state != MailState.GONE
        )
        found = set(session.exec(query))
    return sum(key not in found for key in keys)


def _at(mailbox: str, place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Mail.mailbox) == mailbox,
        col(Mail.folder) == place.folder,
        col(Mail.uid_validity) == place.uid_validity,
    )


def _row(session: Session, mailbox: str, place: Place, uid: int) -> Mail:
    query = select(Mail).where(*_at(mailbox, place), Mail.uid == uid).with_for_update()
    return session.exec(query).one()
