"""Signing in to a mailbox, what the doctor says of it, and the bots when its server is down or refuses."""

from __future__ import annotations

import base64
import socket
import threading
import traceback
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bots.doctor import mailboxes
from bots.intake.mailbox import bot
from bots.intake.mailbox.look import look
from bots.intake.mailbox.problems import LineBroken, Refused
from bots.sandbox.bad_line import BadLine
from bots.sandbox.fax_mail import Attached, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from config.settings import settings
from queues import bots, database, work
from queues.bots import Work
from queues.errors import BusinessError
from queues.models import ReviewTask, WorkItem
from tests.bots.mailboxes import FAX, NOON, PDF, box_of, configured, deliveries, mailbox, papers
from tests.conftest import environment

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("database_url"),
]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_and_the_certificate_is_checked(server: MailServer, security: str) -> None:
    port = server.tls_port if security == "tls" else server.port
    with mailbox(server, f"e-{security}", security=security, port=port, ca_file=server.ca_file) as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, box.name)
        assert look(box)["papers"] == 1
        with pytest.raises(Refused, match=r"인증서.*ca_file"):
            look(box.model_copy(update={"ca_file": None}))
        look(box.model_copy(update={"ca_file": None, "check_certificate": False}))


def test_a_server_without_starttls_gets_no_password(server: MailServer) -> None:
    """Somebody on the line takes STARTTLS out of what the server offers."""
    with _Impostor() as impostor, mailbox(server, "strip", security="starttls", port=impostor.port) as box:
        with pytest.raises(Refused, match="STARTTLS"):
            look(box)
        assert server.password.encode() not in impostor.heard
        assert b"LOGIN" not in impostor.heard


class _Impostor:
    """Says that it is an IMAP server without STARTTLS, and notes what it is told."""

    def __enter__(self) -> _Impostor:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        line, _ = self._listener.accept()
        with line:
            line.sendall(b"* OK ready\r\n")
            while said := line.recv(1000):
                self.heard += said
                tag = said.split(b" ")[0]
                line.sendall(b"* CAPABILITY IMAP4REV1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")


