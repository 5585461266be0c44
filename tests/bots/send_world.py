"""Ways out for tests: the sandbox's mail server, message gateway and electronic boxes, and dispatches that wait.

with ways_out() as out:
    number = planned("sms", text="...")
    carry(number)
    assert out.gateway.taken[key_of(number)] == 1
"""

from __future__ import annotations

import io
import itertools
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pikepdf
from sqlmodel import Session, col, select

from bots.notices.send.once import carry
from bots.notices.send.way import Doubtful, NotYet
from bots.sandbox.electronic_box import ElectronicBox
from bots.sandbox.mail_server import MailServer
from bots.sandbox.message_gateway import MessageGateway
from bots.sandbox.smtp_server import SmtpServer
from bots.sandbox.taking_service import TOKEN
from config.settings import settings
from queues import crypto, database, dispatches, files
from queues.models import Application, Consent, Dispatch, DispatchEvent, Notice, Person
from tests.bots.notice_world import case, notice
from tests.conftest import environment

TEXT = "[울산고용센터] 보완 서류 1건을 12월 7일까지 제출하여 주시기 바랍니다."
_numbers = itertools.count(os.getpid() % 1000 * 1000)


@dataclass
class Out:
    """The three of them; `archive` only where it was asked for."""

    gateway: MessageGateway
    box: ElectronicBox
    smtp: SmtpServer
    archive: MailServer | None = None


@contextmanager
def ways_out(*, archive: MailServer | None = None, certain: float = 1.2, **mail: object) -> Iterator[Out]:
    """All three up and set up in the environment; nothing is quiet at night.

    certain  after so many seconds what is not in a service's list was never there
    mail     further settings of the mail server
    """
    out = Out(MessageGateway(), ElectronicBox(), SmtpServer(archive=archive), archive)
    told: dict[str, object] = {"timeout_seconds": 2.0, **mail}
    if archive is not None:
        told |= {"copy_to": out.smtp.copy_to, "archive": {
            "name": "sent", "host": archive.host, "port": archive.port, "security": "none", "user": archive.user,
        }}  # fmt: skip
    quick = {"certain_after_seconds": certain, "timeout_seconds": 0.6}
    with out.gateway, out.box, out.smtp, quiet_nights(False), environment(
        BACKOFFICE_MESSAGE_GATEWAY=json.dumps(out.gateway.settings(**quick)),
        BACKOFFICE_MESSAGE_GATEWAY_TOKEN=TOKEN,
        BACKOFFICE_ELECTRONIC_BOX=json.dumps(out.box.settings(**quick)),
        BACKOFFICE_ELECTRONIC_BOX_TOKEN=TOKEN,
        BACKOFFICE_MAIL_OUT=json.dumps(out.smtp.settings(**told)),
        BACKOFFICE_MAIL_OUT_PASSWORD=out.smtp.password,
        BACKOFFICE_MAIL_PASSWORDS=json.dumps({"sent": archive.password} if archive else {}),
    ):  # fmt: skip
        yield out


@contextmanager
def quiet_nights(on: bool, begin: str = "21:00", until: str = "08:00") -> Iterator[None]:
    """The center's own quiet hours; off: none at all."""
    folder = settings().var_dir / ("nights" if on else "no_nights")
    folder.mkdir(parents=True, exist_ok=True)
    hours = (begin, until) if on else ("00:00", "00:00")
    text = f'from: "{hours[0]}"\nuntil: "{hours[1]}"\nchannels: [sms, lms, alimtalk]\n'
    (folder / "quiet_hours.yaml").write_text(text)
    with environment(BACKOFFICE_CONFIG_DIR=str(folder)):
        yield


def planned(channel: str, *, text: str = TEXT, kind: str = "supplement", **to: str) -> int:
    """A dispatch of a letter that is ready, by this channel; returns its id. `to`: where it goes, if not home."""
    with Session(database.engine(), expire_on_commit=False) as session:
        one = case(session, next(_numbers))
        letter = notice(session, one, "draft", kind=kind)
        letter.text_enc, letter.letter_sha256 = crypto.seal(text), files.put(two_pages())
        letter.state, letter.pages, letter.sheets = "ready", 2, 1
        for way in ("email", "sms", "alimtalk", "electronic"):
            session.add(Consent(person_id=one.person_id, channel=way, address=to.get("box", "")))
        session.add(letter)
        made = dispatches.plan(session, letter, channel, _home(session, one) | to)
        session.commit()
        return made.id


@cache
def two_pages() -> bytes:
    """A letter that is small."""
    target = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(2):
            made.add_blank_page(page_size=(595, 842))
        made.save(target)
    return target.getvalue()


def _home(session: Session, one: Application) -> dict[str, str]:
    person = session.get_one(Person, one.person_id)
    return {"name": person.name, "phone": person.phone, "email": person.email, "box": f"BOX-{person.id}"}


def carried(dispatch_id: int, seconds: float = 10.0) -> Dispatch:
    """Carried as the bot does it, until it is over or a person is asked."""
    until = time.monotonic() + seconds
    while True:
        try:
            carry(dispatch_id)
            return dispatch(dispatch_id)
        except (NotYet, Doubtful) as error:
            assert time.monotonic() < until, error
            time.sleep(min(error.pause or 0.05, 0.3))


def dispatch(dispatch_id: int) -> Dispatch:
    with Session(database.engine()) as session:
        return session.get_one(Dispatch, dispatch_id)


def letter_of(dispatch_id: int) -> Notice:
    with Session(database.engine()) as session:
        return session.get_one(Notice, session.get_one(Dispatch, dispatch_id).notice_id)


def key_of(dispatch_id: int) -> str:
    return dispatch(dispatch_id).key


def events(dispatch_id: int) -> list[str]:
    """States and codes in their order: "leaving:tried"."""
    query = (
        select(DispatchEvent).where(DispatchEvent.dispatch_id == dispatch_id).order_by(col(DispatchEvent.id))
    )
    with Session(database.engine()) as session:
        return [f"{event.state}:{event.code}".rstrip(":") for event in session.exec(query)]
