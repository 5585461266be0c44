"""The addresses of the site, and the troubles that are met at them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bots.sandbox.portal_site.clock import Clock
from bots.sandbox.portal_site.inbox import RECEIVED, Fax, Inbox
from bots.sandbox.portal_site.members import Answer, Members
from bots.sandbox.portal_site.pages import Look, alert, inbox_page, page
from bots.sandbox.portal_site.troubles import Trouble, Troubles

COOKIE = "JSESSIONID"
SIGN_IN, MAIN, INBOX = "/member/login.do", "/main.do", "/fax/inbox.do"
CHUNK = 16 * 1024
LONGEST_SILENCE = 600.0


@dataclass
class Door:
    """Whether the site as a whole is open: (start, end, kind) of its outages, by the site's clock."""

    clock: Clock
    outages: list[tuple[float, float, str]] = field(default_factory=list)

    def shut(self, start: float, seconds: float, kind: str) -> None:
        if kind not in ("error", "maintenance", "silent"):
            raise ValueError(f"no outage is of the kind {kind}")
        self.outages.append((start, start + seconds, kind))

    def outage(self) -> str:
        now = self.clock.seconds()
        return next((kind for start, end, kind in self.outages if start <= now < end), "")


class _Site:
    def __init__(self, inbox: Inbox, members: Members, troubles: Troubles, look: Look, door: Door) -> None:
        self.inbox, self.members, self.troubles, self.look, self.door = inbox, members, troubles, look, door

    async def login(self, request: Request) -> Response:
        return HTMLResponse(page("login", user=""))

    async def sign_in(self, request: Request) -> Response:
        form = await _form(request)
        answer, session = self.members.sign_in(_one(form, "userId"), _one(form, "userPw"))
        if answer is Answer.WRONG:
            text = (
                "아이디 또는 비밀번호가 일치하지 않습니다.\n"
                f"(오류 {self.members.member.failures}회 / 5회 오류 시 이용이 제한됩니다)"
            )
            return HTMLResponse(alert(text, SIGN_IN))
        if answer is Answer.LOCKED:
            text = "비밀번호 5회 오류로 계정이 잠겼습니다.\n고객센터(1544-0000)에 문의하여 주십시오."
            return HTMLResponse(alert(text, SIGN_IN))
        to = MAIN if answer is Answer.WELCOME else f"/member/password.do?when={answer.value}"
        welcome = RedirectResponse(to, 302)
        welcome.set_cookie(COOKIE, session, path="/", httponly=True)
        return welcome

    async def password(self, request: Request) -> Response:
        later = request.query_params.get("when") == Answer.MAY_CHANGE.value
        return HTMLResponse(page("password", user=self.members.member.user, later=later))

    async def main(self, request: Request) -> Response:
        return HTMLResponse(page("main", user=self.members.member.user, look=self.look))

    async def notice(self, request: Request) -> Response:
        return HTMLResponse(page("notice"))

    async def list(self, request: Request) -> Response:
        number = request.query_params.get("pageIndex", "1")
        trouble: Trouble | None = request.state.trouble
        if trouble and trouble.kind == "arrivals":
            self._more_arrive(int(trouble.amount))
        return HTMLResponse(
            inbox_page(
                self.inbox.listing(),
                max(1, int(number) if number.isdecimal() else 1),
                self.look,
                self.members.member.user,
                reordered=bool(trouble and trouble.kind == "reordered"),
            )
        )

    def _more_arrive(self, count: int) -> None:
        """Somebody sends the newest fax's paper again, `count` times."""
        newest = next((fax for fax in self.inbox.listing() if fax.state == RECEIVED), None)
        for _ in range(count if newest else 0):
            assert newest is not None
            self.inbox.receive(newest.content, caller=newest.caller, sender=newest.sender, pages=newest.pages)

    async def download(self, request: Request) -> Response:
        fax = self.inbox.find(request.query_params.get("faxNo", ""))
        if fax is None or fax.state != RECEIVED:
            return HTMLResponse(alert("파일이 존재하지 않습니다.", ""))
        self.inbox.downloads[fax.number] += 1
        trouble: Trouble | None = request.state.trouble
        return _file(fax, trouble.kind if trouble else "")

    async def confirm(self, request: Request) -> Response:
        numbers = (await _form(request)).get("faxNo", [])
        trouble: Trouble | None = request.state.trouble
        if trouble and trouble.kind == "refused":
            return HTMLResponse(alert("처리 중 오류가 발생하였습니다.\n잠시 후 다시 시도하여 주십시오.", ""))
        marked = self.inbox.mark(numbers)
        if trouble and trouble.kind == "lost":
            return HTMLResponse(page("error"), 500)
        return HTMLResponse(alert(f"{marked}건이 처리되었습니다.", INBOX))

    def at(self, place: str, view: Callable[[Request], Awaitable[Response]], *, open_: bool = False):  # type: ignore[no-untyped-def]
        """A view with the site's outages, its troubles and, unless `open_`, the need of a session before it."""

        async def guarded(request: Request) -> Response:
            if (shut := self.door.outage()) and (answer := await self._shut(request, shut)):
                return answer
            trouble = self.troubles.meet(place) if place else None
            request.state.trouble = trouble
            if trouble and (answer := await self._trouble(request, trouble)):
                return answer
            if not open_ and not self.members.is_in(request.cookies.get(COOKIE, "")):
                text = "세션이 만료되었습니다.\n다시 로그인하여 주십시오."
                return HTMLResponse(alert(text, SIGN_IN))
            return await view(request)

        return guarded

    async def _shut(self, request: Request, kind: str) -> Response | None:
        if kind == "maintenance":
            return HTMLResponse(page("maintenance"))
        if kind == "silent":
            until = self.door.clock.seconds() + LONGEST_SILENCE
            while self.door.outage() == "silent" and self.door.clock.seconds() < until:
                if await request.is_disconnected():
                    break
                await asyncio.sleep(0.1)
            return HTMLResponse("", 504)
        return HTMLResponse("<html><body><center><h1>502 Bad Gateway</h1></center></body></html>", 502)

    async def _trouble(self, request: Request, trouble: Trouble) -> Response | None:
        if trouble.kind == "expired":
            self.members.end_sessions()
        elif trouble.kind == "error":
            return HTMLResponse(page("error"), 500)
        elif trouble.kind == "maintenance":
            return HTMLResponse(page("maintenance"))
        elif trouble.kind in ("slow", "silent"):
            await asyncio.sleep(trouble.amount)
            if trouble.kind == "silent":
                return HTMLResponse("", 504)
        return None


