"""How a paper looks: fonts, sizes, frames, words for its labels, seals; disjoint for tune and test.

Which fonts exist is asked of fontconfig once; where none of the extra families is installed, the
families of Debian's `fonts-nanum` remain, three for each split.
"""

from __future__ import annotations

import functools
import random
import shutil
import subprocess
from dataclasses import dataclass

from bots.sandbox.names import Split

PRINT_FONTS: dict[Split, tuple[str, ...]] = {
    "tune": (
        "NanumGothic",
        "NanumMyeongjo",
        "NanumBarunGothic",
        "NanumGothic",
        "NanumMyeongjo",
        "Noto Sans CJK KR",
        "UnBatang",
        "Baekmuk Gulim",
        "LexiGulim",
        "UnGraphic",
        "NanumMyeongjo Eco",
    ),
    "test": (
        "NanumSquare",
        "NanumSquareRound",
        "NanumGothicCoding",
        "Noto Serif CJK KR",
        "UnDotum",
        "Baekmuk Batang",
        "Baekmuk Dotum",
        "LexiSaebomR",
        "UnShinmun",
        "NanumGothic Eco",
    ),
}
HAND_FONTS: dict[Split, tuple[str, ...]] = {
    "tune": ("Nanum Pen Script", "UnPilgi", "UnPen", "BM YEONSUNG"),
    "test": ("Nanum Brush Script", "NanumBarunpen", "UnPilgia", "UnPenheulim", "Eunjin Nakseo"),
}
# Families that stand in for handwriting, jittered hard, where no handwriting font is installed.
HAND_FALLBACK: dict[Split, str] = {"tune": "NanumBarunGothic", "test": "NanumSquareRound"}
STYLES: dict[Split, tuple[str, ...]] = {
    "tune": ("ruled", "ruled", "ruled", "open", "colon", "sided", "stacked"),
    "test": ("framed", "framed", "dotted", "underlined", "dotted"),
}
LABELS: dict[Split, dict[str, tuple[str, ...]]] = {
    "tune": {
        "name": ("성명", "성 명", "이름", "신청인 성명", "성명(한글)", "성    명"),
        "rrn": ("주민등록번호", "주민번호", "주민등록번호(외국인등록번호)", "주민(외국인)등록번호"),
        "phone": ("전화번호", "연락처", "휴대전화", "휴대폰", "전 화 번 호", "휴대전화번호"),
        "address": ("주소", "주 소", "거주지", "주소(도로명)"),
        "email": ("전자우편", "이메일", "E-mail"),
        "receipt_no": ("접수번호", "접 수 번 호", "접수 번호"),
        "receipt_date": ("접수일", "접수일자"),
        "company": ("사업장명", "사업장명칭", "회사명", "상호(법인명)", "사업체명"),
        "business_no": ("사업자등록번호", "사업자 등록번호", "사업자번호"),
        "representative": ("대표자", "대표자 성명"),
        "bank": ("은행명", "금융기관", "은행", "거래은행"),
        "account": ("계좌번호", "계좌 번호", "입금계좌", "예금계좌번호"),
        "holder": ("예금주", "예 금 주"),
        "left_on": ("이직일", "이 직 일", "퇴사일"),
        "joined_on": ("입사일", "피보험자격 취득일", "고용일"),
    },
    "test": {
        "name": ("성명", "신청자 성명", "성 명(한글)", "성함", "신청인"),
        "rrn": ("주민등록번호", "주 민 등 록 번 호", "주민등록 번호", "주민(외국인) 등록번호"),
        "phone": ("전화번호", "휴대전화 번호", "전화(휴대폰)", "연락처(휴대폰)", "H.P"),
        "address": ("주소", "주 소 지", "현주소", "도로명주소"),
        "email": ("이메일", "E-MAIL", "전자우편주소"),
        "receipt_no": ("접수번호", "접수 번호", "접수No."),
        "receipt_date": ("접수일", "접수일시"),
        "company": ("사업장명", "사업장 명칭", "업체명", "직장명", "상호"),
        "business_no": ("사업자등록번호", "사업자 등록 번호", "사업자등록 번호"),
        "representative": ("대표자명", "대표자"),
        "bank": ("은행명", "금융기관명", "지급은행", "개설은행"),
        "account": ("계좌번호", "계 좌 번 호", "지급계좌", "수령 계좌번호"),
        "holder": ("예금주", "예금주명"),
        "left_on": ("이직일", "이직 연월일", "퇴직일"),
        "joined_on": ("입사일", "입사 연월일", "채용일"),
    },
}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"


