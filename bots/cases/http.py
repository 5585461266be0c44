"""A system of record over HTTP: cases out of it, attachments into it.

``GET {base}/cases?cursor=C`` answers ``{"cases": [...], "cursor": "...", "more": bool}``; an empty cursor
asks for everything. ``POST {base}/attachments`` with an ``Idempotency-Key`` answers with an acknowledgement;
the same key again is answered in the same way and changes nothing. ``POST /registrations``,
``POST /transfers`` and ``POST /notes`` work alike; ``DELETE`` of a key takes back what was told under it. A refusal
is answered with 409 or 422 and ``{"error": code}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from bots.cases.happenings import Happening, HappeningPage, read_happening
from bots.cases.sink import Declined, Registered
from bots.cases.source import CasePage, CaseRow, SourceError

_NO = (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.GONE)
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)


class HttpRecordSystem:
    """Both a case source and a case sink. `token`, when given, goes along as a bearer token."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base.rstrip("/")
        self.name = f"http:{httpx.URL(base).host}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=_TIMEOUT, headers=headers, trust_env=False)

    def pages(self, cursor: str) -> Iterator[CasePage]:
        """Cases since `cursor`, a page at a time. Raises SourceError when the system does not answer well."""
        more = True
        while more:
            data = self._call("GET", "/cases", params={"cursor": cursor})
            rows = data.get("cases")
            if not isinstance(rows, list):
                raise SourceError(f"{self.base}/cases: 답에 cases가 없습니다")
            cursor, more = str(data.get("cursor", cursor)), bool(data.get("more"))
            cases = tuple(_case(row, f"{self.base}/cases {n}번째") for n, row in enumerate(rows, 1))
            yield CasePage(cases, cursor, more)

    def happenings(self, cursor: str) -> Iterator[HappeningPage]:
        """What happened since `cursor`, a page at a time; nothing from a system that does not tell (404).

        Raises SourceError.
        """
        more = True
        while more:
            try:
                data = self._call("GET", "/events", params={"cursor": cursor})
            except SourceError as error:
                if _is_missing(error):
                    return
                raise
            rows = data.get("events")
            if not isinstance(rows, list):
                raise SourceError(f"{self.base}/events: 답에 events가 없습니다")
            cursor, more = str(data.get("cursor", cursor)), bool(data.get("more"))
            yield HappeningPage(tuple(read_happening(r, f"{self.base}/events") for r in rows), cursor)

    def happening(self, number: str) -> Happening:
        """One event as it is told now. Raises SourceError."""
        return read_happening(self._call("GET", f"/events/{number}"), f"{self.base}/events")

    def deliver(self, key: str, attachment: Mapping[str, Any]) -> str:
        """Tell of one attachment; returns the system's own number for it. Safe to repeat with the same key."""
        data = self._call("POST", "/attachments", json=dict(attachment), headers={"Idempotency-Key": key})
        if not data.get("acknowledged", True):
            raise SourceError(f"{self.base}/attachments: 접수되지 않았습니다")
        return str(data.get("id", key))

    def withdraw(self, key: str) -> None:
        """Take an attachment back that was told of under `key`. Safe to repeat, and when it never arrived."""
        self._take_back(f"/attachments/{key}")

    def register(self, key: str, application: Mapping[str, Any]) -> Registered:
        """Make a new case; the same key again gives the same case. Raises `Declined`."""
        data = self._call("POST", "/registrations", json=dict(application), headers={"Idempotency-Key": key})
        case = _case(data.get("case"), f"{self.base}/registrations")
        return Registered(case.receipt_no, case)

    def unregister(self, key: str) -> None:
        """Take a registration back. Raises `Declined` once the case was worked on."""
        self._take_back(f"/registrations/{key}")

    def transfer(self, key: str, document: Mapping[str, Any]) -> str:
        """Pass a document on to another center; returns the number of the transfer. Raises `Declined`."""
        data = self._call("POST", "/transfers", json=dict(document), headers={"Idempotency-Key": key})
        return str(data.get("id", key))

    def recall(self, key: str) -> None:
        """Have a document back. Raises `Declined` once the other center has taken it over."""
        self._take_back(f"/transfers/{key}")

    def note(self, key: str, note: Mapping[str, Any]) -> str:
        """Enter a signed session note; the same key again is the same entry. Raises `Declined`."""
        data = self._call("POST", "/notes", json=dict(note), headers={"Idempotency-Key": key})
        if not data.get("acknowledged", True):
            raise SourceError(f"{self.base}/notes: 접수되지 않았습니다")
        return str(data.get("id", key))

    def _take_back(self, path: str) -> None:
        """Safe to repeat, and when what is taken back never arrived."""
        try:
            self._call("DELETE", path)
        except SourceError as error:
            if not _is_missing(error):
                raise

    def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, self.base + path, **more)
            answer.raise_for_status()
            data = answer.json()
        except httpx.HTTPStatusError as error:
            said = f"{self.base}{path}: {error.response.status_code}로 답했습니다"
            if error.response.status_code in _NO:
                raise Declined(said, _reason(error.response)) from error
            raise SourceError(said) from error
        except (httpx.HTTPError, ValueError) as error:
            raise SourceError(
                f"{self.base}{path}: 답이 없거나 읽을 수 없습니다 ({type(error).__name__})"
            ) from error
        if not isinstance(data, dict):
            raise SourceError(f"{self.base}{path}: 답이 약속된 모양이 아닙니다")
        return data

    def close(self) -> None:
        self._client.close()


def _is_missing(error: SourceError) -> bool:
    """Whether the system answered 404."""
    answer = getattr(error.__cause__, "response", None)
    return answer is not None and answer.status_code == httpx.codes.NOT_FOUND


def _reason(answer: httpx.Response) -> str:
    """The code with which the system says no."""
    try:
        return str(answer.json().get("error", ""))[:60]
    except (ValueError, AttributeError):
        return ""


def _case(row: Any, where: str) -> CaseRow:
    """A case with its employer, which may come as an object of its own."""
    if not isinstance(row, dict):
        raise SourceError(f"{where}: 사건이 약속된 모양이 아닙니다")
    employer = row.get("employer")
    if isinstance(employer, dict):
        row = {
            **row,
            "business_no": employer.get("business_no") or row.get("business_no"),
            "company": employer.get("name") or row.get("company"),
            "employer_phone": employer.get("phone"),
            "employer_fax": employer.get("fax"),
            "representative": employer.get("representative"),
            "employer_postcode": employer.get("postcode"),
            "employer_address": employer.get("address"),
            "employer_email": employer.get("email"),
            "employer_box": employer.get("box"),
            "employer_consents": employer.get("consents"),
        }
    return CaseRow.from_mapping(row, where)
