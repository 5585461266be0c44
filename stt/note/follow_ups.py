"""What is to be done after a talk, by whom and until when: promises, appointments and what somebody was told to bring."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from stt.note.acts import Act
from stt.note.clocks import Clock, clocks
from stt.note.days import Day, days
from stt.note.draft import FollowUp
from stt.note.passages import Passage, corrects, is_objected_to
from stt.note.reckoning import CONTRADICTION, UNCLEAR
from stt.note.rendering import compact
from stt.note.routing import is_meeting
from stt.note.sentences import DOUBTFUL, is_nod
from stt.note.written import written
from stt.transcript import COUNSELOR, PERSON

BEFORE = 12
"""Passages back in which the week of a weekday may have been said."""

SOON = 5
"""Sentences back in which the day of an hour may have been said."""

_NOW = re.compile(
    r"(?<![가-힣])(?:지금|잠깐|잠시|먼저|우선|일단 제가|하나씩|간단히|간단하게|다시 한번|한번 더)(?![가-힣])"
)
_LATER = re.compile(
    r"연락|전화|문자|메일|보내|알려|회신|등록|신청|접수|제출|처리|준비|챙기|챙겨|가져|방문|찾아|알아보|알아봐|발급|작성|갱신|예약"
)
_CONDITION = re.compile(
    r"(?:으면|다면|라면|거든|게 되면|시면|하면|되면|있으면|없으면|나면|경우|때는|때엔|때에는)(?=[\s,]|$)"
)
_WILL_DO = re.compile(r"시면 ?(?:됩니다|돼요|되세요|되고|되는|될|되십|돼)|면 ?(?:됩니다|돼요|되고)")
_AGREES = re.compile(
    r"^(?:네|예|넵|응|그럼요|좋|괜찮|가능|됩니다|돼요|될 것|그때 (?:괜찮|돼|됩|좋|갈)|그날 "
    r"(?:괜찮|돼|됩|좋|갈))(?!.*(?:안 ?[돼되될]|못|어렵|힘들|말고|아니))"
)
_TASK = re.compile(
    r"가져|가지고|내세요|내 ?주|내시|내셔|내야|제출|준비|챙|떼|발급|작성|써 ?오|써서|등록|신청|"
    r"접수|보내|전화|연락|신고|방문|오세요|오시|오셔|나오|출석|참석|참여|갱신|올려|업로드|로그인|"
    r"들으|수강|이수|알려|찾아|문의|지원"
)
_NOT_I = re.compile(r"(?:제가|저는|저|내가) ?(?:아니라|말고|아니고|대신)")
_BY = re.compile(r"까지|안에|이내|안으로|내로|전에")


@dataclass(frozen=True, slots=True)
class _When:
    on: date | None
    at: str
    flags: tuple[str, ...]
    cites: tuple[int, ...] = ()


def follow_ups(found: Sequence[Passage], today: date) -> list[FollowUp]:
    """In the order of the talk, each once: said again, its day and its place are added to the first.

    A day that was said too loosely, or that contradicts itself, is left open and flagged.
    """
    made: list[FollowUp] = []
    for place, passage in enumerate(found):
        who = _who(passage)
        if not who:
            continue
        when = _when(passage, found[max(0, place - BEFORE) : place], today)
        if not _to_be_done(passage, when):
            continue
        item = _follow_up(passage, who, when)
        if is_objected_to(found, place):
            item = replace(item, flags=tuple(dict.fromkeys((*item.flags, "corrected"))))
        _add(made, item)
    return made


def _who(passage: Passage) -> str:
    """Who is to do it; "" when nobody has said so. Where voices are not known, the words tell, and a flag with them."""
    said = passage.said
    text = said.text
    speaker = said.likely
    if passage.act is Act.PROMISE:
        return speaker if speaker in {COUNSELOR, PERSON} else ""
    if passage.act is Act.INSTRUCTION:
        return PERSON
    if (
        passage.act is Act.QUESTION
        and len(passage.sentences) > 1
        and passage.sentences[0].likely == COUNSELOR
    ):
        answer = passage.sentences[1].text.strip()
        asked = passage.sentences[0].text
        agreed = _AGREES.match(answer) and re.search(
            r"오실|오시|하실 수|주실 수|내실 수|괜찮으|어떠|가능하|되세요|되시", asked
        )
        return PERSON if agreed and (is_meeting(passage.text) or _BY.search(asked)) else ""
    if passage.act is Act.STATEMENT and said.likely == COUNSELOR and is_meeting(text):
        return (
            PERSON
            if re.search(r"다음 ?(?:상담|방문|출석|실업인정일|면담)|예약", text)
            and not re.search(r"마다|경우|었|았|했", text)
            else ""
        )
    return ""


def _to_be_done(passage: Passage, when: _When) -> bool:
    """Something for later: not what is done in the talk itself, nor a mere opinion of what would be good."""
    text = passage.said.text
    dated = when.on is not None or bool(when.at) or "date_loose" in when.flags
    if passage.act is Act.PROMISE:
        if _NOW.search(text) and not dated:
            return False
        return bool(_LATER.search(passage.text)) or dated or len(passage.said.matter) > 1
    if passage.act is Act.INSTRUCTION:
        if _NOW.search(text) or (_CONDITION.search(_WILL_DO.sub(" ", text)) and when.on is None):
            return False
        return bool(_TASK.search(text)) and (
            dated or bool(re.search(r"(?:세요|십시오|셔야 ?[합해돼됩]|주시면|시면 ?[됩돼])", text))
        )
    return dated


def _follow_up(passage: Passage, who: str, when: _When) -> FollowUp:
    said = passage.said
    deadline = bool(_BY.search(said.text))
    known = when.on is not None or bool(when.at)
    meets = not deadline and known and (is_meeting(passage.text) or (when.on is not None and bool(when.at)))
    flags = list(when.flags)
    if said.speaker not in {COUNSELOR, PERSON}:
        flags.append("speaker_unknown")
    if min(s.confidence for s in passage.sentences) < DOUBTFUL:
        flags.append("low_confidence")
    if _NOT_I.search(passage.text):
        flags.append("who_unclear")
    if when.on is None and not any(f.startswith("date_") for f in flags):
        flags.append("no_date")
    if (
        said.likely == COUNSELOR
        and passage.act is Act.INSTRUCTION
        and _CONDITION.search(_WILL_DO.sub(" ", said.text))
    ):
        flags.append("conditional")
    return FollowUp(
        kind="appointment" if meets else "task",
        who=who,
        text=_text(passage),
        cites=tuple(dict.fromkeys((*when.cites, *passage.cites))),
        on=when.on,
        at=when.at,
        flags=tuple(dict.fromkeys(flags)),
    )


def _text(passage: Passage) -> str:
    """The sentence that says it; with the others of its passage where it says little alone."""
    if len(passage.said.matter) > 2 or len(passage.sentences) == 1:
        return compact(passage.said, ending=False)
    return " / ".join(
        compact(s, keep_nod=i > 0, ending=False)
        for i, s in enumerate(passage.sentences)
        if i or not is_nod(s.text)
    )


def _when(passage: Passage, before: Sequence[Passage], today: date) -> _When:
    corrected = "corrected" in passage.flags or corrects(passage.text)
    said = [_as_before(day, before, today) for day in _days_of(passage, today)]
    day, flags = _one_day(said, corrected)
    hours = [c for s in passage.sentences for c in clocks(written(s.text))]
    at, hour_flags = _one_hour(hours, corrected)
    flags += hour_flags
    if day is None and not flags and hours:
        for earlier in reversed(before):
            known = [d for d in _days_of(earlier, today) if d.on and not d.since]
            if known and passage.said.number - earlier.sentences[-1].number <= SOON:
                return _When(known[-1].on, at, (*flags, "date_from_before"), earlier.cites)
    return _When(day, at, tuple(flags))


def _as_before(day: Day, before: Sequence[Passage], today: date) -> Day:
    """A weekday alone is the one that was spoken of before: "다음 주 수요일", and then "수요일 두 시에"."""
    if day.weekday < 0:
        return day
    for earlier in reversed(before):
        for known in _days_of(earlier, today):
            if known.on is not None and known.weekday < 0 and known.on.weekday() == day.weekday:
                return day._replace(on=known.on, flag="")
    return day


def _days_of(passage: Passage, today: date) -> list[Day]:
    """The days of the sentence that says what is to be done; where it names none, those around it. Of a question and
    its answer, the answer's."""
    if "corrected" in passage.flags:
        return [day for s in passage.sentences for day in days(written(s.text), today)]
    asked = [s for s in passage.sentences if s.likely != passage.said.likely]
    own = [s for s in passage.sentences if s not in asked and s is not passage.said]
    for some in ([passage.said], own, asked):
        if found := [day for s in some for day in days(written(s.text), today)]:
            return found
    return []


