"""Sign-in and one's own password at the door: initial passwords, locks, and who cannot be locked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlmodel import Session, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.acts import accounts as acts
from dashboard.acts.accounts import CannotChange
from dashboard.acts.rights import NotAllowed
from dashboard.door import password, sessions, sign_in
from dashboard.door.guard import Guard
from dashboard.door.throttle import Throttle
from dashboard.visitor import Visitor
from queues import accounts
from queues.models import AccessLog, Account, AuditEvent, LoginSession, Officer, Role
from tests.conftest import environment

PASSWORD = "a-long-enough-password"
FAILURES = 2


async def _desk(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.state.visitor.username)


@pytest.fixture(autouse=True)
def _few_failures(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)  # its strength is not what is tried here
    monkeypatch.setattr(accounts, "_nobody", lambda: quick.hash("nobody"))
    monkeypatch.setattr(sessions, "_addresses", Throttle())
    sessions._browsers.cache_clear()
    with environment(BACKOFFICE_PASSWORD_FAILURES=str(FAILURES)):
        yield
    sessions._browsers.cache_clear()


@pytest.fixture
def account(session: Session, request: pytest.FixtureRequest) -> Account:
    made = accounts.create(session, request.node.name[:50], PASSWORD, role=Role.STAFF)
    session.commit()
    return made


def browser() -> TestClient:
    """A browser that nobody has used."""
    routes = [*sign_in.ROUTES, *password.ROUTES, Route("/desk", _desk)]
    app = Starlette(routes=routes, middleware=[Middleware(Guard)])
    return TestClient(app, follow_redirects=False, headers={"accept": "text/html"})


def post(client: TestClient, path: str, **form: str) -> tuple[int, str]:
    """Fill in the form of a page, with the token that stands in it; status and what it says."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    answer = client.post(path, data={**form, "form_token": found[1]})
    return answer.status_code, answer.text


def enter(client: TestClient, account: Account, given: str = PASSWORD) -> int:
    return post(client, "/signin", username=account.username, password=given)[0]


def leave(client: TestClient) -> None:
    """The session is gone, the rest of the cookies stays."""
    client.cookies.delete("backoffice_session")


def test_an_initial_password_is_changed_before_anything_is_shown(session: Session, account: Account) -> None:
    accounts.set_password(session, account, PASSWORD, "account:1", must_change=True)
    session.commit()
    client, elsewhere = browser(), browser()
    assert enter(client, account) == enter(elsewhere, account) == 303
    answer = client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    assert client.get("/desk", headers={"accept": "image/png"}).status_code == 403
    assert client.post("/desk").status_code == 403
    for current, new, again, told in (
        (PASSWORD, "new-one-234", "new-one-235", "서로 다릅니다"),
        (PASSWORD, "short1!", "short1!", "10자 이상"),
        (PASSWORD, "onlyletters", "onlyletters", "두 가지 이상"),
        (PASSWORD, "11111111-1", "11111111-1", "두 가지 이상"),
        (PASSWORD, PASSWORD, PASSWORD, "쓰던 비밀번호"),
        (PASSWORD, f"x{account.username}1", f"x{account.username}1", "아이디"),
        ("not this one", "new-one-234", "new-one-234", "현재 비밀번호"),
    ):
        status, text = post(client, "/password", current=current, new=new, again=again)
        assert status in (401, 422) and told in text
    assert post(client, "/password", current=PASSWORD, new="new-one-234", again="new-one-234")[0] == 303
    assert client.get("/desk").text == account.username
    assert elsewhere.get("/desk").status_code == 303, "all other sessions have ended"
    assert "/signin" in elsewhere.get("/desk").headers["location"]
    assert accounts.verify_password(session, account.username, "new-one-234").id == account.id


def test_the_form_must_be_ours(account: Account) -> None:
    client = browser()
    enter(client, account)
    given = {"current": PASSWORD, "new": "new-one-234", "again": "new-one-234", "form_token": "made up"}
    assert client.post("/password", data=given).status_code == 400
    assert client.post("/password", data=given, headers={"origin": "http://other.example"}).status_code == 403
    assert browser().post("/password", data=given).status_code == 401


