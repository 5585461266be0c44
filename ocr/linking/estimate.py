"""Writes `errors`, `trust` and `calibration` of `weights.yaml`: `python -m ocr.linking.estimate`.

errors       how readings err, summed over the measured conditions (`confusions.yaml`), beside a few
             assumed cases so that nothing rare becomes impossible
trust        the least and the highest chance that a reading is exact, at confidence 0 and 1
calibration  thresholds with the share wrong above them (95 % Clopper-Pearson bound), from made-up
             deliveries through the measured misreadings; `LinkPolicy.threshold` picks from them
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ocr.linking.index import CaseIndex
from ocr.linking.link import link
from ocr.linking.policy import LinkPolicy
from ocr.linking.simulation.bounds import upper_bound
from ocr.linking.simulation.deliveries import Post
from ocr.linking.simulation.noise import measured
from ocr.linking.simulation.people import build
from ocr.linking.weights import default_weights, from_dict

_WEIGHTS = Path(__file__).with_name("weights.yaml")
_THRESHOLDS = (0.95, 0.98, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9999)
_FAMILIES = {"name": "name", "company": "text", "address": "text", "bank": "text"}
_ASSUMED = 30.0
_SAFETY = 2.0  # the made-up world is kinder than the real one: its bound is doubled


def errors(confusions: Mapping[str, Any], before: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """How readings err, by family of fields; `before` counts as `_ASSUMED` cases."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for condition in confusions["conditions"].values():
        for field, figures in condition["fields"].items():
            family = _FAMILIES.get(field, "digits")
            wrong = figures.get("n", 0) * (1 - figures["right"])
            for level, share in figures["levels"].items():
                seen[family]["part" if family == "text" and level == "gap" else level] += wrong * share
    found: dict[str, Any] = {}
    for family, assumed in before.items():
        total = sum(seen[family][lv] for lv in assumed) + _ASSUMED
        found[family] = {
            lv: round((seen[family][lv] + _ASSUMED * share) / total, 4) for lv, share in assumed.items()
        }
    return found


def calibrate(cases: int, documents: int, seed: int) -> list[list[float]]:
    """(threshold, bound of the share wrong at or above it), lowest threshold first."""
    world = build(cases, seed)
    index = CaseIndex(world.cases, from_dict(yaml.safe_load(_WEIGHTS.read_text(encoding="utf-8"))))
    policy = LinkPolicy(error_target=0.2)  # low on purpose: to see what a lower threshold would let in
    attached: list[tuple[float, bool]] = []
    for sample in Post(world, seed + 1).draw(documents):
        for truth, got in zip(
            sample.truth, link(sample.documents, sample.arrival, index, policy), strict=True
        ):
            if got.decision == "attached":
                attached.append((got.probability, got.receipt_nos == (truth,)))
    kept = []
    for t in _THRESHOLDS:
        above = [right for p, right in attached if p >= t]
        bound = min(1.0, _SAFETY * upper_bound(above.count(False), len(above)))
        kept.append([t, round(bound, 6)])
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=101)
    args = parser.parse_args()
    text = _WEIGHTS.read_text(encoding="utf-8")
    text = _replaced(text, "errors", errors(measured(), default_weights().errors))
    _WEIGHTS.write_text(_replaced(text, "calibration", {"kept": []}), encoding="utf-8")
    kept = calibrate(args.cases, args.documents, args.seed)
    _WEIGHTS.write_text(_replaced(text, "calibration", {"kept": kept}), encoding="utf-8")
    for threshold, bound in kept:
        print(f"threshold {threshold}: at most {bound} wrong")


def _replaced(text: str, key: str, value: Mapping[str, Any]) -> str:
    """`text` with one top-level key written anew and everything else, comments too, as it was."""
    block = [f"{key}:"]
    block += [
        f"  {k}: {yaml.safe_dump(v, default_flow_style=True, sort_keys=False, width=1000).strip()}"
        for k, v in value.items()
    ]
    lines = text.rstrip("\n").split("\n")
    starts = [i for i, line in enumerate(lines) if line.startswith(f"{key}:")]
    if not starts:
        return "\n".join([*lines, "", *block]) + "\n"
    start = starts[0]
    end = start + 1
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    return "\n".join([*lines[:start], *block, *lines[end:]]) + "\n"


if __name__ == "__main__":
    main()
