"""A service of electronic delivery, as `bots.notices.send.electronic` speaks to it.

POST /documents                 refused with {"error": "box" | "consent" | "pdf" | "sha256"}
GET  /documents/N               {"request_state", "receipt_state": "waiting" | "arrived" | "rejected", "arrived_at"}
GET  /documents/N/certificate   the certificate of circulation
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.taking_service import Held, TakingService


class ElectronicBox(TakingService):
    """`closed`: boxes that their owner has closed; `full`: boxes that reject what was taken over."""

    path, name = "/documents", "documents"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.closed: set[str] = set()
        self.full: set[str] = set()

    def settings(self, **more: Any) -> dict[str, Any]:
        """What `BACKOFFICE_ELECTRONIC_BOX` says of it."""
        return {"url": self.url, "per_second": 100.0, **more}

    def letter(self, key: str) -> bytes:
        """The PDF that was taken over under a key."""
        return base64.b64decode(next(held.body["pdf"] for held in self.held if held.key == key))

    def refuse(self, body: dict[str, Any]) -> str:
        if not body.get("to"):
            return "box"
        if body["to"] in self.closed:
            return "consent"
        pdf = base64.b64decode(str(body.get("pdf", "")))
        if not pdf.startswith(b"%PDF-"):
            return "pdf"
        if hashlib.sha256(pdf).hexdigest() != body.get("sha256"):
            return "sha256"
        return super().refuse(body)

    def fate(self, held: Held) -> dict[str, Any]:
        if held.body["to"] in self.full:
            return {"receipt_state": "rejected", "receipt_code": "full"}
        return {"receipt_state": "arrived", "arrived_at": datetime.now(UTC).isoformat()}

    def routes(self) -> list[Route]:
        return [Route(self.path + "/{number}/certificate", self.guarded(self._certificate))]

    async def _certificate(self, request: Request) -> Response:
        held = self.find(request.path_params["number"])
        if held is None or self.describe(held).get("receipt_state") != "arrived":
            return JSONResponse({"error": "number"}, 404)
        told = {"유통증명번호": held.number, "문서": held.body["sha256"], "도달시각": held.end["arrived_at"]}
        return Response(json.dumps(told, ensure_ascii=False).encode(), media_type="application/json")
