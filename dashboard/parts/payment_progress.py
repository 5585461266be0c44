"""How far the payments of a batch are, as parts of a line and in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dashboard.parts.payment_words import PAYMENT_STATES
from queues.models import PaymentState

ORDER = (
    PaymentState.SETTLED,
    PaymentState.ACCEPTED,
    PaymentState.UNKNOWN,
    PaymentState.RETURNED,
    PaymentState.REJECTED,
    PaymentState.HELD,
    PaymentState.SENDING,
    PaymentState.APPROVED,
    PaymentState.NAME_CHECKED,
    PaymentState.DRAFT,
)
"""As they stand in the line; what was taken off a batch is no part of it."""

_TONES = {
    PaymentState.SETTLED: "good",
    PaymentState.ACCEPTED: "good",
    PaymentState.UNKNOWN: "warn",
    PaymentState.HELD: "warn",
    PaymentState.RETURNED: "bad",
    PaymentState.REJECTED: "bad",
    PaymentState.SENDING: "busy",
    PaymentState.APPROVED: "wait",
    PaymentState.NAME_CHECKED: "busy",
}
DECIDED = (PaymentState.SETTLED, PaymentState.ACCEPTED, PaymentState.REJECTED, PaymentState.RETURNED)


def parts(counts: Mapping[str, int], total: int) -> list[tuple[str, float]]:
    """(tone, share) of each state that there is anything in."""
    whole = max(total, sum(counts.get(s, 0) for s in ORDER), 1)
    return [(_TONES[s], counts.get(s, 0) / whole) for s in ORDER if s in _TONES]


def in_words(counts: Mapping[str, int]) -> str:
    """`이체 성공 9 · 결과 미확인 1`."""
    return " · ".join(f"{PAYMENT_STATES[s].text} {counts[s]:,}" for s in ORDER if counts.get(s))


def line(counts: Mapping[str, int], total: int) -> str:
    """The same as HTML, as wide as its place."""
    cells = "".join(
        f'<i class="{tone}" style="width:{share:.4%}"></i>' for tone, share in parts(counts, total) if share
    )
    return f'<div class="bo-progress" title="{escape(in_words(counts))}">{cells}</div>'
