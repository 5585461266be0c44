"""What a mail says: a cover without personal data, and the letter, locked, attached to it.

Mail passes through servers of others, not all of them over encrypted lines. So the letter itself is encrypted
(AES-256; 개인정보의 안전성 확보조치 기준 제7조), and opens with what only its addressee is asked for: the birth date of a
person in six digits, the business number of an employer. Screen readers may read it.
"""

from __future__ import annotations

import io
import re
import secrets
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import jinja2
import pikepdf
from sqlmodel import Session

from bots.notices.send.way import CannotGo
from config.letterhead import load_letterhead
from config.mail_out import ADDRESS, MailOut
from config.notice_kinds import notice_kind
from config.settings import layered
from queues import files
from queues.models import Application, Dispatch, Employer, Notice, Person

FILE_NAME = "통지서.pdf"
_OF_PERSON, _OF_EMPLOYER = "생년월일 6자리 (예: 1990년 1월 2일생은 900102)", "사업자등록번호 10자리 (숫자만)"


def compose(session: Session, notice: Notice, dispatch: Dispatch, server: MailOut, to: str) -> bytes:
    """The whole mail with lines ended by CR LF. Raises `CannotGo`."""
    letter = dispatch.letter_sha256 or notice.letter_sha256
    if not letter:
        raise CannotGo("이 통지에는 보낼 편지가 없습니다", "notice_no_letter")
    password, hint = _password(session, notice)
    head, title = load_letterhead(), public_title(notice.kind)
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(server.sender_name or head.center, addr_spec=server.sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = f"[{head.center}] {title}"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(dispatch.key, server)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        _cover().render(
            center=head.center, title=title, password_hint=hint, phone=head.phone, fax=head.fax,
            postcode=head.postcode, address=head.address,
        ),
        cte="base64",
    )  # fmt: skip
    pdf = _locked(files.read(letter), password)
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=FILE_NAME)
    content = message.as_bytes()
    if len(content) > server.most_bytes:
        raise CannotGo("메일 크기 한도를 넘습니다", "mail_size")
    return content


def message_id(key: str, server: MailOut) -> str:
    """By which a mail of ours is known again, in a mailbox and in what comes back."""
    return f"<{key}@{server.sender.rpartition('@')[2]}>"


def public_title(kind: str) -> str:
    """What a kind of letter is called where others may read it: not what was decided ("결정 통지", no "(불인정)")."""
    title = re.sub(r"\s*\(.*?\)", "", notice_kind(kind).title)
    return title if title.endswith(("통지", "안내", "알림")) else f"{title} 안내"


def checked(address: str) -> str:
    """An e-mail address that may stand in a command. Raises `CannotGo`."""
    found = address.strip()
    if not re.fullmatch(ADDRESS, found) or ".." in found or "." not in found.rpartition("@")[2]:
        raise CannotGo("전자우편 주소가 바르지 않습니다", "mail_address")
    return found


def _password(session: Session, notice: Notice) -> tuple[str, str]:
    """What the letter opens with, and how the mail says so. Raises `CannotGo` when it is not known."""
    if notice.employer_id is not None:
        number = re.sub(r"\D", "", session.get_one(Employer, notice.employer_id).business_no)
        if len(number) == 10:
            return number, _OF_EMPLOYER
    else:
        person_id = notice.person_id or session.get_one(Application, notice.application_id).person_id
        person = session.get(Person, person_id) if person_id else None
        if person is not None and person.birth_date is not None:
            return f"{person.birth_date:%y%m%d}", _OF_PERSON
    raise CannotGo(
        "첨부한 편지를 잠글 값(생년월일, 사업자등록번호)이 등록되어 있지 않습니다", "mail_no_password"
    )


def _locked(pdf: bytes, password: str) -> bytes:
    """The same letter, readable with the password only. (An empty owner's password would open it to everybody.)"""
    allowed = pikepdf.Permissions(modify_other=False, modify_annotation=False, modify_assembly=False)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as letter:
        letter.save(
            target,
            encryption=pikepdf.Encryption(user=password, owner=secrets.token_hex(16), R=6, allow=allowed),
        )
    return target.getvalue()


def _cover() -> jinja2.Template:
    text = layered("notices/mail_cover.txt.j2")[-1].read_text("utf-8")
    plain = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701
    return plain.from_string(text)
