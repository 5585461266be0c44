"""User and password of the portal are nowhere: not in traces, pictures, diaries, logs, errors or the database."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from pathlib import Path
from urllib.parse import quote_plus

import psycopg
import pytest
from PIL import Image, ImageChops
from pydantic import SecretStr

from bots.browsing.scrub import STARS, Scrubber
from bots.intake.portal import bot
from bots.intake.portal.credentials import credentials
from bots.sandbox.portal_site import Member, PortalSite
from config.settings import CONFIG_DIR, Settings, settings
from queues import evidence
from queues.errors import BackOfficeError, BusinessError
from tests.bots.portal_world import World, needs_browser, portal_world
from tests.conftest import environment

USER, PASSWORD = "zq7center", 'Pa"ss&w0rd<1+2>/한글'
DRESSES = [
    PASSWORD.encode(),
    quote_plus(PASSWORD).encode(),
    json.dumps(PASSWORD)[1:-1].encode(),
    json.dumps(PASSWORD, ensure_ascii=False)[1:-1].encode(),
    b"Pa&quot;ss&amp;w0rd",
    b"w0rd",
    USER.encode(),
    USER.upper().encode(),
]


CODES = {
    "inbox": "portal_changed",
    "locked": "portal_locked",
    "password": "portal_password",
    "down": "HTTP 502",
}


def kept(world: World, member: Member, trouble: str) -> dict[str, bytes]:
    """What a visit that ends in `trouble` leaves, by kind; traces unpacked into one."""
    item = world.item(tries=bot.ASK_AFTER, attempt=2)
    member.failures, member.change = 0, ""
    world.site.members.end_sessions()
    if trouble == "password":
        member.change = "must"
    elif trouble == "locked":
        member.lock()
    elif trouble == "inbox":
        world.site.look.labels = {"number": "전문번호"}
    elif trouble == "down":
        world.site.outage(3600, "error")
    with pytest.raises(BackOfficeError) as raised:
        world.visit(item)
    chain: BaseException | None = raised.value
    while chain is not None:
        assert not any(dress in f"{chain!r} {chain}".encode() for dress in DRESSES)
        chain = chain.__cause__ or chain.__context__
    assert CODES[trouble] in str(raised.value)
    assert member.failures == (5 if trouble == "locked" else 0)
    world.site.look.labels = {}
    found: dict[str, bytes] = {}
    for one in evidence.of_item(item.id):
        content = evidence.content(one)
        if one.kind == "trace":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = b"\n".join(packed.read(name) for name in packed.namelist())
                content += "\n".join(packed.namelist()).encode()
        found[one.kind] = found.get(one.kind, b"") + content
    assert set(found) == {"screenshot", "trace", "log"}
    return found


@needs_browser
@pytest.mark.browser
@pytest.mark.usefixtures("database_url")
def test_what_a_visit_leaves_behind_gives_nothing_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, database_url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    pictures: dict[str, list[bytes]] = {}
    for user, password in ((USER, PASSWORD), ("k3verwaltung", "Quite-another-0ne!")):
        member = Member(user, password)
        with portal_world(tmp_path, PortalSite(member=member)) as world:
            world.site.clock._begin = world.site.clock._begin.replace(hour=12, minute=0, second=0)
            for trouble in CODES if user == USER else ("inbox", "password"):  # where the user is shown
                found = kept(world, member, trouble)
                pictures.setdefault(trouble, []).append(found["screenshot"])
                for content in (found["trace"], found["log"], found["screenshot"]):
                    assert not any(dress in content for dress in DRESSES)
                assert b"JSESSIONID=" not in found["trace"]
                assert b"userPw=" not in found["trace"], "not even with stars: what the form sent is left out"
                if trouble == "inbox":
                    assert "받은팩스함".encode() in found["trace"], "it is a trace of the pages all the same"
                    assert STARS.encode() in found["trace"], "and there was something to hide"
    for trouble, (one, other) in ((name, found) for name, found in pictures.items() if len(found) == 2):
        first, second = (Image.open(io.BytesIO(picture)).convert("L") for picture in (one, other))
        assert first.size == second.size, trouble
        assert ImageChops.difference(first, second).getbbox() is None, f"{trouble}: users tell by the picture"
    assert not any(dress.decode() in caplog.text for dress in DRESSES)
    with psycopg.connect(database_url) as connection:
        for table in ("work_item", "review_task", "audit_event", "portal_standing", "work_item_event"):
            rows = connection.execute(f"SELECT t::text FROM {table} t").fetchall()
            assert not any(dress.decode() in row[0] for row in rows for dress in DRESSES)


def test_a_scrubbed_trace_is_still_one(tmp_path: Path) -> None:
    made = io.BytesIO()
    line = {"type": "before", "params": {"value": PASSWORD}, "headers": [{"name": "Cookie", "value": "a=b"}]}
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("trace.trace", json.dumps(line) + "\n" + json.dumps({"x": USER}) + "\n")
        packed.writestr("resources/1.html", f"<b>{USER}</b>")
    scrubber = Scrubber([USER, PASSWORD])
    with zipfile.ZipFile(io.BytesIO(scrubber.trace(made.getvalue()))) as clean:
        lines = [json.loads(text) for text in clean.read("trace.trace").decode().splitlines()]
        assert clean.read("resources/1.html").decode() == f"<b>{STARS}</b>"
    assert lines[0] == {
        "type": "before",
        "params": {"value": STARS},
        "headers": [{"name": "Cookie", "value": STARS}],
    }
    assert lines[1] == {"x": STARS}


def test_credentials_come_from_the_environment_or_a_mounted_file(tmp_path: Path, database_url: str) -> None:
    secret = tmp_path / "portal-secret"
    secret.write_text(f"{USER}\n{PASSWORD}\n", "utf-8")
    with environment(BACKOFFICE_PORTAL_SECRET_FILE=str(secret)):
        found = credentials(settings())
        assert found.secrets() == (PASSWORD, USER)
        assert PASSWORD not in repr(found)
        assert PASSWORD not in repr(settings())
    with environment(BACKOFFICE_PORTAL_USER=USER, BACKOFFICE_PORTAL_PASSWORD=PASSWORD):
        assert credentials(settings()).fingerprint() == found.fingerprint()
    for wrong in (tmp_path / "missing", CONFIG_DIR / "bots.yaml"):
        with environment(BACKOFFICE_PORTAL_SECRET_FILE=str(wrong)), pytest.raises(BusinessError) as told:
            credentials(settings())
        assert told.value.code == "portal_settings"
    from_env_file = Settings(portal_user=SecretStr(USER), portal_password=SecretStr(PASSWORD))
    with pytest.raises(BusinessError, match=r"\.env"):
        credentials(from_env_file)
    secret.write_text(f"{USER}:{PASSWORD}", "utf-8")
    with (
        environment(BACKOFFICE_PORTAL_SECRET_FILE=str(secret)),
        pytest.raises(BusinessError, match="두 줄") as told,
    ):
        credentials(settings())
    assert PASSWORD not in str(told.value)
