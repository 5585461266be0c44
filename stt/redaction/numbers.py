"""Numbers of persons in a talk: which runs of figures are to be taken out, and as what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.digit_words import as_plain
from stt.redaction.identifiers import (
    MOBILE,
    business_checks,
    is_card,
    is_day,
    is_full_day,
    is_landline,
    is_mobile,
    is_representative,
    luhn,
    resident,
    resident_checks,
)
from stt.redaction.kinds import ACCOUNT, BIRTH, CARD, FOREIGNER, LICENCE, NUMBER, PHONE, RESIDENT, Found
from stt.redaction.lexicon import lexicon
from stt.redaction.runs import Run, runs
from stt.transcript import Utterance

KEEP, NEAR = "keep", "near"
LOOK_BACK = 3
"""Utterances in which the question for a number may lie before it."""
_RECEIPT = re.compile(r"\d{4}[- ]?[A-Z]{2}[- ]?\d{4,7}")
_PROGRAM_LETTERS = re.compile(r"(?:유비|이피|엔이|브이티|피엘|UB|EP|NE|VT|PL)[\s-]*$", re.IGNORECASE)


def find_identifiers(talk: Sequence[Utterance]) -> list[Found]:
    """Every number of a person in the talk, one place for each utterance that it touches."""
    all_runs = runs(talk, asks_for_number)
    found: list[tuple[Run, str]] = []
    left: list[Run] = []
    short: list[Run] = []
    for run in all_runs:
        for part, kind in _split(talk, run):
            if kind and kind != KEEP:
                found.append((part, kind))
            elif not kind:
                left.append(part)
            elif len(part.digits) < 4:
                short.append(part)
    found.extend(_completed(talk, found, left))
    found.extend(_corrected(talk, found, [*left, *short]))
    found.extend(_echoes(found, left))
    return [place for run, kind in found for place in _places(talk, run, kind)]


def asks_for_number(text: str) -> bool:
    return any(pattern.search(text) for pattern in lexicon().asked.values())


def _split(talk: Sequence[Utterance], run: Run) -> Iterator[tuple[Run, str]]:
    """A run as the numbers that it holds: two may be said one after the other."""
    if exact(run):
        yield run, kind_of(talk, run)
        return
    for cut in range(len(run.parts) - 1, 0, -1):
        first, rest = run.cut(0, cut), run.cut(cut)
        if exact(first) and _own(talk, run, cut, rest):
            yield first, kind_of(talk, first)
            yield from _split(talk, rest)
            return
        if exact(rest) and _own(talk, run, cut, first):
            yield first, kind_of(talk, first)
            yield rest, kind_of(talk, rest)
            return
    yield run, kind_of(talk, run)


def _own(talk: Sequence[Utterance], run: Run, cut: int, other: Run) -> bool:
    """Whether what is left beside a whole number is one of its own: long enough, or said apart and of some kind."""
    apart = run.parts[cut - 1].at != run.parts[cut].at
    return len(other.digits) >= 6 or (apart and kind_of(talk, other) != "")


def exact(run: Run) -> bool:
    """Whether the figures are a whole number of some kind, by length and form."""
    return any(_whole(digits) for digits in run.readings())


def _whole(digits: str) -> bool:
    if resident(digits) or is_mobile(digits) or (is_card(digits) and luhn(digits)):
        return True
    return len(digits) >= 7 and digits in lexicon().public


def kind_of(talk: Sequence[Utterance], run: Run) -> str:
    """The kind of a run, KEEP for what stays whatever follows, "" for what is no number of a person."""
    if _receipt(talk, run):
        return KEEP
    if _round_amount(run):
        return ""
    asked = context(talk, run)
    readings = run.readings()
    if kind := next((k for d in readings if (k := _surely(d, asked))), ""):
        return kind
    return KEEP if _stays(talk, run, readings, asked) else _likely(run, readings, asked)


def _likely(run: Run, readings: Sequence[str], asked: str) -> str:
    if asked != ACCOUNT and any(is_landline(digits) for digits in readings):
        return PHONE
    longest = max(readings, key=len)
    if kind := _by_context(longest, run, asked) or _by_length(longest, readings, run):
        return kind
    part = asked == NEAR and len(longest) >= 3 and (run.spoken or len(longest) >= 4)
    return NUMBER if part else ""


def _round_amount(run: Run) -> bool:
    """3200000, without a counter behind it: money rather than a number of somebody's."""
    return not run.spoken and len(run.parts) == 1 and len(run.digits) <= 8 and run.digits.endswith("000")


