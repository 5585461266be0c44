"""The table of the bank's messages (전문): ``bank_messages.yaml``, where every field of every message stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from config.settings import layered

CHARSET = "cp949"
REPLY = 100
"""The class of a reply is that of its request plus this."""


_NEEDED = {
    "header": "identification company_code bank_code class_code task_code transmissions number day time response_code",
    "1000/100": "",
    "2000/100": "debit_account password amount to_bank to_account statement_text holder",
    "3000/100": "original_number to_bank to_account asked done failed amount_failed error",
    "6000/100": "account bank amount holder holder_long",
    "7000/100": "original_number debit_account to_bank to_account asked done failed result",
    "7000/200": "account balance_sign balance",
    "7000/300": "debit_account of_day done_count done_won returned_count returned_won rejected_count rejected_won result",
}
"""Fields that the program writes or reads, by message."""


class BankMessagesError(ValueError):
    """``bank_messages.yaml`` says something that is not understood; names the file and what is wrong."""


class MessageField(BaseModel):
    """One field, as the head of ``bank_messages.yaml`` explains it. `at` and `size` are bytes, from 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    at: int = Field(ge=0)
    size: int = Field(ge=1)
    kind: Literal["X", "9", "D", "A"]
    label: str = Field(min_length=1)
    form: Literal["", "date", "time"] = ""
    person: Literal["", "account", "name", "id"] = ""
    secret: bool = False
    cut: bool = False
    echo: bool = False
    assumed: bool = False

    @field_validator("kind", mode="before")
    @classmethod
    def _as_text(cls, kind: object) -> object:
        return str(kind)  # YAML takes 9 for a number

    @property
    def end(self) -> int:
        """The offset of the first byte behind it."""
        return self.at + self.size

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.form and (self.kind != "D" or self.size != {"date": 8, "time": 6}[self.form]):
            raise ValueError(
                f"{self.name}: form {self.form} needs kind D of {'8' if self.form == 'date' else '6'}"
            )
        if self.cut and self.kind != "X":
            raise ValueError(f"{self.name}: only text can be cut")
        return self


class MessageLayout(BaseModel):
    """One message and its reply. `code`: class and task of the request, "2000/100"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[1-9]0\d{2}/\d{3}$")
    title: str = Field(min_length=1)
    body: tuple[MessageField, ...]


class MessageTable(BaseModel):
    """All messages. `size`: bytes of each of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int = Field(ge=1, le=9999)
    header: tuple[MessageField, ...]
    messages: tuple[MessageLayout, ...]

    @model_validator(mode="after")
    def _without_gaps(self) -> Self:
        for layout in self.messages:
            at, names = 0, set[str]()
            for field in self.header + layout.body:
                if field.at != at:
                    raise ValueError(f"{layout.code}, {field.name}: begins at {field.at}, {at} comes next")
                if field.name in names:
                    raise ValueError(f"{layout.code}: two fields are named {field.name}")
                at = field.end
                names.add(field.name)
            if at != self.size:
                raise ValueError(f"{layout.code}: ends at {at}, not at {self.size}")
        if len({layout.code for layout in self.messages}) < len(self.messages):
            raise ValueError("two messages have the same code")
        return self

    @model_validator(mode="after")
    def _with_all_that_is_needed(self) -> Self:
        named = {layout.code: layout.body for layout in self.messages} | {"header": self.header}
        for code, names in _NEEDED.items():
            if missing := set(names.split()) - {field.name for field in named.get(code, ())}:
                raise ValueError(f"{code}: there is no field {', '.join(sorted(missing))}")
            if code not in named:
                raise ValueError(f"there is no message {code}")
        if any(field.name == "password" and not field.secret for body in named.values() for field in body):
            raise ValueError("a password has to be secret")
        return self


@lru_cache(maxsize=1)
def message_table() -> MessageTable:
    """The table in force; the center's own file takes the default's place as a whole. Raises `BankMessagesError`."""
    file = layered("bank_messages.yaml")[-1]
    return _read(file)


def _read(file: Path) -> MessageTable:
    try:
        return MessageTable.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise BankMessagesError(f"{file}: {error}") from error


@lru_cache(maxsize=1)
def _by_code() -> dict[tuple[str, str], tuple[MessageField, ...]]:
    return {code: table.header + layout.body for table, layout, code in _codes()}


@lru_cache(maxsize=1)
def _titles() -> dict[tuple[str, str], str]:
    return {code: layout.title for _, layout, code in _codes()}


def _codes() -> Iterator[tuple[MessageTable, MessageLayout, tuple[str, str]]]:
    table = message_table()
    for layout in table.messages:
        class_code, task_code = layout.code.split("/")
        yield table, layout, (class_code, task_code)


@lru_cache(maxsize=1)
def where_class_and_task_are() -> tuple[slice, slice]:
    """Their places in every message."""
    header = {field.name: slice(field.at, field.end) for field in message_table().header}
    return header["class_code"], header["task_code"]


def reply_class(class_code: str) -> str:
    """ "2000" -> "2100"."""
    return f"{int(class_code) + REPLY:04d}"


def request_class(class_code: str) -> str:
    """Of a reply its request's class, of a request its own: "2100" -> "2000"."""
    return f"{class_code[:1]}0{class_code[2:]}" if class_code[1:2] == "1" else class_code


def is_reply(class_code: str) -> bool:
    return class_code[1:2] == "1"


def fields_of(class_code: str, task_code: str) -> tuple[MessageField, ...] | None:
    """All fields of a message, the header's first, in order and without gaps; None: not in the table."""
    return _by_code().get((request_class(class_code), task_code))


def title_of(class_code: str, task_code: str) -> str:
    """What staff call it: "이체", "이체 응답"; "" where it is not in the table."""
    title = _titles().get((request_class(class_code), task_code), "")
    return f"{title} 응답" if title and is_reply(class_code) else title
