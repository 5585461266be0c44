"""What espeak-ng's library says in Korean, with the times of the syllables. One engine per process."""

from __future__ import annotations

import ctypes
import ctypes.util
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
VARIANTS = ("f2", "f4", "m3", "m7")

Samples = NDArray[np.float32]

_LIBRARIES = ("libespeak-ng.so.1", "libespeak-ng.so", "libespeak-ng.1.dylib")
_SYNCHRONOUS = 2
_PHONEME_EVENTS = 1
_DONT_EXIT = 0x8000
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_UTF8 = 1
_WORD, _PHONEME = 1, 7
_VOWELS = frozenset("aeiouyAEIOUYV@&3")


class NoVoiceError(RuntimeError):
    """espeak-ng, or its Korean voice, is not installed."""


@dataclass(frozen=True, slots=True)
class Voice:
    """variant: of espeak-ng ("f2"); speed: words a minute (espeak's own measure); pitch: 0-99."""

    variant: str = "f2"
    speed: int = 160
    pitch: int = 50


@dataclass(frozen=True, slots=True)
class Spoken:
    """samples: mono float32 at 16 kHz; syllables: the time (s) of each Hangul syllable's vowel, or its best guess."""

    samples: Samples
    syllables: tuple[float, ...]


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class _Library:
    """The library, its sample rate, and what its callback collects."""

    def __init__(self) -> None:
        self.native: Any = _load()
        self.rate: int = self.native.espeak_Initialize(_SYNCHRONOUS, 1000, None, _PHONEME_EVENTS | _DONT_EXIT)
        if self.rate <= 0:
            raise NoVoiceError("espeak-ng could not be started: install the package espeak-ng with its data")
        self.pieces: list[NDArray[np.int16]] = []
        self.events: list[tuple[int, int, int, str]] = []
        # The library keeps the pointer only: the object has to live as long as it does.
        self.callback = _CALLBACK(self._take)
        self.native.espeak_SetSynthCallback(self.callback)
        self.variant = ""

    def _take(self, wav: Any, count: int, events: Any) -> int:
        if count > 0 and wav:
            self.pieces.append(np.ctypeslib.as_array(wav, shape=(count,)).copy())
        at = 0
        while events[at].type != 0:
            event = events[at]
            if event.type in {_WORD, _PHONEME}:
                name = event.id.string.decode("utf-8", "replace") if event.type == _PHONEME else ""
                self.events.append((event.type, event.text_position, event.audio_position, name))
            at += 1
        return 0

    def choose(self, voice: Voice) -> None:
        if voice.variant != self.variant:
            if self.native.espeak_SetVoiceByName(f"ko+{voice.variant}".encode()) != 0:
                raise NoVoiceError(
                    f"espeak-ng has no Korean voice ko+{voice.variant}: install espeak-ng-data"
                )
            self.variant = voice.variant
        for parameter, value in ((_RATE, voice.speed), (_PITCH, voice.pitch), (_RANGE, 50), (_VOLUME, 90)):
            self.native.espeak_SetParameter(parameter, value, 0)


def _load() -> Any:
    for name in (ctypes.util.find_library("espeak-ng"), *_LIBRARIES):
        if name:
            try:
                return ctypes.CDLL(name)
            except OSError:
                continue
    raise NoVoiceError("the library of espeak-ng is not installed: apt install espeak-ng")


@cache
def _library() -> _Library:
    return _Library()


def speak(text: str, voice: Voice) -> Spoken:
    """Say `text` (Hangul and . , ? only are said dependably). Raises NoVoiceError."""
    library = _library()
    library.choose(voice)
    library.pieces, library.events = [], []
    data = text.encode()
    library.native.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
    if not library.pieces:
        return Spoken(np.zeros(0, dtype=np.float32), ())
    whole = np.concatenate(library.pieces).astype(np.float32) / 32768.0
    return Spoken(resampled(whole, library.rate, SAMPLE_RATE), _syllable_times(text, library.events))


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """Another sample rate, by cutting or filling the spectrum."""
    if rate == wanted or not len(samples):
        return samples
    # Padded so that both lengths are whole, and have small factors, which keeps the transform quick.
    unit = rate // math.gcd(rate, wanted) * 64
    length = -(-len(samples) // unit) * unit
    padded = np.zeros(length, dtype=np.float32)
    padded[: len(samples)] = samples
    count = length * wanted // rate
    spectrum = np.fft.rfft(padded)
    cut = np.zeros(count // 2 + 1, dtype=spectrum.dtype)
    shared = min(len(cut), len(spectrum))
    cut[:shared] = spectrum[:shared]
    made: Samples = (np.fft.irfft(cut, count) * (count / length)).astype(np.float32)
    return made[: round(len(samples) * wanted / rate)]


def _syllable_times(text: str, events: list[tuple[int, int, int, str]]) -> tuple[float, ...]:
    """A syllable has one vowel: where a word has as many vowel phonemes as syllables, each is at its vowel;
    elsewhere the word's time is shared out evenly."""
    words: list[tuple[int, int, list[int]]] = []
    end = 0
    for kind, position, at, name in events:
        if kind == _WORD:
            words.append((position - 1, at, []))
        elif words and name and name[0] in _VOWELS:
            words[-1][2].append(at)
        end = max(end, at)
    times: list[float] = []
    for number, (start, at, vowels) in enumerate(words):
        stop = words[number + 1][0] if number + 1 < len(words) else len(text)
        until = words[number + 1][1] if number + 1 < len(words) else end
        count = sum("가" <= letter <= "힣" for letter in text[start:stop])
        if len(vowels) == count:
            times += [vowel / 1000 for vowel in vowels]
        else:
            times += [(at + (until - at) * (n + 0.5) / count) / 1000 for n in range(count)]
    return tuple(times)
