"""The bank's word about a file (pain.002) takes effect: whole or not at all, and once.

paid      ACSC, ACCC: settled on our account, or on the payee's
refused   RJCT, CANC: not paid. Unless the reason says that the bank has it already (a repetition): then only a
          person can tell what became of the first one. Of a file that was uploaded again after a doubt, only what is
          said of a single transfer: the rest may have been paid with the first upload
progress  everything else (RCVD, ACTC, ACCP, ACSP, ACWC, ACFC, PDNG, PART, ...): nothing is noted, the end will come
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from bots.iso20022.problem import NotUnderstood
from bots.payments import fate, questions
from bots.payments.fate import Word
from bots.payments.iso import asking_about, standing
from config.bank_answers import answer
from queues.models import Payment, PaymentFile

_PAID, _REFUSED = frozenset({"ACSC", "ACCC"}), frozenset({"RJCT", "CANC"})
_NO_REASON = "RJCT"
_BLOCK = 1000
_THOSE = text(
    "SELECT end_to_end, id, amount_won FROM payment WHERE file_id = :file AND end_to_end = ANY(:named)"
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one answer did. `file_id` of whom; `counts` as `fate.hear` counts."""

    file_id: int
    batch_id: int
    status: str
    counts: Counter[str]


def apply(
    session: Session, found: Iterator[dict[str, Any]], message_id: int | None, where: str, actor: str
) -> Applied:
    """Note everything that an answer says, in the caller's transaction, which is undone when this raises.

    found  what `pain002.entries` gives. Raises `NotUnderstood` for an answer that is about no file of ours
    ("unknown_file"), counts otherwise ("counts"), names transfers that were not in it ("end_to_end") or with another
    amount ("amount"), or speaks of one twice ("twice").
    """
    group = _group(found, where)
    file = _file(session, str(group["original"]), where)
    _same_sums(group, file, where)
    answering = _Answering(session, file, message_id, where, actor)
    default = str(group["status"]), list(group["reasons"])
    for one in found:
        if one["kind"] == "transaction":
            answering.hear_one(one)
        elif one["kind"] == "instruction":
            if one["original"] not in ("", file.msg_id):
                raise NotUnderstood("instruction", where)
            if one["status"]:
                default = str(one["status"]), list(one["reasons"])
    answering.flush()
    refused = answering.hear_rest(*default)
    standing.taken(session, file, file.bank_no, actor, found=True)
    ended = standing.answered(session, file, actor)
    # Where people have to find out about the first upload, only the end of its payments answers them.
    if ended or file.reason != standing.REFUSED_AGAIN:
        asking_about.withdraw(session, file, actor, but=refused)
        _ask(session, file, refused, ended, answering.counts, actor)
    return Applied(file.id, file.batch_id, str(group["status"]), +answering.counts)


def _ask(
    session: Session, file: PaymentFile, refused: str, ended: bool, counts: Counter[str], actor: str
) -> None:
    """People are asked about a file that was refused as a whole, once."""
    if refused == standing.REFUSED_AGAIN and not ended:
        file.reason = refused
        session.add(file)
        asking_about.ask(session, file, refused, actor)
    elif refused == standing.FILE_REFUSED and counts["rejected"]:
        asking_about.ask(session, file, refused, actor)


class _Answering:
    """Words about the payments of one file, heard in blocks."""

    def __init__(
        self, session: Session, file: PaymentFile, message_id: int | None, where: str, actor: str
    ) -> None:
        self.session, self.file, self.message_id, self.where, self.actor = (
            session,
            file,
            message_id,
            where,
            actor,
        )
        self.counts: Counter[str] = Counter()
        self._told: list[dict[str, Any]] = []
        self._seen: set[str] = set()

    def hear_one(self, told: dict[str, Any]) -> None:
        """What the bank says of one transfer; where it says nothing of it, the word of the whole counts."""
        if not told["status"]:
            return
        name = str(told["end_to_end"])
        if name in self._seen:
            raise NotUnderstood("twice", self.where)
        self._seen.add(name)
        self._told.append(told)
        if len(self._told) >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        told, self._told = self._told, []
        if not told:
            return
        values = {"file": self.file.id, "named": [one["end_to_end"] for one in told]}
        known = {name: (number, won) for name, number, won in self.session.execute(_THOSE, values)}
        words = []
        for one in told:
            if one["end_to_end"] not in known:
                raise NotUnderstood("end_to_end", self.where)
            number, won = known[one["end_to_end"]]
            if one["won"] is not None and one["won"] != won:
                raise NotUnderstood("amount", self.where)
            words.append((number, str(one["status"]), list(one["reasons"])))
        self._hear(words, "")

    def hear_rest(self, status: str, reasons: list[str]) -> str:
        """What is said of the file or instruction as a whole, of those of which nothing else was said. If they were
        refused by that: the code under which people are asked about the file."""
        means = _means(status, reasons)
        if means is None:
            return ""
        query = select(Payment.id, Payment.end_to_end).where(Payment.file_id == self.file.id)
        rest = [number for number, name in self.session.exec(query) if name not in self._seen]
        code = standing.FILE_REFUSED if status in _REFUSED else ""
        if means == "refused" and self.file.doubted:
            code = standing.REFUSED_AGAIN
        for start in range(0, len(rest), _BLOCK):
            self._hear([(number, status, reasons) for number in rest[start : start + _BLOCK]], code)
        return code if rest and means == "refused" else ""

    def _hear(self, those: list[tuple[int, str, list[str]]], code: str) -> None:
        words, doubtful = list[Word](), list[int]()
        for number, status, reasons in those:
            means = _means(status, reasons)
            if means is None:
                self.counts["progress"] += 1
                continue
            if code == standing.REFUSED_AGAIN:
                means = "unknown"
            elif means == "unknown":
                doubtful.append(number)
            detail = {"status": status, "reasons": reasons, "file": self.file.id}
            told = "" if means == "paid" else code or (reasons[0] if reasons else _NO_REASON)
            words.append(Word(number, means, "file", told, self.message_id, detail))
        self.counts += fate.hear(self.session, words, self.actor)
        self._ask(doubtful)

    def _ask(self, payment_ids: list[int]) -> None:
        """The bank refused it because it has it already: what became of the first one?"""
        for payment in fate.lock(self.session, payment_ids):
            questions.ask(
                self.session,
                payment,
                questions.NUMBER_CLASH,
                evidence={"file_id": self.file.id},
                actor=self.actor,
            )


def _means(status: str, reasons: list[str]) -> fate.Means | None:
    if status in _PAID:
        return "paid"
    if status in _REFUSED:
        return "unknown" if _repeats(reasons) else "refused"
    return None


def _repeats(reasons: list[str]) -> bool:
    return any(answer(reason).person for reason in reasons)


def _group(found: Iterator[dict[str, Any]], where: str) -> dict[str, Any]:
    for one in found:
        if one["kind"] == "group":
            return one
        if one["kind"] != "header":
            break
    raise NotUnderstood("no_group", where)


def _file(session: Session, msg_id: str, where: str) -> PaymentFile:
    number = session.exec(select(PaymentFile.id).where(PaymentFile.msg_id == msg_id)).first()
    if number is None:
        raise NotUnderstood("unknown_file", where)
    return standing.held(session, number)


def _same_sums(group: dict[str, Any], file: PaymentFile, where: str) -> None:
    if group["count"] not in (None, file.payments) or group["won"] not in (None, file.total_won):
        raise NotUnderstood("counts", where)
