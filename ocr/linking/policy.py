"""What may be attached without a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.settings import settings
from ocr.linking.records import Evidence
from ocr.linking.weights import Weights

AGREEING = frozenset(("exact", "partial", "confusable", "one_digit", "transposed", "gap", "alike"))
# What may carry a link together with something else; name, caller and sender never carry it.
GROUNDS = frozenset(("receipt_no", "rrn", "phone", "account", "business_no"))


_WORST = 5.0


@dataclass(frozen=True)
class LinkPolicy:
    """The rules beside the probabilities.

    error_target        at most this share of the attached documents may be wrong
    follow_the_form     with two open cases of one person, let an attachment follow the application
                        form in the same delivery (else a person says which case it is for)
    sheet_by_number     let a sheet without any person (a business registration) go by its business
                        number, where only one person on file has it
    sheets_follow       let such a sheet go with the applicant of its delivery whom it fits. Not where the
                        delivery is a letter of a batch that may hold papers of another letter
    """

    error_target: float = 0.001
    follow_the_form: bool = False
    sheet_by_number: bool = True
    sheets_follow: bool = True

    def threshold(self, weights: Weights) -> float:
        """The least probability to attach at, so that no more than the target goes wrong."""
        return threshold_for(self.error_target, tuple(weights.calibration.get("kept", ())))


def threshold_for(target: float, kept: Sequence[tuple[float, float]]) -> float:
    """From (threshold, upper bound of the share wrong among those kept) in rising order.

    The first threshold whose bound holds the target, but not so low that a single document may be
    wrong more than five times as often as the target allows on the whole; without measurements,
    one minus the target.
    """
    strict, least = 1 - target, 1 - _WORST * target
    for threshold, bound in kept:
        if bound <= target:
            return min(max(threshold, least), strict)
    return strict


@lru_cache(maxsize=1)
def default_policy() -> LinkPolicy:
    """The policy of the settings (`link_error_target`)."""
    return LinkPolicy(error_target=settings().link_error_target)


def agreeing_fields(evidence: Sequence[Evidence]) -> set[str]:
    """Fields in which a candidate agrees with the papers, each with its own weight for it."""
    return {e.field for e in evidence if e.level in AGREEING and e.weight > 0}


def grounds_enough(evidence: Sequence[Evidence], identity: bool) -> bool:
    """Whether there is more than a name, a caller or a single number to go by.

    With an identity on the paper it takes a ground and one more agreeing field. The name on the
    paper and a call from that person's own phone stand for each other; either alone does not do.
    """
    agreeing = agreeing_fields(evidence)
    if not identity:
        return "business_no" in agreeing
    if any(e.field == "name" and e.level == "exact" for e in evidence) and "caller_number" in agreeing:
        return True
    return bool(agreeing & GROUNDS) and len(agreeing) >= 2
