"""Whether a line of a note holds against the utterances that it cites: numbers, days, denial, who, and nothing else.

What a check cannot tell counts against the line: then the words that were spoken stand in the note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stt.note.acts import Act
from stt.note.draft import NoteField
from stt.note.morphemes import stems
from stt.note.predicates import MOODS, Predicate, moods, predicates
from stt.note.quantities import among, quantities
from stt.spoken_numbers import SpokenNumber, find_numbers
from stt.transcript import COUNSELOR, PERSON

NUMBER, NUMBER_MOVED, DAY, NEGATION, WHO, NOT_SAID, CERTAIN, TIME, EMPTY, OTHER_LETTERS = (
    "number_changed",
    "number_moved",
    "day_changed",
    "negation_changed",
    "who_changed",
    "not_said",
    "made_certain",
    "time_changed",
    "empty",
    "other_language",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that a line cites."""

    cites: tuple[int, ...]
    speaker: str
    text: str
    act: Act = Act.STATEMENT


_ROLES = {"상담사": COUNSELOR, "상담원": COUNSELOR, "구직자": PERSON, "내담자": PERSON, "신청인": PERSON}
_SUBJECT = re.compile(
    r"(?<![가-힣])(상담사|상담원|구직자|내담자|신청인)(?:님)?(?:이|가|은|는|께서|도)?(?=[\s:,]|$)"
)
_DAY_WORDS = re.compile(
    r"[월화수목금토일]요일|오늘|내일|모레|글피|어제|그제|오전|오후|아침|저녁|새벽|(?:이번|다음|"
    r"다다음|지난|저번) ?(?:주|달|해)|올해|내년|작년|월말|연말|말일|상순|중순|하순"
)
_BOUNDS = {
    "by": ("까지", "이내", "안에", "안으로", "내로", "내에"),
    "from": ("부터",),
    "atleast": ("이상",),
    "atmost": ("이하", "최대"),
    "less": ("미만",),
    "more": ("초과", "넘"),
    "after": ("뒤", "후", "이후"),
    "before": ("전",),
    "not": ("말고", "아니"),
    "each": ("마다", "씩", "당"),
    "about": ("정도", "쯤", "가량", "약"),
}
_MUST_STAY = frozenset({"atleast", "atmost", "less", "more", "not", "before", "after", "from", "each"})
_OF_NOTES = frozenset(
    [
        *(
            "구직자",
            "상담사",
            "상담원",
            "내담자",
            "신청인",
            "안내",
            "문의",
            "요청",
            "설명",
            "답변",
            "언급",
            "상담",
            "내용",
        ),
        *("사항", "것", "수", "등", "때", "예정", "관련", "경우", "바", "점", "후", "전", "뒤"),
    ]
)
"""Words of a note about a talk, which nobody need have said. None of them says what is so."""

_OF_NOTES_VERBS = _OF_NOTES | frozenset(
    ["하", "되", "있", "알리", "밝히", "묻", "말", "전하", "받", "싶", "위하", "대하", "따르"]
)


def problems(line: str, evidence: Sequence[Evidence], field: NoteField) -> tuple[str, ...]:
    """Codes of what does not hold in a line that somebody wrote from its evidence; () when all does."""
    said = " . ".join(e.text for e in evidence)
    found = [
        *_letters(line, evidence),
        *_numbers(line, said),
        *_days(line, said),
        *_denials(line, said),
        *_times(line, said),
        *_sureness(line, evidence),
        *_matter(line, said),
        *_who(line, evidence, field),
    ]
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    return re.sub(r"[^가-힣A-Za-z0-9]", "", text)


def _letters(line: str, evidence: Sequence[Evidence]) -> list[str]:
    if not evidence or len(_plain(line)) < 4:
        return [EMPTY]
    hangul = len(re.findall(r"[가-힣]", line))
    return [OTHER_LETTERS] if hangul < 0.5 * len(re.sub(r"\s", "", line)) else []


_NOUN_ENDING = re.compile(r"임(?=[\s.,]|$)")
"""두 명임: numbers are read before spoken endings only."""


def _numbers(line: str, said: str) -> list[str]:
    """Every number was said, counting the same thing, with the same bound, near the same word."""
    line = _NOUN_ENDING.sub("입니다", line)
    known = quantities(said)
    if not all(among(q, known) for q in quantities(line)):
        return [NUMBER]
    spoken = find_numbers(said)
    for number in find_numbers(line):
        like = [s for s in spoken if s.value == number.value]
        if not any(_bounded_alike(line, number, said, one) for one in like):
            return [NUMBER]
        if not any(_near_the_same(line, number, said, one) for one in like):
            return [NUMBER_MOVED]
    return []


def _bounded_alike(line: str, number: SpokenNumber, said: str, other: SpokenNumber) -> bool:
    mine, theirs = _bound(line, number), _bound(said, other)
    if mine == theirs:
        return True
    return theirs not in _MUST_STAY and mine in {"", "about"} and not (mine == "about" and theirs == "")


def _bound(text: str, number: SpokenNumber) -> str:
    after = text[max(number.end, number.unit_end) :][:6].lstrip()
    for name, words in _BOUNDS.items():
        if after.startswith(words):
            return name
    before = text[max(0, number.start - 4) : number.start].rstrip()
    return "atmost" if before.endswith("최대") else "atleast" if before.endswith(("최소", "적어도")) else ""


