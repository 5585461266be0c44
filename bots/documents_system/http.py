"""A document system over HTTP.

``POST {base}/documents`` with an ``Idempotency-Key`` answers ``{"document_no", "effective_on": "YYYY-MM-DD",
"seal": PNG in base64}``; the same key again is answered alike and registers nothing. ``GET {base}/documents/KEY``
answers the same, or 404. A refusal is answered with 409 or 422 and ``{"error": code}``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx

from bots.documents_system.system import DocumentSystemError, Refused, Registered

_NO = (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.GONE, httpx.codes.FORBIDDEN)
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST_NUMBER = 60


class HttpDocumentSystem:
    """`token`, when given, goes along as a bearer token."""

    def __init__(self, base: str, token: str = "", timeout: httpx.Timeout = _TIMEOUT) -> None:
        self.base = base.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=timeout, headers=headers, trust_env=False)

    def find(self, key: str) -> Registered | None:
        answer = self._ask("GET", f"/documents/{key}")
        return None if answer is None else _registered(answer, f"{self.base}/documents")

    def register(self, key: str, document: Mapping[str, Any]) -> Registered:
        answer = self._ask("POST", "/documents", json=dict(document), headers={"Idempotency-Key": key})
        if answer is None:
            raise DocumentSystemError(f"{self.base}/documents: 404로 답했습니다. 주소를 확인하십시오")
        return _registered(answer, f"{self.base}/documents")

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any] | None:
        """The answer; None for 404."""
        where = f"{self.base}{path.rpartition('/')[0] or path}"  # without the key
        try:
            answer = self._client.request(method, self.base + path, **more)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
            told = answer.json()
        except httpx.HTTPStatusError as error:
            said = f"{where}: {error.response.status_code}로 답했습니다"
            if error.response.status_code in _NO:
                raise Refused(said, _reason(error.response)) from error
            raise DocumentSystemError(said) from error
        except (httpx.HTTPError, ValueError) as error:
            raise DocumentSystemError(
                f"{where}: 답이 없거나 읽을 수 없습니다 ({type(error).__name__})"
            ) from error
        if not isinstance(told, dict):
            raise DocumentSystemError(f"{where}: 답이 약속된 모양이 아닙니다")
        return told


def _registered(told: Mapping[str, Any], where: str) -> Registered:
    try:
        number = str(told["document_no"]).strip()
        effective_on = date.fromisoformat(str(told["effective_on"]))
        seal = base64.b64decode(str(told["seal"]), validate=True)
    except (KeyError, ValueError, binascii.Error) as error:
        raise DocumentSystemError(f"{where}: 문서번호·시행일·관인을 읽을 수 없습니다") from error
    if not number or len(number) > _LONGEST_NUMBER or not number.isprintable():
        raise DocumentSystemError(f"{where}: 문서번호가 비었거나 문서번호로 볼 수 없습니다")
    if not seal.startswith(_PNG):
        raise DocumentSystemError(f"{where}: 관인이 PNG 그림이 아닙니다")
    return Registered(number, effective_on, seal)


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("error", ""))[:60]
    except (ValueError, AttributeError):
        return ""
