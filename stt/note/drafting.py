"""The draft of a note: from the words of a talk, field by field, each line with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stt.note.choosing import Candidate, budget, candidates, choose
from stt.note.doubts import doubts
from stt.note.draft import Draft, FollowUp, Meeting, NoteField, NoteLine
from stt.note.follow_ups import follow_ups
from stt.note.passages import Passage, is_objected_to, passages
from stt.note.quantities import quantities
from stt.note.routing import is_unsure
from stt.note.sentences import DOUBTFUL, sentences
from stt.transcript import COUNSELOR, PERSON, Transcript

if TYPE_CHECKING:
    from stt.note.writer import Writer

ABSENT = "언급 없음"
NOTHING_SAID = "녹음에서 말소리를 찾지 못함"

_WAYS = {"phone": "전화", "desk": "대면", "video": "화상"}
_SHARED = frozenset({"corrected", "date_contradiction", "date_unclear", "time_unclear", "who_unclear"})
_WEEKDAYS = "월화수목금토일"


def draft(transcript: Transcript, meeting: Meeting, model: Writer | None = None) -> Draft:
    """The note as a proposal: every line quotes what was said, or was written by the model from it and checked.

    transcript   its texts are repeated in the note: give the redacted ones
    meeting      `held_at` in local time: days such as "다음 주 화요일" are reckoned from it
    model        writes the lines; where what it wrote does not hold, the words spoken stand
    """
    found = passages(sentences(transcript))
    if not found:
        return _nothing_said(transcript, meeting)
    to_do = follow_ups(found, meeting.held_at.date())
    chosen = _within(transcript, candidates(found), lambda quoted: doubts(transcript, found, quoted, to_do))
    lines = [_said(candidate, _disputed(candidate, found, to_do)) for candidate in chosen]
    drafted_by = "extract"
    if model is not None:
        from stt.note.written_lines import write

        lines, drafted_by = write(chosen, lines, model), model.name
    quoted = [id for line in lines for id in line.cites]
    lines += doubts(transcript, found, quoted, to_do)
    return Draft(_in_order(lines, meeting), tuple(to_do), drafted_by, _flags(transcript))


def _within(
    transcript: Transcript, found: Sequence[Candidate], doubted: Callable[[list[int]], list[NoteLine]]
) -> list[Candidate]:
    """What is quoted, so that with the doubts about it the note stays within its share of the talk."""
    letters = budget(sum(len(u.text) for u in transcript.utterances))
    chosen = choose(found, letters)
    besides = sum(len(line.text) for line in doubted([id for c in chosen for id in c.passage.cites]))
    return choose(found, letters - besides) if besides else chosen


def _disputed(candidate: Candidate, found: Sequence[Passage], to_do: Sequence[FollowUp]) -> list[str]:
    """What is doubtful about a line for what is said elsewhere: a number that is objected to, and whatever is doubtful
    about the follow-up that rests on the same words."""
    place = next(i for i, passage in enumerate(found) if passage is candidate.passage)
    flags = ["corrected"] if is_objected_to(found, place) else []
    cites = set(candidate.passage.cites)
    return flags + [f for item in to_do if cites & set(item.cites) for f in item.flags if f in _SHARED]


def _said(candidate: Candidate, disputed: Sequence[str]) -> NoteLine:
    passage = candidate.passage
    flags = [*passage.flags, *disputed]
    if passage.speaker not in {COUNSELOR, PERSON}:
        flags.append("speaker_unknown")
    if any(s.confidence < DOUBTFUL or "low_confidence" in s.flags for s in passage.sentences):
        flags.append("low_confidence")
        if quantities(passage.text):
            flags.append("number_unclear")
    if is_unsure(passage):
        flags.append("unsure")
    flags += [f for s in passage.sentences for f in s.flags]
    return NoteLine(candidate.field, candidate.line, passage.cites, tuple(dict.fromkeys(flags)))


def _in_order(lines: Sequence[NoteLine], meeting: Meeting) -> tuple[NoteLine, ...]:
    """By field, and within a field in the order of the talk; a field without lines says so."""
    placed = [_meeting_line(meeting)]
    for field in NoteField:
        if field is NoteField.MEETING:
            continue
        own = [line for line in lines if line.field is field]
        placed += sorted(own, key=lambda line: line.cites[0]) or [absent(field)]
    return tuple(placed)


def absent(field: NoteField) -> NoteLine:
    """Nothing was said of this field, and the note says so."""
    return NoteLine(field, "없음" if field is NoteField.TO_CHECK else ABSENT, origin="absent")


def _meeting_line(meeting: Meeting) -> NoteLine:
    at = meeting.held_at
    day = f"{at.year}년 {at.month}월 {at.day}일({_WEEKDAYS[at.weekday()]}) {at:%H:%M}"
    text = f"{day}, {_WAYS.get(meeting.way, meeting.way)}"
    if meeting.duration > 0:
        minutes, seconds = divmod(round(meeting.duration), 60)
        text += f", {minutes}분 {seconds}초" if minutes else f", {seconds}초"
    return NoteLine(NoteField.MEETING, text, origin="facts")


def _flags(transcript: Transcript) -> tuple[str, ...]:
    flags = list(transcript.flags)
    speakers = {u.speaker for u in transcript.utterances}
    if speakers and not speakers & {COUNSELOR, PERSON}:
        flags.append("speaker_unknown")
    return tuple(dict.fromkeys(flags))


def _nothing_said(transcript: Transcript, meeting: Meeting) -> Draft:
    """Noise, silence, or nothing but greetings: the note says that, and nothing else."""
    lines = [_meeting_line(meeting)]
    fields = (NoteField.SITUATION, NoteField.REQUESTS, NoteField.GUIDANCE, NoteField.AGREED, NoteField.NEXT)
    lines += [absent(field) for field in fields]
    heard = any(u.text.strip() for u in transcript.utterances)
    to_check: list[NoteLine] = doubts(transcript, (), (), ())
    if not heard:
        to_check.append(NoteLine(NoteField.TO_CHECK, NOTHING_SAID, flags=("nothing_said",), origin="facts"))
    flags = tuple(dict.fromkeys((*_flags(transcript), *([] if heard else ["nothing_said"]))))
    return Draft((*lines, *(to_check or [absent(NoteField.TO_CHECK)])), (), "extract", flags)