def _near_the_same(line: str, number: SpokenNumber, said: str, other: SpokenNumber) -> bool:
    """The noun before a number in the line stands near that number in what was said."""
    before = re.findall(r"[가-힣]{2,}", line[max(0, number.start - 14) : number.start])
    nouns = [w for w in before if not _SUBJECT.match(w)]
    if not nouns:
        return True
    near = said[max(0, other.start - 60) : other.end + 30]
    return nouns[-1][:2] in near


def _days(line: str, said: str) -> list[str]:
    spoken = {hit.group().replace(" ", "") for hit in _DAY_WORDS.finditer(said)}
    if not {hit.group().replace(" ", "") for hit in _DAY_WORDS.finditer(line)} <= spoken:
        return [DAY]
    return [] if set(_dates(line)) <= set(_dates(said)) else [DAY]


def _dates(text: str) -> list[tuple[str, ...]]:
    """Numbers of year, month, day, hour and minute that stand together: they must not be mixed anew."""
    runs: list[list[str]] = []
    last = -9
    for number in find_numbers(text):
        if number.unit in {"월", "일", "시", "분"}:
            if number.start - last <= 4 and runs and not runs[-1][-1].endswith(number.unit):
                runs[-1].append(f"{number.value}{number.unit}")
            else:
                runs.append([f"{number.value}{number.unit}"])
            last = max(number.end, number.unit_end)
    pairs = []
    for run in runs:
        pairs += [tuple(run[i : i + 2]) for i in range(len(run) - 1)]
    return pairs


def _denials(line: str, said: str) -> list[str]:
    mine, theirs = predicates(line), predicates(said)
    for one in mine:
        same = [other for other in theirs if other.stem == one.stem]
        if same and all(other.denied != one.denied for other in same):
            return [NEGATION]
        if one.denied and not same:
            return [NEGATION]
    return [NEGATION] if _lost_denial(line, mine, theirs) else []


def _lost_denial(line: str, mine: Sequence[Predicate], theirs: Sequence[Predicate]) -> bool:
    """A noun of the line whose every predicate was denied, and is not denied in the line."""
    denied = {p.stem for p in theirs if p.denied} - {p.stem for p in theirs if not p.denied}
    kept = {p.stem for p in mine if p.denied}
    return any(stem in line for stem in denied - kept if len(stem) > 1)


def _times(line: str, said: str) -> list[str]:
    """What is to come must not have been, nor the other way round."""
    theirs = predicates(said)
    for one in predicates(line):
        times = {other.time for other in theirs if other.stem == one.stem}
        if one.time and times and one.time not in times and (one.time == "past" or times == {"past"}):
            return [TIME]
    return (
        [TIME] if re.search(r"예정|계획", line) and theirs and all(p.time == "past" for p in theirs) else []
    )


def _sureness(line: str, evidence: Sequence[Evidence]) -> list[str]:
    """Moods that all of the evidence has must stay, and none may be new."""
    mine = moods(line)
    of_each = [moods(e.text) for e in evidence]
    everywhere = frozenset(MOODS).intersection(*of_each) if of_each else frozenset()
    anywhere = frozenset().union(*of_each)
    asked = all(e.act in {Act.QUESTION, Act.REQUEST} for e in evidence)
    if asked and not re.search(r"문의|질문|요청|궁금|여부|물|희망|원|부탁|싶", line):
        return [CERTAIN]
    needed = everywhere - {"guess"} if asked else everywhere
    may_name = anywhere | ({"wish"} if asked else frozenset())
    return [CERTAIN] if (needed - mine and not asked) or mine - may_name else []


def _matter(line: str, said: str) -> list[str]:
    """Every word of matter was said."""
    spoken = {m.form for m in stems(said)}
    for morpheme in stems(line):
        if morpheme.tag in {"NNG", "NNP", "SL", "XR", "SH"}:
            if morpheme.form not in _OF_NOTES and morpheme.form not in spoken and morpheme.form not in said:
                return [NOT_SAID]
        elif morpheme.tag in {"VV", "VA", "MAG"}:
            allowed = morpheme.form in spoken or morpheme.form in _OF_NOTES_VERBS
            if not allowed and morpheme.form not in {"없", "않", "안", "못"}:
                return [NOT_SAID]
    return []


def _who(line: str, evidence: Sequence[Evidence], field: NoteField) -> list[str]:
    """Whoever the line names as doing it, does it in the evidence; agreements and dates must name somebody."""
    named = [_ROLES[hit[1]] for hit in _SUBJECT.finditer(line)]
    promised = field in {NoteField.AGREED, NoteField.NEXT}
    if not named:
        return [WHO] if promised or len({e.speaker for e in evidence}) > 1 else []
    nearest = max(evidence, key=lambda e: _overlap(line, e.text), default=None)
    if nearest is None:
        return [WHO]
    doer = doer_of(nearest) if promised else nearest.speaker
    return [] if named[0] == doer else [WHO]


def doer_of(evidence: Evidence) -> str:
    """Who is to do what a sentence says."""
    if evidence.act in {Act.INSTRUCTION, Act.REQUEST}:
        return {COUNSELOR: PERSON, PERSON: COUNSELOR}.get(evidence.speaker, evidence.speaker)
    return evidence.speaker


def _overlap(line: str, text: str) -> float:
    mine, theirs = ({m.form for m in stems(t) if len(m.form) > 1} for t in (line, text))
    return len(mine & theirs) / (len(mine) or 1)
