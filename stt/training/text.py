"""Broad Korean text to train on: walks through kiwipiepy's own language model, words of its whole dictionary,
inflected endings, numbers and names at random. No sentence is written down here: a few templates make a parrot.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from stt.training import spoken_forms
from stt.training.words import words

ENDINGS, LINKS, PARTICLES, OPENERS, TERMS = map(words, ("endings", "links", "particles", "openers", "terms"))

_HANGUL = re.compile(r"^[가-힣ㄱ-ㅎㅏ-ㅣᆨ-ᇂ]+$")
_FIT = re.compile(r"^[가-힣 ]+$")
_NOUNS = frozenset({"NNG", "NNP"})
_STEMS = frozenset({"VV", "VA", "VV-I", "VA-I", "VV-R", "VA-R"})
_WALKED = frozenset(
    {*_NOUNS, *_STEMS, "NNB", "NR", "NP", "VX", "VX-I", "VX-R", "VCP", "VCN", "MM", "MAG", "MAJ", "IC", "JKS", "JKC",
     "JKG", "JKO", "JKB", "JKV", "JKQ", "JX", "JC", "EP", "EF", "EC", "ETN", "ETM", "XPN", "XSN", "XSV", "XSA", "XSM",
     "XR", "SN"}
)  # fmt: skip
_LONGEST_WALK = 26
_MEMORY = 2
_OFFERS = 300
_CURIOSITY = 0.2

Morpheme = tuple[str, str]


class Sentences:
    """An endless stream of sentences: the same seed, the same sentences (with the same kiwipiepy)."""

    def __init__(self, seed: int) -> None:
        from kiwipiepy import Kiwi

        self.rng = random.Random(seed)
        self._kiwi: Any = Kiwi(num_workers=1)
        self._offered: dict[tuple[int, ...], tuple[list[Any], list[float]]] = {}

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self.sentence()

    def sentence(self) -> str:
        """One sentence in Hangul and spaces, with "." or "?" behind it."""
        while True:
            kind = self.rng.random()
            if kind < 0.5:
                made = self._walk()
            elif kind < 0.92:
                made = self._grammar()
            else:
                made = self._list()
            made = re.sub(r"\s+", " ", made).strip()
            if 2 <= len(made) <= 90 and _FIT.match(made):
                return made + self._mark(made)

    def _mark(self, text: str) -> str:
        asks = text.endswith(("까", "까요", "나요", "가요", "래요", "냐")) or self.rng.random() < 0.06
        return "?" if asks and self.rng.random() < 0.9 else "."

    # Walks through the language model

    def _offers(self, before: tuple[int, ...]) -> tuple[list[Any], list[float]]:
        known = self._offered.get(before)
        if known is None:
            offers = [
                offer
                for offer in self._kiwi.predict_next_morpheme(list(before), top_n=_OFFERS)
                if offer.tag in _WALKED and (offer.tag == "SN" or _HANGUL.match(offer.form))
            ]
            best = max((offer.score for offer in offers), default=0.0)
            known = offers, [2.718281828 ** ((offer.score - best) * 0.85) for offer in offers]
            if len(self._offered) < 60_000:
                self._offered[before] = known
        return known

    def _walk(self) -> str:
        rng = self.rng
        walked: list[int] = [
            self._stop,
            rng.choice(self._starts).id if rng.random() < 0.8 else self._some_noun(),
        ]
        morphemes: list[Morpheme] = []
        first = self._form(walked[-1])
        morphemes.append(first)
        longest = rng.randrange(4, _LONGEST_WALK)
        while True:
            before = tuple(walked[-_MEMORY:])
            # Asking the model is what takes the time: a new pair of morphemes is asked about now and then only.
            if before not in self._offered and rng.random() > _CURIOSITY:
                before = before[-1:]
            offers, weights = self._offers(before)
            if not offers:
                break
            chosen = rng.choices(offers, weights)[0]
            form, tag = chosen.form, chosen.tag
            walked.append(chosen.id)
            if tag == "EF" or (tag == "EC" and len(morphemes) > longest):
                morphemes.append(self._ending(form))
                break
            if tag in _NOUNS and rng.random() < 0.3:
                form = self._other_noun()
            elif tag == "SN":
                form, tag = spoken_forms.anything(rng).split()[0], "NNG"
            morphemes.append((form, tag))
            if len(morphemes) > longest + 12:
                break
        return self._opened(self._joined(morphemes))

    def _ending(self, form: str) -> Morpheme:
        return (form if self.rng.random() < 0.25 else self.rng.choice(ENDINGS), "EF")

    def _form(self, number: int) -> Morpheme:
        token = self._kiwi.morpheme(number)
        return token.form, token.tag

    # Clauses of words drawn from the dictionary

    def _grammar(self) -> str:
        rng = self.rng
        morphemes: list[Morpheme] = []
        for clause in range(rng.choice((1, 1, 2, 2, 3))):
            if clause:
                morphemes.append((rng.choice(LINKS), "EC"))
            if rng.random() < 0.35:
                morphemes.append((rng.choice(self._adverbs), "MAG"))
            for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))):
                if rng.random() < 0.22:
                    morphemes += [(word, "NNG") for word in spoken_forms.anything(rng).split()]
                else:
                    morphemes += [(self._other_noun(), "NNG") for _ in range(rng.choice((1, 1, 1, 2)))]
                if rng.random() < 0.85:
                    morphemes.append((rng.choice(PARTICLES), "JX"))
                if rng.random() < 0.12:
                    morphemes += [(rng.choice(self._verbs), "VV"), (rng.choice(("는", "ᆫ", "ᆯ", "던")), "ETM")]
                    morphemes.append((rng.choice(("것", "때", "수", "줄", self._other_noun())), "NNG"))
            morphemes += self._predicate()
        morphemes.append((rng.choice(ENDINGS), "EF"))
        return self._opened(self._joined(morphemes))

    def _predicate(self) -> list[Morpheme]:
        rng = self.rng
        kind = rng.random()
        if kind < 0.45:
            made: list[Morpheme] = [(rng.choice(self._verbs), "VV")]
        elif kind < 0.85:
            made = [(self._other_noun(), "NNG"), (rng.choice(("하", "하", "되", "받", "시키")), "XSV")]
        else:
            made = [(self._other_noun(), "NNG"), ("이", "VCP")]
        kind = rng.random()
        if kind < 0.12:
            made += [("지", "EC"), (rng.choice(("않", "못하")), "VX")]
        elif kind < 0.3:
            made += [
                ("어", "EC"),
                (rng.choice(("주", "보", "놓", "두", "가", "오", "버리", "드리", "있")), "VX"),
            ]
        elif kind < 0.38:
            made += [("고", "EC"), (rng.choice(("있", "싶", "계시")), "VX")]
        if rng.random() < 0.2:
            made.append(("시", "EP"))
        if rng.random() < 0.4:
            made.append((rng.choice(("었", "었", "겠")), "EP"))
        return made

    # Things told off one after another

    def _list(self) -> str:
        rng = self.rng
        if rng.random() < 0.5:
            things = [spoken_forms.anything(rng) for _ in range(rng.randrange(1, 5))]
        else:
            things = [self._other_noun() for _ in range(rng.randrange(1, 6))]
        after = rng.choice(("", "", "이요", "요", "입니다", "이에요", "이고요", "맞아요", "이죠", "인데요"))
        return self._opened(" ".join(things) + after)

    # Words

    def _opened(self, text: str) -> str:
        return f"{self.rng.choice(OPENERS)} {text}" if self.rng.random() < 0.22 else text

    def _joined(self, morphemes: list[Morpheme]) -> str:
        return str(self._kiwi.join(morphemes, lm_search=False))

    def _other_noun(self) -> str:
        rng = self.rng
        if rng.random() < 0.15:
            return rng.choice(TERMS)
        # Squared: frequent words more often, and yet the whole dictionary.
        return self._nouns[int(len(self._nouns) * rng.random() ** 2.2)]

    def _some_noun(self) -> int:
        return self._noun_numbers[int(len(self._noun_numbers) * self.rng.random() ** 2.2)]

    @cached_property
    def _stop(self) -> int:
        return int(self._kiwi.tokenize("했다.")[-1].id)

    @cached_property
    def _starts(self) -> list[Any]:
        return self._offers((self._stop,))[0][:250]

    @cached_property
    def _words(self) -> list[tuple[int, str, str]]:
        found = []
        for number in range(3, 70_000):
            try:
                token = self._kiwi.morpheme(number)
            except (IndexError, ValueError):
                break
            if _HANGUL.match(token.form or ""):
                found.append((number, token.form, token.tag))
        return found

    @cached_property
    def _nouns(self) -> list[str]:
        return [form for _, form, tag in self._words if tag in _NOUNS and len(form) > 1]

    @cached_property
    def _noun_numbers(self) -> list[int]:
        return [number for number, form, tag in self._words if tag in _NOUNS and len(form) > 1]

    @cached_property
    def _verbs(self) -> list[str]:
        return [form for _, form, tag in self._words if tag in _STEMS][:4000]

    @cached_property
    def _adverbs(self) -> list[str]:
        return [form for _, form, tag in self._words if tag in {"MAG", "MAJ", "IC"}][:1500]
