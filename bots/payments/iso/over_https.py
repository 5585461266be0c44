"""Host to host over HTTPS.

    POST {url}/files/MSGID            the file; answered {"number", "sha256"}
    GET  {url}/files?name=MSGID       {"files": [{"number", "name", "sha256"}]}
    GET  {url}/answers?after=NUMBER   {"answers": [{"number", "name", "sha256"}]}, oldest first, a page at a time
    GET  {url}/answers/NUMBER         one of them

Banks differ here; this shape is assumed, and another bank's is another class beside this one. No connection at all:
certainly not there. An answer that is late, broken off, of 5xx or not understood: the bank may have it.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bots.payments.iso.channel import Doubtful, Held, Incoming, NeverThere, NotYet, Refused, SetUpWrong
from config.bank_files import BankFiles

_NEVER_THERE = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL,
    httpx.ProxyError,
)  # fmt: skip
_SETTING = "BACKOFFICE_BANK_FILES"
_LARGEST = 2 * 1024**3
_MOST_PAGES = 10_000


class OverHttps:
    """The bank's service."""

    def __init__(self, files: BankFiles, token: SecretStr | None) -> None:
        self.files, self._given = files, token

    def upload(self, msg_id: str, content: Path) -> Held:
        """See `channel.Channel`."""
        headers = self._headers() | {"Content-Type": "application/xml"}
        try:
            with self._client() as client, content.open("rb") as body:
                answer = client.post(f"/files/{quote(msg_id)}", content=body, headers=headers)
        except _NEVER_THERE as error:
            raise NeverThere(
                self._says(f"연결하지 못했습니다 ({type(error).__name__})"), "bank_down"
            ) from None
        except httpx.HTTPError as error:
            raise Doubtful(
                self._says(f"답이 오지 않았습니다 ({type(error).__name__})"), "bank_silent"
            ) from None
        if answer.status_code in (401, 403):
            text = f"우리 요청을 거절합니다 ({answer.status_code}). {_SETTING}의 토큰과 인증서를 확인하십시오"
            raise NeverThere(self._says(text), "not_let_in")
        if 400 <= answer.status_code < 500 and answer.status_code not in (408, 409, 425, 429):
            raise Refused(
                self._says(f"파일을 받지 않습니다 ({answer.status_code} {_code(answer)})"), "refused"
            )
        found = _json(answer)
        if answer.status_code >= 300 or not found.get("number"):
            raise Doubtful(self._says(f"{answer.status_code}로 답했습니다"), "bank_unclear")
        return Held(str(found["number"]), str(found.get("sha256", "")))

    def find(self, msg_id: str) -> Held | None:
        """See `channel.Channel`."""
        listed = self._get("/files", {"name": msg_id}).get("files")
        if not isinstance(listed, list):
            raise NotYet(self._says("접수 목록이 약속된 모양이 아닙니다"), "bank_unclear")
        ours = [one for one in listed if isinstance(one, dict) and one.get("name") == msg_id]
        if any(not one.get("number") for one in ours):
            raise NotYet(self._says("접수 목록이 약속된 모양이 아닙니다"), "bank_unclear")
        return Held(str(ours[0]["number"]), str(ours[0].get("sha256", ""))) if ours else None

    def incoming(self) -> Iterator[Incoming]:
        """See `channel.Channel`."""
        after = ""
        for _ in range(_MOST_PAGES):
            listed = self._get("/answers", {"after": after}).get("answers")
            if not isinstance(listed, list) or not all(
                isinstance(one, dict) and one.get("number") for one in listed
            ):
                raise NotYet(self._says("결과 목록이 약속된 모양이 아닙니다"), "bank_unclear")
            if not listed:
                return
            for one in listed:
                number, name = str(one["number"])[:60], str(one.get("name", ""))[:80]
                sha256 = str(one.get("sha256", "")).lower()[:64]
                yield Incoming(f"{number}/{name}/{sha256[:16]}", number, name, sha256)
                after = number

    def fetch(self, one: Incoming, target: Path) -> None:
        """See `channel.Channel`."""
        seen, size = hashlib.sha256(), 0
        try:
            with (
                self._client() as client,
                client.stream(
                    "GET", f"/answers/{quote(one.number, safe='')}", headers=self._headers()
                ) as answer,
                target.open("wb") as file,
            ):
                self._check(answer)
                for piece in answer.iter_bytes():
                    size += len(piece)
                    if size > _LARGEST:
                        raise NotYet(self._says("결과 파일이 너무 큽니다"), "bank_unclear")
                    seen.update(piece)
                    file.write(piece)
        except httpx.HTTPError as error:
            raise self._down(error) from None
        if one.sha256 and seen.hexdigest() != one.sha256:
            raise NotYet(self._says("결과 파일이 중간에 끊겼습니다"), "bank_broken_off")

    def _get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        try:
            with self._client() as client:
                answer = client.get(path, params=params, headers=self._headers())
        except httpx.HTTPError as error:
            raise self._down(error) from None
        self._check(answer)
        found = _json(answer)
        if not found:
            raise NotYet(self._says("답이 약속된 모양이 아닙니다"), "bank_unclear")
        return found

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code in (401, 403):
            raise SetUpWrong(
                self._says(
                    f"우리 요청을 거절합니다 ({answer.status_code}). {_SETTING}의 토큰과 인증서를 확인하십시오"
                ),
                "not_let_in",
            )
        if answer.status_code >= 300:
            raise NotYet(self._says(f"{answer.status_code}로 답했습니다"), "bank_down")

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        timeout = httpx.Timeout(self.files.timeout_seconds, connect=min(10.0, self.files.timeout_seconds))
        with httpx.Client(
            base_url=self.files.url, timeout=timeout, trust_env=False, verify=self._trusted()
        ) as client:
            yield client

    def _trusted(self) -> ssl.SSLContext:
        files = self.files
        try:
            return _context(files.ca_file, files.certificate_file, files.private_key_file)
        except (OSError, ssl.SSLError) as error:
            raise SetUpWrong(
                self._says(
                    f"인증서 파일을 읽을 수 없습니다 ({type(error).__name__}). {_SETTING}를 확인하십시오"
                ),
                "set_up",
            ) from None

    def _headers(self) -> dict[str, str]:
        if self._given is not None:
            return {"Authorization": f"Bearer {self._given.get_secret_value()}"}
        if self.files.token_file is None:
            return {}
        try:
            return {"Authorization": f"Bearer {self.files.token_file.read_text('utf-8').strip()}"}
        except (OSError, UnicodeError) as error:
            raise SetUpWrong(
                self._says(
                    f"토큰 파일을 읽을 수 없습니다 ({type(error).__name__}). token_file을 확인하십시오"
                ),
                "set_up",
            ) from None

    def _down(self, error: Exception) -> NotYet:
        return NotYet(self._says(f"답하지 않습니다 ({type(error).__name__})"), "bank_down")

    def _says(self, what: str) -> str:
        return f"은행 파일 전송 서비스({self.files.url}): {what}."


@lru_cache
def _context(ca_file: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(answer: httpx.Response) -> str:
    return str(_json(answer).get("error", ""))[:40]
