"""Names, companies, banks, addresses and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from math import exp

from ocr.confusions import as_digits, hangul_similarity
from ocr.fields.reading import Candidate, Context, Reading
from ocr.lexicons import find_bank, mend_place, name_prior, surname_of

_SIGNED = re.compile(r"[(（\[]?\s*(?:서\s*명|인|印|날인|직인)\s*(?:또는\s*(?:날)?인)?\s*[)）\]]?.*$")
_BRACKETS = re.compile(r"[(（\[].*")
_NOT_NAMES = """
    없음 해당 해당없음 미정 성명 이름 주소 전화 연락처 서명 날인 또는 또는인 대표 대표자
    은행 본인 배우자 신청 신청인 광역시 특별시 역시 명의 명의의 정보 인적사항 합니다
    신청합니다 현황 내용 사항 구분 확인 동의 동의함 계좌 개인정보 귀중 담당자 날짜 작성일
    사업주 근로자 합계 소계 총계 계 관계 기본급 수당 합 부 모 자 녀 주민 번호 사업장
    귀하 접수 접수일 발급 성별 비고
"""
_NOT_NAME = frozenset(_NOT_NAMES.split())
_PLACE_OF_WORK = re.compile(
    r".(?:병원|의원|은행|회사|센터|학교|공단|조합|금고|세무서|세무서장|청장|시장|군수)$"
)
_HEAD = 0.35  # weight of the first words of a longer text as a name, beside all of it
_LEAD = {"01": "이", "0|": "이", "0l": "이", "O1": "이", "ol": "이", "0I": "이", "OI": "이", "Ol": "이"}
_COMPANY_MARK = re.compile(r"주식회사|유한회사|합자회사|합명회사|㈜|\(주\)|사단법인|재단법인|협동조합")
_DATE = re.compile(r"(\d{4})\s*[.년\-/]\s*(\d{1,2})\s*[.월\-/]\s*(\d{1,2})")


def name(reading: Reading, context: Context) -> Iterator[Candidate]:
    """A person's name of two to five syllables, blanks closed up; Latin names as they stand."""
    text = _stripped(reading.text, context)
    heads = [(t, False, _HEAD) for t in _leading(text)]
    for raw, mended, share in ((text, False, 1.0), *heads, *((t, True, 1.0) for t, _ in _with_surname(text))):
        hangul = "".join(re.findall(r"[가-힣]", raw))
        if not hangul or hangul in _NOT_NAME or _PLACE_OF_WORK.search(hangul):
            continue
        others = len(re.findall(r"[0-9A-Za-z]", raw))
        surname = surname_of(hangul)
        known = bool(surname)
        size = len(hangul) - max(1, len(surname))
        fit = {0: 0.15, 1: 0.8, 2: 1.0, 3: 0.55}.get(size, 0.3)
        fit *= (1.0 if known else 0.55) * 0.75**others
        if len(hangul) > 5:
            continue
        prior = exp(0.35 * min(0.0, name_prior(hangul) + 14.0))
        notes = () if known else ("surname",)
        yield Candidate(hangul, raw, fit * prior * share, fit, mended, notes)
    if re.fullmatch(r"[A-Z][A-Z'\-]+(?: [A-Z'\-]{2,})+", text.strip()) and len(text) >= 6:
        yield Candidate(" ".join(text.split()).upper(), text, 0.5, 0.5, False, ("latin",))


def _leading(text: str) -> Iterator[str]:
    """The text, or where more follows a name, its first words."""
    words = text.split()
    head = [w for w in words[:4] if re.fullmatch(r"[가-힣]+", w)]
    if words[: len(head)] == head:
        for n in range(1, len(head)):
            if 2 <= sum(map(len, head[:n])) <= 4:
                yield " ".join(head[:n])
        if head and len(head) < len(words) and 2 <= sum(map(len, head)) <= 4:
            yield " ".join(head)


def _stripped(text: str, context: Context) -> str:
    text = _SIGNED.sub("", text)
    text = _BRACKETS.sub("", text)
    text = re.sub(r"^(?:[^가-힣\s]{1,2}\s+)+(?=[가-힣])|^\s*(?:성\s*명|이\s*름)\s*(?=[가-힣])", "", text)
    head = re.split(r"[0-9]", text)[0]
    text = head if len(re.findall(r"[가-힣]", head)) >= 2 else text
    words = text.split()
    if len(words) > 1 and any(
        hangul_similarity(words[-1], w) > 0.78 for w in (*context.suffix, "님", "귀하")
    ):
        text = " ".join(words[:-1])
    for word in (*context.suffix, "님", "귀하"):
        if len(text) > len(word) + (1 if word in context.suffix else 2):
            text = text.strip().removesuffix(word)
    return text.strip(" :：.,·-_|*'\"")


def _with_surname(text: str) -> Iterator[tuple[str, bool]]:
    """이 is often read as a digit and a stroke; only if a given name follows."""
    for lead, syllable in _LEAD.items():
        if text.startswith(lead) and re.match(r"[가-힣]{2}", text[len(lead) :].strip()):
            yield syllable + text[len(lead) :].strip(), True


def company(reading: Reading, context: Context) -> Iterator[Candidate]:
    """A company as the paper names it."""
    text = re.sub(r"^\s*[:：.,·|]+|[|_]+$", "", reading.text).strip()
    text = re.sub(r"\s*[(（]\s*(?:인|서\s*명|직인)[^)）]*[)）]?\s*$", "", text).strip()
    letters = re.findall(r"[가-힣A-Za-z]", text)
    if len(letters) < 2 or len(text) > 40:
        return
    fit = 1.0 if _COMPANY_MARK.search(text) else 0.8
    yield Candidate(" ".join(text.split()), text, fit, fit)


def bank(reading: Reading, context: Context) -> Iterator[Candidate]:
    """A bank of the lexicon, in the way of writing it that the paper has."""
    found = find_bank(reading.text)
    if found is None:
        return
    _, written, score = found
    yield Candidate(written, reading.text, score, score, score < 1.0)


def address(reading: Reading, context: Context) -> Iterator[Candidate]:
    """An address with province and district put right where they are nearly so."""
    text = re.sub(r"^\s*[:：.,·|]+", "", reading.text).strip()
    if len(re.findall(r"[가-힣]", text)) < 5:
        return
    words = text.split()
    mended, known = mend_place(words)
    fit = 1.0 if known else 0.5
    yield Candidate(" ".join(mended), text, fit, fit, mended != words, () if known else ("district",))


def day(reading: Reading, context: Context) -> Iterator[Candidate]:
    """A date as `1996-01-21`."""
    found = _DATE.search(as_digits(reading.text))
    if found is None:
        return
    try:
        value = date(*(int(g) for g in found.groups())).isoformat()
    except ValueError:
        return
    yield Candidate(value, found.group(), 1.0, 1.0)
