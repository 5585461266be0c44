"""From a mail to the files in it that may be papers.

Everything counts as a paper but what is known to be none: the text of the mail, pictures too small to be a
page, signatures, calendars, visiting cards, reports of mail servers, and names that the configuration says to
pass over. Mails within the mail, ZIP archives and winmail.dat are opened; one that cannot be is a file like any.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import Message

from bots.mail import archives, tnef
from bots.mail.limits import Limits, TooMuch
from bots.mail.names import file_name, header, text_of
from bots.mail.pictures import is_decoration

_NO_PAPERS = re.compile(
    r"^(application/(pgp-signature|pgp-keys|pkcs7-signature|x-pkcs7-signature|ics)|text/(calendar|vcard|x-vcard|directory|"
    r"rfc822-headers)|message/(delivery-status|disposition-notification|feedback-report|global-delivery-status)"
    r"|multipart/appledouble|application/applefile)$"
)
_MAILS = ("message/rfc822", "message/global", "message/news")
_NOT_WHOLE = ("message/partial", "message/external-body")
_WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
_REFERENCE = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)
_MOST_TEXT = 64 * 1024
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(c for c in range(256) if c not in _BASE64)


@dataclass
class Paper:
    """A file that may be a paper. `damaged`: it has not come whole; `letter` is the mail that it lay in."""

    name: str
    content: bytes
    damaged: bool
    letter: Letter


@dataclass
class Letter:
    """One mail, the outer one or one within another (`within`)."""

    head: Message
    within: Letter | None = None
    text: str = ""
    shown: set[str] = field(default_factory=set)


@dataclass
class Opened:
    """What was found: papers in their order; `problems` tell why there may be more than was found."""

    outer: Letter
    papers: list[Paper] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)
    passed_over: int = 0


def open_mail(message: Message, limits: Limits, is_ignored: Callable[[str], bool]) -> Opened:
    """All papers of a mail. Never raises for what is in it: what cannot be opened is told in `problems`."""
    opener = _Opener(limits, is_ignored, Opened(Letter(message)))
    try:
        opener.letter(opener.opened.outer, 0)
    except TooMuch:
        opener.opened.problems.add("too_much")
    except RecursionError:
        opener.opened.problems.add("too_deep")
    return opener.opened


class _Opener:
    def __init__(self, limits: Limits, is_ignored: Callable[[str], bool], opened: Opened) -> None:
        self.limits, self.is_ignored, self.opened = limits, is_ignored, opened

    def letter(self, letter: Letter, depth: int) -> None:
        if depth > self.limits.depth:
            self.opened.problems.add("too_deep")
            return
        parts = list(self._leaves(letter.head, False))
        for part, _ in parts:
            self._read_text(part, letter)
        for part, cut in parts:
            self._part(part, cut, letter, depth)

    def _leaves(self, part: Message, cut: bool) -> Iterator[tuple[Message, bool]]:
        """Parts that are not multipart, in order, each with whether the mail breaks off in it."""
        if any(isinstance(d, StartBoundaryNotFoundDefect) for d in part.defects):
            self.opened.problems.add("broken")
        children = part.get_payload()
        if part.get_content_maintype() != "multipart":
            yield part, cut
            return
        if not isinstance(children, list):
            self.opened.problems.add("broken")
            return
        breaks_off = any(isinstance(d, CloseBoundaryNotFoundDefect) for d in part.defects)
        for number, child in enumerate(children, 1):
            if isinstance(child, Message):
                yield from self._leaves(child, cut or (breaks_off and number == len(children)))

    def _read_text(self, part: Message, letter: Letter) -> None:
        if not _is_body(part):
            return
        content, _ = decoded(part)
        text = text_of(content, _charset(part))
        if part.get_content_subtype() == "html":
            letter.shown |= {r.strip("<>") for r in _REFERENCE.findall(text)}
            text = text_of_html(text)
        letter.text = f"{letter.text}\n{text}"[:_MOST_TEXT]

    def _part(self, part: Message, cut: bool, letter: Letter, depth: int) -> None:
        kind = part.get_content_type()
        if kind in _NOT_WHOLE:
            self.opened.problems.add("not_whole")
        elif kind in _MAILS:
            for inner in _mails_in(part):
                self.letter(Letter(inner, letter), depth + 1)
        elif not _NO_PAPERS.match(kind) and not _is_body(part):
            content, broken = decoded(part)
            shown = header(part, "Content-ID").strip(" <>") in letter.shown
            self._file(file_name(part), content, letter, depth, kind=kind, damaged=broken or cut, shown=shown)

    def _file(
        self,
        name: str,
        content: bytes,
        letter: Letter,
        depth: int,
        *,
        kind: str = "",
        damaged: bool = False,
        shown: bool = False,
    ) -> None:
        """A file, however it was packed."""
        if self.is_ignored(name) or is_decoration(content, shown):
            self.opened.passed_over += 1
            return
        if depth <= self.limits.depth and self._unpacked(name, content, letter, depth, kind):
            return
        self.limits.count_file()
        self.opened.papers.append(Paper(name, content, damaged, letter))

    def _unpacked(self, name: str, content: bytes, letter: Letter, depth: int, kind: str) -> bool:
        """Whether a file was a container, and what is in it has been seen to."""
        if kind in _WINMAIL or content[:4] == tnef.SIGNATURE:
            try:
                inner = tnef.attachments(content)
            except tnef.NotTnef:
                return False
        elif archives.is_archive(content):
            try:
                inner = list(archives.files(content, self.limits))
            except archives.NotOpened:
                return False
        elif name.lower().endswith(".eml") and b":" in content[:200]:
            self.letter(Letter(message_from_bytes(content), letter), depth + 1)
            return True
        else:
            return False
        for inner_name, inner_content in inner:
            self._file(inner_name, inner_content, letter, depth + 1)
        return True


def _is_body(part: Message) -> bool:
    """Whether a part is the text of its mail: no name, not handed over as a file."""
    return (
        part.get_content_type() in ("text/plain", "text/html", "text/enriched")
        and part.get_content_disposition() != "attachment"
        and not file_name(part)
    )


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (LookupError, ValueError, TypeError, UnicodeError):
        return ""


def _mails_in(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if not isinstance(payload, list):
        yield message_from_bytes(decoded(part)[0])
        return
    in_base64 = header(part, "Content-Transfer-Encoding").strip().lower() == "base64"
    for inner in payload:
        if not isinstance(inner, Message):
            continue
        # A mail must not be in base64, but some are: then email has read letters for headers.
        if in_base64 and not inner.keys():
            yield message_from_bytes(lenient_base64(_raw(inner.get_payload()))[0])
        else:
            yield inner


def decoded(part: Message) -> tuple[bytes, bool]:
    """The bytes of a part, and whether some are missing or were mended."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"", True
    encoding = header(part, "Content-Transfer-Encoding").strip().lower()
    if encoding == "base64":
        return lenient_base64(_raw(payload))
    if encoding in ("quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"):
        content = part.get_payload(decode=True)
        return (content, False) if isinstance(content, bytes) else (b"", True)
    return _raw(payload), False