def _file(fax: Fax, trouble: str) -> Response:
    content = fax.content
    if trouble == "short":
        content = content[: len(content) * 3 // 5]
    headers = {
        "Content-Disposition": f'attachment; filename="{quote(fax.file_name)}"',
        "Content-Length": str(len(content)),
    }

    async def pieces() -> AsyncIterator[bytes]:
        end = len(content) // 2 if trouble == "cut" else len(content)
        for start in range(0, end, CHUNK):
            yield content[start : min(start + CHUNK, end)]
        if trouble == "cut":
            raise ConnectionResetError("the line broke")

    return StreamingResponse(pieces(), headers=headers, media_type="application/octet-stream")


async def _form(request: Request) -> dict[str, list[str]]:
    return parse_qs((await request.body()).decode("utf-8", errors="replace"), keep_blank_values=True)


def _one(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


def make_app(inbox: Inbox, members: Members, troubles: Troubles, look: Look, door: Door) -> Starlette:
    """The site as an ASGI application."""
    site = _Site(inbox, members, troubles, look, door)

    async def home(request: Request) -> Response:
        return RedirectResponse(SIGN_IN, 302)

    return Starlette(
        routes=[
            Route("/", site.at("", home, open_=True)),
            Route(SIGN_IN, site.at("login", site.login, open_=True)),
            Route("/member/loginProc.do", site.at("login", site.sign_in, open_=True), methods=["POST"]),
            Route("/member/password.do", site.at("", site.password)),
            Route(MAIN, site.at("main", site.main)),
            Route("/notice/popup.do", site.at("", site.notice, open_=True)),
            Route(INBOX, site.at("inbox", site.list)),
            Route("/fax/download.do", site.at("download", site.download)),
            Route("/fax/confirm.do", site.at("mark", site.confirm), methods=["POST"]),
        ]
    )
