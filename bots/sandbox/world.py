"""The sandbox world in motion: deliveries arrive at a fax server and a scanner, cases lie in a system of record."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from bots.sandbox import payees
from bots.sandbox.accounting_system import AccountingServer
from bots.sandbox.bank.faults import Delays, Faults
from bots.sandbox.bank.service import SandboxBank
from bots.sandbox.batches import compose_batch, write_batch
from bots.sandbox.calls import Calls
from bots.sandbox.case_events import granted, invited, paid, payable, refused
from bots.sandbox.casebook import Case, make_casebook
from bots.sandbox.citizens import Citizens
from bots.sandbox.composer import Composer
from bots.sandbox.deliveries import Delivery
from bots.sandbox.fax_server import BROKEN_OFF
from bots.sandbox.locked_pdf import locked_pdf
from bots.sandbox.names import Split
from bots.sandbox.outages import plan_outages
from bots.sandbox.post import PostOffice
from bots.sandbox.press import Press
from bots.sandbox.record_system import Ledger, RecordSystem
from bots.sandbox.ways import SEOUL, WaysIn
from bots.sandbox.ways_out import WaysOut

# Every situation at least once, in this order: (kind, medium, written by hand). What comes again comes last.
# A medium may name its way in ("mail:scan_pdf"); else faxes come to the fax server, the rest to the scanner.
Step = tuple[str, str, bool]
PROGRAMME: tuple[Step, ...] = (
    ("plain", "fax_fine", False), ("recognition", "portal:fax_fine", False), ("late", "fax_fine", False),
    ("changed", "fax_fine", False), ("two_people", "fax_fine", False), ("employers_list", "fax_fine", False),
    ("not_on_file", "fax_fine", False), ("two_cases", "fax_fine", False), ("plain", "scan_pdf", False),
    ("closed", "fax_fine", False), ("namesake", "fax_fine", False), ("locked", "locked", False),
    ("batch", "", False), ("no_number", "mail:text_pdf", False), ("family", "fax_std", False), ("plain", "fax_fine", True),
    ("advert", "fax_std", False), ("plain", "photo", False), ("two_cases", "scan_pdf", False),
    ("from_employer", "fax_fine", False), ("empty", "empty", False), ("blank", "fax_fine", False),
    ("broken_off", "fax_fine", False), ("monthly", "portal:fax_fine", False), ("attachments", "portal:fax_std", False),
    ("certificate", "png", False), ("plain", "mail:text_pdf", False), ("changed", "mail:scan_pdf", False),
    ("again", "fax_std", False), ("again", "scan_pdf", False),
)  # fmt: skip
LEAST = 26
# So long from the payment of a registered letter to its delivery; what comes back takes half as long again.
DELIVERED_AFTER = 6.0
# An hour after the bank's yes is long for those who watch.
_DELAYS = Delays(returned=8.0, again=4.0)


class SandboxWorld:
    """Plays a center's surroundings in threads of this process.

    folder        everything lies below it: `spool` (fax server) and `scans` (scanner), both ready after start();
                  `ways.mail` (None where there is no mail server to be had) and `ways.portal` take the rest
    deliveries    how many arrive, at least 26; beyond the programme they are drawn at random
    within        seconds in which they arrive, as far as this machine can print them so fast
    late_after    seconds after its papers landed until a late case enters the system of record
    outages       whether the system of record is down now and then
    token         what callers must send as a bearer token, if anything
    programme     (kind, medium, written by hand) of each delivery that has to come
    payments      so many claims are decided and are to be paid; `bank` pays them, None without any; `accounting` is told
    talks         so many recorded talks come from `calls`, a recorder with its folder
    answers       whether people answer the center's letters (one more delivery comes, one letter comes back), and
                  the system of record tells what was decided

    Use start() and stop(), or a with block. `truth` grows as deliveries land.
    """

    def __init__(
        self,
        seed: int,
        folder: Path,
        deliveries: int = 30,
        *,
        within: float = 60.0,
        split: Split = "test",
        late_after: float = 10.0,
        outages: bool = True,
        token: str = "",
        port: int = 0,
        programme: Sequence[Step] = PROGRAMME,
        answers: bool = False,
        payments: int = 0,
        talks: int = 0,
    ) -> None:
        least = min(LEAST, len(programme))
        if deliveries < least:
            raise ValueError(f"deliveries is {deliveries}; the programme needs at least {least}")
        self.programme = tuple(programme)
        self.seed, self.folder, self.deliveries, self.within = seed, folder, deliveries, within
        self.late_after = late_after
        self.today: date = datetime.now(SEOUL).date()
        self.book = make_casebook(seed, split, self.today)
        self.ways = WaysIn(seed, folder, troubles=outages)
        self.spool, self.scans = self.ways.spool, self.ways.scans
        self.ledger = Ledger([c for c in self.book.cases if not c.late])
        plan = plan_outages(seed, within) if outages else ()
        self.records = RecordSystem(self.ledger, plan, lambda: self.truth, token, port)
        self.composer = Composer(seed, split, self.book, self.today)
        self.out = WaysOut(plan, troubles=outages, delivered_after=DELIVERED_AFTER)
        self.citizens = Citizens(self.out.post, self.composer, self._answer) if answers else None
        if answers:
            self._decide_some()
        self.claims = payees.paid_claims(self.book, self.today, payments)
        self.bank = self._bank() if payments else None
        self.accounting = AccountingServer()
        self.calls = Calls(folder / "recorder", self.composer.usable, talks)
        self._landed: list[dict[str, Any]] = []
        self._failure: BaseException | None = None
        self._stop = threading.Event()
        self._finished = threading.Event()
        self._pending_cases = 0
        self._threads: list[threading.Thread] = []

    @property
    def record_url(self) -> str:
        """Base address of the system of record, for case source and case sink."""
        return self.records.url

    @property
    def truth(self) -> list[dict[str, Any]]:
        """One entry for every delivery that has landed, in the order of landing.

        Keys of a labelled set's truth.jsonl, and: name (of the file that landed), sha256, kind, expected
        ("attached", "review", "duplicate", "discarded", "rejected": the most that any of its parts asks
        for), problem (for what cannot be read), and per part decision, reason and receipt_nos.
        """
        return list(self._landed)

    @property
    def failure(self) -> BaseException | None:
        """What went wrong in the sandbox itself."""
        return self._failure or self.calls.failure or (self.citizens.failure if self.citizens else None)

    @property
    def finished(self) -> bool:
        """Whether everything has landed, every late case is on file, and letters were answered."""
        answered = self.citizens is None or self.citizens.done
        return self._finished.is_set() and self._pending_cases == 0 and answered and self.calls.finished

    def start(self) -> None:
        """Open the system of record and let deliveries begin to arrive. Returns at once."""
        self.records.start()
        self.ways.open()
        self.out.open()
        if self.bank is not None:
            self.bank.start()
            self.accounting.start()
            self._have_paid()
        if self.citizens:
            self.citizens.start()
        self.calls.start()
        courier = threading.Thread(target=self._deliver_all, name="courier", daemon=True)
        self._threads.append(courier)
        courier.start()

    def stop(self) -> None:
        """End everything; what has landed stays where it is."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        if self.citizens:
            self.citizens.stop()
        self.calls.stop()
        self.records.stop()
        self.ways.close()
        self.out.close()
        if self.bank is not None:
            self.bank.stop()
            self.bank.books.close()
            self.accounting.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything has landed; raises what went wrong while printing."""
        done = self._finished.wait(timeout)
        if self.failure:
            raise RuntimeError(f"the sandbox could not print its papers: {self.failure}") from self.failure
        return done

    def __enter__(self) -> SandboxWorld:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _deliver_all(self) -> None:
        began = time.monotonic()
        outbox = self.folder / "outbox"
        outbox.mkdir(parents=True, exist_ok=True)
        try:
            with Press() as press, self.ways:
                office = PostOffice(press, self.seed)
                for number, (kind, medium, by_hand) in enumerate(self._programme()):
                    due = began + number * self.within / self.deliveries
                    if self._stop.wait(max(0.0, due - time.monotonic())):
                        return
                    self._deliver(office, outbox, kind, medium, by_hand)
        except BaseException as error:
            self._failure = error
        finally:
            self._finished.set()
            if self.citizens:
                self.citizens.home.set()

    def _programme(self) -> Iterator[Step]:
        """The fixed programme, with random deliveries before those that come again if more are wanted."""
        again = [step for step in self.programme if step[0] == "again"]
        once = [step for step in self.programme if step[0] != "again"]
        yield from once[: self.deliveries - len(again)]
        for _ in range(self.deliveries - len(once) - len(again)):
            yield "any", "", False
        yield from again

    def _deliver(self, office: PostOffice, outbox: Path, kind: str, medium: str, by_hand: bool) -> None:
        if kind == "locked":
            return self._odd_scan("scan.pdf", locked_pdf("1234"), kind, "encrypted")
        if kind == "empty":
            return self._odd_scan("scan0007.pdf", b"", kind, "empty")
        if kind == "batch":
            return self._scan_batch(office.press, outbox / "batch.pdf")
        way, _, medium = medium.rpartition(":")
        if kind == "any":
            delivery = self.composer.compose_many(1)[0]
        else:
            delivery = self.composer.compose("plain" if kind == "broken_off" else kind, medium, by_hand)
        delivery.sent = datetime.now(SEOUL)
        reason = BROKEN_OFF if kind == "broken_off" else ""
        content = office.send(delivery, outbox, broken_off=bool(reason)).read_bytes()
        truth = delivery.truth() | ({"kind": kind} if reason else {})

        def landed(by: str, name: str) -> None:
            self._note(by, name, content, truth | ({"receive_status": reason} if by == "fax" else {}))
            self._enter_late_cases(delivery)

        self.ways.bring(way, content, delivery, reason, landed)
        return None

    def _decide_some(self) -> None:
        """The system of record tells of two decisions, a payment and an appointment."""
        happened = (
            ("decision_granted", granted),
            ("decision_refused", refused),
            ("payment_made", paid),
            ("appointment_made", invited),
        )
        for case, (kind, values) in zip(self.composer.usable, happened, strict=False):
            self.ledger.events.tell(case.receipt_no, kind, values(case.program, self.today))

    def _bank(self) -> SandboxBank:
        """The accounts of all who are to be paid; four of them meet trouble."""
        self.folder.mkdir(parents=True, exist_ok=True)
        bank = SandboxBank(self.folder / "bank.sqlite", faults=Faults(delays=_DELAYS))
        payees.open_accounts(bank.books, self.claims)
        payees.trouble(bank.books, bank.faults, self.claims)
        return bank

    def _have_paid(self) -> None:
        """The system of record tells what was decided about the claims."""
        for claim in self.claims:
            told = payable(claim.case.program, self.today, claim.won, claim.number, (claim.first, claim.last))
            self.ledger.events.tell(claim.case.receipt_no, "payment_decided", told)

    def _answer(self, delivery: Delivery) -> None:
        """Somebody answers a letter by fax, with the letter itself."""
        outbox = self.folder / "outbox"
        with Press() as press, self.ways:
            content = PostOffice(press, self.seed).send(delivery, outbox).read_bytes()
            self.deliveries += 1
            self.ways.bring(
                "", content, delivery, "", lambda by, name: self._note(by, name, content, delivery.truth())
            )

    def _scan_batch(self, press: Press, path: Path) -> None:
        """A few letters of the day's post in one scan, a separator sheet before each."""
        batch = compose_batch(
            self.composer, 4, "separator", kinds=("reply", "plain", "no_number", "certificate")
        )
        self.composer.only_once.update(letter.number for letter in batch.letters)
        content = write_batch(batch, press, path, self.seed).read_bytes()

        def landed(by: str, name: str) -> None:
            self._note(by, name, content, batch.truth())
            for letter in batch.letters:
                self._enter_late_cases(letter)

        self.ways.scan("scan.pdf", content, landed)

    def _odd_scan(self, name: str, content: bytes, kind: str, problem: str) -> None:
        truth = _odd_truth(kind, problem)
        self.ways.scan(name, content, lambda way, landed: self._note(way, landed, content, truth))

    def _note(self, way: str, name: str, content: bytes, truth: dict[str, Any]) -> None:
        truth |= {
            "file": f"{way}/{name}",
            "name": name,
            "source": way,
            "sha256": hashlib.sha256(content).hexdigest(),
            "expected": truth.get("expected") or _expected(truth),
        }
        self._landed.append(truth)

    def _enter_late_cases(self, delivery: Delivery) -> None:
        """Late cases of this delivery's people come on file `late_after` seconds from now."""
        people = {part.paper.person.number for part in delivery.parts if part.paper.person}
        late = [c for c in self.book.cases if c.late and c.person.number in people]
        if not late or delivery.again:
            return
        self._pending_cases += 1
        thread = threading.Thread(target=self._enter_later, args=(late,), name="late cases", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _enter_later(self, cases: list[Case]) -> None:
        if not self._stop.wait(self.late_after):
            for case in cases:
                self.ledger.add(case)
        self._pending_cases -= 1


def _odd_truth(kind: str, problem: str) -> dict[str, Any]:
    return {
        "media": "odd",
        "kind": kind,
        "sent_before": False,
        "parts": [],
        "problem": problem,
        "expected": "rejected",
    }


def _expected(truth: dict[str, Any]) -> str:
    decisions = {part["decision"] for part in truth["parts"]}
    return next((d for d in ("review", "duplicate", "attached") if d in decisions), "discarded")
