"""intake.search_keys: deliveries from before there were keys to find them by get theirs, the latest first."""

from __future__ import annotations

from queues import finding
from queues.bots import Outcome, Work, bot


@bot("intake.search_keys", title="찾기 색인", patient=True)
def run(_: Work) -> Outcome:
    """A share at a time; nothing is left to do once all have theirs."""
    done = finding.catch_up()
    return Outcome(counts={"keyed": done} if done else {}, idle=not done)