def _raw(payload: object) -> bytes:
    text = "" if payload is None else str(payload)
    return text.encode("utf-8", "surrogateescape")


def lenient_base64(raw: bytes) -> tuple[bytes, bool]:
    """Bytes of base64 up to its end, and whether something in it was none or its end is missing."""
    body, padding, rest = raw.translate(None, b" \t\r\n").partition(b"=")
    letters = body.translate(None, _NOT_BASE64)
    left = len(letters) % 4
    ends_well = padding + rest == b"=" * (-left % 4)
    if left == 1:
        letters, left = letters[:-1], 0
    content = base64.b64decode(letters + b"=" * (-left % 4))
    return content, len(letters) != len(body) or not ends_well


_TAG = re.compile(r"<[^<>]{0,2000}>")
_ROW_END = re.compile(r"<(?:br\b|/(?:p|tr|div|li|h\d)\b)", re.IGNORECASE)
_SILENT = ("script", "style")


def text_of_html(text: str) -> str:
    """What an HTML text says, row by row. Not a browser: enough to find "보낸 번호" and what follows it."""
    text = text[: _MOST_TEXT * 4]
    for name in _SILENT:
        text = _without(text, name)
    return html.unescape(_TAG.sub(lambda m: "\n" if _ROW_END.match(m[0]) else " ", text))


def _without(text: str, name: str) -> str:
    """Without the elements of that name. By hand: a pattern for it takes for ever on hostile text."""
    kept, at, small = [], 0, text.lower()
    while (begin := small.find(f"<{name}", at)) >= 0:
        kept.append(text[at:begin])
        end = small.find(f"</{name}", begin)
        if end < 0:
            return "".join(kept)
        at = end
    return "".join(kept) + text[at:]
