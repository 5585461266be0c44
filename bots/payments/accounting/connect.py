"""The configured accounting system."""

from __future__ import annotations

from bots.payments.accounting.folder import FolderSystem
from bots.payments.accounting.http import HttpAccountingSystem
from bots.payments.accounting.system import AccountingSystem
from config.settings import settings


def accounting_system() -> AccountingSystem | None:
    """None where the center has set none up: files are made when a person asks, and given by hand."""
    line = settings().accounting
    if line is None:
        return None
    if line.folder is not None:
        return FolderSystem(line.folder)
    token = settings().accounting_token
    given = token.get_secret_value() if token else ""
    if line.token_file is not None:
        given = line.token_file.read_text("utf-8").strip()
    return HttpAccountingSystem(line.url, given, line.timeout_seconds)
