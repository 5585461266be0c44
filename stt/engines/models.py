"""Which models of speech there are: where each is looked for, by name or path, and what is missing.

Nothing here downloads. openai-whisper's own loader would, silently, in the middle of the work; so a name is
resolved to a file here, and a file that is not there is an error that says where it belongs.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config.settings import settings
from stt.engines.card import Card, card_of
from stt.engines.problems import NOT_CHOSEN, EngineError, MissingModelError

WHISPER, FASTER = "whisper", "faster-whisper"

DEMO = Path(__file__).parents[1] / "demo_model" / "model.pt"
"""The model that is shipped: it understands the demo's synthetic voices, and not people."""

DEMO_NAME = "demo"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is there. `name` as configured; `path`: a file, or a folder for faster-whisper."""

    name: str
    engine: str
    path: Path
    card: Card

    @property
    def weights(self) -> Path:
        return self.path / "model.bin" if self.path.is_dir() else self.path

    @property
    def sha256(self) -> str:
        """Of the weights; read once for each state of the file."""
        found = self.weights.stat()
        return _sha256(self.weights, found.st_size, found.st_mtime_ns)


def find(model: str | None = None, engine: str | None = None) -> Model:
    """The configured model, or the one that is asked for.

    Raises `EngineError` when none is configured (the demo's is never taken silently: it does not understand
    people), and `MissingModelError` when the model is not there.
    """
    name = model or settings().stt_model
    engine = engine or settings().stt_engine
    if not name:
        raise EngineError(NOT_CHOSEN, 'BACKOFFICE_STT_MODEL is empty; "demo" is the demo\'s own.')
    places = looked_for(name, engine)
    for place in places:
        if is_model(place, engine):
            return Model(DEMO_NAME if place == DEMO else name, engine, place, card_of(place))
    raise MissingModelError(name, places, how_to_bring(name, engine))


def looked_for(name: str, engine: str) -> tuple[Path, ...]:
    """Every place where the model may lie, in the order in which they are tried."""
    if _is_path(name):
        path = Path(name).expanduser().absolute()
        converted = models_dir() / f"faster-whisper-{path.stem}"
        return (path, converted) if engine == FASTER and path.suffix == ".pt" else (path,)
    folders = (models_dir(), *([whisper_cache()] if engine == WHISPER else []))
    if engine == FASTER:
        named = (f"faster-whisper-{name}", name)
        return tuple(dict.fromkeys(folder / each for folder in folders for each in named))
    if name == DEMO_NAME:
        return (DEMO,)
    files = (*released_file(name), f"{name}.pt")
    return tuple(dict.fromkeys(folder / each for folder in folders for each in files))


def how_to_bring(name: str, engine: str) -> str:
    """The command that brings a model, or "" when a file of one's own has to be put there."""
    if engine == FASTER and (name.endswith(".pt") or not _is_path(name)):
        return f"./backoffice stt models --convert {name}"
    if _is_path(name):
        return ""
    if name == DEMO_NAME:
        return "./backoffice stt finetune --from-scratch"
    return f"./backoffice stt models --fetch {name}" if released_file(name) else ""


def installed(engine: str) -> list[Model]:
    """Every model in the folders where names are looked for, the shipped one first."""
    found = [DEMO] if engine == WHISPER else []
    folders = (models_dir(), *([whisper_cache()] if engine == WHISPER else []))
    for folder in folders:
        found += sorted(folder.glob("*.pt" if engine == WHISPER else "*/")) if folder.is_dir() else []
    return [
        Model(_named(path, engine), engine, path, card_of(path)) for path in found if is_model(path, engine)
    ]


def _named(path: Path, engine: str) -> str:
    """The name under which a model is asked for."""
    if path == DEMO:
        return DEMO_NAME
    return path.stem if engine == WHISPER else path.name.removeprefix("faster-whisper-")


def is_model(path: Path, engine: str) -> bool:
    """Whether the files of a model are there; they are opened only when it is loaded.

    faster-whisper would fetch a missing tokenizer from the network, so a folder without one is none.
    """
    if engine == WHISPER:
        return path.is_file()
    return all((path / name).is_file() for name in ("model.bin", "config.json", "tokenizer.json"))


def models_dir() -> Path:
    return settings().stt_models_dir or settings().var_dir / "models"


def whisper_cache() -> Path:
    """Where openai-whisper itself keeps what it downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "whisper"


def released_file(name: str) -> tuple[str, ...]:
    """The file of a model that openai-whisper knows by name, e.g. "turbo" -> "large-v3-turbo.pt"; () for others."""
    from whisper import _MODELS

    return (_MODELS[name].rpartition("/")[2],) if name in _MODELS else ()


def released_sha256(path: Path) -> str:
    """The sum that the released file of this name must have, or ""."""
    from whisper import _MODELS

    sums = {url.rpartition("/")[2]: url.split("/")[-2] for url in _MODELS.values()}
    return str(sums.get(path.name, ""))


def _is_path(name: str) -> bool:
    return "/" in name or os.sep in name or name.endswith(".pt")


@lru_cache
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
