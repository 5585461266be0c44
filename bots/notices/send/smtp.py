"""How a mail is said to a server, in the order in which it can go wrong.

Until the last dot is sent the server cannot have taken the mail over (RFC 5321, 4.1.1.4), from then on it may have:
a line that breaks or a process that ends there is a doubt that no server can be asked about.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bots.notices.send.way import CannotGo, Doubtful, Leaving, NotYet, SetUpWrong
from config.mail_out import MailOut
from config.settings import settings

_TALK_SECONDS = 300.0
_CONTENT_SECONDS = 600.0
_FULL = ("4.2.2", "5.2.2")


@dataclass(frozen=True)
class Accepted:
    """The server has taken the mail over. `answer`: its own words; `copied`: the archive's copy too."""

    answer: str
    copied: bool


def deliver(server: MailOut, to: str, content: bytes, mark: Callable[[], None]) -> Accepted:
    """Hand a mail over to the server; `mark` is called right before its content goes.

    content  the whole mail with lines ended by CR LF

    Raises `CannotGo` (this recipient, this mail), `SetUpWrong` (us), `NotYet` (not now), `Doubtful`.
    """
    with _in_our_words(server), _connected(server) as smtp:
        with _within(smtp, _TALK_SECONDS):
            _greet(smtp, server)
            copied = _name_people(smtp, server, to, len(content))
            _asked_for(smtp.docmd("DATA"), "data", 354)
        mark()
        with _within(smtp, _CONTENT_SECONDS, wait=_CONTENT_SECONDS):
            smtp.send(
                _dotted(content)
            )  # without its end it is no mail: a line that breaks here breaks nothing
        answer = _end(smtp, server)
        # What the server has said is said; that it cannot say goodbye changes nothing.
        with contextlib.suppress(Exception), _within(smtp, 5.0, wait=5.0):
            smtp.quit()
    return Accepted(answer, copied)


def look(server: MailOut) -> None:
    """Sign in and leave again. Raises `SetUpWrong`, `NotYet`."""
    with _in_our_words(server), _connected(server) as smtp, _within(smtp, _TALK_SECONDS):
        _greet(smtp, server)
        smtp.quit()


def _name_people(smtp: smtplib.SMTP, server: MailOut, to: str, size: int) -> bool:
    options = [f"SIZE={size}"] if smtp.has_extn("size") else []
    _asked_for(smtp.mail(server.returns_to or server.sender, options), "sender")
    _asked_for(smtp.rcpt(to), "recipient")
    return bool(server.copy_to) and smtp.rcpt(server.copy_to)[0] in (250, 251)


def _end(smtp: smtplib.SMTP, server: MailOut) -> str:
    """The last dot, and the answer to it."""
    try:
        with _within(smtp, server.reply_seconds, wait=server.reply_seconds):
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Doubtful(
            f"{server.place}: 메일을 다 넘긴 뒤 답을 받지 못했습니다 ({type(error).__name__})",
            "mail_doubt",
            pause=2.0,
        ) from None
    _asked_for((code, text), "content")
    return f"{code} {text.decode('utf-8', 'replace')}"[:500]


class _Refused(Exception):
    def __init__(self, at: str, code: int, text: bytes) -> None:
        super().__init__(at, code)
        self.at, self.code = at, code
        found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}", text)
        self.status = found[0].decode() if found else ""


def _asked_for(answer: tuple[int, bytes], at: str, wanted: int = 0) -> None:
    code, text = answer
    if code == wanted or (not wanted and 200 <= code < 300):
        return
    raise _Refused(at, code, text)


def _meaning(server: MailOut, refused: _Refused) -> Leaving:
    """What a refusal says: of this mail, of us, or of this moment."""
    told = f"{refused.code} {refused.status}".strip()
    if refused.code < 500:
        code = "mail_full" if refused.status in _FULL else "mail_later"
        return NotYet(f"{server.place}이(가) 잠시 받지 않습니다 ({told})", code)
    if refused.at == "recipient":
        code = "mail_full" if refused.status in _FULL else "mail_no_recipient"
        return CannotGo(f"{server.place}이(가) 받는 사람을 받지 않습니다 ({told})", code)
    if refused.at == "content" or refused.code == 552:
        code = "mail_size" if refused.code == 552 else "mail_refused"
        return CannotGo(f"{server.place}이(가) 이 메일을 받지 않습니다 ({told})", code)
    return SetUpWrong(
        f"{server.place}이(가) 보내는 사람을 받지 않습니다 ({told}): BACKOFFICE_MAIL_OUT의 sender와 user를 확인하십시오",
        "mail_set_up",
    )


