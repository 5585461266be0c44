"""From what one person's papers say to the chance that they belong to each person on file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from ocr.linking import normal
from ocr.linking.channel import Channel, bits, compare
from ocr.linking.index import CaseIndex, Person
from ocr.linking.profile import Profile, Reading
from ocr.linking.records import Arrival, Evidence

_NEAREST_FIRST = ("exact", "confusable", "alike", "one_digit", "transposed", "gap", "one_syllable", "part")
_PERSONAL = ("name", "rrn", "receipt_no", "account", "bank")


@dataclass(frozen=True)
class Caller:
    """Caller number and sender in the form in which they are compared."""

    number: str = ""
    company: str = ""
    business_no: str = ""

    @classmethod
    def of(cls, arrival: Arrival) -> Caller:
        number = normal.digits(arrival.caller_number)
        said = normal.digits(arrival.sender)
        company = "" if len(said) >= 8 else normal.company(arrival.sender)
        number = number or (said if len(said) >= 8 else "")
        known = {normal.digits(k): normal.digits(v) for k, v in arrival.known_callers.items()}
        return cls(number, company, known.get(number, ""))


@dataclass(frozen=True)
class Match:
    """One person on file as a candidate; `ratios` are likelihood ratios by field."""

    person: Person
    probability: float
    weight: float
    ratios: dict[str, float]


@dataclass(frozen=True)
class Scores:
    """Candidates, best first, and the chance that the papers belong to nobody on file."""

    matches: tuple[Match, ...]
    not_on_file: float

    @property
    def best(self) -> Match | None:
        return self.matches[0] if self.matches else None


def score(profile: Profile, caller: Caller, index: CaseIndex) -> Scores:
    """Posterior chances over the people on file and "not on file", in competition."""
    channel = Channel(index.weights, index.population)
    query: dict[str, list[str]] = profile.values()
    if caller.number:
        query["caller_number"] = [caller.number]
    people = index.candidates(query)
    ratios = [_ratios(profile, caller, p, channel) for p in people]
    share = index.weights.on_file / max(1, index.population.size)
    own = [share * prod(r.values()) for r in ratios]
    nobody = _nobody(profile, people, ratios, channel)
    total = sum(own) + nobody
    matches = [
        Match(p, o / total, sum(bits(x) for x in r.values()), r)
        for p, o, r in zip(people, own, ratios, strict=True)
    ]
    matches.sort(key=lambda m: (-m.probability, m.person.key))
    return Scores(tuple(matches), nobody / total)


def _ratios(profile: Profile, caller: Caller, person: Person, channel: Channel) -> dict[str, float]:
    """Likelihood ratios by independent block; fields of one block do not count twice."""
    values, w = person.values, channel.weights
    ratios = {f: channel.ratio(f, profile.of(f), values.get(f, ())) for f in _PERSONAL}
    if ratios["account"] != 1.0:
        ratios["bank"] = 1.0
    ratios["address"] = channel.ratio("address", profile.of("address"), values.get("address", ()))
    phone = channel.ratio("phone", profile.of("phone"), values.get("phone", ()))
    calls = _calls(caller, values, channel, w.caller["own"])
    ratios["phone"], ratios["caller_number"] = (phone, 1.0) if phone > calls or calls <= 1 else (1.0, calls)
    ratios.update(_employer(profile, caller, values, channel))
    return {f: r for f, r in ratios.items() if r != 1.0}


def _employer(
    profile: Profile, caller: Caller, values: dict[str, tuple[str, ...]], channel: Channel
) -> dict[str, float]:
    """Business number, company, sender and known caller say one thing: the strongest counts."""
    number = channel.ratio("business_no", profile.of("business_no"), values.get("business_no", ()))
    name = channel.ratio("company", profile.of("company"), values.get("company", ()))
    sender = _sends(caller, values, channel)
    known = 1.0
    if caller.business_no and caller.business_no in values.get("business_no", ()):
        share = channel.population.count("business_no", caller.business_no) / max(1, channel.population.size)
        known = channel.weights.caller["company"] / max(share, 1e-6)
    found = {"business_no": number, "company": name, "sender": sender, "known_caller": known}
    strongest = max(found, key=lambda f: found[f])
    if found[strongest] <= 1:
        return {"business_no": number, "company": name if number == 1.0 else 1.0}
    return {strongest: found[strongest]} | ({"business_no": number} if number < 1 else {})


def _calls(caller: Caller, values: dict[str, tuple[str, ...]], channel: Channel, often: float) -> float:
    if not caller.number or not values.get("phone"):
        return 1.0
    if caller.number in values["phone"]:
        return often / channel.population.density("phone", caller.number)
    return 1.0


def _sends(caller: Caller, values: dict[str, tuple[str, ...]], channel: Channel) -> float:
    if not caller.company or not values.get("company"):
        return 1.0
    often = channel.weights.caller["company"]
    if caller.company in values["company"]:
        return often / channel.population.density("company", caller.company) + (1 - often)
    return 1.0


def _nobody(
    profile: Profile, people: Sequence[Person], ratios: Sequence[dict[str, float]], channel: Channel
) -> float:
    """Not on file: a stranger, or a relative or colleague of somebody who is."""
    population, w = channel.population, channel.weights
    size = max(1, population.size)
    total = 1.0
    name = profile.best("name")
    for person, r in zip(people, ratios, strict=True):
        total += population.relative_rate / size * _as_relative(name, person, r, channel)
        strongest = max(r.get(f, 1.0) for f in ("business_no", "company", "sender", "known_caller"))
        if strongest > 1:
            total += population.colleague_rate / size * w.colleague["business_no"] * strongest
    return (1 - w.on_file) * total


def _as_relative(name: Reading | None, person: Person, r: dict[str, float], channel: Channel) -> float:
    w = channel.weights.relative
    p = w["phone"] * r.get("phone", 1.0) + 1 - w["phone"]
    p *= w["address"] * r.get("address", 1.0) + 1 - w["address"]
    p *= w["account"] * r.get("account", 1.0) + 1 - w["account"]
    if "caller_number" in r:
        p *= w["caller"] / channel.weights.caller["own"] * r["caller_number"]
    if name is not None:
        p *= _relatives_name(name.value, person.values.get("name", ()), channel)
    return p


def _relatives_name(read: str, names: Sequence[str], channel: Channel) -> float:
    """Likelihood ratio of a name for a relative of somebody with one of `names` against a stranger.

    Relatives often share the surname, and brothers and sisters a syllable beside it.
    """
    w, population = channel.weights.relative, channel.population
    density = population.density("name", read)
    given = density / population.surname_share(read[:1])
    best = 1 - w["surname"]
    for n in names:
        if n[:1] != read[:1]:
            continue
        common = sum(a == b for a, b in zip(n[1:], read[1:], strict=False))
        sibling = w["sibling"] * w["syllable"] if common == 1 and len(read) == len(n) == 3 else 0.0
        own = (1 - w["sibling"]) * given + sibling
        best = max(best, w["surname"] * own / density + 1 - w["surname"])
    return best


def evidence(profile: Profile, caller: Caller, match: Match) -> tuple[Evidence, ...]:
    """What speaks for and against a candidate, strongest first, without any value."""
    found: list[Evidence] = []
    for field, readings in profile.readings.items():
        values = match.person.values.get(field, ())
        if values:
            found.extend(_field_evidence(field, readings, values, match.ratios.get(field, 1.0)))
    for field in ("caller_number", "sender", "known_caller"):
        if field in match.ratios:
            found.append(Evidence(field, "exact", round(bits(match.ratios[field]), 2)))
    found.sort(key=lambda e: (-abs(e.weight), e.field, e.document))
    return tuple(found)


def _field_evidence(
    field: str, readings: Sequence[Reading], values: Sequence[str], ratio: float
) -> list[Evidence]:
    """The reading nearest to the record carries the weight of the field; the others repeat it."""
    ranks = {level: i for i, level in enumerate(_NEAREST_FIRST)}
    rows = []
    for r in readings:
        level = min(
            (compare(field, r.value, v) for v in values),
            key=lambda lv: ranks.get(lv.name, len(ranks) + (lv.name == "different")),
        )
        rank = ranks.get(level.name, len(ranks))
        rows.append((rank, -r.confidence, r, level))
    rows.sort(key=lambda row: row[:2])
    found = []
    for i, (_, _, r, level) in enumerate(rows):
        note = "masked" if level.partial else "differs_from_record" if level.name == "different" else ""
        weight = round(bits(ratio), 2) if i == 0 else 0.0
        name = "partial" if level.partial and level.name == "exact" else level.name
        found.append(
            Evidence(field, name, weight, r.document, r.page, r.box, note or ("repeated" if i else ""))
        )
    return found
