"""A mailbox that is looked into for faxes: the setting `BACKOFFICE_MAILBOXES`, a JSON list of these.

    [{"name": "fax", "host": "mail.center.go.kr", "user": "fax@center.go.kr",
      "password_file": "/run/secrets/fax-mail", "after": "move", "move_to": "처리완료"}]

A password never stands here: it comes from `BACKOFFICE_MAIL_PASSWORDS` or from a file of its own.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Mailbox(BaseModel):
    """One mailbox of an IMAP server.

    name               of the source of its deliveries, `mail:NAME`
    security           "tls" (port 993), "starttls" (port 143), or "none" inside a closed network only
    folders            those that are looked into; a mail that a person moves between them is one mail
    password_file      holds the password and nothing else
    ca_file            the certificate authority of the server, where the system does not know it
    check_certificate  off only for a server whose certificate cannot be put right
    after              what becomes of a mail that was taken: "leave", "flag" (with the keyword `flag`) or
                       "move" (into the folder `move_to`); it is never deleted
    since              older mails are left alone; for a mailbox that was in use before
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = Field(min_length=1)
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    password_file: Path | None = None
    ca_file: Path | None = None
    check_certificate: bool = True
    after: Literal["leave", "flag", "move"] = "leave"
    flag: str = Field(default="Backoffice", pattern=r"^[A-Za-z0-9$_-]+$")
    move_to: str = ""
    since: date | None = None
    timeout_seconds: float = Field(default=30.0, gt=0)

    @model_validator(mode="after")
    def _fits_together(self) -> Mailbox:
        if self.after == "move" and not self.move_to:
            raise ValueError('after "move" needs move_to, the folder for mails that were taken')
        if self.after == "move" and self.move_to in self.folders:
            raise ValueError("move_to must not be one of the folders that are looked into")
        if self.security == "starttls" and self.port == 993:
            raise ValueError('port 993 speaks TLS at once: security must be "tls"')
        return self

    @property
    def at_port(self) -> int:
        return self.port or (993 if self.security == "tls" else 143)

    @property
    def place(self) -> str:
        """Where it is, for errors: name, host and port; nothing that signs anybody in."""
        return f"메일함 {self.name} ({self.host}:{self.at_port})"
