"""What is asked for in one line of the search box: "김서연 5쪽 오늘 11시쯤", "010-1234-5678", "1234 어제"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from queues.spans import Span, take_span

_NUMERALS = {
    "한": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "열": 10,
}
_COUNT = rf"(\d{{1,4}}|(?<![가-힣])(?:{'|'.join(_NUMERALS)}))"
_PAGES = re.compile(
    rf"(?:(\d{{1,4}})\s?(?:쪽|장|매)?\s?(?:~|-|에서|내지)\s?)?{_COUNT}\s?"
    r"(?:쪽|장|페이지|매|pages?|p)(?:짜리)?(\s?(?:이상|이하|쯤|정도))?(?:이|을|를|인)?(?![가-힣a-z0-9])",
    re.IGNORECASE,
)
_RECEIPT = re.compile(r"(?<![0-9A-Za-z])(20\d{2})\s?-?\s?([A-Za-z]{2})\s?-?\s?(\d{3,7})(?!\d)")
_DELIVERY = re.compile(r"(?:배달(?:번호)?\s?|#)(\d{1,12})(?:번)?(?!\d)")
_ENTRY = re.compile(r"(?<![0-9A-Za-z])D-?(\d{1,12})(?!\d)", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+?82[- ]?|\(?0)\d{1,2}[-. )]{0,2}\d{3,4}[-. ]?\d{4}|1[5-9]\d\d-?\d{4}|\d{3,4}-\d{4})(?![\d-])"
)
_DIGITS = re.compile(r"(?<![\d:./~-])(\d{4,12})(?:번)?(?![\d:./~-])(?!\s?(?:쪽|장|매|시|분|일|월|년))")
_TODAY_IN_DIGITS = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_SAID = re.compile(
    r"^(?:팩스|서류|문서|전화|전화번호|번호|발신|발신번호|접수번호|접수|이름|성명|성함|뒷자리|끝자리|끝번호|도착|문의|"
    r"보낸|보냈\S*|왔\S*|들어\S*|받\S*|확인|있나요|건|것|거|사이|까지|부터|에서|에|로|으로|쯤|경|정도)$"
)
_ADDRESSED = re.compile(r"(?<=[가-힣])(?:님|씨)$")
SOURCES = {
    "메일": "mail",
    "이메일": "mail",
    "스캔": "scan",
    "우편": "scan",
    "창구": "desk",
    "방문": "desk",
    "포털": "portal",
}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for; what it does not speak of is empty. All of it has to hold.

    names       words of names; the first syllables do
    phones      digits, in full or the last four and more
    tails       digits that may be the end of a phone number or of a receipt number
    receipts    `2026-UB-0012345`
    pages       least and most number of pages
    sources     kinds of way in ("mail", "desk")
    deliveries, entries   the number of a delivery, of a desk entry
    ignored     words that mean nothing here
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()
    span: Span | None = None
    pages: tuple[int, int] | None = None
    sources: tuple[str, ...] = ()
    deliveries: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        said = (self.names, self.phones, self.tails, self.receipts, self.span, self.pages, self.sources)
        return any(said) or bool(self.deliveries or self.entries)


def understand(line: str, now: datetime) -> Asked:
    """Read a line; `now` in the zone in which people speak. Never fails: what is not understood is a name."""
    line = (
        unicodedata.normalize("NFC", line)[:_LONGEST].replace("∼", "~").replace("～", "~").replace("–", "~")
    )
    line = _TODAY_IN_DIGITS.sub(r"\1-\2-\3", line)
    receipts, line = _all(_RECEIPT, line, lambda m: f"{m[1]}-{m[2].upper()}-{m[3].zfill(7)}")
    deliveries, line = _all(_DELIVERY, line, lambda m: m[1])
    entries, line = _all(_ENTRY, line, lambda m: m[1])
    phones, line = _all(_PHONE, line, lambda m: digits_of(m[0]))
    pages, line = _take_pages(line)
    tails, line = _all(_DIGITS, line, lambda m: m[1])
    span, line = take_span(line, now)
    names, sources, ignored = _words(line)
    return Asked(
        names=names,
        phones=(*phones, *(t for t in tails if len(t) > 8)),
        tails=tuple(t for t in tails if len(t) <= 8),
        receipts=receipts,
        span=span,
        pages=pages,
        sources=sources,
        deliveries=tuple(int(d) for d in deliveries),
        entries=tuple(int(e) for e in entries),
        ignored=ignored,
    )


def digits_of(number: str) -> str:
    """The digits of a telephone number as it is dialled in the country: `+82 10-1234-5678` -> `01012345678`."""
    digits = re.sub(r"\D", "", number)
    return "0" + digits[2:].lstrip("0") if digits.startswith("82") and len(digits) > 9 else digits


def _all(pattern: re.Pattern[str], line: str, say) -> tuple[tuple[str, ...], str]:  # type: ignore[no-untyped-def]
    found: dict[str, None] = {}

    def take(match: re.Match[str]) -> str:
        found[say(match)] = None
        return " "

    rest = pattern.sub(take, line)
    return tuple(found), rest


def _take_pages(line: str) -> tuple[tuple[int, int] | None, str]:
    match = _PAGES.search(line)
    if match is None:
        return None, line
    last = int(match[2]) if match[2].isdigit() else _NUMERALS[match[2]]
    first = int(match[1]) if match[1] else last
    about = (match[3] or "").strip()
    if about == "이상":
        last = 1_000_000
    elif about == "이하":
        first = 0
    elif about in ("쯤", "정도"):
        first, last = max(1, first - 1), last + 1
    return (min(first, last), max(first, last)), line[: match.start()] + " " + line[match.end() :]


def _words(line: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    names: dict[str, None] = {}
    sources: dict[str, None] = {}
    ignored: dict[str, None] = {}
    for word in re.split(r"[\s,;?!‘’“”'\"]+", line):
        plain = _ADDRESSED.sub("", word)
        if not plain:
            continue
        if kind := SOURCES.get(re.sub(r"(?:으로|로|에서|에)$", "", plain)):
            sources[kind] = None
        elif _SAID.match(plain) or not re.search(r"[^\W\d_]", plain):
            ignored[word] = None
        else:
            names[plain] = None
    return tuple(names), tuple(sources), tuple(ignored)