def _surely(digits: str, asked: str) -> str:
    """The kind that the form alone tells, whatever was asked for."""
    if (kind := resident(digits)) and (resident_checks(digits) or asked != ACCOUNT):
        return kind
    if is_mobile(digits) or (digits.startswith("8210") and len(digits) == 12):
        return PHONE
    return CARD if is_card(digits) and (luhn(digits) or asked == CARD) else ""


def _stays(talk: Sequence[Utterance], run: Run, readings: Sequence[str], asked: str) -> bool:
    """Whether it is a number that is no secret of a person: of an office, a firm, a case."""
    if any(d in lexicon().public or is_representative(d) for d in readings):
        return True
    if any(is_landline(d) for d in readings) and _of_an_office(talk, run):
        return True
    if asked == KEEP:
        return not run.digits.startswith(MOBILE) or len(run.digits) < 6
    business = any(business_checks(d) for d in readings) and run.groups == (3, 2, 5)
    return business and asked not in (ACCOUNT, PHONE)


def _of_an_office(talk: Sequence[Utterance], run: Run) -> bool:
    """Whether a landline is spoken of as one of an office or a firm, which is no secret of a person."""
    at = run.parts[0].at
    for text in (talk[at].text, talk[at - 1].text if at else ""):
        if lexicon().homes.search(text):
            return False
        if lexicon().institutions.search(text):
            return True
    return False


def _by_context(digits: str, run: Run, asked: str) -> str:
    """What was asked for, where the figures may be it or a part of it."""
    n = len(digits)
    if asked == RESIDENT and n in (6, 7, 8, 13):
        return FOREIGNER if n in (7, 13) and digits[-7] in "5678" else RESIDENT
    if asked in ("passport", LICENCE):
        return asked if n >= 6 else ""
    if n < 4 or not (run.spoken or run.dashed or n != 4 or _short(digits)):
        return ""
    return asked if asked in (PHONE, ACCOUNT, CARD, RESIDENT) else ""


def _short(digits: str) -> bool:
    """Four written figures may be a year."""
    return not ("1950" <= digits <= "2060")


def _by_length(digits: str, readings: Sequence[str], run: Run) -> str:
    """The kind that the length alone makes likely."""
    n = len(digits)
    born = any(len(d) == 6 and is_day(d) for d in readings)
    likely = (
        (digits.startswith(MOBILE) and n >= 6, PHONE),
        (born or (n == 7 and is_day(digits[:6]) and digits[6] in "12345678"), RESIDENT),
        (n == 8 and is_full_day(digits), BIRTH if digits < "2015" else ""),
        (n == 8 and run.groups[-1] == 4, PHONE),
        (n == 12 and run.groups == (2, 2, 6, 2), LICENCE),
        (n == 16, CARD),
        (n >= 10, ACCOUNT),
        (n >= 7 or (n >= 6 and run.spoken), NUMBER),
    )
    return next((kind for fits, kind in likely if fits), "")


def context(talk: Sequence[Utterance], run: Run) -> str:
    """What was asked for last before a run: a kind, KEEP, NEAR, or ""."""
    first = run.parts[0]
    for back in range(min(LOOK_BACK, first.at) + 1):
        text = talk[first.at - back].text
        if not back:
            text = text[: first.token.start]
        if best := _last_asked(text):
            answered = back and best == KEEP and re.search(r"\d{4}|[공영일이삼사오육칠팔구]{4}", text)
            return "" if answered or (best == KEEP and back > 1) else best
    end = run.parts[-1]
    return _first_asked(talk[end.at].text[end.token.end : end.token.end + 25])


def _last_asked(text: str) -> str:
    best, place, length = "", -1, 0
    for kind, pattern in [*lexicon().asked.items(), (NEAR, lexicon().near)]:
        for found in pattern.finditer(text):
            if (found.end(), found.end() - found.start()) > (place, length):
                best, place, length = kind, found.end(), found.end() - found.start()
    return best


