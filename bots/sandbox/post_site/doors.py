"""Before each view: the site's outages, its troubles, the need of a session; and a line that can break."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bots.sandbox.portal_site.app import COOKIE, LONGEST_SILENCE, SIGN_IN, Door
from bots.sandbox.portal_site.members import Members
from bots.sandbox.portal_site.troubles import Trouble
from bots.sandbox.post_site.pages import alert, page
from bots.sandbox.post_site.troubles import PostTroubles

View = Callable[[Request], Awaitable[Response]]


class Doors:
    """Guards views. A view finds the trouble that it is to make in `request.state.trouble`."""

    def __init__(self, members: Members, troubles: PostTroubles, door: Door) -> None:
        self.members, self.troubles, self.door = members, troubles, door

    def at(self, place: str, view: View, *, open_: bool = False) -> View:
        """`view` with what may befall a request at `place`; `open_`: nobody has to be signed in."""

        async def guarded(request: Request) -> Response:
            if request.method == "POST":  # what is sent is heard out, or the browser sees a broken line
                await request.body()
            if (shut := self.door.outage()) and (answer := await self._shut(request, shut)):
                return answer
            trouble = self.troubles.meet(place) if place else None
            request.state.trouble = trouble
            if trouble and (answer := await self._befalls(trouble)):
                return answer
            if not open_ and not self.members.is_in(request.cookies.get(COOKIE, "")):
                text = "세션이 만료되었습니다.\n다시 로그인하여 주십시오."
                return HTMLResponse(alert(text, SIGN_IN))
            answer = await view(request)
            if trouble and trouble.kind == "cut":
                break_line(request)
            return answer

        return guarded

    async def _befalls(self, trouble: Trouble) -> Response | None:
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


def break_line(request: Request) -> None:
    """The connection ends without an answer."""
    request.scope["line"].transport.abort()


class KeepsLine:
    """An application that gives its requests the connection on which they came."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["line"] = getattr(send, "__self__", None)
        await self.app(scope, receive, send)
