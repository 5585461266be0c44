"""What the sandbox's system of record holds: cases and their changes, attachments, registrations, transfers.

Everything that it is told comes under a key. The same key again changes nothing; a key that was taken back
before anything came under it is dead for good.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bots.sandbox import identifiers
from bots.sandbox.case_events import CaseEvents
from bots.sandbox.casebook import Case
from bots.sandbox.consents import of_employer, of_person, postcode_of
from bots.sandbox.labelled import case_row
from bots.sandbox.told_notes import ToldNotes
from config.centers import is_center

Message = dict[str, Any]
Answer = tuple[int, Message]
CHANGEABLE = ("account", "bank", "phone", "address")
OF_THE_PERSON = ("phone", "address")
_PROCESSING_DAYS = 14
TAKEN_AFTER = 3600.0


def case_message(case: Case, version: int) -> Message:
    """A case in JSON, as /cases tells it."""
    firm = case.person.employer
    return {
        **case_row(case),
        "officer": case.officer.number,
        "officer_name": case.officer.name,
        "officer_team": case.officer.team,
        "officer_center": case.officer.center,
        "received_on": case.received_on.isoformat(),
        "due_on": case.due_on.isoformat(),
        "dependents": case.dependents,
        "version": str(version),
        **of_person(case.person),
        "employer": {
            "business_no": firm.business_no,
            "name": firm.company,
            "representative": firm.representative,
            "address": firm.address.text,
            "phone": firm.phone,
            "fax": firm.fax,
            **of_employer(firm),
        },
    }


class Ledger:
    """Thread-safe. Late cases enter it by `add`; `taken_after` seconds another center takes a transfer over."""

    def __init__(self, cases: Sequence[Case] = (), taken_after: float = TAKEN_AFTER) -> None:
        self._lock = threading.RLock()
        self.events = CaseEvents()
        self._changes: list[str] = []  # receipt numbers; what a reader has seen is a place in this list
        self._cases: dict[str, Case] = {}
        self._new: dict[str, Message] = {}
        self._overlays: dict[str, dict[str, Message]] = defaultdict(dict)  # by case and key of the attachment
        self._dead: set[str] = set()
        self.taken_after = taken_after
        self.attachments: dict[str, Message] = {}
        self.withdrawn: dict[str, Message] = {}
        self.registrations: dict[str, str] = {}
        self.transfers: dict[str, Message] = {}
        self.recalled: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.notes = ToldNotes(lambda receipt_no: receipt_no in self._cases | self._new, self.counts)
        for case in cases:
            self.add(case)

    def add(self, case: Case) -> None:
        """Enter or change a case; readers see it after their cursor."""
        with self._lock:
            self._cases[case.receipt_no] = case
            self._changes.append(case.receipt_no)

    def since(self, cursor: int, limit: int) -> tuple[list[Message], int, bool]:
        """Changes after `cursor`, at most `limit`: messages, the new cursor, whether more are waiting."""
        with self._lock:
            some = list(enumerate(self._changes[cursor : cursor + limit], cursor + 1))
            messages = [self.case(receipt_no, number) for number, receipt_no in some]
            return messages, cursor + len(some), len(self._changes) > cursor + limit

    def case(self, receipt_no: str, version: int = 0) -> Message:
        """A case as it is now, with what was asked to be changed in it."""
        with self._lock:
            if receipt_no in self._new:
                base = {**self._new[receipt_no], "version": str(version)}
            else:
                base = case_message(self._cases[receipt_no], version)
            for values in self._overlays[receipt_no].values():
                base |= values
                if "address" in values:
                    base["postcode"] = postcode_of(str(values["address"]))
            return base

    def attach(self, key: str, message: Message) -> Answer:
        """Take an attachment once, with the changes of the case that it brings; (HTTP status, body)."""
        with self._lock:
            if key in self.attachments:
                self.counts["repeated"] += 1
                return 200, {"acknowledged": True, "id": self.attachments[key]["id"], "repeated": True}
            changes = message.get("changes") or {}
            if problem := self._wrong_attachment(key, message, changes):
                self.counts["refused"] += 1
                return 422, {"acknowledged": False, "error": problem}
            number = f"A-{len(self.attachments) + 1:06d}"
            self.attachments[key] = {**message, "id": number}
            self.counts["attached"] += 1
            if changes:
                self._change(key, message["receipt_no"], changes)
            return 200, {"acknowledged": True, "id": number, "repeated": False}

    def _wrong_attachment(self, key: str, message: Message, changes: Message) -> str:
        if key in self._dead:
            return "taken_back"
        if message.get("receipt_no") not in self._cases | self._new:
            return "unknown receipt_no"
        return "unknown change" if set(changes) - set(CHANGEABLE) else ""

    def withdraw(self, key: str) -> Message:
        """Take an attachment back; what was changed with it is as it was."""
        with self._lock:
            if key not in self.attachments:
                self._dead.add(key)
            elif key not in self.withdrawn:
                self.withdrawn[key] = self.attachments[key]
                self.counts["withdrawn"] += 1
                for receipt_no, overlays in self._overlays.items():
                    if overlays.pop(key, None):
                        self._changes.append(receipt_no)
            return {"acknowledged": True, "id": self.attachments.get(key, {}).get("id", "")}

    def live(self) -> dict[str, Message]:
        """The attachments that were not taken back, by key."""
        with self._lock:
            return {k: m for k, m in self.attachments.items() if k not in self.withdrawn}

    def _change(self, key: str, receipt_no: str, changes: Message) -> None:
        """Of the case; what is the person's own in all cases of that person."""
        self.counts["changed"] += 1
        rrn = self.case(receipt_no)["rrn"]
        for other in [receipt_no, *(n for n in self._cases | self._new if n != receipt_no)]:
            mine = other == receipt_no
            if not mine and (not rrn or self.case(other)["rrn"] != rrn):
                continue
            values = {k: v for k, v in changes.items() if mine or k in OF_THE_PERSON}
            if values:
                self._overlays[other][key] = values
                self._changes.append(other)

    def register(self, key: str, message: Message) -> Answer:
        """Make a case of what a paper says; (HTTP status, body)."""
        with self._lock:
            if key in self._dead:
                return 410, {"error": "taken_back"}
            if key in self.registrations:
                self.counts["registered again"] += 1
                return 200, {"acknowledged": True, "case": self.case(self.registrations[key])}
            if problem := self._wrong_application(message):
                self.counts["register refused"] += 1
                return 422, {"error": problem}
            receipt_no = self._next_number(message)
            self._new[receipt_no] = self._new_case(receipt_no, message)
            self.registrations[key] = receipt_no
            self._changes.append(receipt_no)
            self.counts["registered"] += 1
            return 200, {"acknowledged": True, "case": self.case(receipt_no)}

    def _wrong_application(self, message: Message) -> str:
        if message.get("program") not in identifiers.PROGRAM_LETTERS:
            return "unknown_program"
        return "" if str(message.get("name") or "").strip() else "no_name"

    def _next_number(self, message: Message) -> str:
        known = [int(n[-7:]) for n in self._cases | self._new if n[-7:].isdigit()]
        year = date.fromisoformat(message["received_on"]).year
        return identifiers.receipt_no(year, message["program"], max(known, default=0) + 1)

    def _new_case(self, receipt_no: str, message: Message) -> Message:
        received = date.fromisoformat(message["received_on"])
        case: Message = {"receipt_no": receipt_no, "program": message["program"], "status": "open"}
        for name in (
            "name",
            "rrn",
            "birth_date",
            "phone",
            "address",
            "bank",
            "account",
            "company",
            "business_no",
        ):
            case[name] = str(message.get(name) or "")
        case |= {"received_on": received.isoformat()}
        case |= {"due_on": (received + timedelta(days=_PROCESSING_DAYS)).isoformat(), "dependents": 0}
        return case | self._officer_for(message["program"])

    def _officer_for(self, program: str) -> Message:
        """Who has the newest case of the program."""
        for case in reversed(self._cases.values()):
            if getattr(case, "program", None) == program:
                message = case_message(case, 0)
                return {k: v for k, v in message.items() if re.match("officer", k)}
        return {}

    def unregister(self, key: str) -> Answer:
        """Take a registration back, unless somebody has worked on the case: then 409."""
        with self._lock:
            receipt_no = self.registrations.get(key)
            if receipt_no is None:
                self._dead.add(key)
                return 200, {"acknowledged": True}
            case = self._new[receipt_no]
            if case["status"] not in ("open", "withdrawn"):
                return 409, {"error": "worked_on"}
            if case["status"] == "open":
                self.work_on(receipt_no, "withdrawn")
                self.counts["unregistered"] += 1
            return 200, {"acknowledged": True}

    def work_on(self, receipt_no: str, status: str = "closed") -> None:
        """Somebody there decides a case that was registered."""
        with self._lock:
            self._new[receipt_no] = {**self._new[receipt_no], "status": status}
            self._changes.append(receipt_no)

    def transfer(self, key: str, message: Message) -> Answer:
        """Pass a document on to another center; (HTTP status, body)."""
        with self._lock:
            if key in self._dead | self.recalled:
                return 410, {"error": "taken_back"}
            if key in self.transfers:
                self.counts["transferred again"] += 1
            elif not is_center(str(message.get("center"))):
                self.counts["transfer refused"] += 1
                return 422, {"error": "unknown_center"}
            else:
                number = f"T-{len(self.transfers) + 1:06d}"
                self.transfers[key] = {**message, "id": number, "at": time.monotonic(), "taken": False}
                self.counts["transferred"] += 1
            return 200, {"acknowledged": True, "id": self.transfers[key]["id"]}

    def take_over(self, key: str) -> None:
        """The other center takes a document over."""
        with self._lock:
            self.transfers[key]["taken"] = True

    def recall(self, key: str) -> Answer:
        """Have a document back, unless the other center has taken it over: then 409."""
        with self._lock:
            sent = self.transfers.get(key)
            if sent is None:
                self._dead.add(key)
            elif sent["taken"] or time.monotonic() - sent["at"] > self.taken_after:
                return 409, {"error": "taken"}
            elif key not in self.recalled:
                self.recalled.add(key)
                self.counts["recalled"] += 1
            return 200, {"acknowledged": True}

    def note(self, key: str, message: Message) -> Answer:
        """Take a session note once; (HTTP status, body)."""
        with self._lock:
            return self.notes.take(key, message)

    def received(self) -> Message:
        """All that came back, for whoever plays or checks."""
        with self._lock:
            return {
                "counts": dict(self.counts),
                "attachments": dict(self.attachments),
                "withdrawn": sorted(self.withdrawn),
                "registrations": dict(self.registrations),
                "transfers": {
                    k: {**m, "pictures": len(m.get("pictures", []))} for k, m in self.transfers.items()
                },
                "recalled": sorted(self.recalled),
                "notes": dict(self.notes.by_key),
                "changes": {n: dict(o) for n, o in self._overlays.items() if o},
            }
