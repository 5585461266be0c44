"""What the screen of a talk asks of the server: its calls as JSON, and its papers to keep."""

from __future__ import annotations

import json
from urllib.parse import quote

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acts.decisions import Refused
from dashboard.acts.talk_calls import CALLS
from dashboard.acts.talk_papers import paper
from dashboard.door.calls import Unanswerable, answered, body_of, say
from dashboard.door.desk import desk_route
from dashboard.visitor import Visitor
from queues import files
from queues.errors import NotStored, Unreadable

_MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


async def take_paper(request: Request) -> Response:
    """POST /talk/paper {note, kind, reason}: the signed note as a file. The reason stands in the body, in no log."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return say("로그인이 필요합니다.", 401)
    try:
        asked = json.loads(await body_of(request) or b"{}")
        note_id, kind, reason = int(asked["note"]), str(asked["kind"]), str(asked.get("reason", ""))
    except (ValueError, TypeError, KeyError):
        return say("알아볼 수 없는 요청입니다.", 400)

    def make(session: Session) -> Response:
        try:
            found = paper(session, visitor, note_id, kind, reason)
            content = files.read(found.sha256)
        except Refused as refused:
            raise Unanswerable(str(refused)) from None
        except (NotStored, Unreadable):
            raise Unanswerable("파일을 열 수 없습니다. 시스템관리자에게 알려 주십시오.", 404) from None
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
        return Response(content, media_type=_MEDIA.get(kind, "application/octet-stream"), headers=headers)

    return await run_in_threadpool(answered, make)


ROUTES = [
    *(desk_route(f"/talk/call/{name}", call) for name, call in CALLS.items()),
    Route("/talk/paper", take_paper, methods=["POST"]),
]
