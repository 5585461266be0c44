"""What a mail holds: which of its parts may be papers, what they are called, what a gateway says of them."""

from __future__ import annotations

import base64
import contextlib
import io
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bots.mail import archives, tnef
from bots.mail.gateway import told
from bots.mail.limits import Limits
from bots.mail.names import clean_name, file_name, header, text_of
from bots.mail.papers import Opened, lenient_base64, open_mail
from bots.mail.pictures import pixel_size
from bots.sandbox.fax_mail import Received, fax_mail
from config.mail_gateways import load_mail_gateways
from tests.bots.winmail import winmail

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n" + bytes(range(256)) + b"\n%%EOF\n"
WAYS = load_mail_gateways()
GATEWAYS = [g.model_dump(by_alias=True) for g in WAYS.gateways]


def opened(mail: bytes | Message, *, files: int = 50, most_bytes: int = 10_000_000) -> Opened:
    content = mail if isinstance(mail, bytes) else mail.as_bytes()
    return open_mail(
        message_from_bytes(content), Limits(files, most_bytes), lambda name: name.endswith(".p7s")
    )


def names(found: Opened) -> list[str]:
    return [paper.name for paper in found.papers]


def letter(text: str = "안녕하세요", html: str = "") -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Subject"] = "a@example.com", "서류 보냅니다"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def picture(width: int, height: int, form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("L", (width, height), 200).save(target, form)
    return target.getvalue()


def archive(entries: dict[bytes, bytes]) -> bytes:
    """A ZIP with names as bytes, as Korean Windows writes them: cp949, and nothing that says so."""
    target = io.BytesIO()
    stand_ins = {name: f"{n}".ljust(len(name), "#") for n, name in enumerate(entries)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(stand_ins[name], content, compresslevel=1)
    raw = target.getvalue()
    for name, stand_in in stand_ins.items():
        raw = raw.replace(stand_in.encode(), name)
    return raw


# --- names ---------------------------------------------------------------------------------------


def part_named(header: bytes) -> Message:
    return message_from_bytes(header + b"\n\n")


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Disposition: attachment; filename*=UTF-8''%ED%86%B5%EC%9E%A5%20%EC%82%AC%EB%B3%B8.pdf",
        b"Content-Disposition: attachment; filename*=euc-kr'ko'%C5%EB%C0%E5%20%BB%E7%BA%BB.pdf",
        b"Content-Disposition: attachment; filename*=ks_c_5601-1987''%C5%EB%C0%E5%20%BB%E7%BA%BB.pdf",
        b"Content-Disposition: attachment;\n filename*0*=UTF-8''%ED%86%B5%EC%9E%A5;\n filename*1*=%20%EC%82%AC%EB%B3%B8.pdf",
        b'Content-Disposition: attachment; filename="=?UTF-8?B?7Ya17J6lIOyCrOuzuC5wZGY=?="',
        b'Content-Disposition: attachment; filename="=?euc-kr?B?xevA5SC757q7LnBkZg==?="',
        b'Content-Disposition: attachment; filename="=?ks_c_5601-1987?B?xevA5SC757q7LnBkZg==?="',
        # Cut in the middle of a character, as many programs do.
        b'Content-Disposition: attachment; filename="=?UTF-8?B?7Ya17A==?= =?UTF-8?B?nqUg7IKs67O4LnBkZg==?="',
        b'Content-Disposition: attachment; filename="=?euc-kr?Q?=C5=EB=C0=E5_=BB=E7=BA=BB.pdf?="',
        b'Content-Disposition: attachment; filename="' + "통장 사본.pdf".encode() + b'"',
        b'Content-Disposition: attachment; filename="' + "통장 사본.pdf".encode("cp949") + b'"',
        b'Content-Type: application/pdf; name="=?UTF-8?B?7Ya17J6lIOyCrOuzuC5wZGY=?="',
        b"Content-Disposition: attachment\nContent-Type: application/pdf;\n"
        b" name*=UTF-8''%ED%86%B5%EC%9E%A5%20%EC%82%AC%EB%B3%B8.pdf",
        b'Content-Disposition: attachment; filename="%ED%86%B5%EC%9E%A5%20%EC%82%AC%EB%B3%B8.pdf"',
        b'Content-Disposition: attachment; filename="C:\\\\Users\\\\me\\\\'
        + "통장 사본.pdf".encode("cp949")
        + b'"',
        # macOS: Hangul in single letters
        b'Content-Disposition: attachment; filename="' + "통장 사본.pdf".encode() + b'"',
    ],
)
def test_names_in_korean_however_they_were_written(header: bytes) -> None:
    assert file_name(part_named(header)) == "통장 사본.pdf"


def test_a_name_leads_nowhere() -> None:
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("a\x00b\r\nc\u202e.pdf") == "abc.pdf"
    assert clean_name("가" * 300 + ".pdf").endswith("….pdf")
    assert len(clean_name("가" * 300 + ".pdf")) <= 150
    assert clean_name("..") == ""


