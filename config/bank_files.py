"""The bank's channel for files (ISO 20022): the setting `BACKOFFICE_BANK_FILES`, a JSON object like this.

    {"way": "https", "url": "https://h2h.bank.co.kr/files", "company_code": "ULSANJOB01", "bank_code": "004"}
    {"way": "folder", "out_dir": "/transfer/out", "sent_dir": "/transfer/sent", "in_dir": "/transfer/in",
     "company_code": "ULSANJOB01", "bank_code": "004"}

The token of the HTTPS way comes from `BACKOFFICE_BANK_FILES_TOKEN` or a file of its own. The accounts from which is
paid are those of the line to the bank (`BACKOFFICE_BANK_LINE`) unless others stand here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from config.bank_line import NoBankLine, bank_line


class NoBankFiles(ValueError):
    """The channel for files, or something of it, is not set up; the text says what to set."""


class BankFiles(BaseModel):
    """How files go to the bank and come from it, and what stands in them.

    out_dir      from which the transfer software takes files; sent_dir: to which it moves what it has taken
                 ("" if it keeps nothing: then a person is asked after every doubt); in_dir: what came from the bank
    certain_after_seconds  a file whose upload was in doubt, and that the bank's own list does not have after so
                 long, is not there. Twice `timeout_seconds` and longer than the list may lag behind.
    refuses_repeats  the bank takes no second file of the same MsgId, by contract: what certainly is not there is
                 uploaded once more. Else a person answers for it.
    payments_per_file  so many transfers at most go in one file
    company_code  업체번호, as InitgPty; clearing_system: by which the banks' three digits are known (ClrSysId/Prtry)
    debtor_name   name of the account's holder, "" is the center's
    accounts      fund to account, where they are not those of the line
    answer_hours  a person is asked about transfers of which the bank has not said the end after so long
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    way: Literal["https", "folder"] = "https"
    url: str = ""
    token_file: Path | None = None
    ca_file: Path | None = None
    certificate_file: Path | None = None
    private_key_file: Path | None = None
    timeout_seconds: float = Field(default=60.0, gt=0)
    out_dir: Path | None = None
    sent_dir: Path | None = None
    in_dir: Path | None = None
    certain_after_seconds: float = Field(default=600.0, gt=0)
    refuses_repeats: bool = False
    payments_per_file: int = Field(default=10_000, ge=1, le=100_000)
    company_code: str = Field(pattern=r"^[\x21-\x7e]{1,12}$")
    bank_code: str = Field(pattern=r"^[0-9]{3}$")
    clearing_system: str = Field(default="KFTC", min_length=1, max_length=35)
    debtor_name: str = Field(default="", max_length=140)
    accounts: dict[str, str] = Field(default_factory=dict)
    answer_hours: float = Field(default=24.0, gt=0)

    @field_validator("url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        inside = url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
        if url and not url.startswith("https://") and not inside:
            raise ValueError("url must begin with https://: what is sent is personal")
        return url.rstrip("/")

    @field_validator("accounts")
    @classmethod
    def _digits(cls, accounts: dict[str, str]) -> dict[str, str]:
        if not all(account.isascii() and account.isdigit() for account in accounts.values()):
            raise ValueError("accounts holds digits only")
        if len(set(accounts.values())) < len(accounts):
            raise ValueError("two funds have the same account")
        return accounts

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.way == "https" and not self.url:
            raise ValueError("way https needs url")
        if self.way == "folder" and not (self.out_dir and self.in_dir):
            raise ValueError("way folder needs out_dir and in_dir")
        if self.certain_after_seconds < 2 * self.timeout_seconds:
            raise ValueError("certain_after_seconds must be twice timeout_seconds at least")
        if self.private_key_file and not self.certificate_file:
            raise ValueError("private_key_file needs certificate_file")
        return self

    def account_of(self, fund: str) -> str:
        """The account from which a fund pays, digits. Raises `NoBankFiles`."""
        if fund in self.accounts:
            return self.accounts[fund]
        try:
            return bank_line().account_of(fund)
        except NoBankLine as error:
            raise NoBankFiles(
                f"fund {fund} has no account: put one under accounts of BACKOFFICE_BANK_FILES"
            ) from error

    def fund_of(self, account: str) -> str | None:
        """Whose account it is; None for one that is none of ours."""
        for fund, ours in self.accounts.items():
            if ours == account:
                return fund
        try:
            return bank_line().fund_of(account)
        except NoBankLine:
            return None


def bank_files() -> BankFiles:
    """The channel of the settings. Raises `NoBankFiles`."""
    from config.settings import settings

    found = settings().bank_files
    if found is None:
        raise NoBankFiles("there is no channel for files: set BACKOFFICE_BANK_FILES (config/bank_files.py)")
    return found
