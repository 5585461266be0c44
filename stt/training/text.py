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

ENDINGS = (
    "어요 습니다 는데요 거든요 네요 지요 죠 ᆯ게요 ᆯ까요 나요 잖아요 더라고요 고요 으세요 ᆸ니까 ᆫ가요 ᆯ래요 아서요 니까요 군요 ᆫ데요 "
    "ᆫ다고요 려고요 으면요 어야죠 다 어 지 ᆫ다 냐 자 네 는데 니 거든 ᆯ걸요 ᆸ시다 던데요 게요 나 ᆯ까 도록요 든지요 라고요 대요 래요 재요"
).split()
LINKS = (
    "고 어서 으면 는데 지만 니까 으려고 면서 거나 다가 게 도록 어도 으러 자마자 든지 ᆫ데 느라고 길래 어야 더니 ᆯ수록 기에 으므로 ᆯ지 "
    "는지 려면 다면 라고 다고 자고 냐고 던데 고서 면 지"
).split()
PARTICLES = (
    "이 가 을 를 은 는 에 에서 으로 와 과 도 만 의 부터 까지 한테 에게 하고 이나 보다 처럼 마다 밖에 이라도 조차 께서 이랑 에다가 대로 뿐 "
    "이라는 에는 에서는 으로는 까지는 만큼 이든 치고 께"
).split()
OPENERS = (
    "네 예 아 음 어 저 그 그럼 그러면 그래서 그런데 근데 그리고 혹시 일단 우선 사실 아니요 아니 글쎄요 제가 저는 저희 요즘 지금 아까 "
    "이번에 만약에 아마 그냥 진짜 그러니까 그니까 좀 안녕하세요 여보세요 참 맞아요 알겠습니다 그렇죠 그렇군요 잠시만요 죄송한데요 감사합니다"
).split()
TERMS = (
    "실업급여 구직급여 고용보험 이직확인서 피보험자격 수급자격 실업인정 실업인정일 구직활동 구직신청 구직등록 워크넷 고용이십사 고용센터 "
    "국민취업지원제도 구직촉진수당 취업활동계획 취업성공수당 조기재취업수당 내일배움카드 직업훈련 훈련기관 훈련장려금 훈련수당 자부담 출석률 "
    "육아휴직 육아휴직급여 출산휴가 출산전후휴가 배우자출산휴가 육아기근로시간단축 통상임금 사업주 사업장 근로계약서 계약만료 권고사직 자진퇴사 "
    "정리해고 폐업 임금체불 퇴직금 월급 연봉 최저임금 시급 주휴수당 상여금 실수령액 세전 세후 사대보험 건강보험 국민연금 산재보험 원천징수 "
    "재직증명서 경력증명서 졸업증명서 자격증 이력서 자기소개서 면접 면접비 채용공고 채용박람회 집단상담 심층상담 직업심리검사 진로상담 "
    "중장년 청년 경력단절 여성 장애인 고령자 한부모 북한이탈주민 결혼이민자 특수고용 일용직 계약직 정규직 단기 아르바이트 파견 인턴 프리랜서 "
    "자영업 소상공인 창업 폐업신고 요양보호사 간호조무사 사회복지사 바리스타 제과제빵 조리사 용접 지게차 전기기능사 컴퓨터활용능력 전산회계 "
    "물류센터 경비 미화 생산직 사무직 영업직 상담원 운전 배송 택배 마트 카페 편의점 어린이집 병원 요양원 학원 공장 본사 지점 "
    "소득 재산 가구원 중위소득 가족관계증명서 주민등록등본 신분증 통장사본 위임장 동의서 신청서 지급 신청 접수 심사 결정 통지 이의신청 "
    "유예 중단 연장 반환 부정수급 환수 대기기간 소정급여일수 지급액 상한액 하한액 일액 계좌 입금 예약 방문 전화 문자 이메일 홈페이지 "
    "상담사 담당자 팀장 주무관 선생님 어머니 아버지 남편 아내 아이 딸 아들 동생 언니 형 친구 무릎 허리 어깨 수술 치료 진단서 입원 통원 "
    "출퇴근 야간 주간 교대 주말 오전반 오후반 자차 버스 지하철 거리 시간대 희망직종 희망임금 경력 학력 전공 고졸 전문대 대졸 군대 공백기"
).split()

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
            offers, weights = self._offers(tuple(walked[-_MEMORY:]))
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
