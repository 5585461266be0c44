"""What the counselor should ask or hear again: contradictions, numbers that were not heard well, days that do not fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from stt.note.draft import FollowUp, NoteField, NoteLine
from stt.note.passages import Passage
from stt.note.quantities import Quantity, quantities
from stt.note.rendering import compact, name_of
from stt.note.sentences import DOUBTFUL, Sentence, trusted
from stt.spoken_numbers import find_numbers
from stt.transcript import Transcript

MOST = 4
"""Lines of one kind of doubt; what lies beyond is marked where it stands."""

LEFT_OUT = "알아듣지 못해 일지에 넣지 않은 말이 있음"
MOSTLY_UNCLEAR = "대부분 알아듣지 못함. 녹음을 듣고 작성해야 함"

_COUNTED = {"원", "일", "월", "시", "년", "개월", "%", "세", "명", "회", "주"}


def doubts(
    transcript: Transcript, found: Sequence[Passage], told: Iterable[int], to_do: Sequence[FollowUp]
) -> list[NoteLine]:
    """Lines for 확인 필요. `told`: utterances that the note quotes already."""
    quoted = set(told)
    return [*_contradictions(found), *_unheard_numbers(found, quoted), *_days(to_do), *_left_out(transcript)]


def _contradictions(found: Sequence[Passage]) -> list[NoteLine]:
    """The same thing counted twice, differently, by words that stand right before the number."""
    said: dict[tuple[str, str], dict[Quantity, Sentence]] = defaultdict(dict)
    for passage in found:
        if "corrected" in passage.flags:
            continue
        for sentence in passage.sentences:
            for what, quantity in _counted(sentence):
                said[what, quantity.unit].setdefault(quantity, sentence)
    lines = []
    for by_value in said.values():
        sentences = list(dict.fromkeys(by_value.values()))
        if len(by_value) == 2 and len(sentences) == 2:
            text = " ↔ ".join(f"{name_of(s.speaker)}: {compact(s)}" for s in sentences)
            cites = tuple(dict.fromkeys(id for s in sentences for id in s.cites))
            lines.append(NoteLine(NoteField.TO_CHECK, text, cites, ("contradiction",)))
    return lines[:MOST]


def _counted(sentence: Sentence) -> Iterable[tuple[str, Quantity]]:
    for number in find_numbers(sentence.text):
        quantity = quantities(sentence.text[number.start : max(number.end, number.unit_end)])
        before = re.search(r"([가-힣]{2,})(?:은|는|이|가|도|을|를)\s*$", sentence.text[: number.start])
        if before and len(quantity) == 1 and quantity[0].unit in _COUNTED:
            yield before[1], quantity[0]


def _unheard_numbers(found: Sequence[Passage], quoted: set[int]) -> list[NoteLine]:
    lines = []
    for passage in found:
        for sentence in passage.sentences:
            doubtful = sentence.confidence < DOUBTFUL or "low_confidence" in sentence.flags
            if doubtful and quantities(sentence.text) and not quoted.issuperset(sentence.cites):
                text = f"{name_of(sentence.speaker)}: {compact(sentence)}"
                lines.append(
                    NoteLine(NoteField.TO_CHECK, text, sentence.cites, ("low_confidence", "number_unclear"))
                )
    return lines[:MOST]


def _days(to_do: Sequence[FollowUp]) -> list[NoteLine]:
    return [
        NoteLine(NoteField.TO_CHECK, item.text, item.cites, ("date_contradiction",))
        for item in to_do
        if "date_contradiction" in item.flags
    ][:MOST]


def _left_out(transcript: Transcript) -> list[NoteLine]:
    """That something was not understood, with the utterances that are to be heard."""
    out = tuple(u.id for u in transcript.utterances if u.text.strip() and not trusted(u))
    if not out:
        return []
    mostly = "mostly_unclear" in transcript.flags or len(out) > 0.5 * len(transcript.utterances)
    text = MOSTLY_UNCLEAR if mostly else LEFT_OUT
    return [NoteLine(NoteField.TO_CHECK, text, out, ("left_out",), "facts")]
