"""The channel of the settings."""

from __future__ import annotations

from bots.payments.iso.channel import Channel
from bots.payments.iso.over_folder import OverFolder
from bots.payments.iso.over_https import OverHttps
from config.bank_files import bank_files
from config.settings import settings


def channel() -> Channel:
    """The way to the bank for files. Raises `config.bank_files.NoBankFiles`."""
    files = bank_files()
    return OverFolder(files) if files.way == "folder" else OverHttps(files, settings().bank_files_token)
