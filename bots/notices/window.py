"""Whether the address that a letter bears, which the envelope's window shows, is the one that it is sent to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bots.notices.content import kept
from queues.errors import NotStored
from queues.models import Notice


def shows(notice: Notice, to: Mapping[str, str]) -> bool:
    """True, too, for a letter of which nothing is kept; not for one that bears no address."""
    if not notice.content_sha256:
        return True
    try:
        values = kept(notice.content_sha256).values
    except NotStored:
        return True
    borne = _plain(values.get("to_postcode"), values.get("to_address"), values.get("to_detail"))
    return borne == _plain(to.get("postcode"), to.get("address"), to.get("detail"))


def _plain(*parts: object) -> str:
    return re.sub(r"[\s,]", "", "".join(str(part or "") for part in parts))
