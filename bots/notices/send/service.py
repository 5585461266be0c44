"""A service over HTTP that takes notices over, and what its answers mean for whether it has one.

    POST {url}{path}            a request, with the center's own key in it
    GET  {url}{path}?key=KEY    the requests under that key; the service itself does not refuse a second one
    GET  {url}{path}/NUMBER     one request, with its fate

No line to the service, or an answer of 4xx: certainly not taken. An answer that is late, broken off, of 5xx or not
understood: it may have been taken.
"""

from __future__ import annotations

import logging
import ssl
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bots.notices.send import pace
from bots.notices.send.way import CannotGo, Doubtful, NotYet, SetUpWrong
from config.outside_services import Service

log = logging.getLogger(__name__)

_NEVER_THERE = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL,
    httpx.ProxyError,
)  # fmt: skip


class OverHttp:
    """One service. `name` as in the settings ("message_gateway"); `title` as staff call it.

    ours  codes of its refusals that are about a notice, in our words
    """

    def __init__(
        self, name: str, title: str, service: Service, token: SecretStr | None, ours: dict[str, str]
    ) -> None:
        self.name, self.title, self.service, self._given, self.ours = name, title, service, token, ours

    @property
    def setting(self) -> str:
        return f"BACKOFFICE_{self.name.upper()}"

    def wait_turn(self) -> None:
        """Wait until one more may go. Raises `NotYet`."""
        pace.wait_turn(self.name, self.service.per_second)

    def hand_over(self, path: str, body: bytes) -> dict[str, Any]:
        """Make a request; the answer when it was taken. Raises `CannotGo`, `NotYet`, `SetUpWrong`, `Doubtful`."""
        try:
            answer = self._call("POST", path, content=body, headers={"Content-Type": "application/json"})
        except _NEVER_THERE as error:
            raise self._down(error) from None
        except httpx.HTTPError as error:
            raise self._doubt(f"답을 받지 못했습니다 ({type(error).__name__})") from None
        if answer.status_code >= 500:
            raise self._doubt(f"{answer.status_code}로 답했습니다")
        if answer.status_code == httpx.codes.CONFLICT:
            raise self._doubt("같은 번호의 접수가 이미 있다고 답했습니다")
        self._check(answer)
        found = _json(answer)
        if not found.get("number") or answer.status_code >= 300:
            raise self._doubt("답이 약속된 모양이 아닙니다")
        return found

    def look_up(self, path: str, key: str, tried_at: datetime) -> dict[str, Any] | None:
        """The request under a key; None: there certainly is none. Raises `Doubtful`, `NotYet`, `SetUpWrong`."""
        asked_at = datetime.now(UTC)
        found = self._get(path, {"key": key}).get("requests")
        if not isinstance(found, list):
            raise NotYet(f"{self.title}의 접수 목록이 약속된 모양이 아닙니다", "service_answer")
        ours = [entry for entry in found if isinstance(entry, dict) and entry.get("key") == key]
        if len(ours) > 1:
            log.error("%s has %d requests under one key of ours", self.name, len(ours))
        if ours and not ours[0].get("number"):
            raise NotYet(f"{self.title}의 접수 목록이 약속된 모양이 아닙니다", "service_answer")
        if ours:
            return ours[0]
        certain = tried_at + timedelta(seconds=self.service.certain_after_seconds)
        left = (certain - asked_at).total_seconds()
        if left > 0:
            raise Doubtful(f"{self.title}의 목록에 나타나는지 더 기다립니다", "service_waiting", pause=left)
        return None

    def one(self, path: str, number: str) -> dict[str, Any]:
        """One request with its fate. Raises `NotYet`, `SetUpWrong`."""
        return self._get(f"{path}/{number}")

    def content(self, path: str) -> bytes:
        """A file of the service. Raises `NotYet`, `SetUpWrong`."""
        return self._answer(path).content

    def _get(self, path: str, params: dict[str, str] | None = None) -> dict[str, Any]:
        found = _json(self._answer(path, params))
        if not found:
            raise NotYet(f"{self.title}의 답이 약속된 모양이 아닙니다", "service_answer")
        return found

    def _answer(self, path: str, params: dict[str, str] | None = None) -> httpx.Response:
        try:
            answer = self._call("GET", path, params=params)
        except httpx.HTTPError as error:
            raise self._down(error) from None
        if answer.status_code >= 300:
            self._check(answer, asking=True)
            code = "service_down" if answer.status_code >= 500 else "service_answer"
            raise NotYet(f"{self.title}이(가) {answer.status_code}로 답했습니다", code)
        return answer

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token()}"} | more.pop("headers", {})
        timeout = httpx.Timeout(self.service.timeout_seconds, connect=min(5.0, self.service.timeout_seconds))
        with httpx.Client(timeout=timeout, trust_env=False, verify=self._trusted()) as client:
            return client.request(method, self.service.url + path, headers=headers, **more)

    def _trusted(self) -> ssl.SSLContext:
        try:
            return _context(self.service.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SetUpWrong(
                f"{self.title}의 ca_file을 읽을 수 없습니다 ({type(error).__name__}): {self.setting}의 ca_file을 "
                "확인하십시오",
                "service_refused",
            ) from None

    def _token(self) -> str:
        if self._given is not None:
            return self._given.get_secret_value()
        if self.service.token_file is None:
            raise SetUpWrong(
                f"{self.title}의 토큰이 없습니다: {self.setting}_TOKEN에 적으십시오", "service_refused"
            )
        try:
            return self.service.token_file.read_text("utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise SetUpWrong(
                f"{self.title}의 토큰 파일을 읽을 수 없습니다 ({type(error).__name__}): {self.setting}의 token_file을 "
                "확인하십시오",
                "service_refused",
            ) from None

    def _check(self, answer: httpx.Response, *, asking: bool = False) -> None:
        """Raise what an answer of 4xx means."""
        status, code = answer.status_code, str(_json(answer).get("error", ""))[:60]
        if status in (401, 402, 403) or code == "sender":
            raise SetUpWrong(
                f"{self.title}이(가) 우리 요청을 거절합니다 ({status} {code}): {self.setting}의 토큰, 발신번호, 잔액을 "
                "확인하십시오",
                "service_refused",
            )
        if status in (408, 425, 429):
            pause = _retry_after(answer)
            if not asking:
                pace.hold_back(self.name, pause)
            raise NotYet(f"{self.title}이(가) 잠시 받지 않습니다 ({status})", "service_busy", pause=pause)
        if 400 <= status < 500 and not asking:
            raise CannotGo(
                f"{self.title}이(가) 받지 않았습니다 ({code})", self.ours.get(code, "service_rejected")
            )

    def _down(self, error: Exception) -> NotYet:
        return NotYet(f"{self.title}이(가) 답하지 않습니다 ({type(error).__name__})", "service_down")

    def _doubt(self, what: str) -> Doubtful:
        return Doubtful(f"{self.title}: {what}. 접수되었는지 목록에서 확인합니다", "service_doubt", pause=2.0)


@lru_cache
def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


def moment(text: object) -> datetime | None:
    """A point in time as services write it (ISO 8601 with offset); None when it is none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _retry_after(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(max(float(told), 1.0), 3600.0) if told.isdecimal() else 5.0
