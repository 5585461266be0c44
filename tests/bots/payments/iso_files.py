"""Files of ISO 20022 for tests: schemas to hold them against, and readers without a child."""

from __future__ import annotations

import io
import os
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from bots.iso20022 import camt, pain002

SEOUL = ZoneInfo("Asia/Seoul")


def must_be_valid(content: bytes, name: str) -> None:
    """Held against its schema ("camt.053.001.08"), where the schemas are at hand."""
    if "BACKOFFICE_TEST_DATA" not in os.environ:
        pytest.skip("needs BACKOFFICE_TEST_DATA")
    document = etree.fromstring(content)
    assert _schema(name).validate(document), _schema(name).error_log.last_error


@lru_cache
def _schema(name: str) -> etree.XMLSchema:
    folder = Path(os.environ["BACKOFFICE_TEST_DATA"]) / "samples" / "xsd"
    return etree.XMLSchema(etree.parse(folder / f"{name}.xsd"))


def told(content: bytes) -> list[dict[str, Any]]:
    """What a pain.002 says."""
    return list(pain002.entries(io.BytesIO(content)))


def booked(content: bytes) -> list[dict[str, Any]]:
    """What a camt.053 or camt.054 says."""
    return list(camt.entries(io.BytesIO(content), SEOUL))
