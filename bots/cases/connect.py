"""The configured case source and the system of record, by the form of their address."""

from __future__ import annotations

from pathlib import Path

from bots.cases.http import HttpRecordSystem
from bots.cases.source import CaseSource
from bots.cases.table import TableSource
from config.settings import settings


def record_system(address: str) -> HttpRecordSystem:
    """The system of record at an http(s) address, with the configured token."""
    token = settings().case_token
    return HttpRecordSystem(address, token.get_secret_value() if token else "")


def case_source(address: str) -> CaseSource:
    """A source for an http(s) address, or for a path (``file://`` or plain) of CSV and XLSX."""
    if address.startswith(("http://", "https://")):
        return record_system(address)
    return TableSource(Path(address.removeprefix("file://")))
