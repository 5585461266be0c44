"""How large a share may be when few or none were seen."""

from __future__ import annotations

from math import exp, lgamma, log, log1p


def upper_bound(wrong: int, total: int, level: float = 0.95) -> float:
    """The one-sided Clopper-Pearson bound of a share; 1 when nothing was tried."""
    if total == 0 or wrong >= total:
        return 1.0
    low, high = wrong / total, 1.0
    for _ in range(60):
        p = (low + high) / 2
        if _at_most(wrong, total, p) > 1 - level:
            low = p
        else:
            high = p
    return high


def _at_most(wrong: int, total: int, p: float) -> float:
    """The chance of at most `wrong` of `total` at probability `p`."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return 0.0
    logs = (
        lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * log(p) + (total - k) * log1p(-p)
        for k in range(wrong + 1)
    )
    return sum(exp(v) for v in logs)
