"""What a bank's answer to a transfer, or to the question about one, means: ``bank_answers.yaml``.

Only what the file calls a refusal is one: whatever it does not know leaves the result unknown.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from config.settings import layered, settings


class BankAnswersError(ValueError):
    """``bank_answers.yaml`` says something that is not understood."""


class Answer(BaseModel):
    """What a response code means.

    order   what becomes of the order of a refused payment: "doubt" (a person is asked) or "ready"
    pause   whether the batch stops, as what follows would be refused likewise
    person  an unknown one goes to a person at once: asking the bank would not tell
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    means: Literal["paid", "unknown", "progress", "no_record", "refused"]
    title: str
    order: Literal["doubt", "ready"] = "doubt"
    pause: bool = False
    person: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: dict[str, Answer]


NOT_KNOWN = Answer(means="unknown", title="알 수 없는 응답코드")
NO_ANSWER = Answer(means="unknown", title="응답 없음")


def answer(code: str) -> Answer:
    """The meaning of a response code; `NOT_KNOWN` for one that the file does not name."""
    return _answers(settings().config_dir).answers.get(code.strip(), NOT_KNOWN)


@lru_cache
def _answers(_of_center: Path | None) -> _File:
    """Read once per folder of a center: it is asked about every message."""
    return _read(layered("bank_answers.yaml")[-1])


def _read(path: Path) -> _File:
    try:
        return _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BankAnswersError(f"{path}: {error}") from error
