"""The line to the center's bank: the setting `BACKOFFICE_BANK_LINE`, a JSON object like this.

    {"host": "fb.bank.co.kr", "port": 21000, "identification": "EMPCENTER", "company_code": "ULSANJOB01",
     "bank_code": "004", "accounts": {"general": {"account": "90123456789012",
                                                   "password_file": "/run/secrets/account-general"}}}

The password of an account comes from a file of its own or from `BACKOFFICE_BANK_PASSWORDS` ({"general": "..."}).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_HERE = ("127.0.0.1", "localhost", "::1")


class NoBankLine(ValueError):
    """The line to the bank, or something of it, is not set up; the text says what to set."""


class DebitAccount(BaseModel):
    """An account from which is paid. `account`: digits only."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    account: str = Field(pattern=r"^[0-9]{6,15}$")
    password_file: Path | None = None


class BankLine(BaseModel):
    """Where the bank is and what we are called there.

    tls                may be false for a leased line or VPN that ends in this machine's network
    certificate_file, private_key_file   ours, where the bank asks for one
    identification     식별코드; company_code: 업체번호; bank_code: of the bank at the other end
    accounts           by fund
    reply_seconds      a reply that has not come after so long is not waited for: the result is unknown
    write_within_seconds  a message that was committed and could not be written after so long is not written any more
    window             so many messages are under way at most on one line
    reconnect_seconds, reconnect_most_seconds   the first and the longest pause before the next attempt
    inquire_after_seconds, inquire_most_seconds  when the bank is first asked about an unknown one; the longest
                       pause between two questions
    opened_codes       the bank's answers to the opening of the day after which the day is open
    notice_seconds     so long one run listens for notices of failure
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    tls: bool = True
    ca_file: Path | None = None
    certificate_file: Path | None = None
    private_key_file: Path | None = None
    check_certificate: bool = True
    identification: str = Field(default="", pattern=r"^[\x21-\x7e]{0,9}$")
    company_code: str = Field(pattern=r"^[\x21-\x7e]{1,12}$")
    bank_code: str = Field(pattern=r"^[0-9]{3}$")
    accounts: dict[str, DebitAccount] = Field(min_length=1)
    connect_seconds: float = Field(default=10.0, gt=0)
    reply_seconds: float = Field(default=30.0, gt=0)
    write_within_seconds: float = Field(default=10.0, gt=0)
    window: int = Field(default=32, ge=1, le=1000)
    reconnect_seconds: float = Field(default=0.5, gt=0)
    reconnect_most_seconds: float = Field(default=30.0, gt=0)
    inquire_after_seconds: float = Field(default=300.0, ge=0)
    inquire_most_seconds: float = Field(default=3600.0, gt=0)
    opened_codes: tuple[str, ...] = ("0000",)
    notice_seconds: float = Field(default=300.0, gt=0)

    @field_validator("accounts")
    @classmethod
    def _one_fund_each(cls, accounts: dict[str, DebitAccount]) -> dict[str, DebitAccount]:
        if len({one.account for one in accounts.values()}) < len(accounts):
            raise ValueError("two funds have the same account")
        return accounts

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.private_key_file and not self.certificate_file:
            raise ValueError("private_key_file needs certificate_file")
        return self

    @property
    def place(self) -> str:
        """Where it is, for errors."""
        return f"펌뱅킹 회선 ({self.host}:{self.port})"

    @property
    def is_here(self) -> bool:
        """It ends in this machine: nothing goes over a network."""
        return self.host in _HERE

    def account_of(self, fund: str) -> str:
        """The account from which a fund pays. Raises `NoBankLine`."""
        return self._of(fund).account

    def fund_of(self, account: str) -> str | None:
        """Whose account it is."""
        return next((fund for fund, one in self.accounts.items() if one.account == account), None)

    def password_of(self, fund: str) -> SecretStr:
        """Of the fund's account. Raises `NoBankLine` where there is none."""
        from config.settings import settings

        file = self._of(fund).password_file
        if file is None:
            given = settings().bank_passwords.get(fund)
            if given is None:
                raise NoBankLine(
                    f"account of fund {fund}: set BACKOFFICE_BANK_PASSWORDS or its password_file"
                )
            return given
        try:
            return SecretStr(file.read_text(encoding="utf-8").strip())
        except OSError as error:
            raise NoBankLine(f"password_file of fund {fund}: {error.strerror}: {file}") from error

    def _of(self, fund: str) -> DebitAccount:
        try:
            return self.accounts[fund]
        except KeyError:
            raise NoBankLine(
                f"fund {fund} has no account: put one under accounts of BACKOFFICE_BANK_LINE"
            ) from None


def bank_line() -> BankLine:
    """The line of the settings. Raises `NoBankLine`."""
    from config.settings import settings

    line = settings().bank_line
    if line is None:
        raise NoBankLine("there is no line to a bank: set BACKOFFICE_BANK_LINE (config/bank_line.py)")
    return line


def now_there(at: datetime | None = None) -> datetime:
    """The time by which the bank and the center date messages."""
    from config.settings import settings

    return (at or datetime.now().astimezone()).astimezone(ZoneInfo(settings().timezone))
