"""From the pages of one document to its fields: the best of all places, by label and by format."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.blocks import Layout
from ocr.catalogue import Catalogue
from ocr.fields.kinds import KINDS
from ocr.fields.reading import Context, Parsed, choose
from ocr.findings import Choice
from ocr.forms import Form
from ocr.labels import find_labels
from ocr.places import Place, labelled_places, line_above, unlabelled_cells, unlabelled_places

_RELATION = {
    "cell": 0.5,
    "under": 0.5,
    "inline": 0.45,
    "beside": 0.4,
    "below": 0.3,
    "pattern": 0.35,
    "within": -0.2,
    "above": 0.2,
    "format": 0.0,
}
_FIT_GAIN = 1.5
_LIKENESS_GAIN = 2.0
_STOPGAP = 2.0  # a label of last resort counts only where no other gives anything
_LEAST_FIT = 0.25
_OTHER_GROUPS = ((3, 2, 5), (3, 4, 4), (3, 3, 4), (4, 2, 2))  # business numbers, phones, dates
_TEXTS = ("name", "company", "address")  # kinds that almost any text fits
_LOOSE, _LOOSE_LEAST = ("inline", "within", "beside", "below"), 0.75
_SURE_FIT = 0.95  # a value without a label must at least fit so well, unless the form expects it


def extract(pages: Sequence[Layout], form: Form, catalogue: Catalogue) -> dict[str, list[Choice]]:
    """Field -> what it may be, best first, for a document of the type that `form` describes."""
    choices: dict[str, list[Choice]] = {}
    for page in pages:
        found = find_labels(page.blocks, catalogue.labels)
        for field, place in labelled_places(page, form, found, catalogue):
            _add(choices, field, place, form, catalogue)
        for field, spec in form.fields.items():
            for place in unlabelled_places(page, spec):
                _add(choices, field, place, form, catalogue)
    for field, spec in form.fields.items():
        if spec.above and spec.above in choices:
            anchor = max(choices[spec.above], key=lambda c: c.score).place
            page = next(p for p in pages if p.page.number == anchor.page)
            for place in line_above(page, anchor.box):
                _add(choices, field, place, form, catalogue)
    if "name" in form.fields and "name" not in choices:
        for page in pages:
            for place in unlabelled_cells(page, catalogue):
                _add(choices, "name", place, form, catalogue, _SURE_FIT)
    return {field: sorted(found, key=lambda c: -c.score) for field, found in choices.items()}


def _add(
    choices: dict[str, list[Choice]],
    field: str,
    place: Place,
    form: Form,
    catalogue: Catalogue,
    least: float = _LEAST_FIT,
) -> None:
    spec = form.fields[field]
    assert spec.kind is not None
    parsed = choose(place.readings, KINDS[spec.kind], Context(form.program, spec.suffix))
    if parsed is None or parsed.fit < least:
        return
    if spec.kind in ("name", "company") and catalogue.is_word(parsed.value):
        return
    if spec.kind in _TEXTS and place.relation in _LOOSE and place.likeness < _LOOSE_LEAST:
        return
    alone = place.relation == "format" and (not spec.anywhere or spec.kind == "address")
    if alone and not _tells(spec.kind, place, parsed):
        return
    score = (
        _LIKENESS_GAIN * place.likeness
        + _RELATION[place.relation]
        + _FIT_GAIN * parsed.fit
        + 0.5 * place.section
        - 0.02 * min(place.rank, 10)
        - (_STOPGAP if place.stopgap else 0.0)
    )
    choices.setdefault(field, []).append(Choice(place, parsed, score))


def _tells(kind: str, place: Place, parsed: Parsed) -> bool:
    """Whether a value that stands without its label can be nothing else than what it looks like."""
    if parsed.fit < _SURE_FIT or "mended" in parsed.notes:
        return False
    text = place.readings[0].text
    if kind == "bank":
        return len("".join(text.split())) <= len(parsed.value) + 2
    if kind == "account":
        others = ("phone", "rrn", "business_no", "receipt_no")
        groups = tuple(map(len, parsed.value.split("-")))
        alone = not any(c.isalpha() for c in text) and len(groups) >= 3 and groups not in _OTHER_GROUPS
        return alone and not any(_plainly(k, place) for k in others)
    return True


def _plainly(kind: str, place: Place) -> bool:
    """Whether a place holds a value of `kind` without any mending."""
    parsed = choose(place.readings[:1], KINDS[kind], Context())
    return parsed is not None and parsed.fit >= _SURE_FIT and "mended" not in parsed.notes
