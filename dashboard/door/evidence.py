"""What a bot saw when it gave up, for a session with the right to see work; each look is noted.

Pictures are shown; everything else is handed out as a file and never opened as a page of ours: a page
kept from another's web site could run its scripts here.
"""

from __future__ import annotations

from urllib.parse import quote

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.acts.rights import NotAllowed
from dashboard.acts.steering import look_at_evidence
from dashboard.visitor import Visitor
from queues import database, evidence
from queues.errors import NotStored, Unreadable

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
_AS_FILE = "application/octet-stream"


async def work_evidence(request: Request) -> Response:
    """GET /work-evidence/{id}[?file=1]: a picture to look at, or (else, or with `file`) a file to save."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return PlainTextResponse("로그인이 필요합니다.", 401)
    evidence_id, as_file = request.path_params["evidence_id"], "file" in request.query_params

    def in_a_transaction() -> Response:
        with database.session() as session:
            return answer(session, visitor, evidence_id, as_file=as_file)

    try:
        return await run_in_threadpool(in_a_transaction)
    except NotAllowed as refused:
        return PlainTextResponse(str(refused), 403)


def answer(session: Session, visitor: Visitor, evidence_id: int, *, as_file: bool) -> Response:
    """The response for one piece of evidence. Raises `NotAllowed`."""
    found = look_at_evidence(session, visitor, evidence_id)
    if found is None:
        return PlainTextResponse("없는 자료입니다.", 404)
    try:
        content = evidence.content(found)
    except NotStored:
        return PlainTextResponse("파일 저장소에 자료가 없습니다.", 404)
    except Unreadable:
        return PlainTextResponse("자료가 손상되어 열 수 없습니다. 시스템관리자에게 알려 주십시오.", 404)
    shown = found.media in PICTURES and not as_file
    manner = "inline" if shown else "attachment"
    headers = {"Content-Disposition": f"{manner}; filename*=UTF-8''{quote(found.name)}"}
    return Response(content, media_type=found.media if shown else _AS_FILE, headers=headers)


ROUTES = [Route("/work-evidence/{evidence_id:int}", work_evidence, methods=["GET"])]