def test_strangers_who_guess_lock_nobody_out_of_their_own_browser(session: Session, account: Account) -> None:
    own, strange = browser(), browser()
    assert enter(own, account) == 303
    leave(own)
    assert [enter(strange, account, "a guess") for _ in range(FAILURES)] == [401] * FAILURES
    assert enter(strange, account) == 423, "for strangers it is locked"
    assert enter(own, account) == 303, "its owner comes in all the same"
    leave(own)
    mark = own.cookies["backoffice_known"]
    for forged in (mark[:-1] + ("0" if mark[-1] != "0" else "1"), f"{account.id}.x.y", "junk", "~~.."):
        other = browser()
        other.cookies.set("backoffice_known", forged, path="/signin")
        assert enter(other, account) == 423
    assert [enter(own, account, "a guess") for _ in range(FAILURES)] == [401] * FAILURES
    assert enter(own, account) == 429, "a known browser has a budget of its own"
    logged = session.exec(select(AccessLog.action).where(AccessLog.account_id == account.id)).all()
    assert logged.count("sign_in") == 2 and logged.count("sign_in_failed") == FAILURES * 2 + 1 + 4


def test_a_known_browser_is_known_to_each_of_its_people_and_to_nobody_else(
    session: Session, account: Account
) -> None:
    colleague = accounts.create(session, f"{account.username}-2", PASSWORD)
    third = accounts.create(session, f"{account.username}-3", PASSWORD)
    session.commit()
    shared, strange = browser(), browser()
    for person in (account, colleague):
        assert enter(shared, person) == 303
        leave(shared)
    for person in (account, colleague, third):
        for _ in range(FAILURES):
            enter(strange, person, "a guess")
    answers = []
    for person in (account, colleague, third):
        answers.append(enter(shared, person))
        leave(shared)
    assert answers == [303, 303, 423]


def test_one_address_is_slowed_whatever_names_it_tries(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_addresses", Throttle(limit=3))
    own = browser()
    assert enter(own, account) == 303
    leave(own)
    names = [Account(id=0, username=f"nobody-{n}", password_hash="") for n in range(4)]
    assert [enter(browser(), name) for name in names] == [401, 401, 401, 429]
    assert enter(browser(), account) == 429
    assert enter(own, account) == 303, "not the known browser of somebody at the same address"


def test_an_administrator_unlocks_and_nobody_else(session: Session, account: Account) -> None:
    strange = browser()
    for _ in range(FAILURES):
        enter(strange, account, "a guess")
    assert enter(strange, account) == 423
    boss = Visitor(account.id, "boss", "", Role.ADMINISTRATOR, "127.0.0.1", "s")
    for role in (Role.STAFF, Role.SUPERVISOR):
        with pytest.raises(NotAllowed):
            acts.unlock(session, Visitor(account.id, "x", "", role, "127.0.0.1", "s"), account.id)
    acts.unlock(session, boss, account.id)
    session.commit()
    assert enter(strange, account) == 303
    done = session.exec(select(AuditEvent.action).where(AuditEvent.subject_id == str(account.id))).all()
    assert done.count("account.lock") == done.count("account.unlock") == 1


def test_an_account_is_one_officer_and_an_officer_one_account(session: Session, account: Account) -> None:
    boss = Visitor(account.id, "boss", "", Role.ADMINISTRATOR, "127.0.0.1", "s")
    officer = acts.enter_officer(session, boss, " 701 ", "이담당", "실업급여과")
    with pytest.raises(CannotChange, match="이미 있습니다"):
        acts.enter_officer(session, boss, "701", "박담당", "")
    acts.sit_at(session, boss, account.id, officer.id)
    with pytest.raises(CannotChange, match="다른 계정"):
        acts.create(session, boss, "second-701", "정담당", Role.STAFF, officer.id)
    with pytest.raises(NotAllowed):
        acts.sit_at(session, Visitor(1, "x", "", Role.SUPERVISOR, "127.0.0.1", "s"), account.id, officer.id)
    session.flush()
    first = acts.create(session, boss, "third-701", "최담당", Role.STAFF)
    made = accounts.find(session, "third-701")
    assert made is not None and made.must_change
    assert acts.reset_password(session, boss, made.id) != first
    acts.keep_officer(session, boss, officer.id, active=False)
    assert not session.get_one(Officer, officer.id).active
    session.rollback()


def test_without_a_database_the_door_says_so(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    from queues.errors import NoDatabase

    def down(*_: object, **__: object) -> None:
        raise NoDatabase("down")

    client = browser()
    assert client.get("/signin").status_code == 200
    monkeypatch.setattr(sign_in, "sign_in", down)
    status, text = post(client, "/signin", username="x", password="y")
    assert status == 503 and "데이터베이스에 연결할 수 없습니다" in text


def test_sessions_of_the_old_password_are_gone(session: Session, account: Account) -> None:
    accounts.open_session(session, account)
    accounts.choose_password(session, account, "another-one-9")
    session.flush()
    rows = session.exec(select(LoginSession).where(LoginSession.account_id == account.id)).all()
    assert rows and all(r.revoked_at for r in rows)
    session.rollback()