def test_a_refused_password_names_the_settings_and_never_itself(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "틀린-비밀번호-1234"
    with mailbox(server, "refused") as box:
        with (
            environment(BACKOFFICE_MAIL_PASSWORDS=f'{{"refused": "{secret}"}}'),
            pytest.raises(Refused, match=r"(?s)user.*BACKOFFICE_MAIL_PASSWORDS.*password_file") as caught,
        ):
            look(box)
        with environment(BACKOFFICE_MAIL_PASSWORDS="{}"), pytest.raises(Refused, match="password_file"):
            look(box)
        gone = box.model_copy(update={"password_file": Path("/nowhere/secret")})
        with environment(BACKOFFICE_MAIL_PASSWORDS="{}"), pytest.raises(Refused, match="/nowhere/secret"):
            look(gone)
    shown = "".join(traceback.format_exception(caught.value, chain=True)) + caplog.text
    assert secret not in shown
    assert base64.b64encode(f"\0fax\0{secret}".encode()).decode() not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_password_may_lie_in_a_file_and_be_in_hangul(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with MailServer(password='한글 비밀번호"1') as server:
        file.write_text(server.password + "\n", "utf-8")
        with mailbox(server, "file", password_file=file) as box, environment(BACKOFFICE_MAIL_PASSWORDS="{}"):
            assert look(box).total() == 0


def test_a_folder_that_is_not_there_is_no_empty_folder(server: MailServer) -> None:
    with (
        mailbox(server, "there") as box,
        pytest.raises(Refused, match="folders"),
    ):
        look(box.model_copy(update={"folders": ("없는 폴더",)}))


def test_the_doctor_signs_in_and_says_what_to_change(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "CONNECT_SECONDS", 30.0)
    file = tmp_path / "password"
    file.write_text(server.password)
    file.chmod(0o644)
    tls: dict[str, Any] = {"security": "tls", "port": server.tls_port, "ca_file": server.ca_file}
    boxes = [
        box_of(server, "seen-well", **tls),
        box_of(server, "seen-open"),
        box_of(server, "seen-file", password_file=file, **tls),
        box_of(server, "seen-lost", port=1),
        box_of(server, "seen-none", folders=("no-such",)),
    ]
    for box in boxes[:4]:
        server.make_folder(box.name)
    with configured(server, *boxes):
        found = {check.name.split()[1]: check for check in mailboxes.checks(settings())}
    assert {name: check.state for name, check in found.items()} == {
        "seen-well": "ok",
        "seen-open": "advice",
        "seen-file": "advice",
        "seen-lost": "advice",
        "seen-none": "missing",
    }
    assert "chmod 600" in found["seen-file"].remedy
    assert server.password not in str(found)


def item(name: str, **payload: Any) -> Work:
    with database.session() as session:
        row = work.add(session, name, f"test:{uuid.uuid4()}", payload=payload)
        session.commit()
        return Work(id=row.id, bot=name, reference=row.reference, payload=payload, attempt=1, tries=1)


def open_questions_of(work_item: Work) -> list[str]:
    with database.session() as session:
        query = select(ReviewTask.question).where(
            ReviewTask.item_id == work_item.id, ReviewTask.state == "open"
        )
        return list(session.exec(query).all())


def test_a_mailbox_that_is_down_holds_up_no_other(server: MailServer) -> None:
    with BadLine(server.host, server.port) as line:
        down, well = box_of(server, "down", port=line.port), box_of(server, "well")
        for box in (down, well):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, box.name)
        line.go_down()
        with configured(server, down, well):
            outcome = bot.run(item("intake.mail"))
            assert outcome.counts["papers"] == 1
            assert outcome.counts["unreachable"] == 1
            assert bot.run(item("intake.mail")).idle, "the one that is down has an item of its own"
            alone = item("intake.mailbox", mailbox="down")
            with pytest.raises(LineBroken):
                bot.run_alone(alone)
            assert open_questions_of(alone) == []
            alone.tries = bot.ASK_AFTER
            for _ in range(2):
                with pytest.raises(LineBroken):
                    bot.run_alone(alone)
            assert len(open_questions_of(alone)) == 1
            line.be_well()
            assert bot.run_alone(alone).counts["papers"] == 1
            assert open_questions_of(alone) == [], "it has answered"
    with database.session() as session:
        rows = session.exec(
            select(WorkItem.reference).where(WorkItem.bot == "intake.mailbox", WorkItem.attempt == 1)
        ).all()
    assert "mailbox:down" in rows
    assert "mailbox:well" not in rows


def test_a_refusal_is_asked_about_at_once_and_tried_seldom(server: MailServer) -> None:
    """Mail servers lock an account after some wrong passwords."""
    policy = bots.registered()["intake.mailbox"].retry
    assert (policy.pause(Refused("x"), 1) or 0) >= 600
    assert (policy.pause(Refused("x"), 500) or 0) >= 3600
    pauses = [policy.pause(LineBroken("x"), n) or 0 for n in range(1, 200)]
    assert pauses[0] <= 10
    assert max(pauses) <= 300, "however long it was down, minutes after it is back its mails are taken"
    with mailbox(server, "wrong"), environment(BACKOFFICE_MAIL_PASSWORDS='{"wrong": "x"}'):
        alone = item("intake.mailbox", mailbox="wrong")
        with pytest.raises(Refused):
            bot.run_alone(alone)
        (question,) = open_questions_of(alone)
        assert "BACKOFFICE_MAIL_PASSWORDS" in question


def test_a_server_that_moves_nothing_still_has_its_mails_taken(server: MailServer) -> None:
    """The folder's name is refused; that is told once, and tried seldom, while faxes come in as ever."""
    with mailbox(server, "stuck", after="move", move_to="a..b"):
        for n in range(2):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)]), NOON, "stuck")
            assert bot.run(item("intake.mail")).counts["papers"] == 1
        alone = item("intake.mailbox", mailbox="stuck", about="aside")
        with pytest.raises(Refused, match="move_to"):
            bot.run_alone(alone)
        assert len(open_questions_of(alone)) == 1
    with database.session() as session:
        query = select(WorkItem.reference).where(WorkItem.bot == "intake.mailbox")
        assert list(session.exec(query)).count("mailbox:stuck:aside") == 1
    assert len(deliveries("stuck")) == 2


def test_a_mail_that_somebody_deleted_in_the_last_moment_is_told(server: MailServer) -> None:
    with BadLine(server.host, server.port) as line, mailbox(server, "deleted", port=line.port):
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF * 1000)]), NOON, "deleted")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "deleted")
        line.cut_after(50_000)
        assert bot.run(item("intake.mail")).counts["unreachable"] == 1
        with server.sign_in() as person:
            person.folder.set("deleted")
            person.delete(["1"])
        with pytest.raises(BusinessError, match="1통"):
            bot.run_alone(item("intake.mailbox", mailbox="deleted"))
        assert bot.run_alone(item("intake.mailbox", mailbox="deleted")).idle
    assert papers("deleted") == [PDF]
