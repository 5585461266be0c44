"""faster-whisper: the same windows, options and guards with CTranslate2, which is several times as fast on a CPU."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stt.engines.card import Card
from stt.engines.device import device_for, faster_precision
from stt.engines.engine import SAMPLE_RATE, Heard, Samples, Segment
from stt.engines.models import Model
from stt.engines.options import (
    COMPRESSION,
    LANGUAGE,
    LOGPROB,
    LONG_ENOUGH_TO_TELL,
    NO_SPEECH,
    SHORTEST,
    SURE_OF_ANOTHER,
    longest_text,
)
from stt.engines.problems import BROKEN_MODEL, EngineError
from stt.engines.word_times import SMOOTHED, placed_words
from stt.transcript import Word

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import TranscriptionOptions

ROOM = 30 * SAMPLE_RATE


class FasterWhisperEngine:
    """A converted model in memory. Raises EngineError when the folder does not hold one.

    The library's parts are used one by one and not its `transcribe`, which goes on behind the last word that it
    heard and so decodes the silence at a window's end again.
    """

    name = "faster-whisper"

    def __init__(self, model: Model, device: str = "auto", precision: str = "auto") -> None:
        import ctranslate2

        self.model = model.name
        self.model_sha256 = model.sha256
        self.device = device_for(device, ctranslate2.get_cuda_device_count())
        self.card = model.card
        self.longest = model.card.longest_window
        self.apart = model.card.pause
        self._whisper = _load(model, self.device, faster_precision(precision, self.device))

    def hear(self, samples: Samples, prompt: str = "") -> Heard:
        """Decode one window on its own. Raises ValueError when it is longer than 30 s."""
        import ctranslate2

        if len(samples) > ROOM:
            raise ValueError(f"a window of {len(samples)} samples, and the model hears {ROOM} at most")
        if len(samples) < SHORTEST * SAMPLE_RATE:
            return Heard(())
        ctranslate2.set_random_seed(0)
        encoded = self._whisper.encode(self._features(samples))
        language = self._language(encoded, len(samples))
        tokenizer = self._tokenizer(language)
        prompted = prompt and self.card.prompt and language == LANGUAGE
        told = tokenizer.encode(" " + prompt) if prompted else []
        asked = self._whisper.get_prompt(tokenizer, told, without_timestamps=True)
        most = longest_text(len(samples) / SAMPLE_RATE, self._whisper.max_length - len(asked))
        result, logprob, _, compression = self._whisper.generate_with_fallback(
            encoded, asked, tokenizer, _options(tokenizer, self.card, most)
        )
        tokens = result.sequences_ids[0]
        words = self._words(encoded, tokenizer, tokens, len(samples))
        if not words:
            return Heard((), language)
        words = tuple(replace(word, confidence=word.confidence**self.card.sureness) for word in words)
        segment = Segment(
            text=" ".join(word.text for word in words),
            start=words[0].start,
            end=words[-1].end,
            words=words,
            mean_logprob=float(logprob),
            no_speech=float(result.no_speech_prob),
            compression=float(compression),
        )
        full = len(tokens) >= most - 1
        return Heard((segment,), language, ("cut_short",) if full else ())

    def _features(self, samples: Samples) -> np.ndarray:
        """The audio is filled up with silence, as openai-whisper does, and not its picture with zeros."""
        padded = np.zeros(ROOM, np.float32)
        padded[: len(samples)] = samples
        frames = self._whisper.feature_extractor.nb_max_frames
        return np.ascontiguousarray(self._whisper.feature_extractor(padded)[:, :frames])

    def _language(self, encoded: Any, samples: int) -> str:
        if len(self.card.languages) == 1:
            return self.card.languages[0]
        if not self._whisper.model.is_multilingual or samples < LONG_ENOUGH_TO_TELL * SAMPLE_RATE:
            return LANGUAGE
        token, chance = self._whisper.model.detect_language(encoded)[0][0]
        return str(token[2:-2]) if chance >= SURE_OF_ANOTHER else LANGUAGE

    def _tokenizer(self, language: str) -> Tokenizer:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(
            self._whisper.hf_tokenizer, self._whisper.model.is_multilingual, "transcribe", language
        )

    def _words(self, encoded: Any, tokenizer: Tokenizer, tokens: list[int], samples: int) -> tuple[Word, ...]:
        spoken = [token for token in tokens if token < tokenizer.eot]
        if not spoken:
            return ()
        positions = samples // self._whisper.feature_extractor.hop_length
        found = self._whisper.model.align(
            encoded, tokenizer.sot_sequence, [spoken], positions, median_filter_width=SMOOTHED
        )[0]
        rows, columns = np.array(found.alignments, dtype=np.intp).T
        return placed_words(spoken, rows, columns, np.array(found.text_token_probs), samples)


def _load(model: Model, device: str, precision: str) -> Any:
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(str(model.path), device=device, compute_type=precision, local_files_only=True)
    except (RuntimeError, ValueError, OSError) as error:
        raise EngineError(
            BROKEN_MODEL, f"{model.path} cannot be loaded by faster-whisper ({type(error).__name__})."
        ) from error


def _options(tokenizer: Tokenizer, card: Card, most: int) -> TranscriptionOptions:
    from faster_whisper.transcribe import TranscriptionOptions, get_suppressed_tokens

    special = range(tokenizer.eot + 1, tokenizer.tokenizer.get_vocab_size())
    return TranscriptionOptions(
        beam_size=card.beams,
        best_of=card.beams,
        patience=1,
        length_penalty=1,
        repetition_penalty=1,
        no_repeat_ngram_size=0,
        log_prob_threshold=LOGPROB,
        no_speech_threshold=NO_SPEECH,
        compression_ratio_threshold=COMPRESSION,
        condition_on_previous_text=False,
        prompt_reset_on_temperature=0.5,
        temperatures=list(card.temperatures),
        initial_prompt=None,
        prefix=None,
        suppress_blank=True,
        suppress_tokens=sorted({*(get_suppressed_tokens(tokenizer, (-1,)) or ()), *special}),
        without_timestamps=True,
        max_initial_timestamp=0.0,
        word_timestamps=False,
        prepend_punctuations="",
        append_punctuations="",
        multilingual=False,
        max_new_tokens=most,
        clip_timestamps="0",
        hallucination_silence_threshold=None,
        hotwords=None,
    )
