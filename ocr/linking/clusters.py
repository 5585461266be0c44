"""Which documents of one delivery are about the same person, before anybody on file is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ocr.linking.channel import Channel, compare
from ocr.linking.normal import HIDDEN
from ocr.linking.profile import IDENTITY, Profile, Reading

_OWN = ("name", "rrn", "receipt_no")  # fields that relatives and colleagues do not share
_SHARED = ("phone", "account", "business_no", "company", "address")
_MERGE = 0.98  # papers are read together only where they are this surely of one person
_MANY = 24  # with more papers than this, equal names are put together without weighing every pair
_SAYS = {"rrn": 4.0, "receipt_no": 3.0, "name": 2.0, "phone": 1.0, "account": 1.0}

Readings = Sequence[Sequence[Reading]]


@dataclass
class Cluster:
    """Documents of one person.

    membership  the chance, by document, that it belongs with the ones that say most
    host        index of another cluster that is probably of the same person, or -1
    hosted      that chance
    """

    members: list[int] = field(default_factory=list)
    membership: dict[int, float] = field(default_factory=dict)
    host: int = -1
    hosted: float = 0.0

    def readings(self, all_readings: Readings) -> list[Reading]:
        return [r for i in self.members for r in all_readings[i]]

    def profile(self, all_readings: Readings) -> Profile:
        p = Profile()
        p.add(self.readings(all_readings))
        return p


def has_identity(readings: Iterable[Reading]) -> bool:
    """Whether a document says anything about who it is of, and not only of which employer."""
    return any(r.field in IDENTITY for r in readings)


def cluster(readings: Readings, channel: Channel) -> list[Cluster]:
    """Group the documents with an identity, in the order of their first pages; others stay out.

    Groups grow by the surest pair first, as wholes: three papers with one name and a form with
    another are weighed as three against one, not paper by paper.
    """
    clusters = _seeds(readings)
    profiles = [c.profile(readings) for c in clusters]
    chances = {
        (a, b): _one_person(profiles[a], profiles[b], channel) for a in range(len(clusters)) for b in range(a)
    }
    gone: set[int] = set()
    while chances:
        pair = max(chances, key=lambda ab: (chances[ab], ab))
        sure = chances[pair]
        if sure < _MERGE:
            break
        kept, lost = sorted(pair)
        clusters[kept] = _merged(clusters[kept], clusters[lost], sure, readings)
        profiles[kept] = clusters[kept].profile(readings)
        gone.add(lost)
        chances = {ab: c for ab, c in chances.items() if lost not in ab}
        for ab in list(chances):
            if kept in ab:
                chances[ab] = _one_person(profiles[ab[0]], profiles[ab[1]], channel)
    found = [c for i, c in enumerate(clusters) if i not in gone]
    found.sort(key=lambda c: c.members[0])
    _find_hosts(found, readings, channel)
    return found


def _seeds(readings: Readings) -> list[Cluster]:
    """One cluster per document; documents with one full resident number together from the start."""
    found: dict[str, Cluster] = {}
    many = len(readings) > _MANY
    for i, rs in enumerate(readings):
        if not has_identity(rs):
            continue
        key = _key(rs, many) or f"document {i}"
        c = found.setdefault(key, Cluster())
        c.members.append(i)
        c.membership[i] = 1.0
    return list(found.values())


def _key(readings: Sequence[Reading], many: bool) -> str:
    full = [r.value for r in readings if r.field == "rrn" and HIDDEN not in r.value]
    if full:
        return full[0]
    names = [r.value for r in readings if r.field == "name"]
    only = not any(r.field in ("rrn", "receipt_no") for r in readings)
    return names[0] if many and names and only else ""


def _merged(a: Cluster, b: Cluster, sure: float, readings: Readings) -> Cluster:
    """Both together; the documents of the one that says less belong to the other by `sure`."""
    weaker = min((a, b), key=lambda c: _says(c.readings(readings)))
    membership = {i: m * (sure if c is weaker else 1.0) for c in (a, b) for i, m in c.membership.items()}
    return Cluster(sorted((*a.members, *b.members)), membership)


def _says(readings: Sequence[Reading]) -> float:
    best: dict[str, float] = {}
    for r in readings:
        best[r.field] = max(best.get(r.field, 0.0), _SAYS.get(r.field, 0.0) * (0.5 + 0.5 * r.confidence))
    return sum(best.values())


def _find_hosts(clusters: list[Cluster], readings: Readings, channel: Channel) -> None:
    """For a cluster that is more likely than not of somebody seen on other papers: of whom."""
    for k, c in enumerate(clusters):
        own = c.profile(readings)
        others = [o if n != k else Cluster() for n, o in enumerate(clusters)]
        chances = membership(own, [o.profile(readings) for o in others], channel)[:-1]
        best = max(range(len(chances)), key=lambda n: chances[n])
        says = (_says(clusters[best].readings(readings)), _says(c.readings(readings)))
        if chances[best] >= 0.5 and says[0] > says[1]:
            c.host, c.hosted = best, chances[best]


def membership(own: Profile, profiles: Sequence[Profile], channel: Channel) -> list[float]:
    """Chances that papers are of each person seen, and (last) of another one."""
    seen = [p for p in profiles if p.readings]
    if not seen:
        return [0.0] * len(profiles) + [1.0]
    same = channel.weights.delivery["same_person"]
    weights = [same / len(seen) * likeness(own, p, channel) if p.readings else 0.0 for p in profiles]
    weights.append(1 - same)
    total = sum(weights)
    return [w / total for w in weights]


def _one_person(a: Profile, b: Profile, channel: Channel) -> float:
    same = channel.weights.delivery["same_person"]
    weight = same * likeness(a, b, channel)
    return weight / (weight + 1 - same)


def likeness(own: Profile, other: Profile, channel: Channel) -> float:
    """Likelihood ratio of two groups of papers: one person against two.

    What relatives and colleagues share counts for little: they send papers together. Two resident
    numbers that are not alike are two people's, unless one of them was hardly read at all.
    """
    ratio = 1.0
    shared = 1.0
    for name in (*_OWN, *_SHARED):
        mine, others = own.of(name), other.of(name)
        if not mine or not others:
            continue
        r = channel.together(mine, others)
        if name in _OWN:
            ratio *= r
        else:
            shared *= r
    if _numbers_of_two(own.of("rrn"), other.of("rrn")):
        ratio *= 0.001
    cap = channel.weights.delivery["repeated_cap"]
    return ratio * min(cap, max(0.5, shared))


def _numbers_of_two(mine: Sequence[Reading], others: Sequence[Reading]) -> bool:
    sure = [[r for r in rs if r.confidence >= 0.6] for rs in (mine, others)]
    if not all(sure):
        return False
    return all(compare("rrn", a.value, b.value).name == "different" for a in sure[0] for b in sure[1])