@given(st.binary(max_size=200))
def test_no_header_breaks_the_reading_of_names(content: bytes) -> None:
    part = message_from_bytes(b"Content-Disposition: attachment; filename=" + content + b"\n\n")
    name = file_name(part)
    assert "/" not in name
    assert name.isprintable()
    assert isinstance(header(part, "Content-Disposition"), str)


@example("힚", "euc-kr")
@example("똠방각하", "cp949")
@given(st.text(max_size=60), st.sampled_from(["utf-8", "euc-kr", "cp949", "x-unknown", ""]))
def test_text_comes_back_from_its_own_charset(text: str, charset: str) -> None:
    try:
        content = text.encode(charset or "utf-8")
    except (LookupError, UnicodeError):
        content = text.encode("utf-8", "surrogatepass")
        assert isinstance(text_of(content, charset), str)
        return
    assert text_of(content, charset) == text


# --- which parts are papers ----------------------------------------------------------------------


def test_logos_signatures_and_the_text_are_no_papers() -> None:
    mail = letter(html='<p>본문</p><img src="cid:logo"><img src="cid:photo">')
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(picture(600, 200), "image", "png", cid="<logo>", filename="logo.png")
    html.add_related(picture(1600, 2200, "JPEG"), "image", "jpeg", cid="<photo>", filename="통장.jpg")
    mail.add_attachment(picture(90, 30, "GIF"), maintype="image", subtype="gif", filename="sig.gif")
    mail.add_attachment(b"BEGIN:VCARD", maintype="text", subtype="vcard", filename="me.vcf")
    mail.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="신청서.pdf")
    found = opened(mail)
    assert names(found) == ["통장.jpg", "신청서.pdf"], "a photo pasted into the text may be the paper"
    assert found.problems == set()


def test_what_nobody_can_read_still_goes_to_a_person() -> None:
    mail = letter()
    for name, content in {"신청서.hwp": b"\xd0\xcf\x11\xe0", "메모.txt": b"hi", "none.pdf": b""}.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    assert names(opened(mail)) == ["신청서.hwp", "메모.txt", "none.pdf"]


def test_a_paper_without_a_name_or_a_disposition() -> None:
    body = base64.encodebytes(PDF)
    mail = (
        b"From: fax\nMIME-Version: 1.0\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
        + body
    )
    (paper,) = opened(mail).papers
    assert (paper.name, paper.content, paper.damaged) == ("", PDF, False)


def test_forwarded_mails_are_opened_and_tell_of_their_own_fax() -> None:
    inner = message_from_bytes(
        fax_mail(Received(NOON, "02-111-2222", "INNER"), [], style=0), policy=policy.SMTP
    )
    assert isinstance(inner, EmailMessage)
    inner.add_attachment(PDF, maintype="image", subtype="tiff", filename="fax.tif")
    middle = letter("전달합니다")
    middle.add_attachment(inner)
    outer = letter("다시 전달합니다")
    outer.add_attachment(middle)
    outer.add_attachment(PDF + b"2", maintype="application", subtype="pdf", filename="own.pdf")
    found = opened(outer)
    assert names(found) == ["fax.tif", "own.pdf"]
    assert told(found.papers[0].letter, GATEWAYS)["caller"] == "02-111-2222"
    assert told(found.papers[1].letter, GATEWAYS)["caller"] == ""


def test_a_mail_as_a_file_is_opened_too() -> None:
    inner = letter()
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="in.pdf")
    outer = letter()
    outer.add_attachment(
        inner.as_bytes(), maintype="application", subtype="octet-stream", filename="전달.eml"
    )
    assert names(opened(outer)) == ["in.pdf"]


def test_mails_in_mails_without_end() -> None:
    mail = letter()
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="in.pdf")
    for _ in range(30):
        outer = letter()
        outer.add_attachment(mail)
        mail = outer
    found = opened(mail)
    assert found.papers == []
    assert "too_deep" in found.problems


def test_archives_are_opened() -> None:
    content = archive({"통장 사본.pdf".encode("cp949"): PDF, b"folder/id.jpg": picture(900, 600, "JPEG")})
    mail = letter()
    mail.add_attachment(content, maintype="application", subtype="zip", filename="서류.zip")
    found = opened(mail)
    assert names(found) == ["통장 사본.pdf", "id.jpg"]
    assert found.papers[0].content == PDF


def test_a_document_that_is_a_zip_stays_one_file() -> None:
    mail = letter()
    for name, inside in (("신청서.docx", b"[Content_Types].xml"), ("신청서.hwpx", b"mimetype")):
        content = archive({inside: b"x", b"a.jpg": picture(900, 900, "JPEG")})
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    assert names(opened(mail)) == ["신청서.docx", "신청서.hwpx"]


