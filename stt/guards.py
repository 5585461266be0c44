"""Guards against what speech models make up: text in silence, loops, drift, echoes of the prompt.

What is doubtful is flagged and stays. Only words "heard" where the energy says that nobody spoke are taken away,
and those are counted. The kinds of failure are those known of Whisper models: phrases of subtitles in silence,
loops (which gzip compresses well), times beyond the window, the prompt told back, improbable words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from config.invented_phrases import invented_phrases
from stt.engines.engine import SAMPLE_RATE, Heard, Samples, Segment
from stt.loudness import nobody_spoke
from stt.transcript import Word

INVENTED = "invented"
REPEATED = "repeated"
DRIFT = "drift"
PROMPT_ECHO = "prompt_echo"
OTHER_LANGUAGE = "other_language"
IMPROBABLE = "improbable"
TOO_FAST = "too_fast"
MISSING_WORDS = "missing_words"
UNHEARD_SPEECH = "unheard_speech"

COMPRESSION = 2.4
NO_SPEECH, LOGPROB = 0.6, -1.0
SURE = 0.5
FASTEST = 12.0
"""Syllables a second; hurried Korean has 8 to 9."""
SLOWEST = 1.0
SLOW_FROM = 4.0
"""Seconds of speech from which few syllables mean that something was not heard."""
UNTOLD = 2.0
"""Seconds of speech behind the last word: something was said there."""
HEARD_FROM = 1.0
"""Seconds of speech of which something should have been heard."""
DRIFT_BY = 0.5

Spoken = Callable[[float, float], float]

_LETTERS = re.compile(r"[^\W\d_]")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_SAID = re.compile(r"[^\W_]+")
_LOOP = re.compile(r"(.{3,40}?)\1{3,}")
_SHORT_LOOP = re.compile(r"(.{1,2})\1{7,}")
"""One or two syllables may be said again and again ("네네네네"): only many of them are a loop."""


def guarded(heard: Heard, samples: Samples, prompt: str = "", spoken: Spoken | None = None) -> Heard:
    """A window's words, flagged.

    samples   the window's own; prompt: what the engine was told
    spoken    how many seconds of speech lie between two times of the window, as far as that is known
    """
    kept, dropped = [], heard.dropped
    seconds = len(samples) / SAMPLE_RATE
    ends = [*(segment.start for segment in heard.segments[1:]), seconds]
    for segment, until in zip(heard.segments, ends, strict=False):
        fitted, drifted = _within(segment, seconds)
        if nobody_spoke(_stretch(fitted, samples)):
            dropped += 1
            continue
        flags = [*segment.flags, *([DRIFT] if drifted else []), *doubts(fitted, heard.language, prompt)]
        if spoken is not None:
            flags += pace(fitted.text, spoken(min(fitted.start, until), until))
            if spoken(fitted.end, until) >= UNTOLD:
                flags.append(MISSING_WORDS)
        kept.append(replace(fitted, flags=tuple(dict.fromkeys(flags))))
    whole = [*heard.flags]
    if spoken is not None and not kept and not dropped and spoken(0.0, seconds) >= HEARD_FROM:
        whole.append(UNHEARD_SPEECH)
    return replace(heard, segments=tuple(_echoing(kept)), dropped=dropped, flags=tuple(whole))


def doubts(segment: Segment, language: str = "ko", prompt: str = "") -> list[str]:
    """What the words themselves and the engine's numbers say against a segment."""
    found = []
    if is_invented(segment.text) or (segment.no_speech > NO_SPEECH and segment.mean_logprob < LOGPROB):
        found.append(INVENTED)
    if segment.compression > COMPRESSION or loops(segment.text):
        found.append(REPEATED)
    if prompt and echoes(segment.text, prompt):
        found.append(PROMPT_ECHO)
    if language != "ko" or is_other_language(segment.text):
        found.append(OTHER_LANGUAGE)
    if is_improbable(segment.words):
        found.append(IMPROBABLE)
    return found


def is_invented(text: str) -> bool:
    """Whether it holds a phrase that models are known to invent."""
    said = bare(text)
    return any(bare(phrase) in said for phrase in invented_phrases())


def loops(text: str) -> bool:
    said = bare(text)
    return bool(_LOOP.search(said) or _SHORT_LOOP.search(said))


def echoes(text: str, prompt: str) -> bool:
    """Whether a text is the prompt told back: a long run of its words, in its order, and little else."""
    said, told = bare(text), bare(prompt)
    if len(said) < 8:
        return False
    if said in told:
        return len(_SAID.findall(text)) >= 3
    words = [bare(word) for word in re.split(r"[,.]", prompt) if bare(word)]
    run = [word for word in words if word in said]
    places = [said.find(word) for word in run]
    return len(run) >= 3 and places == sorted(places) and sum(map(len, run)) >= 0.7 * len(said)


def is_other_language(text: str) -> bool:
    """Whether most letters are not Korean; a few are too few to tell ("OK", "AI")."""
    letters = len(_LETTERS.findall(text))
    return letters >= 4 and len(_HANGUL.findall(text)) < letters / 2


def is_improbable(words: Sequence[Word]) -> bool:
    """openai-whisper's own measure of invented speech: the first words unlikely, too short or too long."""
    first = [word for word in words if _SAID.search(word.text)][:8]
    if not first:
        return False
    score = sum(_anomaly(word) for word in first)
    return score >= 3 or score + 0.01 >= len(first)


def pace(text: str, spoken: float) -> list[str]:
    """What the number of syllables says, against the seconds of speech."""
    syllables = len(_LETTERS.findall(text)) + 2 * len(re.findall(r"\d", text))
    if syllables > FASTEST * max(spoken, 0.5):
        return [TOO_FAST]
    return [MISSING_WORDS] if spoken >= SLOW_FROM and syllables < SLOWEST * spoken else []


def bare(text: str) -> str:
    """Letters and digits only, in lower case: what is compared."""
    return "".join(_SAID.findall(text)).lower()


def _anomaly(word: Word) -> float:
    """As the library reckons it, but a short word that the model is sure of is a short word ("네")."""
    long = word.end - word.start
    short = max(0.0, 0.133 - long) * 15 if word.confidence < SURE else 0.0
    return (word.confidence < 0.15) + short + max(0.0, long - 2.0)


def _within(segment: Segment, seconds: float) -> tuple[Segment, bool]:
    """A segment with its times inside the window, and whether they were not."""
    drifted = segment.end > seconds + DRIFT_BY or segment.start < -DRIFT_BY or segment.end < segment.start

    def inside(at: float) -> float:
        return min(max(at, 0.0), seconds)

    words = tuple(replace(word, start=inside(word.start), end=inside(word.end)) for word in segment.words)
    start = inside(segment.start)
    return replace(segment, start=start, end=max(start, inside(segment.end)), words=words), drifted


def _stretch(segment: Segment, samples: Samples) -> Samples:
    """The audio of a segment, with a little around it: the words' times are not exact."""
    start = max(0, int((segment.start - 0.3) * SAMPLE_RATE))
    return samples[start : int((segment.end + 0.3) * SAMPLE_RATE)]


def _echoing(segments: Sequence[Segment]) -> list[Segment]:
    """Flags the same long sentence heard three times running."""
    said = [bare(segment.text) for segment in segments]
    flagged = list(segments)
    for at in range(2, len(said)):
        if len(said[at]) >= 6 and said[at] == said[at - 1] == said[at - 2]:
            for each in (at - 2, at - 1, at):
                flags = dict.fromkeys((*flagged[each].flags, REPEATED))
                flagged[each] = replace(flagged[each], flags=tuple(flags))
    return flagged
