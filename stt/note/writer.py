"""A local `transformers` model that puts evidence into the words of a note. What it writes is checked elsewhere."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

NEW_TOKENS = 320
"""Tokens that one answer may have."""

_NEEDED = ("config.json",)
_WEIGHTS = ("*.safetensors", "*.bin")


class Writer(Protocol):
    """name: what the note says it was drafted by."""

    name: str

    def begin(self) -> None:
        """A new note."""

    def write(self, instruction: str, evidence: str) -> str:
        """Lines as the instruction asks for. Raises `WritingError` when it cannot."""


class NoteModelError(Exception):
    """The model for notes cannot be used; the text names the folder and what to do. Notes quote without it."""


class WritingError(Exception):
    """The model failed on one answer, or its time was used up."""


class TransformersWriter:
    """Sequence-to-sequence or causal, as the model's own configuration says. Nothing is fetched, no code that comes with
    the model is run, and the answer is the same each time (no sampling).

    seconds   for all answers of one writer's note; when they are used up, `WritingError`
    """

    def __init__(self, folder: Path, device: str = "cpu", seconds: float = 900.0) -> None:
        self.name = folder.name
        self._device = device
        self._seconds = seconds
        self._until = 0.0
        self._tokenizer, self._model, self._decoder_only = _load(folder, device)

    def begin(self) -> None:
        """A new note: its time begins."""
        self._until = time.monotonic() + self._seconds

    def write(self, instruction: str, evidence: str) -> str:
        import torch

        left = self._until - time.monotonic() if self._until else self._seconds
        if left <= 0:
            raise WritingError("the time for this note is used up")
        try:
            inputs = self._inputs(instruction, evidence)
            with torch.inference_mode():
                out = self._model.generate(
                    **inputs, max_new_tokens=NEW_TOKENS, do_sample=False, num_beams=1, max_time=left
                )
        except Exception as error:  # of another's model and its templates: the words spoken stand then
            raise WritingError(type(error).__name__) from None
        tokens = out[0][inputs["input_ids"].shape[1] :] if self._decoder_only else out[0]
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def _inputs(self, instruction: str, evidence: str) -> Any:
        longest = min(int(getattr(self._tokenizer, "model_max_length", 4096) or 4096), 8192)
        asked = f"{instruction}\n\n{evidence}"
        if self._decoder_only:
            longest = max(64, longest - NEW_TOKENS)
            if getattr(self._tokenizer, "chat_template", None):
                talk = [{"role": "system", "content": instruction}, {"role": "user", "content": evidence}]
                asked = self._tokenizer.apply_chat_template(talk, tokenize=False, add_generation_prompt=True)
            else:
                asked += "\n\n"
        encoded = self._tokenizer(asked, return_tensors="pt", return_token_type_ids=False)
        if encoded["input_ids"].shape[1] > longest:
            raise ValueError("the evidence is longer than the model reads")
        return encoded.to(self._device)


def open_writer(folder: Path, device: str = "auto") -> TransformersWriter:
    """The model in a folder, loaded once in a process. Raises `NoteModelError`."""
    return _open(folder.resolve(), _device(device))


@lru_cache(maxsize=1)
def _open(folder: Path, device: str) -> TransformersWriter:
    return TransformersWriter(folder, device)


def _device(asked: str) -> str:
    if asked != "auto":
        return asked
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def missing(folder: Path) -> str:
    """What a folder lacks to be a model, in words; "" when it looks whole. Loads nothing."""
    if not folder.is_dir():
        return f"{folder} is not a folder"
    for name in _NEEDED:
        if not (folder / name).is_file():
            return f"{folder} has no {name}"
    if not any(any(folder.glob(pattern)) for pattern in _WEIGHTS):
        return f"{folder} has no weights (*.safetensors)"
    if not any(folder.glob("*token*")) and not any(folder.glob("*.model")):
        return f"{folder} has no tokenizer"
    return ""


def _load(folder: Path, device: str) -> tuple[Any, Any, bool]:
    if lacking := missing(folder):
        raise NoteModelError(
            f"{lacking}: copy a transformers model there (config.json, *.safetensors, tokenizer), or unset "
            "BACKOFFICE_NOTE_MODEL; notes then quote what was said"
        )
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        config = AutoConfig.from_pretrained(folder, **local)
        tokenizer = AutoTokenizer.from_pretrained(folder, **local)
        kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        model = kind.from_pretrained(folder, weights_only=True, dtype="auto", **local)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise NoteModelError(f"{folder} holds no model that can be loaded: {type(error).__name__}") from error
    placed: Any = model
    return tokenizer, placed.to(device).eval(), not config.is_encoder_decoder
