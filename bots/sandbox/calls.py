"""The talks of the sandbox's center: people whose cases are on file call or come, and a recorder keeps what was said."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from pathlib import Path

from bots.sandbox.casebook import Case
from bots.sandbox.recorder import Caller, Recorder
from bots.sandbox.voices.talk import Talk, talks

COUNSELOR = "counselor"
_PROGRAMS = {"UB": "ub", "NES": "nes", "VTC": "vtc", "PL": "pl", "EPI": "epi"}
_APART = timedelta(minutes=35)


class Calls:
    """Drops `count` recordings into its folder, in a thread of its own. `failure`: what went wrong, if anything."""

    def __init__(self, folder: Path, cases: Sequence[Case], count: int, counselor: str = COUNSELOR) -> None:
        self.recorder = Recorder(folder, counselor)
        self.failure: Exception | None = None
        self.talks = _mixed(talks())[:count]
        self._cases = list(cases)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drop_all, name="calls", daemon=True)

    def start(self) -> None:
        self.recorder.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=60)

    @property
    def finished(self) -> bool:
        """Whether every recording lies there."""
        return len(self.recorder.dropped) == len(self.talks)

    def _drop_all(self) -> None:
        # Calls of this morning, or of last night for those who work then: the last one has just ended.
        held_at = datetime.now().astimezone() - _APART * len(self.talks)
        try:
            for talk in self.talks:
                if self._stop.is_set():
                    return
                self.recorder.drop(talk, self._caller(talk), held_at)
                held_at += _APART
        except Exception as error:
            self.failure = error

    def _caller(self, talk: Talk) -> Caller:
        """Somebody who has a case of the talk's program, and calls once."""
        begin = _PROGRAMS.get(talk.program, "")
        case = next((c for c in self._cases if c.program.startswith(begin)), self._cases[0])
        self._cases.remove(case)
        person = case.person
        return Caller(case.receipt_no, person.name, person.birth_date, person.phone)


def _mixed(every: Sequence[Talk]) -> list[Talk]:
    """Those that have to be recognised and those that come with a transcript in turn."""
    spoken = [talk for talk in every if talk.delivered is None]
    written = [talk for talk in every if talk.delivered is not None]
    return [talk for talk in chain(*zip_longest(spoken, written)) if talk is not None]