def test_an_archive_with_a_password_or_a_fault_is_a_file_that_a_person_gets() -> None:
    sealed = bytearray(archive({b"a.pdf": PDF}))
    sealed[6] |= 1
    sealed[sealed.index(b"PK\x01\x02") + 8] |= 1
    broken = archive({b"a.pdf": PDF})[:-30]
    mail = letter()
    for name, content in (("sealed.zip", bytes(sealed)), ("broken.zip", broken)):
        mail.add_attachment(content, maintype="application", subtype="zip", filename=name)
    assert names(opened(mail)) == ["sealed.zip", "broken.zip"]


def test_a_bomb_ends_at_the_limit_and_what_came_before_is_kept() -> None:
    bomb = archive({b"a%d.pdf" % n: b"\0" * 2_000_000 for n in range(20)})
    mail = letter()
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="fax.pdf")
    mail.add_attachment(bomb, maintype="application", subtype="zip", filename="bomb.zip")
    found = opened(mail)
    assert names(found)[0] == "fax.pdf"
    assert "too_much" in found.problems


def test_hundreds_of_attachments_are_too_many() -> None:
    mail = letter()
    for n in range(60):
        mail.add_attachment(PDF + b"%d" % n, maintype="application", subtype="pdf", filename=f"{n}.pdf")
    found = opened(mail)
    assert len(found.papers) == 50
    assert "too_much" in found.problems


@pytest.mark.parametrize("unicode_names", [True, False])
def test_winmail_dat_is_opened(unicode_names: bool) -> None:
    content = winmail([("통장 사본.pdf", PDF), ("b.tif", b"II*\0")], unicode_names=unicode_names)
    mail = letter()
    mail.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    found = opened(mail)
    assert [(p.name, p.content) for p in found.papers] == [("통장 사본.pdf", PDF), ("b.tif", b"II*\0")]


def test_winmail_dat_that_breaks_off_goes_to_a_person() -> None:
    mail = letter()
    content = winmail([("a.pdf", PDF)])[:-200]
    mail.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert names(opened(mail)) == ["winmail.dat"]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_unpacking(content: bytes) -> None:
    for start in (tnef.SIGNATURE, tnef.SIGNATURE + b"\x01\0\x02\x02\x90\x06\0"):
        with contextlib.suppress(tnef.NotTnef):
            tnef.attachments(start + content)
    whole = archive({b"a.pdf": PDF})
    spoilt = whole[:20] + content + whole[20 + len(content) :]
    with contextlib.suppress(archives.NotOpened):
        list(archives.files(spoilt, Limits(10, 100_000)))
    pixel_size(b"\xff\xd8\xff" + content)


# --- broken mails --------------------------------------------------------------------------------


def test_a_mail_that_breaks_off_says_so() -> None:
    mail = letter()
    mail.add_attachment(PDF * 40, maintype="application", subtype="pdf", filename="a.pdf")
    whole = mail.as_bytes()
    assert [p.damaged for p in opened(whole).papers] == [False]
    cut = opened(whole[:-3000])
    assert [p.damaged for p in cut.papers] == [True]
    assert (PDF * 40).startswith(cut.papers[0].content[:-3])


def test_a_mail_whose_boundary_is_wrong_is_not_taken_for_an_empty_one() -> None:
    mail = b"Content-Type: multipart/mixed; boundary=x\n\n--y\nContent-Type: application/pdf\n\n%PDF\n--y--\n"
    assert "broken" in opened(mail).problems


def test_part_of_a_mail_is_not_the_mail() -> None:
    mail = (
        b"Content-Type: message/partial; id=a; number=1; total=2\n\nContent-Type: application/pdf\n\n%PDF\n"
    )
    assert "not_whole" in opened(mail).problems


@given(st.binary(max_size=400))
def test_base64_comes_back_and_never_raises(content: bytes) -> None:
    assert lenient_base64(base64.encodebytes(content)) == (content, False)
    lenient_base64(content)


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:40] + b"!" + b[40:], lambda b: b + b"AAAA"])
def test_base64_that_was_spoilt_is_told(spoil: object) -> None:
    whole = base64.b64encode(PDF)
    assert whole.endswith(b"=")
    content, damaged = lenient_base64(spoil(whole))  # type: ignore[operator]
    assert damaged
    assert content[:20] == PDF[:20]


_PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=x\n\n",
        b'Content-Type: multipart/alternative; boundary="x\n',
        b"--x\n",
        b"--x--\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: application/pdf; name*0*=euc-kr''%C5; name*1=\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: \xff\n",
        b"Content-Disposition: attachment; filename==?euc-kr?B?xev?=\n",
        b"Content-Type: text/html; charset=none\n",
        b"\n",
        b"JVBERi0xLjQ=\n",
        b"\xed\x86 =?utf-8?q?=ED?=\n",
        b"Subject: \xc5\xeb\n",
    ]
)


@given(st.lists(_PIECES | st.binary(max_size=30), max_size=25))
def test_no_mail_breaks_the_opening(pieces: list[bytes]) -> None:
    found = opened(b"".join(pieces))
    for paper in found.papers:
        told(paper.letter, GATEWAYS)
        assert isinstance(paper.content, bytes)
