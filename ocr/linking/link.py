"""Documents of one delivery to the cases they belong to, or to a person with the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.linking import normal
from ocr.linking.cases import Choice, choose_for_attachment, choose_for_form, is_form
from ocr.linking.channel import Channel, bits
from ocr.linking.clusters import Cluster, cluster, has_identity
from ocr.linking.coded import coded_number, codes_disagree, owner, told_number, why_not
from ocr.linking.conflicts import in_conflict
from ocr.linking.groups import LIKELY, Group
from ocr.linking.index import CaseIndex
from ocr.linking.policy import LinkPolicy, default_policy, grounds_enough
from ocr.linking.profile import Profile, Reading, document_readings, main_readings, readings_of
from ocr.linking.records import Arrival, Candidate, DocumentLink, Evidence
from ocr.linking.scoring import Caller, Match, Scores, evidence, score
from ocr.linking.sheets import sheet_chances, sheet_reason
from ocr.types import DocumentRead

_SHOWN = 5


def link(
    documents: Sequence[DocumentRead],
    arrival: Arrival,
    index: CaseIndex,
    policy: LinkPolicy | None = None,
) -> tuple[DocumentLink, ...]:
    """One `DocumentLink` per document, in the same order.

    The documents are first grouped by the person they are about; what a group says together is
    compared with the people on file; then each document gets its case. Papers without a person
    (a business registration) go with the applicant of the delivery whom they fit.
    """
    return _Delivery(documents, arrival, index, policy or default_policy()).link()


class _Delivery:
    def __init__(
        self, documents: Sequence[DocumentRead], arrival: Arrival, index: CaseIndex, policy: LinkPolicy
    ) -> None:
        self.documents = documents
        self.index = index
        self.policy = policy
        self.caller = Caller.of(arrival)
        self.channel = Channel(index.weights, index.population)
        self.threshold = policy.threshold(index.weights)
        self.readings = main_readings(documents, index.weights.discarded)
        self.given = arrival.given_receipt_no
        self.codes = {n for d in documents if (n := coded_number(d)) and not codes_disagree(d)}

    def _is_discarded(self, d: DocumentRead) -> bool:
        """A page of no known kind is not put away when it is told whose it is."""
        return d.type in self.index.weights.discarded and not (
            d.type == "other" and told_number(d, self.given)
        )

    def link(self) -> tuple[DocumentLink, ...]:
        groups = [self._group(c) for c in cluster(self.readings, self.channel)]
        place = {i: k for k, g in enumerate(groups) for i in g.cluster.members}
        links = []
        for i, document in enumerate(self.documents):
            if self._is_discarded(document):
                links.append(DocumentLink("discarded", (), 1.0, self.index.weights.discarded[document.type]))
            elif told_number(document, self.given):
                links.append(self._link_told(i, place.get(i, -1)))
            elif i in place:
                links.append(self._link_member(i, place[i], groups))
            else:
                links.append(self._link_sheet(i, groups))
        return tuple(links)

    def _group(self, c: Cluster) -> Group:
        profile = c.profile(self.readings)
        group = Group(c, profile, score(profile, self.caller, self.index))
        best = group.scores.best
        if best is not None:
            for i in c.members:
                d = self.documents[i]
                if is_form(d.type):
                    receipts = [r for r in self.readings[i] if r.field == "receipt_no"]
                    group.choices[i] = choose_for_form(d, receipts, best.person, self.index)
        return group

    def _choice(self, i: int, group: Group, match: Match) -> Choice:
        if i in group.choices:
            return group.choices[i]
        receipts = [r for r in self.readings[i] if r.field == "receipt_no"]
        if not receipts and len(self.codes) == 1 and self.codes <= match.person.applications.keys():
            # What comes back with a letter of the center's is what that letter asked for.
            receipts = [Reading("receipt_no", normal.receipt(n), 1.0) for n in self.codes]
        forms = [group.choices[k] for k in sorted(group.choices)]
        return choose_for_attachment(receipts, match.person, forms, self.index, self.policy)

    def _link_member(self, i: int, k: int, groups: list[Group]) -> DocumentLink:
        """A document with a person on it.

        Its chance is that of its group, as far as it surely belongs there, else its own. A group
        that is probably of another group's person goes by that one's best candidate.
        """
        group = groups[k]
        own = group.scores.best
        host = group.cluster.host
        if host >= 0 and not (own is not None and own.probability >= LIKELY):
            best = groups[host].scores.best
            if best is not None:
                q = group.cluster.hosted
                p = q * best.probability + (1 - q) * _chance_of(best, group.scores)
                return self._with_workers(i, self._decide(i, groups[host], best, p, host))
        if own is None:
            return self._unlinked(i, group, k)
        p = own.probability
        member = group.cluster.membership[i]
        if member < 1:
            p = member * p + (1 - member) * _chance_of(own, self._alone(i))
        return self._with_workers(i, self._decide(i, group, own, p, k))

    def _link_told(self, i: int, k: int) -> DocumentLink:
        """A document of which it is told for what case it is: it goes there, or to a person."""
        document, number = self.documents[i], told_number(self.documents[i], self.given)
        readings = self.readings[i] or document_readings(document, i)
        profile = Profile()
        profile.add(readings)
        if not coded_number(document):  # a person said so: it stands on none of the pages
            profile.add([Reading("receipt_no", normal.receipt(number), 1.0)])
        scores = score(profile, self.caller, self.index)
        person = owner(number, self.index)
        match = next((m for m in scores.matches if person is not None and m.person is person), None)
        group = Group(Cluster([i], {i: 1.0}), profile, scores)
        if person is None or match is None:
            best = scores.best
            elsewhere = best is not None and best.probability >= LIKELY
            shown = evidence(profile, self.caller, best) if best is not None else ()
            candidates = self._candidates(group, Choice(), shown)
            return DocumentLink(
                "review", (), scores.not_on_file, "conflict" if elsewhere else "not_on_file", candidates, k
            )
        candidates = self._candidates(group, Choice(number), evidence(profile, self.caller, match))
        reason = (
            why_not(document, readings, person.applications[number], self.given, self.index)
            if match.probability >= LIKELY
            else "conflict"
        )
        if reason:
            return DocumentLink("review", (), match.probability, reason, candidates, k)
        found = DocumentLink("attached", (number,), match.probability, "", candidates, k)
        return self._with_workers(i, found)

    def _alone(self, i: int) -> Scores:
        profile = Profile()
        profile.add(self.readings[i])
        return score(profile, self.caller, self.index)

    def _decide(
        self, i: int, group: Group, best: Match, p: float, k: int, extra: Sequence[Evidence] = ()
    ) -> DocumentLink:
        shown = (*evidence(group.profile, self.caller, best), *extra)
        choice = self._choice(i, group, best)
        candidates = self._candidates(group, choice, shown)
        reason = self._reason(i, group, p, choice, shown)
        if not reason:
            return DocumentLink("attached", (choice.receipt_no,), p, "", candidates, k)
        return DocumentLink("review", (), p, reason, candidates, k)

    def _reason(self, i: int, group: Group, p: float, choice: Choice, shown: Sequence[Evidence]) -> str:
        """Why a document may not be attached by itself; "" when it may."""
        identity = any(has_identity(self.readings[m]) for m in group.cluster.members)
        if group.scores.not_on_file >= LIKELY or p < LIKELY:
            return self._unknown(group)
        if in_conflict(group.profile, group.scores, shown):
            return "conflict"
        if choice.reason:
            return choice.reason
        if p < self.threshold:
            return "doubtful"
        return "" if grounds_enough(shown, identity) else "nothing_to_go_by"

    def _unknown(self, group: Group) -> str:
        """Not on file, unless there was too little on the paper to say even that."""
        if group.profile.of("rrn") or group.profile.of("receipt_no"):
            return "not_on_file" if group.scores.not_on_file >= LIKELY else "doubtful"
        named = group.profile.best("name")
        if named is not None and self.index.population.count("name", named.value):
            return "doubtful"
        return "not_on_file" if group.scores.not_on_file >= LIKELY else "doubtful"

    def _unlinked(self, i: int, group: Group, k: int) -> DocumentLink:
        return DocumentLink("review", (), group.scores.not_on_file, self._unknown(group), (), k)

    def _candidates(self, group: Group, choice: Choice, shown: Sequence[Evidence]) -> tuple[Candidate, ...]:
        """The cases of the best people, the chosen one first."""
        found = []
        for rank, m in enumerate(group.scores.matches[:_SHOWN]):
            why = tuple(shown) if rank == 0 else evidence(group.profile, self.caller, m)
            numbers = sorted(m.person.applications)
            for n in numbers:
                if rank == 0 and choice.receipt_no:  # noqa: SIM108
                    share = 1.0 if n == choice.receipt_no else 0.0
                else:
                    share = 1 / len(numbers)
                found.append(Candidate(n, round(m.weight, 2), m.probability * share, why))
        found.sort(key=lambda c: -c.probability)
        return tuple(found[:_SHOWN])

    def _link_sheet(self, i: int, groups: list[Group]) -> DocumentLink:
        """A paper that names no person: it goes with the applicant it fits, if only one is there."""
        profile = Profile()
        profile.add(self.readings[i])
        if not groups:
            return self._sheet_alone(i, profile)
        if not self.policy.sheets_follow:
            alone = self._sheet_alone(i, profile)
            return alone if alone.decision == "attached" else replace(alone, reason="letter_unsure")
        chances, ratios = sheet_chances(profile, groups, self.channel)
        k = max(range(len(groups)), key=lambda n: chances[n])
        group, best = groups[k], groups[k].scores.best
        sure = chances[k]
        if sure < self.threshold:
            shown = evidence(group.profile, self.caller, best) if best is not None else ()
            candidates = self._candidates(group, Choice(), shown)
            return DocumentLink("review", (), sure, sheet_reason(groups, profile), candidates)
        if best is None:
            return self._unlinked(i, group, k)
        together = Evidence(
            "delivery", "same_delivery", round(bits(ratios[k]), 2), i, self.documents[i].pages[0]
        )
        return self._decide(i, group, best, best.probability * sure, k, (together,))

    def _sheet_alone(self, i: int, profile: Profile) -> DocumentLink:
        if not profile.readings:
            return DocumentLink("review", (), 0.0, "nothing_to_go_by")
        alone = Cluster([i], {i: 1.0})
        group = Group(alone, profile, score(profile, self.caller, self.index))
        best = group.scores.best
        if best is None:
            return DocumentLink("review", (), group.scores.not_on_file, "not_on_file")
        found = self._decide(i, group, best, best.probability, -1)
        if found.decision == "attached" and not self.policy.sheet_by_number:
            return DocumentLink("review", (), found.probability, "nothing_to_go_by", found.candidates)
        return found

    def _with_workers(self, i: int, found: DocumentLink) -> DocumentLink:
        """A list of workers also goes to the cases of the others it names, where each is certain."""
        workers = self.documents[i].people
        if found.decision != "attached" or len(workers) < 2:
            return found
        numbers = list(found.receipt_nos)
        for fields in workers:
            own = readings_of(fields, i)
            if not any(r.field == "rrn" for r in own):
                continue
            more = self._worker(i, own)
            if more and more not in numbers:
                numbers.append(more)
        return DocumentLink(
            found.decision, tuple(numbers), found.probability, "", found.candidates, found.person
        )

    def _worker(self, i: int, own: list[Reading]) -> str:
        profile = Profile()
        profile.add(own)
        profile.add(r for r in self.readings[i] if r.field in ("business_no", "company"))
        scores = score(profile, Caller(), self.index)
        best = scores.best
        if best is None or best.probability < self.threshold:
            return ""
        shown = evidence(profile, Caller(), best)
        if in_conflict(profile, scores, shown) or not grounds_enough(shown, identity=True):
            return ""
        return choose_for_attachment([], best.person, (), self.index, self.policy).receipt_no


def _chance_of(match: Match, scores: Scores) -> float:
    """The chance that other scores give the same person."""
    return next((m.probability for m in scores.matches if m.person.key == match.person.key), 0.0)
