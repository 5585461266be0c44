"""Resident, business, phone and receipt numbers and accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocr import identifiers as ids
from ocr.confusions import as_digits, digit_confusions
from ocr.fields.digits import of_length, runs
from ocr.fields.reading import Candidate, Context, Reading

_LANDLINE = 0.9  # fit of a number that is no mobile one: papers name offices too
_RATHER_010 = 0.4  # weight of 010 where 070 was read
_REGROUPED = 0.5  # weight of a number whose hyphens stand elsewhere than such numbers have them
_TWO_KINDS_OF_SIGN = 0.6  # fit of an account with hyphens and a dot: the dot may have been a digit
_MASKED = re.compile(r"\d{6}\s*[-–—~.]?\s*\d?\s*[*xX×●•＊#※○]{3,}")
_PLAUSIBLE, _WRONG = 0.15, 0.02  # weight of a number whose date holds but whose check digit fails; of neither
_DIGIT = "[0-9OoQDlI|이SB]"
_RECEIPT = re.compile(
    rf"({_DIGIT}{{4}})\s*[-–—~_.=·ㆍ]?\s*(\S{{1,3}}(?: ?\S{{1,2}})?)(?:\s*[-–—~_.=·ㆍ]\s*|\s+)({_DIGIT}{{7}})(?!\d)"
)
_RECEIPT_JOINED = re.compile(rf"({_DIGIT}{{4}})[-–—~_. ]*([A-Z][A-Z0-9])[-–—~_. ]*({_DIGIT}{{7}})(?!\d)")
_RECEIPT_TIGHT = re.compile(rf"({_DIGIT}{{4}})[-–—~_. ]+(\S{{2}})({_DIGIT}{{7}})(?!\d)")
_CODE_LOOKS = {
    "U": "UV0JL니",
    "B": "B8RE3",
    "E": "EFB",
    "P": "PFR9D",
    "N": "NMHW",
    "V": "VYUW",
    "T": "T7I1F",
    "L": "LI1l",
}


def rrn(reading: Reading, context: Context) -> Iterator[Candidate]:
    """`960121-1021413`; a number with masked digits is none."""
    if _MASKED.search(reading.text):
        return
    for d in of_length(reading.text, (6, 7), _rrn_holds):
        dated = ids.rrn_birth_date(d.digits) is not None
        if ids.rrn_check(d.digits) and dated:
            fit, weight, notes = 1.0, 1.0, ()
        elif dated and ids.rrn_may_break_check(d.digits):
            fit, weight, notes = 0.95, 0.8, ()
        else:
            fit, weight = (0.6, _PLAUSIBLE) if dated else (0.3, _WRONG)
            yield Candidate(
                ids.format_rrn(d.digits), d.raw, d.weight * weight, fit, d.changed, ("check_digit",)
            )
            continue
        yield Candidate(ids.format_rrn(d.digits), d.raw, d.weight * weight, fit, d.changed, notes)


def _rrn_holds(digits: str) -> bool:
    return ids.rrn_check(digits) and ids.rrn_birth_date(digits) is not None


def business_no(reading: Reading, context: Context) -> Iterator[Candidate]:
    """`104-86-56659`."""
    for d in of_length(reading.text, (3, 2, 5), ids.business_no_check):
        good = ids.business_no_check(d.digits)
        notes = () if good else ("check_digit",)
        weight = d.weight * (1.0 if good else _WRONG * 3)
        yield Candidate(
            ids.format_business_no(d.digits), d.raw, weight, 1.0 if good else 0.4, d.changed, notes
        )


def phone(reading: Reading, context: Context) -> Iterator[Candidate]:
    """`010-1234-5678`; a first group that is nearly 010 is taken for it."""
    for found, raw, weight in runs(reading.text):
        digits = "0" + found[2:] if found.startswith("8210") and len(found) == 12 else found
        if ids.phone_is_valid(digits):
            value = ids.format_phone(digits)
            share = weight * (1.0 if _grouped_alike(raw, value) else _REGROUPED)
            yield Candidate(value, raw, share, 1.0 if digits.startswith("01") else _LANDLINE)
            if digits.startswith("070"):  # far fewer have one than have a 1 that looks like a 7
                yield Candidate("010" + value[3:], raw, share * _RATHER_010, 0.9, True)
        elif len(digits) == 11 and _nearly_010(digits):
            yield Candidate(ids.format_phone("010" + digits[3:]), raw, weight * 0.5, 0.9, True)
        elif len(digits) == 12 and digits[1:].startswith("010"):
            yield Candidate(ids.format_phone(digits[1:]), raw, weight * 0.3, 0.8, True)
        elif len(digits) == 12 and digits.startswith("010"):
            yield Candidate(digits, raw, weight * _WRONG, 0.3, False, ("length",))
        elif 8 <= len(digits) <= 12:
            yield Candidate(digits, raw, weight * _WRONG, 0.2, False, ("format",))


def _grouped_alike(raw: str, value: str) -> bool:
    """Whether the paper groups the digits as numbers of this kind are, as far as it groups them."""
    groups = [len(g) for g in re.split(r"[^0-9]+", as_digits(raw)) if g]
    return len(groups) < 3 or groups == [len(g) for g in value.split("-")]


def _nearly_010(digits: str) -> bool:
    return sum(a == b for a, b in zip(digits[:3], "010", strict=True)) >= 2


def receipt_no(reading: Reading, context: Context) -> Iterator[Candidate]:
    """`2026-UB-0012345`; a code of a program that is nearly one is taken for it."""
    shapes = (_RECEIPT_JOINED, _RECEIPT, _RECEIPT_TIGHT)
    found = next((m for shape in shapes if (m := shape.search(reading.text))), None)
    if found is not None:
        year, code, serial = found.groups()
        numbers = [_all_digits(year), _all_digits(serial)]
        if len(numbers[0]) != 4 or len(numbers[1]) != 7:
            return
        mended = (numbers[0], numbers[1]) != (year, serial)
        year_good = numbers[0][:2] == "20" and numbers[0] < "2060"
        for known, likely in _codes(code, context.program):
            weight = likely * (1.0 if year_good else 0.1) * (0.8 if mended else 1.0)
            value = f"{numbers[0]}-{known}-{numbers[1]}"
            changed = mended or known != code
            fit = 1.0 if year_good and not changed else 0.9 if year_good else 0.4
            yield Candidate(
                value, found.group().strip(), weight, fit, known != code, () if year_good else ("year",)
            )


def _all_digits(text: str) -> str:
    return "".join(c if c.isdigit() else (digit_confusions(c) or (("", 0.0),))[0][0] for c in text)


def _codes(read: str, program: str) -> Iterator[tuple[str, float]]:
    """Program codes that `read` may be: itself if it is two capitals, or the form's own."""
    plain = read.replace(" ", "")
    if program and plain != program:
        alike = sum(r.upper() in _CODE_LOOKS.get(t, t) for r, t in zip(plain, program, strict=False))
        yield program, (0.3, 0.6, 0.9)[alike]
    if re.fullmatch("[A-Z]{2}", plain):
        yield plain, 1.0 if plain == program or not program else 0.4


