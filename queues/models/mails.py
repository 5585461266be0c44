"""The mails of the mailboxes that are looked into, and what became of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, moment, one_of, stamp, words
from queues.models.states import MailState


class Mail(SQLModel, table=True):
    """A mail at one place of a mailbox: the same mail in another folder, or renumbered, is another row.

    mailbox              the name of the mailbox in the settings
    uid_validity, uid    the server's numbers for the place; they hold as long as `uid_validity` does
    key                  a hash of the mail's head and size, "" where the head has nothing that is its own
    put_away_at          when it was flagged or moved after it had been taken
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "folder", "uid_validity", "uid"),
        Index("mail_known", "mailbox", "key", postgresql_where=text("key <> ''")),
        Index("mail_waiting", "mailbox", "folder", postgresql_where=text("state = 'seen'")),
        one_of("state", MailState),
    )
    id: int = identity()
    mailbox: str = words(None)
    folder: str = words(None)
    uid_validity: int = Field(nullable=False, sa_type=BigInteger)
    uid: int = Field(nullable=False, sa_type=BigInteger)
    key: str = words()
    state: str = words(MailState.SEEN.value)
    seen_at: datetime = stamp()
    taken_at: datetime | None = moment()
    put_away_at: datetime | None = moment()
