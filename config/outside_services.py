"""Services over HTTP that carry notices: the settings `BACKOFFICE_MESSAGE_GATEWAY` and `BACKOFFICE_ELECTRONIC_BOX`.

Each is a JSON object; a token never stands in it, it comes from `..._TOKEN` or from a file of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Service(BaseModel):
    """Where a service is and how it is spoken to.

    url          its address, https:// unless it is on this machine
    token_file   holds the token and nothing else
    ca_file      the authority of its certificate, where the system does not know it
    per_second   so many notices leave in a second at most, over all workers
    certain_after_seconds  a request whose answer was lost, and that the service's own list does not have after
                 so long, was never made. Twice `timeout_seconds` and longer than the list may lag behind.
    follow_hours how long the fate of a notice is asked about
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str
    token_file: Path | None = None
    ca_file: Path | None = None
    timeout_seconds: float = Field(default=15.0, gt=0)
    per_second: float = Field(default=10.0, gt=0)
    certain_after_seconds: float = Field(default=120.0, gt=0)
    follow_hours: float = Field(default=72.0, gt=0)

    @model_validator(mode="after")
    def _longer_than_an_answer(self) -> Self:
        if self.certain_after_seconds < 2 * self.timeout_seconds:
            raise ValueError("certain_after_seconds must be twice timeout_seconds at least")
        return self

    @field_validator("url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        inside = url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
        if not url.startswith("https://") and not inside:
            raise ValueError("url must begin with https://: what is sent is personal")
        return url.rstrip("/")


class MessageGateway(Service):
    """A gateway for SMS, LMS and 알림톡.

    sender      the registered number (발신번호) from which messages come
    sender_key  of the center's channel at Kakao; "" sends no 알림톡
    charset     of SMS and LMS: what it lacks cannot be sent
    """

    sender: str = Field(pattern=r"^[0-9-]{8,14}$")
    sender_key: str = ""
    charset: Literal["euc-kr", "cp949"] = "euc-kr"


class ElectronicBox(Service):
    """A service of electronic delivery (전자고지) that proves when a document entered the addressee's box."""

    follow_hours: float = Field(default=24.0 * 14, gt=0)
