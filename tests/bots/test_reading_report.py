"""What `./backoffice ocr read` shows, without reading anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bots import reading_report
from ocr.types import DeliveryRead, DocumentRead, FieldValue, PageRead

PHONE = FieldValue("phone", "010-1234-5678", "O10-1234-5678", 0.97, False, 1, notes=("mended",))
NAME = FieldValue("name", "홍길동", "홍길동", 0.41, True, 1)
DOCUMENT = DocumentRead((1,), "id_card", 0.98, {"phone": PHONE, "name": NAME})
READ = DeliveryRead((PageRead(1, 100, 200, engine="tesseract"),), (DOCUMENT,))
LOCKED = DeliveryRead((), (), "encrypted", "wants a password")


def shown(read: DeliveryRead, monkeypatch: pytest.MonkeyPatch, *, as_json: bool = False) -> int:
    monkeypatch.setattr(reading_report, "read_delivery", lambda _: read)
    return reading_report.show(Path("fax.tif"), text=False, as_json=as_json)


def test_fields_doubts_and_what_was_mended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(READ, monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("신분증" in line and "id_card" in line for line in lines)
    phone = next(line for line in lines if "phone" in line)
    assert "010-1234-5678" in phone
    assert "O10" in phone
    name = next(line for line in lines if "홍길동" in line)
    assert "? 0.41" in name


def test_json_can_be_read_back(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(READ, monkeypatch, as_json=True) == 0
    assert DeliveryRead.from_dict(json.loads(capsys.readouterr().out)) == READ


def test_unreadable_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(LOCKED, monkeypatch) == 1
    out = capsys.readouterr().out
    assert "encrypted" in out
    assert "암호가 걸린 문서입니다" in out
