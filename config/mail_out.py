"""The mail server through which notices leave: the setting `BACKOFFICE_MAIL_OUT`, a JSON object like this.

    {"host": "smtp.center.go.kr", "user": "notice", "password_file": "/run/secrets/smtp",
     "sender": "notice@center.go.kr", "sender_name": "울산고용센터"}

The password comes from `BACKOFFICE_MAIL_OUT_PASSWORD` or from a file of its own, never from here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.mailboxes import Mailbox

ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$"


class MailOut(BaseModel):
    """One SMTP server.

    security       "tls" (port 465), "starttls" (port 587), or "none" (port 25) inside a closed network only
    user           "" signs nobody in
    sender         From and return address; sender_name: shown beside it, else the center's name
    returns_to     the address that gets what could not be delivered (envelope sender), if not `sender`
    reply_seconds  how long the answer to a mail that was handed over is awaited (RFC 5321, 4.5.3.2.6: ten minutes)
    most_bytes     a larger mail is not tried
    copy_to        gets a blind copy of each mail, which `archive` then holds: with it the question whether a
                   mail was taken over, when the answer was lost, is answered without a person
    archive        the mailbox of copies; mails that come back are looked for there too, so `returns_to` should lead
                   there; its password is in BACKOFFICE_MAIL_PASSWORDS
    archive_seconds  a copy that has not come after so long does not come
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    check_certificate: bool = True
    sender: str = Field(pattern=ADDRESS)
    sender_name: str = ""
    returns_to: str = Field(default="", pattern=f"^$|{ADDRESS}")
    timeout_seconds: float = Field(default=30.0, gt=0)
    reply_seconds: float = Field(default=600.0, gt=0)
    most_bytes: int = Field(default=20 * 1024 * 1024, gt=0)
    copy_to: str = ""
    archive: Mailbox | None = None
    archive_seconds: float = Field(default=900.0, gt=0)

    @model_validator(mode="after")
    def _fits_together(self) -> MailOut:
        if self.user and self.security == "none" and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError('security "none" would send the password in the clear')
        if self.copy_to and self.archive is None:
            raise ValueError("copy_to needs archive, the mailbox in which the copies are")
        return self

    @property
    def at_port(self) -> int:
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]

    @property
    def place(self) -> str:
        """Where it is, for errors; nothing that signs anybody in."""
        return f"발송 메일 서버 ({self.host}:{self.at_port})"
