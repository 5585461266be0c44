"""Handing out the file that a delivery came in: by right, with the reason given before, and noted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from dashboard.acts.handing_in import clean_name
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import REVEAL, REVEAL_HOLDS, ReasonMissing, note_access
from dashboard.parts.times import now
from dashboard.visitor import Visitor
from queues.models import AccessLog, Delivery

_ENDINGS = {"jpeg": "jpg", "png": "png", "heic": "heic", "tiff": "tif", "pdf": "pdf", "mail": "eml"}


@dataclass(frozen=True)
class Original:
    """What to send: its hash in the file store, and the name to save it under."""

    sha256: str
    name: str


def original_of(session: Session, visitor: Visitor, delivery_id: int) -> Original | None:
    """The original, the download being noted with the reason for which the delivery was shown in full.

    None when there is no such delivery. Raises `NotAllowed`, `ReasonMissing`.
    """
    require(visitor, Right.DOWNLOAD)
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return None
    query = select(AccessLog.reason).where(
        AccessLog.account_id == visitor.account_id,
        AccessLog.subject == f"delivery:{delivery_id}",
        AccessLog.action == REVEAL,
        col(AccessLog.at) > now() - REVEAL_HOLDS,
    )
    reason = session.exec(query.order_by(col(AccessLog.id).desc()).limit(1)).first()
    if not reason:
        raise ReasonMissing("원본에는 개인정보가 모두 있습니다. 먼저 ‘전부 보기’에서 사유를 골라 주십시오.")
    note_access(session, visitor, f"delivery:{delivery_id}", "download", reason)
    return Original(delivery.original_sha256, _name(delivery))


def _name(delivery: Delivery) -> str:
    """`배달17-fax00012.tif`; the ending is of what the file is, not of what it was called."""
    plain = clean_name(delivery.original_name, delivery.id)
    stem, dot, ending = plain.rpartition(".")
    right = _ENDINGS.get(delivery.media, "bin")
    same = ending.lower() in (right, delivery.media) or (right == "tif" and ending.lower() == "tiff")
    return f"배달{delivery.id}-{plain if dot and same else (stem if dot else plain) + '.' + right}"