def account(reading: Reading, context: Context) -> Iterator[Candidate]:
    """An account number with the hyphens that the paper shows."""
    for digits, raw, weight in runs(reading.text):
        if not 8 <= len(digits) <= 17 or len(raw) > 1.6 * len(digits):
            continue
        value = _with_hyphens(raw)
        if tuple(map(len, value.split("-"))) == (6, 7) and ids.rrn_birth_date(digits):
            continue
        usual = 10 <= len(digits) <= 14
        phone_like = digits.startswith("010") and len(digits) == 11
        fit = (1.0 if usual else 0.6) * (0.4 if phone_like else 1.0) * (1.0 if "-" in value else 0.9)
        dotted = "-" in raw.strip("-") and re.search(r"\d[.·'`]\d", raw) is not None
        fit *= _TWO_KINDS_OF_SIGN if dotted else 1.0
        yield Candidate(value, raw, weight * fit, fit, dotted, () if usual else ("length",))


def _with_hyphens(raw: str) -> str:
    out = ""
    for ch in raw:
        if ch.isdigit():
            out += ch
        elif ch in "-–—−‐‑~～_=·.'`":
            out += "-"
        elif likely := digit_confusions(ch):
            out += likely[0][0]
    return re.sub(r"-{2,}", "-", out).strip("-")
