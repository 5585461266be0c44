"""The accounting system (dBrain+): the setting `BACKOFFICE_ACCOUNTING`, a JSON object like one of these.

{"folder": "/srv/dbrain"}                      files are put into `out`, results are read from `in`
{"url": "https://dbrain.example/bo"}           over HTTP, with `BACKOFFICE_ACCOUNTING_TOKEN` or `token_file`
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_HERE = ("http://127.0.0.1", "http://localhost", "http://[::1]")


class AccountingLine(BaseModel):
    """Where the accounting system is and how it is told.

    encoding    of CSV files, theirs and ours
    late_hours  what was told and has no answer after so long is a difference of its day
    rows        so many rows at most stand in one file
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    folder: Path | None = None
    url: str = ""
    token_file: Path | None = None
    encoding: Literal["utf-8-sig", "cp949"] = "utf-8-sig"
    late_hours: float = Field(default=24.0, gt=0)
    rows: int = Field(default=5000, ge=1, le=100_000)
    timeout_seconds: float = Field(default=30.0, gt=0)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.folder is None) == (not self.url):
            raise ValueError("give either folder or url")
        if self.url and not self.url.startswith(("https://", *_HERE)):
            raise ValueError("url must begin with https://")
        return self
