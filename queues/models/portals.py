"""What the record knows of a portal between two visits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from queues.models.columns import moment, name_key, stamp, words


class PortalStanding(SQLModel, table=True):
    """How we stand with a portal: whether we may sign in, and whether everything was looked through.

    credential     blind index of user and password as last used: new ones lift a stop
    unanswered     sign-ins that were sent and not clearly answered since the last that was
    stopped_code   why nobody signs in until a person has seen to it ("portal_locked"), "" when nothing is
                   in the way; stopped_item is the work item at which that was told
    looked_through_at   when the whole inbox was last gone through with nothing left over
    left_over      something was seen and is not in the record yet
    """

    __tablename__ = "portal_standing"
    name: str = name_key()
    credential: bytes | None = Field(default=None, sa_type=LargeBinary)
    unanswered: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    unanswered_at: datetime | None = moment()
    stopped_code: str = words()
    stopped_item: int | None = Field(default=None, sa_type=BigInteger)
    stopped_at: datetime | None = moment()
    looked_through_at: datetime | None = moment()
    left_over: bool = Field(
        default=False, sa_type=Boolean, sa_column_kwargs={"server_default": text("false")}
    )


class PortalProblem(SQLModel, table=True):
    """A fax of a portal that could not be fetched whole so far.

    problem   what was wrong the last time ("size", "pages", "cut", ...)
    sha256    of what came, where it came whole by its own word: twice the same is all there is
    told_item the work item at which a person was told
    """

    __tablename__ = "portal_problem"
    name: str = name_key()
    number: str = Field(primary_key=True, sa_type=Text)
    tries: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    problem: str = words()
    sha256: str = words()
    next_at: datetime | None = moment()
    told_item: int | None = Field(default=None, sa_type=BigInteger)
    first_at: datetime = stamp()
