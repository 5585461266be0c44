"""openai-whisper: a window is encoded once, decoded, and its words are found again in the audio.

Every model is decoded without timestamp tokens, since windows are cut in pauses by voice activity before: what
the model believes about time cannot drift, and a model that never learned timestamps (a fine-tuned one) is used
like all others. The words' times come from the cross attention.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stt.engines.alignment import known_heads
from stt.engines.device import device_for, threads_for, whisper_precision
from stt.engines.engine import SAMPLE_RATE, Heard, Samples, Segment
from stt.engines.models import Model
from stt.engines.options import (
    COMPRESSION,
    LANGUAGE,
    LOGPROB,
    LONG_ENOUGH_TO_TELL,
    NO_SPEECH,
    SAMPLES_PER_POSITION,
    SHORTEST,
    SURE_OF_ANOTHER,
    longest_text,
)
from stt.engines.problems import BROKEN_MODEL, EngineError
from stt.engines.word_times import timed_words

if TYPE_CHECKING:
    from torch import Tensor
    from whisper.decoding import DecodingResult
    from whisper.tokenizer import Tokenizer


class WhisperEngine:
    """A model of openai-whisper in memory. Raises EngineError when the file is not one."""

    name = "whisper"

    def __init__(self, model: Model, device: str = "auto", precision: str = "auto") -> None:
        import torch

        self.model = model.name
        self.model_sha256 = model.sha256
        self.device = device_for(device, torch.cuda.device_count())
        self.half = whisper_precision(precision, self.device) == "float16"
        self.card = model.card
        self._whisper = _load(model, self.device)
        self._room = self._whisper.dims.n_audio_ctx * SAMPLES_PER_POSITION
        self.longest = min(model.card.longest_window, self._room / SAMPLE_RATE)
        self.apart = model.card.pause

    def hear(self, samples: Samples, prompt: str = "") -> Heard:
        """Decode one window on its own; the same samples give the same words.

        Raises ValueError when the window is longer than the model's room (30 s for released models).
        """
        import torch

        if len(samples) > self._room:
            raise ValueError(f"a window of {len(samples)} samples, and the model hears {self._room} at most")
        if len(samples) < SHORTEST * SAMPLE_RATE:
            return Heard(())
        width = self._whisper.dims.n_audio_state
        with torch.inference_mode(), torch.random.fork_rng(), threads_for(width):
            torch.manual_seed(0)
            features = self._encode(samples)
            language = self._language(features, len(samples))
            told = prompt if self.card.prompt and language == LANGUAGE else ""
            most = longest_text(len(samples) / SAMPLE_RATE, self._room_behind(told))
            result = self._decode(features, language, told, most)
            if not result.text:
                return Heard((), language)
            words = timed_words(
                self._whisper, self._tokenizer(language), result.tokens, features, len(samples)
            )
        if not words:
            return Heard((), language)
        words = tuple(replace(word, confidence=word.confidence**self.card.sureness) for word in words)
        segment = Segment(
            text=" ".join(word.text for word in words),
            start=words[0].start,
            end=words[-1].end,
            words=words,
            mean_logprob=float(result.avg_logprob),
            no_speech=0.0 if np.isnan(result.no_speech_prob) else float(result.no_speech_prob),
            compression=float(result.compression_ratio),
        )
        full = len(result.tokens) >= most
        return Heard((segment,), language, ("cut_short",) if full else ())

    def _encode(self, samples: Samples) -> Tensor:
        import torch
        from whisper.audio import log_mel_spectrogram, pad_or_trim

        padded = pad_or_trim(torch.from_numpy(np.ascontiguousarray(samples)), self._room)
        mel = log_mel_spectrogram(padded, self._whisper.dims.n_mels, device=self.device)
        features: Tensor = self._whisper.encoder(mel[None].half() if self.half else mel[None])
        return features

    def _language(self, features: Tensor, samples: int) -> str:
        if len(self.card.languages) == 1:
            return self.card.languages[0]
        if not self._whisper.is_multilingual or samples < LONG_ENOUGH_TO_TELL * SAMPLE_RATE:
            return LANGUAGE
        _, chances = self._whisper.detect_language(features, self._tokenizer(LANGUAGE))
        likely = max(chances[0], key=chances[0].get)
        return likely if chances[0][likely] >= SURE_OF_ANOTHER else LANGUAGE

    def _decode(self, features: Tensor, language: str, prompt: str, most: int) -> DecodingResult:
        """The first outcome that neither loops nor is improbable; else the most probable that does not loop."""
        tried: list[DecodingResult] = []
        for temperature in self.card.temperatures:
            tried.append(self._decode_once(features, language, prompt, most, temperature))
            if is_good(tried[-1]) or is_silence(tried[-1]):
                return tried[-1]
        return max(tried, key=lambda one: (one.compression_ratio <= COMPRESSION, one.avg_logprob))

    def _decode_once(
        self, features: Tensor, language: str, prompt: str, most: int, temperature: float
    ) -> DecodingResult:
        from whisper.decoding import DecodingOptions, decode

        options = DecodingOptions(
            language=language,
            temperature=temperature,
            beam_size=self.card.beams if temperature == 0 and self.card.beams > 1 else None,
            sample_len=most,
            prompt=prompt or None,
            suppress_tokens=[-1, *range(self._tokenizer(language).eot + 1, self._whisper.dims.n_vocab)],
            without_timestamps=True,
            fp16=self.half,
        )
        found = decode(self._whisper, features, options)
        return found[0] if isinstance(found, list) else found

    def _room_behind(self, prompt: str) -> int:
        """Tokens that fit behind the prompt. The library's half of the room cuts dense Korean short."""
        room: int = self._whisper.dims.n_text_ctx
        before = len(self._tokenizer(LANGUAGE).encode(" " + prompt)) + 1 if prompt else 0
        return room - min(before, room // 2) - 5

    def _tokenizer(self, language: str) -> Tokenizer:
        from whisper.tokenizer import get_tokenizer

        return get_tokenizer(
            self._whisper.is_multilingual,
            num_languages=self._whisper.num_languages,
            language=language,
            task="transcribe",
        )


def is_good(result: DecodingResult) -> bool:
    return bool(result.compression_ratio <= COMPRESSION and result.avg_logprob >= LOGPROB)


def is_silence(result: DecodingResult) -> bool:
    """Whether the model itself says that nothing was said: more guesses would only invent."""
    return bool(result.no_speech_prob > NO_SPEECH and result.avg_logprob < LOGPROB)


def _load(model: Model, device: str) -> Any:
    import torch
    import whisper

    try:
        loaded = whisper.load_model(str(model.path), device=device)
    except (RuntimeError, KeyError, TypeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise EngineError(
            BROKEN_MODEL,
            f"{model.path} cannot be loaded as a model of openai-whisper ({type(error).__name__}).",
        ) from error
    heads = known_heads(model.path.stem, loaded.dims.n_text_layer, loaded.dims.n_text_head)
    if heads is not None:
        loaded.register_buffer(
            "alignment_heads", torch.from_numpy(heads.copy()).to_sparse(), persistent=False
        )
    return loaded.to(device).eval()
