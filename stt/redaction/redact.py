"""A talk with the personal data of its people taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stt.redaction.addresses import find_addresses
from stt.redaction.births import find_births
from stt.redaction.emails import find_emails
from stt.redaction.kinds import ADDRESS, MARKS, NAME, Found, Hidden
from stt.redaction.names import find_names
from stt.redaction.numbers import find_identifiers
from stt.redaction.papers import find_papers
from stt.redaction.times import said_at, word_places
from stt.transcript import Utterance, Word


@dataclass(frozen=True, slots=True)
class Redacted:
    """utterances: as given, with marks in text and words; hidden: what was taken out, by utterance id."""

    utterances: tuple[Utterance, ...]
    hidden: Mapping[int, tuple[Hidden, ...]]


def redact(
    utterances: Sequence[Utterance],
    *,
    known_names: Sequence[str] = (),
    person_names: Sequence[str] = (),
    counselor_names: Sequence[str] = (),
) -> Redacted:
    """Takes resident, telephone, account and card numbers, names, addresses in detail and the like out.

    utterances   of a whole talk in the order of time: numbers are split over turns, and asked for before
    known_names  of others, as the record knows them; person_names, counselor_names: theirs, which become
                 "[구직자]" and "[상담사]"; names of others become "[이름]"

    What is public stays: business registration numbers, receipt numbers, telephones of offices.
    Raises `RedactionWordsError` when `config/redaction.yaml` is not understood.
    """
    found = [
        *find_identifiers(utterances),
        *find_births(utterances),
        *find_papers(utterances),
        *find_emails(utterances),
        *find_addresses(utterances),
        *find_names(utterances, known_names, person_names, counselor_names),
    ]
    by_utterance = _merged(found)
    redacted: list[Utterance] = []
    hidden: dict[int, tuple[Hidden, ...]] = {}
    for at, utterance in enumerate(utterances):
        places = by_utterance.get(at, [])
        redacted.append(_marked(utterance, places) if places else utterance)
        if places:
            hidden[utterance.id] = tuple(
                Hidden(place.kind, *said_at(utterance, place.start, place.end), place.start, place.end)
                for place in places
            )
    return Redacted(tuple(redacted), hidden)


def redact_text(text: str, *, known_names: Sequence[str] = ()) -> str:
    """A single text, such as a line that somebody wrote into a note, with marks for what is personal."""
    said = Utterance(1, 0.0, 0.0, "unknown", text)
    return redact([said], known_names=known_names).utterances[0].text


def _merged(found: Sequence[Found]) -> dict[int, list[Found]]:
    """Places by utterance, in order; those that overlap are one, of the kind of the longest.

    Names and addresses give way to numbers: a wrong mark says more about them than a general one.
    """
    by_utterance: dict[int, list[Found]] = {}
    for place in sorted(found, key=lambda f: (f.at, f.start, -f.end)):
        places = by_utterance.setdefault(place.at, [])
        if not places or place.start >= places[-1].end:
            places.append(place)
            continue
        last = places[-1]
        kind = max((last, place), key=lambda f: (f.kind not in (NAME, ADDRESS), f.end - f.start)).kind
        places[-1] = Found(kind, place.at, last.start, max(last.end, place.end))
    return by_utterance


def _marked(utterance: Utterance, places: Sequence[Found]) -> Utterance:
    text, at, parts = utterance.text, 0, []
    for place in places:
        parts += [text[at : place.start], MARKS[place.kind]]
        at = place.end
    return replace(utterance, text="".join([*parts, text[at:]]), words=_marked_words(utterance, places))


def _marked_words(utterance: Utterance, places: Sequence[Found]) -> tuple[Word, ...]:
    """The words with those that are touched made into one mark each place; none where they cannot be told apart."""
    where = word_places(utterance)
    if where is None:
        return ()
    words: list[Word] = []
    done: set[int] = set()
    for start, end, word in where:
        number = next((i for i, place in enumerate(places) if start < place.end and end > place.start), None)
        if number is None:
            words.append(word)
        elif number not in done:
            done.add(number)
            words.append(_mark(where, places[number]))
    return tuple(words)


def _mark(where: Sequence[tuple[int, int, Word]], place: Found) -> Word:
    touched = [word for start, end, word in where if start < place.end and end > place.start]
    return Word(
        MARKS[place.kind], touched[0].start, touched[-1].end, min(word.confidence for word in touched)
    )
