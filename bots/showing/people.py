"""Who may sign in to the demo: an account for each role, the staff being officers of the sandbox's cases."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlmodel import Session

from bots.sandbox.casebook import Casebook
from bots.sandbox.casebook import Officer as SandboxOfficer
from queues import accounts
from queues.models import Officer, Role


@dataclass(frozen=True)
class SignIn:
    """What one of them types in."""

    username: str
    name: str
    role: Role


def open_accounts(session: Session, book: Casebook) -> tuple[list[SignIn], str]:
    """Two officers of the team with the most cases, one of each other role, and three for the treasury.

    Returns them and the password of all.
    """
    password = secrets.token_urlsafe(9)
    first, second = book.officers[0], book.officers[4]  # both of the first team
    people = [
        SignIn("staff", first.name, Role.STAFF),
        SignIn("staff2", second.name, Role.STAFF),
        SignIn("supervisor", "박관리", Role.SUPERVISOR),
        SignIn("commit", "정재무", Role.SUPERVISOR),
        SignIn("order", "한지출", Role.SUPERVISOR),
        SignIn("cashier", "오출납", Role.STAFF),
        SignIn("counselor", "이상담", Role.COUNSELOR),
        SignIn("admin", "최시스템", Role.ADMINISTRATOR),
    ]
    numbers = {"staff": first, "staff2": second}
    for person in people:
        account = accounts.create(
            session, person.username, password, role=person.role, display_name=person.name
        )
        officer = numbers.get(person.username)
        if officer is not None:
            accounts.sit_at(session, account, _officer(session, officer), "demo")
    return people, password


def _officer(session: Session, of: SandboxOfficer) -> int:
    """As the first pull of cases would enter them."""
    row = Officer(number=of.number, name=of.name, team=of.team, center=of.center)
    session.add(row)
    session.flush()
    return row.id
