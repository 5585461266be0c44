"""상담 녹음: a talk at the desk is recorded in the browser, with consent first."""

from __future__ import annotations

from config.settings import settings
from dashboard.acts.recording import HOW, WAYS, WHO, longest
from dashboard.acts.rights import Right, require
from dashboard.parts.recorder import recorder
from dashboard.present import must_be_present


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.RECORD_TALKS)
    recorder(
        visitor.account_id,
        who=WHO,
        how=HOW,
        ways=WAYS,
        piece_seconds=settings().recording_piece_seconds,
        longest_seconds=longest().total_seconds(),
    )
