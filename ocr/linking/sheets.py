"""Papers that name no person: which applicant of the delivery they fit."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.linking.channel import Channel
from ocr.linking.groups import LIKELY, Group
from ocr.linking.profile import Profile


def sheet_chances(
    sheet: Profile, groups: Sequence[Group], channel: Channel
) -> tuple[list[float], list[float]]:
    """Chances that the sheet belongs to each group (what is left is somebody else's), and the ratios."""
    same = channel.weights.delivery["same_person"]
    ratios = [_ratio(sheet, g, channel) for g in groups]
    weights = [same / len(groups) * r for r in ratios]
    total = sum(weights) + 1 - same
    return [w / total for w in weights], ratios


def _ratio(sheet: Profile, group: Group, channel: Channel) -> float:
    """How much better the employer's particulars fit this group than somebody else's papers."""
    best = group.scores.best
    record = best.person.values if best is not None and best.probability >= LIKELY else {}
    ratio = 1.0
    for name in ("business_no", "company", "address"):
        read = sheet.of(name)
        if not read:
            continue
        found = [channel.ratio(name, read, record[name])] if name in record else []
        if group.profile.of(name):
            found.append(channel.together(read, group.profile.of(name)))
        strongest = max(found, default=1.0)
        if name == "business_no" and found:
            return strongest
        ratio = max(ratio, strongest)
    return ratio


def sheet_reason(groups: Sequence[Group], sheet: Profile) -> str:
    """Why a sheet goes with none of the delivery's people for certain."""
    if len(groups) > 1:
        return "several_people"
    if groups[0].scores.not_on_file >= LIKELY:
        return "not_on_file"
    return "doubtful" if sheet.readings else "nothing_to_go_by"
