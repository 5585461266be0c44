"""Who may be speaking where the voices are not known: by how one speaks to whom, and that people take turns.

Used for sorting words into fields only. What a line says of who spoke stays "unknown", and the line is marked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from config.note_words import load_note_words
from stt.transcript import COUNSELOR, PERSON, UNKNOWN, Utterance

STAYING = 0.8
"""What it costs that the same one goes on in the next utterance."""

_HONORS = re.compile(
    r"[가-힣](?:시면|세요|셔야|십니다|십니까|시는|시고|시죠|시나요|신가요|실 수|시겠|시니까|셨어요|셨나요|셨죠|셔도)"
)
_SERVES = re.compile(r"드리|드릴|드려|저희|센터입니다|담당입니다|팀입니다|안내")
_RULES = re.compile(r"지급|대상|해당|나갑니다|나가요|나와요|나옵니다|됩니다|가능합니다|하셔야|수급자격")
_ONESELF = re.compile(
    r"(?<![가-힣])(?:제가|저는|저도|제|저|내가|우리)(?=[\s가-힣])(?![가-힣 ]*(?:드리|드릴|드려))"
)
_ASKS_FOR_HELP = re.compile(
    r"(?:되나요|받을 수 있나요|받을 수 있어요\?|해야 되나요|해야 돼요\?|어떻게 해|부탁|알겠습니다|"
    r"모르겠|고 싶|싶어서|감사합니다|할게요|갈게요|볼게요|낼게요)"
)


def likely_speakers(utterances: Sequence[Utterance]) -> list[str]:
    """For each utterance its speaker, or a guess where nobody knows: of each voice as a whole where voices were told
    apart, else by turns."""
    leaning = [lean(utterance.text) for utterance in utterances]
    of_voice: dict[str, float] = defaultdict(float)
    for utterance, value in zip(utterances, leaning, strict=True):
        of_voice[utterance.speaker] += value
    turns = _by_turns([value for u, value in zip(utterances, leaning, strict=True) if u.speaker == UNKNOWN])
    guesses = iter(turns)
    found = []
    for utterance in utterances:
        if utterance.speaker == UNKNOWN:
            found.append(next(guesses))
        elif utterance.speaker.startswith("voice"):
            found.append(COUNSELOR if of_voice[utterance.speaker] > 0 else PERSON)
        else:
            found.append(utterance.speaker)
    return found


def lean(text: str) -> float:
    """Above 0 when a counselor would speak so, below when the person would."""
    words = load_note_words().fields
    counselor = (
        1.2 * len(_HONORS.findall(text)) + 1.0 * bool(_SERVES.search(text)) + 0.6 * bool(_RULES.search(text))
    )
    person = 0.9 * bool(_ONESELF.search(text)) + 0.9 * bool(_ASKS_FOR_HELP.search(text))
    counselor += 0.15 * sum(word in text for word in words.guidance)
    person += 0.25 * sum(word in text for word in words.situation)
    return counselor - person - 0.1


def _by_turns(leaning: Sequence[float]) -> list[str]:
    """The likeliest course of two speakers, who mostly take turns."""
    if not leaning:
        return []
    best = (leaning[0], -leaning[0])
    came_from: list[tuple[int, int]] = []
    for value in leaning[1:]:
        stay, other = (best[0] - STAYING, best[1] - STAYING), (best[1], best[0])
        came_from.append((0 if stay[0] >= other[0] else 1, 1 if stay[1] >= other[1] else 0))
        best = (max(stay[0], other[0]) + value, max(stay[1], other[1]) - value)
    state = 0 if best[0] >= best[1] else 1
    states = [state]
    for step in reversed(came_from):
        state = step[state]
        states.append(state)
    return [(COUNSELOR, PERSON)[state] for state in reversed(states)]
