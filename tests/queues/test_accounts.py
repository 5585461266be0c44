"""Sign-in: passwords one-way, locked after repeated failures, sessions that end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from queues import access, accounts
from queues.errors import SignInRefused
from queues.models import Account, LoginSession, Role

PASSWORD = "correct horse battery"


@pytest.fixture
def account(session: Session, request: pytest.FixtureRequest) -> Account:
    made = accounts.create(session, f"user-{request.node.name}"[:60], PASSWORD, role=Role.STAFF)
    session.commit()
    return made


def test_the_password_is_kept_one_way(session: Session, account: Account) -> None:
    assert account.password_hash.startswith("$argon2id$")
    assert accounts.verify_password(session, account.username, PASSWORD).id == account.id
    with pytest.raises(SignInRefused):
        accounts.verify_password(session, "nobody at all", PASSWORD)
    with pytest.raises(ValueError, match="at least"):
        accounts.create(session, "x", "short")
    with pytest.raises(ValueError, match="taken"):
        accounts.create(session, account.username, PASSWORD)


def test_it_locks_after_repeated_failures_and_opens_again(session: Session, account: Account) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused) as refused:
            accounts.verify_password(session, account.username, "wrong password")
        assert not refused.value.locked
    with pytest.raises(SignInRefused) as refused:
        accounts.verify_password(session, account.username, PASSWORD)
    assert refused.value.locked
    account.locked_until = datetime.now(UTC) - timedelta(seconds=1)
    session.add(account)
    session.commit()
    assert accounts.verify_password(session, account.username, PASSWORD).failed_count == 0


def test_a_session_is_a_row_that_can_be_revoked(session: Session, account: Account) -> None:
    token = accounts.open_session(session, account, address="10.0.0.1")
    session.commit()
    row = session.exec(select(LoginSession).where(LoginSession.account_id == account.id)).one()
    assert token.encode() not in row.token_hash
    found = accounts.session_account(session, token)
    assert found is not None
    assert found.id == account.id
    assert accounts.session_account(session, "forged") is None
    assert accounts.session_account(session, "") is None
    accounts.revoke(session, token)
    session.commit()
    assert accounts.session_account(session, token) is None


@pytest.mark.parametrize("change", ["idle", "expired", "closed", "new password"])
def test_sessions_end(session: Session, account: Account, change: str) -> None:
    token = accounts.open_session(session, account)
    session.commit()
    row = session.exec(select(LoginSession).where(LoginSession.account_id == account.id)).one()
    past = datetime.now(UTC) - timedelta(hours=1)
    if change == "idle":
        row.last_seen_at = past
    elif change == "expired":
        row.expires_at = past
    elif change == "closed":
        account.active = False
    else:
        accounts.set_password(session, account, PASSWORD + "!", "account:1")
    session.add(row)
    session.add(account)
    session.commit()
    session.expire_all()
    assert accounts.session_account(session, token) is None


def test_to_unmask_needs_a_reason(session: Session, account: Account) -> None:
    with pytest.raises(ValueError, match="reason"):
        access.log_access(session, account, address="::1", subject="person:1", action="unmask", reason=" ")
    entry = access.log_access(
        session, account, address="::1", subject="person:1", action="unmask", reason="민원 확인"
    )
    session.commit()
    assert (entry.account_name, entry.at is not None) == (account.username, True)