def _one_day(found: Sequence[Day], corrected: bool) -> tuple[date | None, list[str]]:
    """The day that is meant, of those said. Two that differ are a doubt, unless one put the other right; a weekday beside
    a date is the date's own when it fits."""
    until = [d for d in found if not d.since] or list(found)
    dates = [d for d in until if d.on is not None and d.weekday < 0]
    if any(d.flag == CONTRADICTION for d in until):
        return None, [CONTRADICTION]
    if dates:
        until = [d for d in until if d.weekday < 0 or all(d.weekday != e.on.weekday() for e in dates if e.on)]
    known = [d for d in until if d.on is not None]
    if not known:
        return None, list(dict.fromkeys(d.flag for d in until if d.flag))
    flags = [f for f in dict.fromkeys(d.flag for d in known) if f]
    if len({d.on for d in known}) > 1:
        return (known[-1].on, [*flags, "corrected"]) if corrected else (None, [UNCLEAR])
    return known[0].on, [*flags, "corrected"] if corrected else flags


def _one_hour(found: Sequence[Clock], corrected: bool) -> tuple[str, list[str]]:
    if not found:
        return "", []
    distinct = list(dict.fromkeys(c.at for c in found))
    if "" in distinct:
        return "", ["time_unclear"]
    if len(distinct) > 1:
        return (distinct[-1], ["corrected"]) if corrected else (distinct[0], ["time_unclear"])
    return distinct[0], []


def _add(made: list[FollowUp], new: FollowUp) -> None:
    """Adds what is new; what was said before gets the places and the day of the new one."""
    for place, old in enumerate(made):
        if not _same(old, new):
            continue
        better = new if (new.on is not None, bool(new.at)) > (old.on is not None, bool(old.at)) else old
        made[place] = replace(
            better,
            cites=tuple(dict.fromkeys((*old.cites, *new.cites))),
            flags=tuple(
                dict.fromkeys((*better.flags, *(f for f in (*old.flags, *new.flags) if f == "corrected")))
            ),
            at=old.at or new.at,
            on=old.on or new.on,
        )
        return
    made.append(new)


def _same(one: FollowUp, two: FollowUp) -> bool:
    if one.on and two.on and one.on != two.on:
        return False
    if one.at and two.at and one.at != two.at:
        return False
    if one.kind == two.kind == "appointment":
        return one.on == two.on
    if one.who != two.who:
        return False
    first, second = _stems(one.text), _stems(two.text)
    return bool(first & second) and len(first & second) >= 0.5 * min(len(first), len(second))


def _stems(text: str) -> set[str]:
    return {word[:2] for word in re.findall(r"[가-힣]{2,}", text)}