@functools.cache
def installed_fonts() -> frozenset[str]:
    """Family names that fontconfig knows; empty where there is no fontconfig."""
    if not shutil.which("fc-list"):
        return frozenset()
    listing = subprocess.run(
        ["fc-list", ":", "family"], capture_output=True, text=True, timeout=60, check=False
    )
    return frozenset(name.strip() for line in listing.stdout.splitlines() for name in line.split(","))


def print_fonts(split: Split) -> tuple[str, ...]:
    """The printing families of a split that this machine has."""
    return tuple(f for f in PRINT_FONTS[split] if f in installed_fonts()) or PRINT_FONTS[split][:1]


def hand_fonts(split: Split) -> tuple[str, ...]:
    """The handwriting families of a split that this machine has; may be empty."""
    return tuple(f for f in HAND_FONTS[split] if f in installed_fonts())


@dataclass
class Stationery:
    """One paper's looks, drawn once; templates know it as `k`."""

    split: Split
    font: str
    hand_font: str
    hand_jitter: float
    style: str
    size: float
    margin: str
    title_size: float
    title_spacing: float
    title_css: str
    rule: str
    shade: str
    label_width: int
    label_css: str
    section_weight: str
    align: str
    bullet: str
    side: str
    checks: tuple[str, str]
    sealed: bool
    signed: bool
    seal_round: bool
    seal_ink: str
    seal_turn: int
    scribble: str
    comb: bool
    numbered: bool
    hand_scale: float
    hand_ink: str


def _scribble(rng: random.Random) -> str:
    """A signature: loops that wander to the right, as an SVG path in a box of 100 by 50."""
    x, y = rng.uniform(4, 14), rng.uniform(20, 34)
    path = f"M{x:.0f},{y:.0f}"
    while x < 80:
        high, low = rng.uniform(3, 18), rng.uniform(30, 47)
        path += f" C{x + rng.uniform(2, 10):.0f},{high:.0f} {x + rng.uniform(-8, 16):.0f},{low:.0f}"
        x += rng.uniform(7, 16)
        y = rng.uniform(16, 36)
        path += f" {x:.0f},{y:.0f}"
    return f"{path} q12,-14 16,-4"


def draw_stationery(rng: random.Random, split: Split, institution: bool = False) -> Stationery:
    """Draw the looks of one paper; papers of institutions are more often sealed."""
    hands = hand_fonts(split)
    # One draw each, however many families there are: a seed tells the same story on every machine.
    print_draw, hand_draw, seal = rng.random(), rng.random(), rng.random()
    faces = print_fonts(split)
    return Stationery(
        split=split,
        font=faces[int(print_draw * len(faces))],
        hand_font=hands[int(hand_draw * len(hands))] if hands else HAND_FALLBACK[split],
        hand_jitter=rng.uniform(0.4, 1.1) * (1.0 if hands else 2.5),
        style=rng.choice(STYLES[split]),
        size=rng.choice((9.5, 10, 10.5, 11, 11.5)),
        margin=f"{rng.randrange(14, 30)}mm {rng.randrange(14, 22)}mm 12mm {rng.randrange(14, 22)}mm",
        title_size=rng.choice((15, 16, 18, 20)),
        title_spacing=rng.choice((0, 0.05, 0.1, 0.3)),
        title_css=rng.choice(
            ("", "", "text-decoration:underline", "border:.5mm solid #000;padding:2mm", "text-align:left")
        ),
        rule=rng.choice((".2mm solid #000", ".3mm solid #000", ".25mm solid #444", ".5mm solid #000")),
        shade=rng.choice(("none", "none", "#eee", "#e2e2e2", "#d6dcea", "#cfcfcf")),
        label_width=rng.randrange(14, 20),
        label_css=rng.choice(
            ("", "", "text-align:center", "font-weight:bold", "text-align:center;font-weight:bold")
        ),
        section_weight=rng.choice(("bold", "normal")),
        align=rng.choice(("left", "center", "left")),
        bullet=rng.choice(("", "•", "-", "○")),
        side=rng.choice(("신청인", "기본사항", "인적사항", "내용")),
        checks=rng.choice((("☑", "☐"), ("[√] ", "[ ] "), ("■", "□"), ("(○) ", "( ) "))),
        sealed=seal < (0.8 if institution else 0.35),
        signed=seal > 0.55,
        seal_round=rng.random() < 0.6,
        seal_ink=rng.choice(("#c22", "#d33030", "#b3202c")),
        seal_turn=rng.randrange(-18, 19),
        scribble=_scribble(rng),
        comb=rng.random() < 0.12,
        numbered=rng.random() < 0.15,
        hand_scale=rng.uniform(1.15, 1.45),
        hand_ink=rng.choice(("#000", "#111", "#123080", "#222")),
    )
