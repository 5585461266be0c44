"""A connection to a mailbox, encrypted and checked as the settings say, and its errors in our words."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import socket
import ssl
import threading
from collections.abc import Iterator

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from bots.intake.mailbox.problems import LineBroken, Refused
from config.mailboxes import Mailbox
from config.settings import settings

log = logging.getLogger(__name__)

# How long one answer of the server may take as a whole, however steadily it trickles.
ANSWER_SECONDS = 120.0


class Broken(Exception):
    """The line ended, or never was; `why` in words for people."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextlib.contextmanager
def signed_in(box: Mailbox) -> Iterator[BaseMailBox]:
    """The mailbox, signed in; no folder is selected. Nothing done here marks a mail as read.

    Raises `Refused` or `LineBroken`, in the block too.
    """
    password = password_of(box)
    with in_our_words(box):
        with _breaking():
            mailbox = _connect(box)
        try:
            _sign_in(box, mailbox, password)
            yield mailbox
        finally:
            # A server that is gone cannot say goodbye, which changes nothing.
            with contextlib.suppress(Exception), within(mailbox, 5.0):
                mailbox.logout()
            with contextlib.suppress(Exception):
                mailbox.client.shutdown()


def password_of(box: Mailbox) -> str:
    """The password by the settings. Raises `Refused`, which names both ways to give it."""
    given = settings().mail_passwords.get(box.name)
    if given is not None:
        return given.get_secret_value()
    if box.password_file is None:
        raise Refused(
            f"{box.place}의 비밀번호가 없습니다: BACKOFFICE_MAIL_PASSWORDS에 이름 {box.name}(으)로 적거나 "
            "BACKOFFICE_MAILBOXES의 password_file에 파일을 적으십시오"
        )
    try:
        return box.password_file.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeError) as error:
        raise Refused(
            f"{box.place}의 비밀번호 파일 {box.password_file}을(를) 읽을 수 없습니다 ({type(error).__name__}): "
            "BACKOFFICE_MAILBOXES의 password_file을 확인하십시오"
        ) from None


@contextlib.contextmanager
def in_our_words(box: Mailbox) -> Iterator[None]:
    """Errors of the libraries as `Refused` or `LineBroken`. Their own texts may quote what we sent."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Refused(
            f"{box.place}의 인증서를 확인할 수 없습니다 ({error.verify_message or error.reason}): "
            "BACKOFFICE_MAILBOXES의 host와 ca_file을 확인하십시오"
        ) from None
    except Broken as error:
        raise LineBroken(f"{box.place}: {error.why}. 이어서 다시 시도합니다") from None
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        if is_passing(error):
            raise LineBroken(f"{box.place}: 서버가 잠시 받지 않습니다. 이어서 다시 시도합니다") from None
        raise Refused(
            f"{box.place}: 서버가 요청을 거절했습니다 ({type(error).__name__}). "
            "BACKOFFICE_MAILBOXES의 folders, move_to, security를 확인하십시오"
        ) from None


@contextlib.contextmanager
def within(mailbox: BaseMailBox, seconds: float = ANSWER_SECONDS) -> Iterator[None]:
    """For every question to the server: cut the line when the answer takes longer, tell a broken line as `Broken`.

    A server that trickles must not hold a bot for days. An OSError outside of this is not the line's: a full disk.
    """
    timer = threading.Timer(seconds, _cut, (mailbox,))
    timer.daemon = True
    timer.start()
    try:
        with _breaking():
            yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def _breaking() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise
    except (imaplib.IMAP4.abort, OSError, EOFError) as error:
        raise Broken(_why(error)) from None


def is_passing(error: Exception) -> bool:
    """Whether the server has refused for now only: its response codes (RFC 5530) say so."""
    return re.search(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", str(error), re.IGNORECASE) is not None


def _cut(mailbox: BaseMailBox) -> None:
    with contextlib.suppress(OSError):
        mailbox.client.socket().shutdown(2)


def _connect(box: Mailbox) -> BaseMailBox:
    if box.security == "none":
        return MailBoxUnencrypted(box.host, box.at_port, timeout=box.timeout_seconds)
    context = _tls(box)
    if box.security == "tls":
        return MailBox(box.host, box.at_port, timeout=box.timeout_seconds, ssl_context=context)
    try:
        return MailBoxStartTls(box.host, box.at_port, timeout=box.timeout_seconds, ssl_context=context)
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        if isinstance(error, imaplib.IMAP4.abort) and "not supported" not in str(error):
            raise
        raise Refused(
            f"{box.place}이(가) STARTTLS를 하지 않습니다: BACKOFFICE_MAILBOXES의 security와 port를 확인하십시오"
        ) from None


def _tls(box: Mailbox) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(box.ca_file) if box.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise Refused(
            f"{box.place}의 ca_file {box.ca_file}을(를) 읽을 수 없습니다 ({type(error).__name__})"
        ) from None
    if not box.check_certificate:
        log.warning("mailbox %s: its certificate is not checked (check_certificate is off)", box.name)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _sign_in(box: Mailbox, mailbox: BaseMailBox, password: str) -> None:
    client = mailbox.client
    try:
        with within(mailbox):
            if "AUTH=PLAIN" in client.capabilities:
                mailbox.login_utf8(box.user, password, initial_folder=None)  # passwords in Hangul too
            else:
                mailbox.login(box.user, password, initial_folder=None)
            # What a server can do it may tell only now; without MOVE mails would be moved another way.
            _, told = client.capability()
    except (imaplib.IMAP4.error, ImapToolsError, UnicodeError) as error:
        if is_passing(error):
            raise LineBroken(f"{box.place}: 서버가 잠시 받지 않습니다. 이어서 다시 시도합니다") from None
        raise Refused(
            f"{box.place}이(가) 아이디나 비밀번호를 거절했습니다: BACKOFFICE_MAILBOXES의 user와 "
            f"BACKOFFICE_MAIL_PASSWORDS의 {box.name}(또는 password_file)을(를) 확인하십시오"
        ) from None
    if told and isinstance(told[-1], bytes):
        client.capabilities = tuple(told[-1].decode("ascii", "replace").upper().split())


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "서버가 제때 답하지 않습니다"
    if isinstance(error, socket.gaierror):
        return "서버 이름을 찾을 수 없습니다 (host를 확인하십시오)"
    if isinstance(error, ConnectionRefusedError):
        return "서버가 연결을 받지 않습니다 (서버가 멈추었거나 port가 다릅니다)"
    if isinstance(error, ssl.SSLError):
        return "암호화된 연결을 맺지 못했거나 끊겼습니다 (처음부터 그렇다면 security와 port를 확인하십시오)"
    return "연결이 끊겼습니다"
