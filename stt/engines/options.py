"""How windows are decoded, with either engine: the thresholds of openai-whisper, and fewer guesses."""

LANGUAGE = "ko"
SURE_OF_ANOTHER = 0.8
"""How sure a model must be of another language before it is believed: short Korean answers sound like anything."""
LONG_ENOUGH_TO_TELL = 5.0
"""Seconds of audio below which the language is not asked."""

TEMPERATURES = (0.0, 0.2, 0.4)
"""Tried in turn while the outcome loops or is improbable. Not up to 1.0, as the library does: at such
temperatures words are drawn nearly at random, and an invented sentence is worse than a missing one."""
BEAMS = 5
COMPRESSION = 2.4
LOGPROB = -1.0
NO_SPEECH = 0.6

TOKENS_A_SECOND, TOKENS_AT_LEAST = 20, 16
"""No more tokens are decoded than anybody could say: hurried Korean has 9 syllables a second, of 1 to 3 tokens."""

SHORTEST = 0.1
"""Seconds of audio that can hold a word."""
SAMPLES_PER_POSITION = 320
"""Samples for each position of the encoder (two frames of 10 ms)."""


def longest_text(seconds: float, room: int) -> int:
    """How many tokens a window of so many seconds may have, where `room` of them fit."""
    return min(room, int(TOKENS_A_SECOND * seconds) + TOKENS_AT_LEAST)
