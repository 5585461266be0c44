"""The bank's file service on 127.0.0.1, late, wrong and down; it speaks as `bots.payments.iso.over_https` says.

with BankFilesService(bank.books) as service:
    environment(BACKOFFICE_BANK_FILES=json.dumps(service.settings()), BACKOFFICE_BANK_FILES_TOKEN=service.token)
    service.meet("lost")          # the next upload is taken, and the answer is lost
    service.desk.close_day(day, account); service.desk.fail(end_to_end, day)
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.service import BANK_CODE, COMPANY, DEBIT
from bots.sandbox.bank_files.desk import Desk, Manners, Upload
from bots.sandbox.bank_files.orders import NotTaken, read
from bots.sandbox.serving import Serving

TOKEN = "sandbox-files-token"  # noqa: S105
UPLOAD_TROUBLES = ("down", "refused", "lost", "silent", "garbled")
"""At an upload: the first two take nothing, the others take it and do not say so."""
ASKING_TROUBLES = ("down", "silent")
FETCH_TROUBLES = ("broken_off", "down")
_PAGE = 100


class BankFilesService:
    """Starts and stops again with the same files. `lag`: seconds after which an upload stands in the list."""

    def __init__(
        self,
        books: Books,
        manners: Manners | None = None,
        *,
        port: int = 0,
        lag: float = 0.0,
        token: str = TOKEN,
    ) -> None:
        self.desk = Desk(books, manners)
        self.port, self.lag, self.token = port, lag, token
        self.met: Counter[str] = Counter()
        self._troubles: dict[str, list[tuple[str, float]]] = {
            "upload": [],
            "list": [],
            "answers": [],
            "fetch": [],
        }
        self._lock = threading.Lock()
        self._serving = Serving("bank files")

    def meet(self, kind: str, at: str = "upload", seconds: float = 1.0) -> None:
        """The next one at this place ("upload", "list", "answers", "fetch") meets this trouble."""
        with self._lock:
            self._troubles[at].append((kind, seconds))

    def settings(self, **more: Any) -> dict[str, Any]:
        """What `BACKOFFICE_BANK_FILES` says of it."""
        names = {"company_code": COMPANY, "bank_code": BANK_CODE, "accounts": DEBIT}
        return {"way": "https", "url": f"http://127.0.0.1:{self.port}", **names, **more}

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when it does not come up."""
        self.port = self._serving.start(self._app(), self.port)

    def stop(self) -> None:
        """Connections are refused from now on."""
        self._serving.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/files/{name}", self._guarded(self._take), methods=["POST"]),
                Route("/files", self._guarded(self._list)),
                Route("/answers", self._guarded(self._answers)),
                Route("/answers/{number}", self._guarded(self._answer)),
            ]
        )

    def _guarded(
        self, view: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def see(request: Request) -> Response:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                return JSONResponse({"error": "token"}, 401)
            return await view(request)

        return see

    async def _take(self, request: Request) -> Response:
        body, name = await request.body(), request.path_params["name"]
        kind, seconds = self._meet("upload")
        if kind == "down":
            return JSONResponse({"error": "down"}, 503)
        try:
            order = await asyncio.to_thread(read, body)
        except (NotTaken, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        if kind == "refused" or order.msg_id != name:
            return JSONResponse({"error": "schema"}, 400)
        upload, fresh = self.desk.take(name, hashlib.sha256(body).hexdigest(), order)
        if not fresh and self.desk.manners.refuses_repeats:
            return JSONResponse({"error": "repeated", "number": upload.number}, 409)
        return await _receipt(upload, kind, seconds)

    async def _list(self, request: Request) -> Response:
        if trouble := await self._trouble("list"):
            return trouble
        found = self.desk.find(request.query_params.get("name", ""), self.lag)
        listed = [{"number": found.number, "name": found.name, "sha256": found.sha256}] if found else []
        return JSONResponse({"files": listed})

    async def _answers(self, request: Request) -> Response:
        if trouble := await self._trouble("answers"):
            return trouble
        await asyncio.to_thread(self.desk.work)
        after = request.query_params.get("after", "")
        found = [one for one in self.desk.answers if one.number > after][:_PAGE]
        listed = [{"number": one.number, "name": one.name, "sha256": one.sha256} for one in found]
        return JSONResponse({"answers": listed})

    async def _answer(self, request: Request) -> Response:
        kind, _ = self._meet("fetch")
        if kind == "down":
            return JSONResponse({"error": "down"}, 503)
        number = request.path_params["number"]
        found = next((one for one in self.desk.answers if one.number == number), None)
        if found is None:
            return JSONResponse({"error": "number"}, 404)
        content = found.content[: len(found.content) // 2] if kind == "broken_off" else found.content
        return Response(content, media_type="application/xml")

    async def _trouble(self, at: str) -> Response | None:
        kind, seconds = self._meet(at)
        if not kind:
            return None
        if kind == "silent":
            await asyncio.sleep(seconds)
        return JSONResponse({"error": "internal"}, 503)

    def _meet(self, at: str) -> tuple[str, float]:
        with self._lock:
            if not self._troubles[at]:
                return "", 0.0
            found = self._troubles[at].pop(0)
            self.met[found[0]] += 1
            return found


async def _receipt(upload: Upload, kind: str, seconds: float) -> Response:
    """What is said of a file that was taken, or not."""
    if kind == "silent":
        await asyncio.sleep(seconds)
    if kind in ("silent", "lost"):
        return JSONResponse({"error": "gateway"}, 502)
    if kind == "garbled":
        return HTMLResponse("<html><body>접수되었습니다</body></html>")
    return JSONResponse({"number": upload.number, "sha256": upload.sha256}, 202)
