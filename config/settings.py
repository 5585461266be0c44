"""The center's settings, from the environment (`BACKOFFICE_...`) or a file named `.env` beside `backoffice`.

Everything has a default with which the program runs on one machine without any preparation.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.accounting_system import AccountingLine
from config.bank_files import BankFiles
from config.bank_line import BankLine
from config.mail_out import MailOut
from config.mailboxes import Mailbox
from config.outside_services import ElectronicBox, MessageGateway

CONFIG_DIR = Path(__file__).resolve().parent
"""The folder of the defaults that come with the program."""


class Settings(BaseSettings):
    """One attribute per setting; `BACKOFFICE_DATABASE_URL` sets `database_url`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix="BACKOFFICE_",
        env_file=CONFIG_DIR.parent / ".env",
        env_file_encoding="utf-8",
        extra="ignore",
        hide_input_in_errors=True,
    )

    # Where things lie
    var_dir: Path = CONFIG_DIR.parent / "var"
    """Everything the program makes: the private database, stored files, keys, logs."""
    config_dir: Path | None = None
    """The center's own configuration, laid over the defaults."""

    # The record
    database_url: str | None = None
    """A PostgreSQL of one's own, `postgresql://user:password@host/name`; else the private one."""
    database_pool: int = Field(default=10, ge=2)
    file_store_url: str | None = None
    """Where files are kept, as fsspec names it (`s3://bucket/folder`); else a folder in `var_dir`."""

    # Keys
    key_file: Path | None = None
    """A file with a line `id:base64` per key of 32 bytes, newest first; else `var_dir`/keys."""
    key: SecretStr | None = None
    """The same lines, or one base64 key, from the environment; goes before `key_file`."""

    # The center
    center_name: str = "고용센터"
    timezone: str = "Asia/Seoul"
    link_error_target: float = Field(default=0.001, gt=0, lt=1)
    """The share of attached documents that may be attached to a wrong application."""

    # Ways in and out
    spool_dirs: list[Path] = Field(default_factory=list)
    """Folders in which fax servers and scanners put what they received (JSON list)."""
    batch_dirs: list[Path] = Field(default_factory=list)
    """Folders whose files are batch scans of the day's post: blank sheets and a change of papers divide them
    into letters. They are looked into like `spool_dirs`. Separator sheets divide whatever comes, from anywhere."""
    spool_settle_seconds: float = Field(default=2.0, ge=0)
    """A file is taken once it has not grown for so long."""
    spool_patience_seconds: float = Field(default=600.0, ge=0)
    """A file whose end is missing is taken as it is after so long (the call broke off)."""
    mailboxes: list[Mailbox] = Field(default_factory=list)
    """Mailboxes into which a gateway delivers faxes (JSON list; `config.mailboxes.Mailbox`)."""
    mail_passwords: dict[str, SecretStr] = Field(default_factory=dict)
    """Their passwords by the name of the mailbox (JSON object), where they have no `password_file`."""
    max_mail_bytes: int = Field(default=100 * 1024 * 1024, gt=0)
    """A larger mail stays in its mailbox, and a person is asked."""
    portal: str = ""
    """The fax provider whose web site is visited, by the name of its file in `portals/`; "" visits none."""
    portal_url: str = ""
    """Its address, where the one in the file is not the right one."""
    portal_user: SecretStr | None = None
    portal_password: SecretStr | None = None
    portal_secret_file: Path | None = None
    """A mounted file whose first line is the user and whose second the password, in place of the two."""
    portal_proxy: str = ""
    """The proxy through which the browser goes out (`http://host:port`)."""
    portal_retry_seconds: float = Field(default=10.0, gt=0)
    """The first pause after a visit that failed; later ones grow to thirty times as much."""
    post_site: str = ""
    """The web site through which letters are posted, by the name of its file in `post_sites/`; "": none."""
    post_url: str = ""
    """Its address, where the one in the file is not the right one."""
    post_user: SecretStr | None = None
    post_password: SecretStr | None = None
    post_secret_file: Path | None = None
    """A mounted file whose first line is the user and whose second the password, in place of the two."""
    post_proxy: str = ""
    """The proxy through which the browser goes out (`http://host:port`)."""
    post_retry_seconds: float = Field(default=10.0, gt=0)
    """The first pause after a visit that failed; later ones grow to thirty times as much."""
    tracking_url: str = ""
    """The post's open interface that tells where registered mail is; "" looks nothing up."""
    tracking_key: SecretStr | None = None
    """The key that it gave the center."""
    tracking_minutes: float = Field(default=240.0, gt=0)
    """A registered letter is looked up again after so long."""
    tracking_patience_days: int = Field(default=14, ge=1)
    """A person is asked about one that has neither arrived nor come back after so many days."""
    mail_out: MailOut | None = None
    """The mail server through which notices leave (JSON object; `config.mail_out.MailOut`)."""
    mail_out_password: SecretStr | None = None
    message_gateway: MessageGateway | None = None
    """The gateway for SMS, LMS and 알림톡 (JSON object; `config.outside_services.MessageGateway`)."""
    message_gateway_token: SecretStr | None = None
    electronic_box: ElectronicBox | None = None
    """The service of electronic delivery (JSON object; `config.outside_services.ElectronicBox`)."""
    electronic_box_token: SecretStr | None = None
    bank_line: BankLine | None = None
    """The line to the bank (JSON object; `config.bank_line.BankLine`)."""
    bank_passwords: dict[str, SecretStr] = Field(default_factory=dict)
    """Passwords of the accounts from which is paid, by fund (JSON object), where they have no `password_file`."""
    totals_again_minutes: float = Field(default=60.0, gt=0)
    """A day that agrees with the bank's totals is asked for again after so long."""
    accounting: AccountingLine | None = None
    """The accounting system (dBrain+) that is told of bookings (JSON; `config.accounting_system.AccountingLine`)."""
    accounting_token: SecretStr | None = None
    send_give_up_hours: float = Field(default=24.0, gt=0)
    """A notice whose channel has been out of order for so long goes to a person."""
    counters: list[str] = Field(default_factory=list)
    """The desks at which papers are handed over (JSON list); without any, the center as one."""
    counter_files: int = Field(default=60, ge=1)
    """So many files at most may be handed in at once,"""
    counter_file_bytes: int = Field(default=60 * 1024 * 1024, gt=0)
    """of so many bytes each,"""
    counter_bytes: int = Field(default=200 * 1024 * 1024, gt=0)
    """and so many altogether."""
    case_source_url: str | None = None
    case_sink_url: str | None = None
    case_token: SecretStr | None = None
    """Goes along to the system of record as a bearer token."""
    case_events_from: AwareDatetime | None = None
    """What happened to cases since then is told to people (ISO, with zone); unset, since the first time that the
    system of record is asked what happened."""
    document_system_url: str | None = None
    """The document system (온나라) that gives official letters number, date of effect and seal."""
    document_system_token: SecretStr | None = None
    """Goes along to it as a bearer token."""

    # Payments
    bank_files: BankFiles | None = None
    """The bank's channel for ISO 20022 files (JSON object; `config.bank_files.BankFiles`)."""
    bank_files_token: SecretStr | None = None
    """Goes along to it as a bearer token."""

    # Supplementing
    supplement_wait_minutes: float = Field(default=120.0, ge=0)
    """What is missing is asked for once no paper of the case has come for so long: one letter for all of them."""
    supplement_by: Literal["", "auto", "officer"] = ""
    """Who has requests sent, whatever ``programs.yaml`` says: "auto" by themselves, "officer" by pressing."""
    arrival_messages: bool = False
    """Tell the applicant at once, by a short message, what has arrived and what could not be read."""
    arrival_hours: float = Field(default=24.0, gt=0)
    """Of papers that came longer ago nothing is told any more."""

    # Reading
    processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    page_seconds: float = Field(default=120.0, gt=0)
    file_seconds: float = Field(default=1800.0, gt=0)
    page_memory_bytes: int = Field(default=2 * 1024**3, gt=0)
    """Address space of each child process that opens files; what is resident stays below half of it."""
    letter_processes: int = Field(default=2, ge=1)
    """So many letters at most are made at the same time by one worker process."""
    max_file_bytes: int = Field(default=300 * 1024 * 1024, gt=0)
    max_pages: int = Field(default=500, gt=0)
    min_free_bytes: int = Field(default=1024 * 1024 * 1024, ge=0)
    """Nothing more is taken in when the disk has less free than this."""

    # Listening
    recorder_dirs: list[Path] = Field(default_factory=list)
    """Folders in which telephone recorders put their files (JSON list)."""
    recorder_settle_seconds: float = Field(default=3.0, ge=0)
    """A recording is taken once it has not grown for so long."""
    recorder_patience_seconds: float = Field(default=1800.0, ge=0)
    """A recording whose end is missing is taken as it is after so long (the recorder broke off)."""
    recorder_remove_taken: bool = False
    """Delete a recording from its folder once it is kept, sealed, in the file store, instead of moving it aside."""
    stt_model: str = ""
    """The model that recognises speech: a name ("large-v3-turbo") or a file. "" means none: nothing is recognised,
    and it says so. "demo" is the small one of the demo, which understands synthetic voices and not people."""
    stt_engine: Literal["whisper", "faster-whisper"] = "whisper"
    stt_models_dir: Path | None = None
    """Where models are looked for by name; else `var_dir`/models."""
    stt_device: Literal["auto", "cpu", "cuda"] = "auto"
    stt_precision: Literal["auto", "float32", "float16", "int8"] = "auto"
    note_model: Path | None = None
    """A folder with a `transformers` model that writes the lines of notes; without one they quote what was said."""
    diarisation: str = ""
    """An engine that tells voices apart on one channel ("module:function"); "" leaves that to the counselor."""
    max_talk_seconds: float = Field(default=3 * 3600.0, gt=0)
    max_audio_bytes: int = Field(default=2 * 1024**3, gt=0)
    recording_piece_seconds: float = Field(default=3.0, ge=0.5, le=30)
    """A browser that records sends what it has so often: that much is lost when it goes away."""
    recording_patience_minutes: float = Field(default=120.0, gt=0)
    """A recording of which nothing has come for so long has ended."""

    # The engine room
    heartbeat_seconds: float = Field(default=5.0, gt=0)
    dead_after_seconds: float = Field(default=30.0, gt=0)
    """A worker whose heartbeat is older than this is taken for dead. Generous: a live one that is
    wrongly taken for dead does its step twice."""
    reaper_seconds: float = Field(default=5.0, gt=0)
    lease_seconds: float = Field(default=15.0, gt=0)
    idle_transaction_seconds: float = Field(default=120.0, gt=0)
    """The database ends a transaction in which nothing has happened for so long: a process that was
    stopped in the middle of one must not keep others waiting for ever."""
    poll_seconds: float = Field(default=0.2, gt=0)
    """How often a worker asks for work."""
    max_deaths: int = Field(default=3, ge=1)
    """The worker that dies on the same item for the n-th time sends it to a person."""
    stop_seconds: float = Field(default=30.0, ge=0)
    """How long a worker that is told to stop may finish what it holds."""
    seal_seconds: float = Field(default=2.0, gt=0)

    # Sign-in
    password_failures: int = Field(default=5, ge=1)
    lock_minutes: float = Field(default=15.0, gt=0)
    session_idle_minutes: float = Field(default=30.0, gt=0)
    session_hours: float = Field(default=10.0, gt=0)
    answer_within_days: int = Field(default=1, ge=0)
    """Business days within which a review is to be answered; a legal deadline that is earlier goes before."""
    claim_minutes: float = Field(default=15.0, gt=0)
    """How long a review stays with the person who took it."""

    # Dashboard
    dashboard_host: str = "127.0.0.1"
    dashboard_port: int = Field(default=8501, ge=0, le=65535)

    log_level: str = "INFO"

    @field_validator("mailboxes")
    @classmethod
    def _differently_named(cls, boxes: list[Mailbox]) -> list[Mailbox]:
        if len({box.name for box in boxes}) < len(boxes):
            raise ValueError("two mailboxes have the same name")
        return boxes

    @field_validator("var_dir", "config_dir", "key_file", "stt_models_dir", "note_model")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None


@cache
def settings() -> Settings:
    """The settings of this process, read once; `settings.cache_clear()` reads them again."""
    return Settings()


def layered(path: str | Path) -> list[Path]:
    """The files that `path` (relative to `config/`) names, in the order they are to be read.

    A file is looked for in the defaults first and then in the center's own folder, which goes over
    them. A path that ends in a pattern ("forms/*.yaml") gives all files that match, a file of the
    center's own taking the place of the default of the same name.
    """
    roots = [CONFIG_DIR] + ([own] if (own := settings().config_dir) else [])
    pattern = str(path)
    if "*" not in pattern:
        return [found for root in roots if (found := root / pattern).is_file()]
    by_name: dict[str, Path] = {}
    for root in roots:
        for found in sorted(root.glob(pattern)):
            by_name[found.relative_to(root).as_posix()] = found
    return [by_name[name] for name in sorted(by_name)]