@contextlib.contextmanager
def _in_our_words(server: MailOut) -> Iterator[None]:
    """Errors of the library as ours. Its own texts may quote addresses."""
    try:
        yield
    except _Refused as refused:
        raise _meaning(server, refused) from None
    except ssl.SSLCertVerificationError as error:
        raise SetUpWrong(
            f"{server.place}의 인증서를 확인할 수 없습니다 ({error.verify_message}): BACKOFFICE_MAIL_OUT의 host와 "
            "ca_file을 확인하십시오",
            "mail_set_up",
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotYet(f"{server.place}: {_why(error)}", "mail_down") from None


@contextlib.contextmanager
def _connected(server: MailOut) -> Iterator[smtplib.SMTP]:
    """A line to the server, closed at the end. It is told the sender's domain as the name of this machine."""
    name, patience = server.sender.rpartition("@")[2], server.timeout_seconds
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(server.host, server.at_port, name, timeout=patience, context=_tls(server))
    else:
        smtp = smtplib.SMTP(server.host, server.at_port, name, timeout=patience)
    try:
        yield smtp
    finally:
        smtp.close()


def _greet(smtp: smtplib.SMTP, server: MailOut) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        _start_tls(smtp, server)
    _sign_in(smtp, server)


def _start_tls(smtp: smtplib.SMTP, server: MailOut) -> None:
    if not smtp.has_extn("starttls"):
        raise SetUpWrong(
            f"{server.place}이(가) STARTTLS를 하지 않습니다: BACKOFFICE_MAIL_OUT의 security와 port를 확인하십시오",
            "mail_set_up",
        )
    smtp.starttls(context=_tls(server))
    smtp.ehlo()


def _sign_in(smtp: smtplib.SMTP, server: MailOut) -> None:
    if not server.user:
        return
    try:
        smtp.login(server.user, _password(server))
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise NotYet(
                f"{server.place}이(가) 잠시 받지 않습니다 ({error.smtp_code})", "mail_later"
            ) from None
        raise SetUpWrong(
            f"{server.place}이(가) 아이디나 비밀번호를 거절했습니다: BACKOFFICE_MAIL_OUT의 user와 "
            "BACKOFFICE_MAIL_OUT_PASSWORD(또는 password_file)를 확인하십시오",
            "mail_set_up",
        ) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise SetUpWrong(
            f"{server.place}에 아이디로 들어갈 수 없습니다: BACKOFFICE_MAIL_OUT의 user와 security를 확인하십시오",
            "mail_set_up",
        ) from None


def _password(server: MailOut) -> str:
    given = settings().mail_out_password
    if given is not None:
        return given.get_secret_value()
    if server.password_file is None:
        raise SetUpWrong(
            f"{server.place}의 비밀번호가 없습니다: BACKOFFICE_MAIL_OUT_PASSWORD에 적거나 BACKOFFICE_MAIL_OUT의 "
            "password_file에 파일을 적으십시오",
            "mail_set_up",
        )
    try:
        return server.password_file.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeError) as error:
        raise SetUpWrong(
            f"{server.place}의 비밀번호 파일을 읽을 수 없습니다 ({type(error).__name__}): BACKOFFICE_MAIL_OUT의 "
            "password_file을 확인하십시오",
            "mail_set_up",
        ) from None


def _tls(server: MailOut) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise SetUpWrong(
            f"{server.place}의 ca_file을 읽을 수 없습니다 ({type(error).__name__})", "mail_set_up"
        ) from None
    if not server.check_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def _within(smtp: smtplib.SMTP, seconds: float, wait: float | None = None) -> Iterator[None]:
    """Cut the line when this takes longer: a server that trickles must not hold a bot for hours.

    wait  how long one answer may take, if not as the setting says
    """
    if wait is not None and smtp.sock is not None:
        smtp.sock.settimeout(wait)
    timer = threading.Timer(seconds, _cut, (smtp,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _dotted(content: bytes) -> bytes:
    """With its leading dots doubled, ended by CR LF (RFC 5321, 4.5.2)."""
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "서버가 제때 답하지 않습니다"
    if isinstance(error, socket.gaierror):
        return "서버 이름을 찾을 수 없습니다 (host를 확인하십시오)"
    if isinstance(error, ConnectionRefusedError):
        return "서버가 연결을 받지 않습니다 (서버가 멈추었거나 port가 다릅니다)"
    if isinstance(error, ssl.SSLError):
        return "암호화된 연결을 맺지 못했습니다 (security와 port를 확인하십시오)"
    return "연결이 끊겼습니다"
