"""The mails of a fax-to-mail gateway, as gateways write them: the fax attached, its data in headers and words."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
GATEWAY = "fax@gateway.example.net"
CENTER = "fax@center.example.go.kr"
TYPES = {
    "tif": ("image", "tiff"),
    "pdf": ("application", "pdf"),
    "jpg": ("image", "jpeg"),
    "png": ("image", "png"),
}


@dataclass(frozen=True)
class Attached:
    """A file in a mail."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Received:
    """What the gateway knows of one fax; in words it gives the time as clocks in Korea show it."""

    at: datetime
    caller: str = ""
    tsi: str = ""
    pages: int = 0


def fax_mail(
    received: Received, attached: Sequence[Attached], *, message_id: str | None = None, style: int = 0
) -> bytes:
    """One mail with any number of attachments (none too). `style` 0 to 2: how the gateway tells of the fax.

    message_id  "" leaves it away, as poor gateways do
    """
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = GATEWAY, CENTER
    mail["Date"] = format_datetime(received.at)
    if message_id != "":
        mail["Message-ID"] = message_id or f"<{secrets.token_hex(12)}@gateway.example.net>"
    _TELLERS[style % len(_TELLERS)](mail, received)
    for file in attached:
        kind, sub = TYPES.get(file.name.rsplit(".", 1)[-1].lower(), ("application", "octet-stream"))
        mail.add_attachment(file.content, maintype=kind, subtype=sub, filename=file.name)
    return mail.as_bytes()


def any_style(rng: random.Random) -> int:
    return rng.randrange(len(_TELLERS))


def _in_headers(mail: EmailMessage, fax: Received) -> None:
    mail["Subject"] = f"Fax received from {fax.caller or 'unknown'}"
    mail["X-Fax-Caller-ID"], mail["X-Fax-CSID"] = fax.caller, fax.tsi
    mail["X-Fax-Received"], mail["X-Fax-Pages"] = fax.at.isoformat(timespec="seconds"), str(fax.pages)
    mail.set_content("A fax has been received. See the attached file.\n")


def _in_korean(mail: EmailMessage, fax: Received) -> None:
    mail["Subject"] = f"[팩스수신] {fax.caller or '발신번호 없음'} ({fax.pages}매)"
    mail.set_content(
        f"팩스가 도착하였습니다.\n\n수신일시 : {fax.at.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}\n발신번호 : {fax.caller}\n"
        f"발신자명 : {fax.tsi}\n매수 : {fax.pages}매\n\n첨부파일을 확인하시기 바랍니다.\n"
    )


def _in_html(mail: EmailMessage, fax: Received) -> None:
    mail["Subject"] = f"인터넷팩스 수신 알림 - {fax.caller}"
    mail.set_content("이 메일은 HTML을 지원하는 프로그램에서 보십시오.\n")
    mail.add_alternative(
        "<html><body><table>"
        f"<tr><th>보낸 번호</th><td>{fax.caller}</td></tr><tr><th>보낸 사람</th><td>{fax.tsi}</td></tr>"
        f"<tr><th>받은 시각</th><td>{fax.at.astimezone(SEOUL):%Y.%m.%d %H:%M:%S}</td></tr></table></body></html>",
        subtype="html",
    )


_TELLERS = (_in_headers, _in_korean, _in_html)
