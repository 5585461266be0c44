"""Who may sign in, and who is signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, text
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, moment, one_of, reference, required_moment, stamp, words
from queues.models.states import Role


class Account(SQLModel, table=True):
    """계정. `role` is one of staff, supervisor, counselor, administrator.

    must_change: the password was set by somebody else; nothing is shown before it is changed.
    """

    __tablename__ = "account"
    __table_args__ = (one_of("role", Role),)
    id: int = identity()
    username: str = words(None, unique=True)
    display_name: str = words()
    password_hash: str = words(None)
    role: str = words(Role.STAFF.value)
    active: bool = Field(default=True)
    failed_count: int = Field(default=0)
    locked_until: datetime | None = moment()
    officer_id: int | None = reference("officer.id", optional=True)
    created_at: datetime = stamp()
    must_change: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    password_at: datetime | None = moment()


class LoginSession(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its token is kept."""

    __tablename__ = "login_session"
    token_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account_id: int = reference("account.id")
    created_at: datetime = stamp()
    last_seen_at: datetime = stamp()
    expires_at: datetime = required_moment()
    revoked_at: datetime | None = moment()
    address: str = words()
    agent: str = words()
