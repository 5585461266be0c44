"""The accounting system of the sandbox (dBrain+-like): it books files of commitments and payments over real HTTP.

    PUT    /files/NAME            multipart `csv` and `xlsx`, Idempotency-Key: SHA-256 of the CSV; 201, 200 when known,
                                  409 {"error": "other_content"}
    GET    /answers               {"answers": [NAME, ...]} that lie ready
    GET    /answers/NAME          the CSV
    DELETE /answers/NAME          it was read
    GET    /sandbox/bookings      what is booked, by key: [[number, won], ...], and the counts

Its answers come late, and some are not what was told: see `Mistakes`.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.payments.accounting.table import ANSWER_COLUMNS, COLUMNS
from bots.sandbox.outages import Outage, outage_at
from bots.sandbox.serving import Serving

LONGEST_HANG = 15.0
_KEY, _WON = COLUMNS.index("전표키"), COLUMNS.index("금액")


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What becomes of rows: the n-th, 2n-th, ... row is refused, booked with another sum, booked twice, or never
    answered; 0: none. `late`: seconds until a file is answered. A row that was refused once is booked next time."""

    refuse: int = 0
    other_sum: int = 0
    twice: int = 0
    forget: int = 0
    late: float = 0.0


class AccountingBook:
    """What it has booked; thread-safe. `counts`: files, repeated, booked, refused, other_sum, twice, forgotten."""

    def __init__(self, mistakes: Mistakes | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.RLock()
        self.mistakes, self._clock = mistakes or Mistakes(), clock
        self.files: dict[str, str] = {}
        self.booked: dict[str, list[tuple[str, int]]] = {}
        self.refused: set[str] = set()
        self.counts: Counter[str] = Counter()
        self._answers: dict[str, tuple[float, bytes]] = {}
        self._rows = 0

    def take(self, name: str, csv_bytes: bytes, xlsx_bytes: bytes) -> tuple[int, dict[str, str]]:
        """(HTTP status, body). The same file again books nothing."""
        sha256 = hashlib.sha256(csv_bytes).hexdigest()
        with self._lock:
            if name in self.files:
                self.counts["repeated"] += 1
                same = self.files[name] == sha256
                return (200, {}) if same else (409, {"error": "other_content"})
            rows = list(csv.reader(io.StringIO(csv_bytes.decode("utf-8-sig"), newline="")))
            if not rows or tuple(rows[0]) != COLUMNS or not _same(rows, xlsx_bytes):
                return 422, {"error": "not_readable"}
            self.files[name] = sha256
            self.counts["files"] += 1
            self._answer(name, [answer for row in rows[1:] for answer in self._book(row)])
            return 201, {}

    def ready(self) -> list[str]:
        """Names of the answers that lie ready."""
        with self._lock:
            return sorted(name for name, (at, _) in self._answers.items() if at <= self._clock())

    def answer(self, name: str) -> bytes | None:
        with self._lock:
            return self._answers[name][1] if name in self.ready() else None

    def put_away(self, name: str) -> None:
        with self._lock:
            self._answers.pop(name, None)

    def _answer(self, name: str, rows: list[list[str]]) -> None:
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(ANSWER_COLUMNS)
        writer.writerows(rows)
        content = target.getvalue().encode("utf-8-sig")
        self._answers[f"{name}.result.csv"] = (self._clock() + self.mistakes.late, content)

    def _book(self, row: list[str]) -> list[list[str]]:
        key, won = row[_KEY], int(row[_WON])
        self._rows += 1
        if self._is("forget"):
            self.counts["forgotten"] += 1
            return []
        if self._is("refuse") and key not in self.refused:
            self.refused.add(key)
            self.counts["refused"] += 1
            return [[key, "반려", "", "", "예산과목 확인 필요"]]
        if self._is("other_sum"):
            self.counts["other_sum"] += 1
            won += 10
        answers = [self._booking(key, won)]
        if self._is("twice"):
            self.counts["twice"] += 1
            answers.append(self._booking(key, won))
        return answers

    def _booking(self, key: str, won: int) -> list[str]:
        number = f"D{sum(len(all_) for all_ in self.booked.values()) + 1:08d}"
        self.booked.setdefault(key, []).append((number, won))
        self.counts["booked"] += 1
        return [key, "등록", number, str(won), ""]

    def _is(self, mistake: str) -> bool:
        every = int(getattr(self.mistakes, mistake))
        return bool(every) and self._rows % every == 0


def _same(rows: list[list[str]], xlsx_bytes: bytes) -> bool:
    """Whether both files say the same."""
    sheet = load_workbook(io.BytesIO(xlsx_bytes), read_only=True).worksheets[0]
    told = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return told == rows


class AccountingServer:
    """Serves a book on 127.0.0.1 in a thread of its own; use start() and stop(), or a with block."""

    def __init__(
        self,
        book: AccountingBook | None = None,
        outages: tuple[Outage, ...] = (),
        token: str = "",
        port: int = 0,
    ) -> None:
        self.book, self.outages, self.token, self.port = book or AccountingBook(), outages, token, port
        self._started = time.monotonic()
        self._serving = Serving("accounting system")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when it does not come up."""
        self._started = time.monotonic()
        self.port = self._serving.start(self._app(), self.port)

    def stop(self) -> None:
        self._serving.stop()

    def __enter__(self) -> AccountingServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/files/{name}", self._take, methods=["PUT"]),
                Route("/answers", self._ready),
                Route("/answers/{name}", self._one, methods=["GET", "DELETE"]),
                Route("/sandbox/bookings", self._held),
            ]
        )

    def _outage(self) -> Outage | None:
        return outage_at(self.outages, time.monotonic() - self._started)

    async def _refusal(self, request: Request) -> Response | None:
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "who are you?"}, 401)
        outage = self._outage()
        if outage is None or outage.kind == "lost":
            return None
        if outage.kind == "hang":
            left = outage.end - (time.monotonic() - self._started)
            await asyncio.sleep(min(max(left, 0.0), LONGEST_HANG))
            return JSONResponse({"error": "gateway timeout"}, 504)
        return JSONResponse({"error": "maintenance"}, 503)

    async def _take(self, request: Request) -> Response:
        if refusal := await self._refusal(request):
            return refusal
        async with request.form(max_part_size=64 * 1024 * 1024) as form:
            parts = [form.get("csv"), form.get("xlsx")]
            contents = [await part.read() for part in parts if isinstance(part, UploadFile)]
        if len(contents) != len(parts):
            return JSONResponse({"error": "csv or xlsx is missing"}, 400)
        status, answer = await asyncio.to_thread(self.book.take, request.path_params["name"], *contents)
        outage = self._outage()
        if outage and outage.kind == "lost":  # it was taken, but the answer does not arrive
            return JSONResponse({"error": "bad gateway"}, 502)
        return JSONResponse(answer, status)

    async def _ready(self, request: Request) -> Response:
        return await self._refusal(request) or JSONResponse({"answers": self.book.ready()})

    async def _one(self, request: Request) -> Response:
        if refusal := await self._refusal(request):
            return refusal
        name = request.path_params["name"]
        if request.method == "DELETE":
            self.book.put_away(name)
            return JSONResponse({})
        content = self.book.answer(name)
        return Response(content, media_type="text/csv") if content else JSONResponse({"error": "none"}, 404)

    async def _held(self, _request: Request) -> Response:
        return JSONResponse({"booked": self.book.booked, "counts": dict(self.book.counts)})
