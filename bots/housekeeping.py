"""The bot that tidies up what nobody needs any more."""

from __future__ import annotations

from queues import housekeeping
from queues.bots import Outcome, Work, bot


@bot("system.tidy", title="정리", patient=True)
def run(work: Work) -> Outcome:
    """Delete the engine's finished rows, old firings, workers and sessions, and what lies opened."""
    counts = housekeeping.tidy()
    return Outcome(counts={name: number for name, number in counts.items() if number})
