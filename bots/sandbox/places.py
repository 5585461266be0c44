"""Real districts and roads, so that addresses look like addresses; the numbers are made up."""

from __future__ import annotations

import random
from dataclasses import dataclass

# province, district, road, quarter (법정동 또는 읍면)
PLACES: tuple[tuple[str, str, str, str], ...] = (
    ("서울특별시", "종로구", "율곡로", "연지동"),
    ("서울특별시", "용산구", "한강대로", "갈월동"),
    ("서울특별시", "성동구", "왕십리로", "행당동"),
    ("서울특별시", "동대문구", "답십리로", "전농동"),
    ("서울특별시", "노원구", "동일로", "상계동"),
    ("서울특별시", "은평구", "통일로", "녹번동"),
    ("서울특별시", "마포구", "월드컵북로", "성산동"),
    ("서울특별시", "강서구", "화곡로", "화곡동"),
    ("서울특별시", "구로구", "디지털로", "구로동"),
    ("서울특별시", "영등포구", "선유동1로", "양평동"),
    ("서울특별시", "송파구", "올림픽로", "잠실동"),
    ("서울특별시", "강동구", "천호대로", "길동"),
    ("부산광역시", "부산진구", "중앙대로", "부전동"),
    ("부산광역시", "사하구", "낙동대로", "괴정동"),
    ("부산광역시", "금정구", "금강로", "장전동"),
    ("부산광역시", "기장군 기장읍", "차성로", "동부리"),
    ("대구광역시", "달서구", "월배로", "상인동"),
    ("대구광역시", "북구", "칠곡중앙대로", "태전동"),
    ("인천광역시", "미추홀구", "경인로", "주안동"),
    ("인천광역시", "부평구", "부평대로", "부평동"),
    ("광주광역시", "광산구", "임방울대로", "수완동"),
    ("광주광역시", "북구", "설죽로", "일곡동"),
    ("대전광역시", "서구", "둔산로", "둔산동"),
    ("대전광역시", "대덕구", "한밭대로", "오정동"),
    ("울산광역시", "남구", "삼산로", "삼산동"),
    ("울산광역시", "울주군 언양읍", "북문길", "동부리"),
    ("세종특별자치시", "", "한누리대로", "나성동"),
    ("경기도", "고양시 덕양구", "화중로", "화정동"),
    ("경기도", "용인시 기흥구", "중부대로", "영덕동"),
    ("경기도", "안산시 단원구", "화랑로", "고잔동"),
    ("경기도", "부천시", "길주로", "중동"),
    ("경기도", "평택시", "경기대로", "합정동"),
    ("경기도", "의정부시", "시민로", "의정부동"),
    ("경기도", "파주시 문산읍", "문향로", "문산리"),
    ("강원특별자치도", "춘천시", "공지로", "효자동"),
    ("강원특별자치도", "강릉시", "경강로", "교동"),
    ("충청북도", "청주시 흥덕구", "직지대로", "봉명동"),
    ("충청북도", "제천시", "의림대로", "중앙로"),
    ("충청남도", "천안시 서북구", "불당대로", "불당동"),
    ("충청남도", "아산시 배방읍", "배방로", "공수리"),
    ("전북특별자치도", "익산시", "무왕로", "영등동"),
    ("전북특별자치도", "군산시", "대학로", "나운동"),
    ("전라남도", "순천시", "중앙로", "조례동"),
    ("전라남도", "목포시", "영산로", "용당동"),
    ("경상북도", "구미시", "구미대로", "공단동"),
    ("경상북도", "포항시 남구", "포스코대로", "대도동"),
    ("경상남도", "김해시", "가야로", "삼정동"),
    ("경상남도", "진주시", "진주대로", "칠암동"),
    ("제주특별자치도", "제주시", "연북로", "연동"),
    ("제주특별자치도", "서귀포시", "중앙로", "서홍동"),
)
# The province as people shorten it when they fill in a form.
SHORT_PROVINCE = {
    "서울특별시": "서울시",
    "부산광역시": "부산시",
    "대구광역시": "대구시",
    "인천광역시": "인천시",
    "광주광역시": "광주시",
    "대전광역시": "대전시",
    "경기도": "경기",
    "충청북도": "충북",
    "충청남도": "충남",
    "전라남도": "전남",
    "경상북도": "경북",
    "경상남도": "경남",
}


@dataclass(frozen=True)
class Address:
    """A road-name address; `text` is what the record holds, `short` how a person may write it."""

    province: str
    district: str
    road: str
    number: str
    detail: str
    quarter: str

    @property
    def text(self) -> str:
        start = " ".join(x for x in (self.province, self.district, self.road, self.number) if x)
        return f"{start}, {self.detail}" if self.detail else start

    @property
    def short(self) -> str:
        province = SHORT_PROVINCE.get(self.province, self.province)
        start = " ".join(x for x in (province, self.district, self.road, self.number) if x)
        return f"{start} {self.detail}" if self.detail else start

    @property
    def with_quarter(self) -> str:
        return f"{self.text} ({self.quarter})"


def make_home(rng: random.Random) -> Address:
    province, district, road, quarter = rng.choice(PLACES)
    number = str(rng.randrange(1, 900))
    if rng.random() < 0.25:
        road, number = f"{road}{rng.randrange(2, 98)}번길", f"{rng.randrange(1, 90)}-{rng.randrange(1, 30)}"
    detail = rng.choice(
        (
            f"{rng.randrange(101, 125)}동 {rng.randrange(1, 26)}{rng.randrange(1, 9):02d}호",
            f"{rng.randrange(1, 6)}층",
            f"{rng.randrange(101, 905)}호",
            "",
            f"{rng.randrange(101, 112)}동 {rng.randrange(1, 20)}{rng.randrange(1, 5):02d}호",
        )
    )
    return Address(province, district, road, number, detail, quarter)


def make_office(rng: random.Random) -> Address:
    province, district, road, quarter = rng.choice(PLACES)
    detail = rng.choice(("", "", f"{rng.randrange(2, 15)}층", f"{rng.randrange(201, 1210)}호", "B동"))
    return Address(province, district, road, str(rng.randrange(1, 1200)), detail, quarter)