def _first_asked(text: str) -> str:
    places = [
        (found.start(), -(found.end() - found.start()), kind)
        for kind, pattern in lexicon().asked.items()
        if (found := pattern.search(text))
    ]
    return min(places)[2] if places else ""


def _receipt(talk: Sequence[Utterance], run: Run) -> bool:
    first = run.parts[0]
    text = as_plain(talk[first.at].text)
    if any(found.start() <= first.token.start < found.end() for found in _RECEIPT.finditer(text)):
        return True
    return _PROGRAM_LETTERS.search(text[: first.token.start]) is not None


def _completed(
    talk: Sequence[Utterance], found: Sequence[tuple[Run, str]], left: Sequence[Run]
) -> list[tuple[Run, str]]:
    """The rest of a number that was broken off: 공일공에 삼이사오, 잠깐만요, 육칠팔구."""
    out: list[tuple[Run, str]] = []
    for run in left:
        at = run.parts[0].at
        if not 3 <= len(run.digits) <= 7 or not (run.spoken or len(run.digits) in (4, 7)):
            continue
        for earlier, kind in found:
            whole = {PHONE: 10, RESIDENT: 13, FOREIGNER: 13, CARD: 16, ACCOUNT: 10}.get(kind, 0)
            if len(earlier.digits) < whole and 0 <= at - earlier.parts[-1].at <= 4 and _after(earlier, run):
                out.append((run, kind))
                break
    return out


def _corrected(
    talk: Sequence[Utterance], found: Sequence[tuple[Run, str]], left: Sequence[Run]
) -> list[tuple[Run, str]]:
    """What is put right behind a number: 아니 육칠로 끝나요."""
    out: list[tuple[Run, str]] = []
    for run in left:
        first = run.parts[0]
        before = talk[first.at].text[max(0, first.token.start - _CORRECTION_NEAR) : first.token.start]
        if len(run.digits) < 2 or not _CORRECTS.search(before):
            continue
        for earlier, kind in found:
            if 0 <= first.at - earlier.parts[-1].at <= 2 and _after(earlier, run):
                out.append((run, kind))
                break
    return out


_CORRECTS = re.compile(r"아니|아뇨|정정|다시|말고|틀렸|잘못|끝이|끝에|마지막|뒤가|앞이")
_CORRECTION_NEAR = 14


def _after(earlier: Run, run: Run) -> bool:
    one, two = earlier.parts[-1], run.parts[0]
    return (one.at, one.token.end) <= (two.at, two.token.start)


def _echoes(found: Sequence[tuple[Run, str]], left: Sequence[Run]) -> list[tuple[Run, str]]:
    """Parts of a number that are said over again, by whomever."""
    known = [(reading, kind, run.parts[0].at) for run, kind in found for reading in run.readings()]
    out: list[tuple[Run, str]] = []
    for run in left:
        for digits, kind, at in known:
            if _repeats(run, digits, abs(at - run.parts[0].at)):
                out.append((run, kind))
                break
    return out


def _repeats(run: Run, digits: str, apart: int) -> bool:
    """Whether a run is a part of a number said `apart` utterances away, as a whole or group by group."""
    if any(reading in digits for reading in run.readings() if len(reading) >= 3):
        return len(run.digits) >= 4 or apart <= (_ECHO_NEAR if run.spoken else 2)
    groups = [part.token.digits[: -1 if part.token.loose else None] for part in run.parts]
    return apart <= _ECHO_NEAR and len(run.digits) >= 4 and all(group in digits for group in groups)


_ECHO_NEAR = 4


def _places(talk: Sequence[Utterance], run: Run, kind: str) -> Iterator[Found]:
    for at in dict.fromkeys(part.at for part in run.parts):
        tokens = [part.token for part in run.parts if part.at == at]
        last = run.parts[-1].token
        loose = tokens[-1] is last and last.loose and _whole(run.digits[:-1]) and not _whole(run.digits)
        yield Found(kind, at, tokens[0].start, tokens[-1].end - loose)
