"""An accounting system over HTTP.

``PUT {base}/files/NAME`` takes ``csv`` and ``xlsx`` as multipart files, with the CSV's SHA-256 as ``Idempotency-Key``:
201, or 200 when it has the same already, 409 or 422 with ``{"error": code}`` when it does not take it.
``GET {base}/answers`` answers ``{"answers": ["NAME", ...]}``, ``GET {base}/answers/NAME`` the CSV, and
``DELETE {base}/answers/NAME`` says that it was read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import httpx

from bots.payments.accounting.system import AccountingDown, AccountingRefuses, Answer, Given

_NO = (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.FORBIDDEN)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MOST_BYTES = 50 * 1024 * 1024


class HttpAccountingSystem:
    """`token`, when given, goes along as a bearer token."""

    def __init__(self, base: str, token: str = "", seconds: float = 30.0) -> None:
        self.base = base.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = httpx.Timeout(seconds, connect=5.0)
        self._client = httpx.Client(timeout=timeout, headers=headers, trust_env=False)

    def give(self, file: Given) -> None:
        parts = {
            "csv": (f"{file.name}.csv", file.csv, "text/csv"),
            "xlsx": (f"{file.name}.xlsx", file.xlsx, "application/vnd.ms-excel"),
        }
        key = {"Idempotency-Key": hashlib.sha256(file.csv).hexdigest()}
        self._ask("PUT", f"/files/{file.name}", files=parts, headers=key)

    def answers(self) -> Iterator[Answer]:
        try:
            told = self._ask("GET", "/answers").json()
            names = [str(name) for name in told["answers"]]
        except (ValueError, KeyError, TypeError) as error:
            raise AccountingDown(f"{self.base}/answers: 답이 약속된 모양이 아닙니다") from error
        for name in names:
            if not _NAME.fullmatch(name):
                raise AccountingDown(f"{self.base}/answers: 결과 파일 이름을 알아볼 수 없습니다")
            content = self._ask("GET", f"/answers/{name}").content
            if len(content) > _MOST_BYTES:
                raise AccountingDown(f"{self.base}/answers/{name}: {_MOST_BYTES} 바이트보다 큽니다")
            yield Answer(name, content)

    def put_away(self, answer: Answer) -> None:
        self._ask("DELETE", f"/answers/{answer.name}")

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        where = f"{self.base}{path}"
        try:
            answer = self._client.request(method, where, **more)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            said = f"{where}: {error.response.status_code}로 답했습니다"
            if error.response.status_code in _NO:
                raise AccountingRefuses(said, _reason(error.response)) from error
            raise AccountingDown(said) from error
        except httpx.HTTPError as error:
            raise AccountingDown(f"{where}: 답이 없습니다 ({type(error).__name__})") from error
        return answer


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("error", ""))[:60]
    except (ValueError, AttributeError):
        return ""
