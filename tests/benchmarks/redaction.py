"""How much of what is personal is found, and how much else is taken away: `python -m tests.benchmarks.redaction`.

Over made-up talks in which numbers, names and addresses are said in many ways and over several turns, and over the
scripted talks of tests/counseling_talks. Options: --talks 400 --seed 1 --show
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from stt.redaction import Hidden, redact
from stt.transcript import Utterance
from tests.benchmarks.redaction_material import talk
from tests.counseling_talks import talks

Places = Sequence[tuple[str, int, int, int]]
LEAST_FOUND, MOST_LOST = 0.99, 0.01


def count(n: Counter[str], group: str, utterances: Sequence[Utterance], planted: Places, show: bool) -> None:
    """Adds one talk: things planted and found whole, characters beside them and those taken away."""
    began = time.perf_counter()
    hidden = redact(utterances).hidden
    n["milliseconds"] += round((time.perf_counter() - began) * 1000)
    n["seconds of talk"] += round(utterances[-1].end)
    for kind, at, start, end in planted:
        if kind == "keep":
            continue
        whole = _covered(utterances[at].text, hidden.get(utterances[at].id, ()), start, end)
        for key in (group, f"{group} {kind}"):
            n[f"planted|{key}"] += 1
            n[f"found|{key}"] += whole
        if show and not whole:
            print("MISSED", group, kind, utterances[at].text[start:end], "|", utterances[at].text)
    for at, utterance in enumerate(utterances):
        own = [(start, end) for kind, where, start, end in planted if where == at and kind != "keep"]
        _count_rest(n, group, utterance, hidden.get(utterance.id, ()), own, show)


def _covered(text: str, hidden: Sequence[Hidden], start: int, end: int) -> bool:
    return all(
        any(h.from_ <= place < h.to for h in hidden) for place in range(start, end) if text[place].isalnum()
    )


def _count_rest(
    n: Counter[str],
    group: str,
    utterance: Utterance,
    hidden: Sequence[Hidden],
    own: Sequence[tuple[int, int]],
    show: bool,
) -> None:
    beside = [
        i
        for i, c in enumerate(utterance.text)
        if not c.isspace() and not any(start <= i < end for start, end in own)
    ]
    lost = [i for i in beside if any(h.from_ <= i < h.to for h in hidden)]
    n[f"characters|{group}"] += len(beside)
    n[f"lost|{group}"] += len(lost)
    if show and lost:
        print("TAKEN", group, "".join(utterance.text[i] for i in lost), "|", utterance.text)


def run(made: int, seed: int, show: bool = False) -> Counter[str]:
    n: Counter[str] = Counter()
    for i in range(made):
        script = talk(seed * 100_000 + i)
        count(n, "made", script.utterances, script.planted, show)
    for scripted in talks():
        planted = [(p.kind, p.at, p.start, p.end) for p in scripted.planted]
        count(n, "scripted", scripted.utterances, planted, show)
    return n


def rates(n: Counter[str], group: str) -> tuple[float, float]:
    """Share of planted things found, share of other characters taken away."""
    return (
        n[f"found|{group}"] / max(1, n[f"planted|{group}"]),
        n[f"lost|{group}"] / max(1, n[f"characters|{group}"]),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--talks", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show", action="store_true", help="what was missed, and what else was taken (made up)"
    )
    args = parser.parse_args()
    n = run(args.talks, args.seed, args.show)
    for key in sorted(key.split("|")[1] for key in n if key.startswith("planted|")):
        print(
            f"{key:22} planted {n[f'planted|{key}']:5}  found {n[f'found|{key}'] / n[f'planted|{key}']:.4f}"
        )
    good = True
    for group in ("made", "scripted"):
        found, lost = rates(n, group)
        good = good and found >= LEAST_FOUND and lost <= MOST_LOST
        print(f"{group}: found {found:.4f} of {n[f'planted|{group}']}, taken away else {lost:.4f}")
    print(f"{n['milliseconds'] / 1000:.1f} s for {n['seconds of talk'] / 3600:.1f} h of talk")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
