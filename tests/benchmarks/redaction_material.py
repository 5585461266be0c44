"""Made-up talks with personal data planted in them as people say it, and with much that only looks like it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from stt.transcript import Utterance

SINO = "공일이삼사오육칠팔구"
NATIVE = ("공", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_SURNAMES = """
김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 전 홍 고 문 양 손 배 백 허 유 남
심 노 하 곽 성 차 주 우 구 민 진 나 엄 채 천 방 공 현 함 변
"""
SURNAMES = _SURNAMES.split()
_GIVEN = """
민준 서연 도윤 하은 지훈 수빈 영자 정숙 순자 광수 종민 현우 예진 성호 미경 은지 태현 승희 재석 혜정
동건 유진 상우 보미 경호 나연 병철 옥순 길동 기태 소영 준혁 다은 명수 춘자 세라 철민 가영 형석 윤아
건우 진솔 찬호 해인 규리 두식 말숙 범수
"""
GIVEN = _GIVEN.split()
NOT_ALONE = frozenset(
    ("이", "한", "고", "조", "전", "하", "구", "나", "주", "우", "현", "공", "차", "함", "류")
)
"""Surnames that mean something else where they stand before a title."""
Maker = Callable[["Script"], None]


@dataclass
class Script:
    """A talk that is being written; planted: kind, position, first and last character."""

    chance: random.Random
    utterances: list[Utterance] = field(default_factory=list)
    planted: list[tuple[str, int, int, int]] = field(default_factory=list)

    def say(self, speaker: str, *parts: str | tuple[str, str]) -> None:
        """One utterance; a part (kind, words) is planted."""
        text = ""
        for part in parts:
            if isinstance(part, tuple):
                self.planted.append((part[0], len(self.utterances), len(text), len(text) + len(part[1])))
                text += part[1]
            else:
                text += part
        begin = self.utterances[-1].end + 0.4 if self.utterances else 1.0
        number = len(self.utterances) + 1
        self.utterances.append(Utterance(number, begin, begin + max(0.5, len(text) / 6), speaker, text))

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)


def talk(seed: int, pieces: int = 8) -> Script:
    """A talk of about 30 utterances with `pieces` planted things among small talk, amounts and dates."""
    script = Script(random.Random(seed))
    makers: list[Maker] = [
        resident,
        phone,
        account,
        card,
        name_of_other,
        name_of_other,
        address,
        email,
        licence,
        phone,
    ]
    script.say("counselor", "네 고용센터입니다. 무엇을 도와드릴까요?")
    for _ in range(pieces):
        for _ in range(script.chance.randint(1, 3)):
            ordinary(script)
        script.chance.choice(makers)(script)
    ordinary(script)
    return script


def said(script: Script, digits: str) -> str:
    """A group of figures as it may be spoken, or written by a recogniser."""
    way = script.chance.random()
    half = len(digits) // 2
    if way < 0.45:
        return _sino(digits)
    if way < 0.57:
        return " ".join(SINO[int(d)] for d in digits)
    if way < 0.65 and len(digits) <= 4:
        return script.pick(" ", "").join(NATIVE[int(d)] for d in digits)
    if way < 0.7 and len(digits) <= 4:
        return "".join(script.pick(SINO[int(d)], NATIVE[int(d)]) for d in digits)
    if way < 0.77 and len(digits) > 3:
        return _sino(digits[:half]) + " " + _sino(digits[half:])
    if way < 0.8 and len(digits) > 3:
        return digits[:half] + " " + _sino(digits[half:])
    return digits


def _sino(digits: str) -> str:
    return "".join(SINO[int(d)] for d in digits)


ENDINGS = ("이요", "요", "입니다", "이에요", "이예요", "예요", "", "이고요", "인데요", "이거든요")


def _groups(script: Script, kind: str, groups: list[str], between: tuple[str, ...], asks: str) -> None:
    """The groups in one go, or over several turns."""
    if script.chance.random() < 0.9:
        script.say("counselor", asks)
    else:
        script.say("person", script.pick("번호 불러 드릴게요", "지금 말씀드릴게요"))
    glue = script.pick(*between, ", ", " 하이픈 ", " 그다음에 ")
    spoken = [said(script, group) for group in groups]
    ending = script.pick(*ENDINGS)
    opening = script.pick("", "네 ", "음 ", "잠시만요 ")
    if script.chance.random() < 0.55:
        _in_one_go(script, kind, opening, glue.join(spoken), ending, groups[-1])
    else:
        for i, group in enumerate(spoken):
            last = i == len(spoken) - 1
            between_turns = script.pick("", "에", "이고요", " 다시", "이고")
            script.say("person", opening if not i else "", (kind, group), ending if last else between_turns)
            if not last:
                _between(script, kind, groups[i])
    if script.chance.random() < 0.3 and len(groups[-1]) >= 4:
        script.say(
            "counselor",
            script.pick("네 끝이 ", "확인할게요 "),
            (kind, said(script, groups[-1])),
            script.pick(" 맞으시죠", ", 네 확인됐습니다"),
        )


def _in_one_go(script: Script, kind: str, opening: str, number: str, ending: str, last: str) -> None:
    if script.chance.random() < 0.12 and len(last) >= 3:
        right = _sino(f"{script.chance.randrange(100):02}")
        script.say(
            "person",
            opening,
            (kind, number),
            ending,
            " 아니 ",
            (kind, right),
            script.pick("로 끝나요", "이요"),
        )
    else:
        script.say("person", opening, (kind, number), ending)


def _between(script: Script, kind: str, group: str) -> None:
    """What the other side says before the next group: a sound, or the group over again."""
    if script.chance.random() < 0.2 and len(group) >= 3:
        script.say(
            "counselor", script.pick("네 ", ""), (kind, said(script, group)), script.pick("", "이고요")
        )
    else:
        script.say("counselor", script.pick("네", "네네", "예", "네 말씀하세요"))


def resident(script: Script) -> None:
    year, month, day = (
        script.chance.randint(50, 99),
        script.chance.randint(1, 12),
        script.chance.randint(1, 28),
    )
    front = f"{year:02}{month:02}{day:02}"
    back = script.pick("1", "2") + f"{script.chance.randrange(10**6):06}"
    asks = script.pick(
        "주민등록번호 불러 주시겠어요?",
        "주민번호가 어떻게 되세요?",
        "본인 확인을 위해 주민번호 부탁드려요",
        "생년월일하고 뒷자리요",
    )
    if script.chance.random() < 0.3:
        _groups(
            script,
            "resident",
            [front],
            ("",),
            script.pick("주민번호 앞자리만 불러 주세요", "생년월일 여섯 자리요"),
        )
    else:
        _groups(script, "resident", [front, back], (" 다시 ", "에 ", " ", "-", "의 "), asks)


def phone(script: Script) -> None:
    groups = ["010", f"{script.chance.randint(2000, 9999)}", f"{script.chance.randrange(10**4):04}"]
    asks = script.pick(
        "연락처가 어떻게 되세요?",
        "핸드폰 번호요",
        "연락받으실 번호 알려 주세요",
        "전화번호 좀 불러 주시겠어요?",
        "문자는 어디로 보내 드릴까요?",
    )
    _groups(script, "phone", groups, ("에 ", " ", "-", "다시 ", "의 ", ""), asks)


def account(script: Script) -> None:
    sizes = script.chance.choice(([3, 4, 4, 2], [6, 2, 6], [3, 3, 6], [4, 3, 6], [4, 2, 7], [3, 6, 5]))
    groups = ["".join(str(script.chance.randrange(10)) for _ in range(size)) for size in sizes]
    bank = script.pick("농협", "국민은행", "신한은행", "카카오뱅크", "우체국", "새마을금고")
    script.say(
        "person", script.pick("통장은 ", "계좌가 ", "입금은 "), bank, script.pick("이에요", "으로 받을게요")
    )
    _groups(
        script,
        "account",
        groups,
        ("-", "에 ", " 다시 ", " "),
        script.pick("계좌번호 불러 주세요", "번호가 어떻게 되세요 계좌요"),
    )


def card(script: Script) -> None:
    body = script.pick("4", "5", "9") + "".join(str(script.chance.randrange(10)) for _ in range(14))
    digits = body + str(_luhn(body))
    groups = [digits[i : i + 4] for i in range(0, 16, 4)]
    _groups(
        script,
        "card",
        groups,
        ("-", " ", "에 ", " 다시 "),
        script.pick("카드번호가 어떻게 되세요?", "결제하신 카드 번호 알려 주세요"),
    )


def _luhn(body: str) -> int:
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(body)))
    return -total % 10


def name_of_other(script: Script) -> None:
    full, given = script.pick(*SURNAMES), script.pick(*GIVEN)
    name = full + given
    batchim = (ord(name[-1]) - 0xAC00) % 28 > 0
    i, ga = ("이", "이") if batchim else ("", "가")
    speaker = script.pick("person", "counselor")
    forms: list[tuple[str | tuple[str, str], ...]] = [
        (
            script.pick("전에 담당하시던 ", "어제 전화 주신 "),
            ("name", name),
            script.pick(" 주무관님이 그러셨어요", " 선생님한테 들었어요", " 씨가 안내해 주셨는데요"),
        ),
        (script.pick("저희 남편 ", "큰딸 ", "제 동생 ", "아들 "), ("name", name), f"{ga} 지금 같이 살아요"),
        (
            script.pick("회사 ", "총무팀 ", ""),
            ("name", name),
            script.pick(" 과장님이 서류를 안 해 줘요", " 대리한테 말했어요", " 팀장이 나가라고 했어요"),
        ),
        (
            script.pick("같이 일하던 ", "그때 "),
            ("name", name),
            script.pick(" 씨도 같이 그만뒀어요", " 씨가 증인이에요"),
        ),
        (
            "보호자 성함은 ",
            ("name", name),
            script.pick("입니다", f"{i}에요" if batchim else "예요", "이고요" if batchim else "고요"),
        ),
        (("name", name), f"{i}라고 하는 사람이 대표예요"),
        ("친구 ", ("name", name), f"{ga} 소개해 줬어요"),
        (script.pick("원장님은 ", "담당자는 "), ("name", name), " 님으로 되어 있네요"),
        ("막내 ", ("name", given), "이가 아파서요" if (ord(given[-1]) - 0xAC00) % 28 else "가 아파서요"),
        (("name", full), script.pick(" 과장님하고", " 부장님이", " 대리한테") + " 얘기했어요"),
    ]
    form = script.chance.choice(forms[:-1] if full in NOT_ALONE else forms)
    script.say(speaker, *form)
    if (
        script.chance.random() < 0.3
        and isinstance(form[0], str)
        and len(name) == 3
        and ("name", name) in form
    ):
        script.say("counselor", "아 ", ("name", name), script.pick(" 씨요. 네.", " 님 말씀이시죠"))


def address(script: Script) -> None:
    road = script.pick("월드컵북로", "중앙로", "평화길", "한밭대로", "송죽로", "테헤란로", "무지개로")
    house = str(script.chance.randint(2, 240))
    flat = script.pick(
        "",
        f" {script.chance.randint(101, 120)}동 {script.chance.randint(101, 1802)}호",
        f" {script.chance.randint(1, 5)}0{script.chance.randint(1, 9)}호",
    )
    if script.chance.random() < 0.35:
        spoken = script.pick("백이동 천삼백사호", "삼백일동 오백육호", "백오동 이백일호")
        script.say(
            "person",
            script.pick("집은 ", "주소가 "),
            ("address", script.pick("한빛아파트 ", "푸른마을 ", "") + spoken),
            script.pick("예요", "입니다", "요"),
        )
    else:
        place = script.pick("서울 은평구", "성남시 분당구", "대전 유성구", "경기도 김포시", "청주시 흥덕구")
        script.say(
            "person",
            f"{place} ",
            ("address", f"{road} {house}{flat}"),
            script.pick("에 살아요", "이에요", " 맞습니다"),
        )


def email(script: Script) -> None:
    local = script.pick("hong", "sunny", "love", "kimjob", "mj") + str(script.chance.randint(1, 999))
    domain = script.pick("naver.com", "gmail.com", "daum.net")
    spoken = {"naver.com": "네이버 닷컴", "gmail.com": "지메일 닷컴", "daum.net": "다음 넷"}[domain]
    script.say("counselor", "이메일 주소가 어떻게 되세요?")
    script.say(
        "person",
        script.pick("", "제 메일은 "),
        ("email", script.pick(f"{local}@{domain}", f"{local} 골뱅이 {spoken}", f"{local} 골뱅이 {domain}")),
        "이에요",
    )


def licence(script: Script) -> None:
    digits = [
        f"{script.chance.randint(10, 24)}",
        f"{script.chance.randrange(10**6):06}",
        f"{script.chance.randint(10, 99)}",
    ]
    if script.chance.random() < 0.5:
        script.say(
            "person",
            "면허번호는 ",
            ("licence", f"{script.pick('서울', '경기', '부산')} " + "-".join(digits)),
            "입니다",
        )
    else:
        script.say("person", "여권이 ", ("passport", "M" + f"{script.chance.randrange(10**8):08}"), "이에요")


def ordinary(script: Script) -> None:
    """Amounts, dates, ages, numbers of cases, public telephones: what must stay."""
    r = script.chance
    month, day = r.randint(1, 12), r.randint(1, 28)
    won = script.pick(
        "삼백이십만 원",
        "198만 원",
        "육만 육천사십팔 원",
        "1,240,000원",
        "칠백이십만 원",
        "이백오십만 원",
        "3만 5천 원",
    )
    lines = [
        f"{month}월 {day}일에 그만뒀고 월급은 {won}이었어요",
        f"구직급여는 {won}까지 {r.randint(90, 270)}일 동안 나갑니다",
        script.pick(
            "십이월 삼일까지 서류를 내 주세요",
            "이천이십육년 삼월 이일부터예요",
            "다음 주 화요일 두 시 반에 오세요",
        ),
        f"접수번호는 2026-UB-{r.randrange(10**7):07}입니다",
        "접수번호가 이공이육 유비 공공일이삼사오예요",
        f"저는 올해 {script.pick('마흔다섯', '쉰둘', '스물아홉')}이고 아이가 둘이에요",
        "사업자등록번호 이백이십에 팔일에 육이오일칠이에요",
        f"사업자번호는 {r.randint(101, 699)}-{r.randint(10, 89)}-{r.randint(10000, 99999)}이고요",
        script.pick(
            "궁금하시면 1350으로 전화 주세요",
            "국번 없이 일삼오공이요",
            "근로복지공단은 1588-0075예요",
            "콜센터 번호는 일오칠칠에 칠일일사요",
        ),
        f"{r.randint(2, 12)}년 {r.randint(1, 11)}개월 다녔고 피보험기간은 {r.randint(180, 900)}일이에요",
        script.pick(
            "팔십 퍼센트 이상 출석하셔야 돼요", "삼 점 삼 퍼센트로 뗐어요", "열두 명 중에 네 명이 나갔어요"
        ),
        script.pick(
            "고용보험 상실신고는 다음 달 십오일까지예요",
            "육아휴직은 일 년 육 개월까지요",
            "국민취업지원제도 이유형이에요",
        ),
        script.pick(
            "이번 주 안에 고용24에서 신청하시면 됩니다",
            "서류는 진단서하고 가족관계증명서요",
            "네 알겠습니다 그렇게 할게요",
        ),
        script.pick(
            "집에서 버스로 사십 분 걸려요",
            "사층 이 번 창구로 오세요",
            "하루 여덟 시간 주 오일 근무예요",
            "삼백이 명쯤 되는 회사예요",
        ),
        script.pick(
            "지게차 자격증이 있고 용접도 십 년 했어요",
            "편의점에서 야간에 일했는데 몸이 안 좋아졌어요",
            "유치원 방과 후 교사를 하고 싶어요",
        ),
        script.pick(
            "담당자분이 안 계셔서 내일 다시 전화할게요",
            "사장님이 연락이 안 돼요",
            "팀장님하고 얘기해 볼게요",
            "인사과 과장님이 나가라고 했어요",
        ),
    ]
    script.say(script.pick("person", "counselor"), r.choice(lines))
