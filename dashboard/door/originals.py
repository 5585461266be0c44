"""Originals to download: as a file only, never opened as a page of ours."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.acts.originals import original_of
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing
from dashboard.visitor import Visitor
from queues import database, files
from queues.errors import NotStored, Unreadable


async def original(request: Request) -> Response:
    """GET /original/{delivery_id}: the bytes as they came."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return PlainTextResponse("로그인이 필요합니다.", 401)
    delivery_id = request.path_params["delivery_id"]
    return await run_in_threadpool(_send, visitor, delivery_id)


def _send(visitor: Visitor, delivery_id: int) -> Response:
    try:
        with database.session() as session:
            found = original_of(session, visitor, delivery_id)
        if found is None:
            return PlainTextResponse("없는 배달입니다.", 404)
        content = files.read(found.sha256)
    except (NotAllowed, ReasonMissing) as refused:
        return PlainTextResponse(str(refused), 403)
    except NotStored:
        return PlainTextResponse("파일 저장소에 원본이 없습니다. 시스템관리자에게 알려 주십시오.", 404)
    except Unreadable:
        return PlainTextResponse("원본이 손상되어 열 수 없습니다. 시스템관리자에게 알려 주십시오.", 404)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return Response(content, media_type="application/octet-stream", headers=headers)


ROUTES = [Route("/original/{delivery_id:int}", original, methods=["GET"])]
