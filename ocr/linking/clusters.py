"""Which documents of one delivery are about the same person, before anybody on file is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ocr.linking.channel import Channel
from ocr.linking.profile import IDENTITY, Profile, Reading

_OWN = ("name", "rrn", "receipt_no")  # fields that relatives and colleagues do not share
_SHARED = ("phone", "account", "business_no", "company", "address")


@dataclass
class Cluster:
    """Documents of one person. `membership` is the chance, by document, that it belongs here."""

    members: list[int] = field(default_factory=list)
    membership: dict[int, float] = field(default_factory=dict)

    def profile(self, readings: Sequence[Sequence[Reading]], without: int = -1) -> Profile:
        p = Profile()
        for i in self.members:
            if i != without:
                p.add(readings[i])
        return p


def has_identity(readings: Iterable[Reading]) -> bool:
    """Whether a document says anything about who it is of, and not only of which employer."""
    return any(r.field in IDENTITY for r in readings)


def cluster(readings: Sequence[Sequence[Reading]], channel: Channel) -> list[Cluster]:
    """Group the documents with an identity; those without stay out.

    The documents that say most come first; each joins the person it fits or starts another.
    """
    order = [i for i, rs in enumerate(readings) if has_identity(rs)]
    order.sort(key=lambda i: (-_says(readings[i]), i))
    clusters: list[Cluster] = []
    for i in order:
        chances = membership(readings[i], [c.profile(readings) for c in clusters], channel)
        best = max(range(len(chances)), key=lambda k: chances[k])
        if best < len(clusters):
            clusters[best].members.append(i)
        else:
            clusters.append(Cluster([i]))
    for k, c in enumerate(clusters):
        c.members.sort()
        for i in c.members:
            if len(c.members) == 1:
                c.membership[i] = 1.0
                continue
            profiles = [x.profile(readings, without=i) for x in clusters]
            c.membership[i] = membership(readings[i], profiles, channel)[k]
    clusters.sort(key=lambda c: c.members[0])
    return clusters


def _says(readings: Sequence[Reading]) -> float:
    weight = {"rrn": 4.0, "receipt_no": 3.0, "name": 2.0, "phone": 1.0, "account": 1.0}
    return sum(weight.get(r.field, 0.0) * (0.5 + 0.5 * r.confidence) for r in readings)


def membership(readings: Sequence[Reading], profiles: Sequence[Profile], channel: Channel) -> list[float]:
    """Chances that a document is of each person seen, and (last) of another one."""
    seen = [p for p in profiles if p.readings]
    if not seen:
        return [0.0] * len(profiles) + [1.0]
    same = channel.weights.delivery["same_person"]
    weights = [same / len(seen) * likeness(readings, p, channel) if p.readings else 0.0 for p in profiles]
    weights.append(1 - same)
    total = sum(weights)
    return [w / total for w in weights]


def likeness(readings: Sequence[Reading], profile: Profile, channel: Channel) -> float:
    """Likelihood ratio of one document and a person's other ones: the same person against two.

    What relatives and colleagues share counts for little: they send papers together.
    """
    ratio = 1.0
    shared = 1.0
    for name in (*_OWN, *_SHARED):
        own = [r for r in readings if r.field == name]
        others = profile.of(name)
        if not own or not others:
            continue
        r = channel.together(own, others)
        if name in _OWN:
            ratio *= r
        else:
            shared *= r
    cap = channel.weights.delivery["repeated_cap"]
    return ratio * min(cap, max(0.5, shared))
