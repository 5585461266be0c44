"""Linking on made-up people through measured misreadings: `python -m tests.benchmarks.linking`.

Prints how many documents of people on file were attached by themselves, how many were attached
wrongly (with a 95 % Clopper-Pearson bound), by kind of delivery and by condition of the paper, and
how long a delivery took. Options: --cases 20000 --documents 4000 --seed 2 --show
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from ocr.linking import CaseIndex, LinkPolicy, link
from ocr.linking.simulation.bounds import upper_bound
from ocr.linking.simulation.deliveries import Post, Sample
from ocr.linking.simulation.people import build


def count(n: Counter[str], sample: Sample, index: CaseIndex, policy: LinkPolicy, show: bool) -> None:
    """Adds one delivery to the counts, keyed "what|group"."""
    found = link(sample.documents, sample.arrival, index, policy)
    for document, truth, got in zip(sample.documents, sample.truth, found, strict=True):
        attached = got.decision == "attached"
        right = attached and got.receipt_nos == (truth,)
        for group in ("all", sample.kind, sample.condition, document.type):
            n[f"documents|{group}"] += 1
            n[f"attachable|{group}"] += truth is not None
            n[f"attached|{group}"] += attached
            n[f"right|{group}"] += right
            n[f"wrong|{group}"] += attached and not right
        n[f"review {got.reason}"] += not attached
        if show and attached and not right:
            best = got.candidates[0]
            print(sample.kind, sample.condition, document.type, truth, got.receipt_nos, got.probability)
            print("   ", [(e.field, e.level, e.weight, e.note) for e in best.evidence])


def run(cases: int, documents: int, seed: int, show: bool = False) -> Counter[str]:
    """The counts of one run, with "seconds|link" and "seconds|deliveries" in it."""
    world = build(cases, seed)
    index = CaseIndex(world.cases)
    policy = LinkPolicy()
    n: Counter[str] = Counter()
    samples = list(Post(world, seed + 1).draw(documents))
    began = time.perf_counter()
    for sample in samples:
        count(n, sample, index, policy, show)
    n["milliseconds"] = round((time.perf_counter() - began) * 1000)
    n["deliveries"] = len(samples)
    return n


def report(n: Counter[str]) -> None:
    groups = sorted({k.split("|")[1] for k in n if k.startswith("documents|")}, key=lambda g: (g != "all", g))
    for g in groups:
        attachable, attached = n[f"attachable|{g}"], n[f"attached|{g}"]
        rate = n[f"right|{g}"] / attachable if attachable else 0.0
        wrong = n[f"wrong|{g}"]
        bound = upper_bound(wrong, attached)
        print(
            f"{g:26} documents {n[f'documents|{g}']:5}  attach_rate {rate:.3f}  attached {attached:5}  "
            f"wrong {wrong:2}  rate {wrong / max(1, attached):.5f}  at most {bound:.5f}"
        )
    for k in sorted(k for k in n if k.startswith("review ") and n[k]):
        print(f"{k}: {n[k]}")
    print(f"milliseconds per delivery: {n['milliseconds'] / max(1, n['deliveries']):.1f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--documents", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument(
        "--show", action="store_true", help="the evidence of every wrong one (made-up people)"
    )
    args = parser.parse_args()
    n = run(args.cases, args.documents, args.seed, args.show)
    report(n)
    good = n["right|all"] >= 0.9 * n["attachable|all"] and n["wrong|all"] <= 0.001 * n["attached|all"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
