from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import yaml

from ocr.linking.estimate import _replaced
from ocr.linking.measure import Seen, blended, observe
from ocr.linking.simulation.noise import measured
from tests.ocr.linking.papers import paper

TRUTH = {
    "media": "fax_fine",
    "parts": [
        {
            "pages": [1],
            "fields": {
                "name": "김영희",
                "rrn": "960121-1021413",
                "phone": "010-1234-5678",
                "account": "1-22-333333",
            },
        }
    ],
}


def seen_once():
    seen = defaultdict(Seen)
    digits = defaultdict(Counter)
    read = paper("id_card", name="김염희", rrn="960121-1021418", phone="010-1234-5678")
    observe(TRUTH, [read], seen, digits)
    return seen, digits


def test_readings_are_counted_by_what_became_of_them():
    seen, digits = seen_once()
    assert seen["fax_fine", "name"].levels == {"alike": 1}
    assert seen["fax_fine", "rrn"].levels == {"confusable": 1}
    assert seen["fax_fine", "phone"].right == [0.97]
    assert seen["fax_fine", "account"].missing == 1
    assert digits["3"] == {"8": 1}


def test_measured_figures_move_the_assumed_ones():
    seen, digits = seen_once()
    before = measured()
    after = blended(before, seen, digits, assumed=1.0)
    figures = after["conditions"]["fax_fine"]["fields"]
    assert figures["account"]["missing"] > 0.4
    assert figures["name"]["right"] < 0.6
    for condition in after["conditions"].values():
        for f in condition["fields"].values():
            assert sum(f["levels"].values()) == pytest.approx(1, abs=0.01)


def test_one_key_is_replaced_and_comments_stay():
    text = "# why\na: {b: 1}\n\n# more\nc:\n  d: 2\n  e: 3\n\nf: 4\n"
    new = _replaced(text, "c", {"d": [1, 2]})
    assert yaml.safe_load(new) == {"a": {"b": 1}, "c": {"d": [1, 2]}, "f": 4}
    assert "# why" in new
    assert "# more" in new
    assert yaml.safe_load(_replaced(text, "g", {"h": 1}))["g"] == {"h": 1}
