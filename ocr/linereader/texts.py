"""Random texts of the kinds that stand on the papers: made up, from real vocabulary."""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ocr.linereader.alphabet import alphabet, knows

DIGIT_KINDS = ("phone", "rrn", "account", "business_no", "receipt_no", "date", "amount", "digits")


@functools.cache
def vocabulary() -> dict[str, Any]:
    """`vocabulary.toml` as it is."""
    with (Path(__file__).parent / "vocabulary.toml").open("rb") as f:
        return tomllib.load(f)


def _words(name: str) -> list[str]:
    value = vocabulary()[name]
    return value if isinstance(value, list) else value.split()


@functools.cache
def _districts() -> list[tuple[str, list[str]]]:
    rows = [r for r in vocabulary()["districts"].split("\n") if r.strip()]
    return [(r.split(":")[0].strip(), r.split(":")[1].split()) for r in rows]


@functools.cache
def _syllables() -> list[str]:
    return re.findall(r"[가-힣]", alphabet())


@functools.cache
def _given() -> list[str]:
    return [c for c in vocabulary()["given_syllables"] if c.strip()]


def digits(r: random.Random, count: int) -> str:
    return "".join(r.choices("0123456789", k=count))


def name(r: random.Random) -> str:
    """A person: surname (frequent ones more often) and one, mostly two, given syllables."""
    surnames = vocabulary()["surnames"]
    if r.random() < 0.02:
        first = r.choice(_words("compound_surnames"))
    else:
        first = surnames[min(int(r.expovariate(1 / 22)), len(surnames) - 1)]
    pool = _given() if r.random() < 0.9 else _syllables()
    given = [r.choice(pool) for _ in range(1 if r.random() < 0.07 else 2)]
    if r.random() < 0.08:  # forms set names wide
        return " ".join([first, *given])
    return first + "".join(given)


_AREAS = [
    "02",
    "031",
    "032",
    "033",
    "041",
    "042",
    "043",
    "044",
    "051",
    "052",
    "053",
    "054",
    "055",
    "061",
    "062",
    "063",
    "064",
    "070",
    "0505",
]


def phone(r: random.Random) -> str:
    gap = r.choice(["-"] * 12 + [" - ", ".", " ", "", ") "])
    kind = r.random()
    if kind < 0.65:
        parts = [r.choice(["010"] * 12 + ["011", "016", "017", "019"]), digits(r, 4), digits(r, 4)]
    elif kind < 0.9:
        area = r.choice(_AREAS)
        parts = [area, digits(r, r.choice([3, 4])), digits(r, 4)]
    else:
        parts = [r.choice(["1588", "1577", "1544", "1350", "1600", "1899"]), digits(r, 4)]
    return gap.join(parts)


def rrn(r: random.Random) -> str:
    birth = f"{r.randrange(100):02d}{r.randint(1, 12):02d}{r.randint(1, 28):02d}"
    tail = r.choice("12341234567890") + (digits(r, 6) if r.random() < 0.85 else "******")
    return birth + r.choice(["-"] * 14 + [" - ", "", " "]) + tail


def account(r: random.Random) -> str:
    shape = r.choice(
        [
            (3, 2, 6),
            (3, 6, 2, 3),
            (6, 2, 6),
            (3, 4, 4, 2),
            (4, 3, 6),
            (3, 8, 3),
            (5, 2, 6),
            (3, 3, 6),
            (4, 2, 7),
            (3, 2, 5, 1),
            (6, 8),
            (4, 4, 4, 4),
            (10,),
            (11,),
            (12,),
            (14,),
        ]
    )
    return r.choice(["-"] * 9 + [" "]).join(digits(r, n) for n in shape)


def business_no(r: random.Random) -> str:
    return "-".join([digits(r, 3), digits(r, 2), digits(r, 5)])


def receipt_no(r: random.Random) -> str:
    code = r.choice(["UB", "PL", "EP", "NE", "NES", "EPI", "VT", "VTC", "ML", "JC", "AB", "KR"])
    return f"20{r.randint(18, 32)}-{code}-{digits(r, r.choice([5, 6, 7, 7, 7, 8]))}"


def date(r: random.Random) -> str:
    y, m, d = r.choice([r.randint(1940, 2032), r.randint(2018, 2030)]), r.randint(1, 12), r.randint(1, 31)
    shapes = [
        f"{y}-{m:02d}-{d:02d}",
        f"{y}.{m:02d}.{d:02d}",
        f"{y}. {m}. {d}.",
        f"{y}.{m}.{d}.",
        f"{y}년 {m}월 {d}일",
        f"{y}년{m:02d}월{d:02d}일",
        f"{y}/{m:02d}/{d:02d}",
        f"{y % 100:02d}.{m}.{d}",
        f"{y % 100:02d}{m:02d}{d:02d}",
        f"{y}년 {m:02d}월",
        f"{y} . {m:02d} . {d:02d}",
        f"{y}{m:02d}{d:02d}",
    ]
    one = r.choice(shapes)
    return f"{one} ~ {r.choice(shapes)}" if r.random() < 0.1 else one


def amount(r: random.Random) -> str:
    value = r.choice(
        [r.randrange(1000), r.randrange(10**5), r.randrange(10**6) * 10, r.randrange(10**5) * 1000]
    )
    return (
        r.choice(["", "", "", "금 ", "₩"]) + f"{value:,}" + r.choice(["", "", "원", " 원", "원정", "원 (월)"])
    )


def number(r: random.Random) -> str:
    """Any run of digits with separators, also times and shares."""
    shape = r.random()
    if shape < 0.4:
        return digits(r, r.randint(1, 14))
    if shape < 0.6:
        return r.choice(["-", ".", " ", "/", ","]).join(
            digits(r, r.randint(1, 6)) for _ in range(r.randint(2, 4))
        )
    if shape < 0.8:
        return f"{r.randrange(24):02d}:{r.randrange(60):02d}" + r.choice(["", f" ~ {r.randrange(24):02d}:00"])
    return r.choice(
        [
            f"{r.randint(1, 40)}/{r.randint(1, 40)}",
            f"{r.randint(1, 100)}%",
            f"{r.randint(1, 30)}차",
            f"제{r.randint(1, 200)}조제{r.randint(1, 9)}항",
            f"{r.randint(1, 50)}시간",
            f"{r.randint(1, 31)}일",
            f"{r.randint(1, 12)}개월",
            f"p.{r.randint(1, 30)}",
            f"No. {digits(r, 4)}",
            f"{r.randint(1, 9)}명",
            f"{r.randint(1, 9)}.{r.randint(0, 9)}",
            f"{digits(r, 3)}동 {digits(r, 4)}호",
        ]
    )


def address(r: random.Random) -> str:
    province, towns = r.choice(_districts())
    town = r.choice(towns)
    if town.endswith("시") and r.random() < 0.3:
        town += " " + r.choice(_words("inner_districts"))
    if r.random() < 0.2:
        province = re.sub(r"특별자치|특별|광역|도$|시$", "", province) or province
    dong = r.choice(_words("dongs"))
    if r.random() < 0.7:
        street = f"{r.choice(_words('roads'))} {r.randint(1, 999)}" + (
            f"-{r.randint(1, 60)}" if r.random() < 0.25 else ""
        )
        if r.random() < 0.25:
            street = street.replace(" ", f"{r.randint(1, 120)}{r.choice(['번길', '길', '가길'])} ", 1)
    else:
        street = f"{dong}동 {r.randint(1, 1500)}-{r.randint(1, 99)}"
    more = r.random()
    tail = ""
    if more < 0.35:
        tail = f", {r.randint(101, 130)}동 {r.randint(1, 25)}{r.randint(1, 12):02d}호"
    elif more < 0.5:
        tail = f", {r.randint(1, 20)}층" + r.choice(["", f" {r.randint(101, 1599)}호"])
    elif more < 0.65:
        tail = f" {r.choice(_words('dongs'))}{r.choice(_words('buildings'))} {r.randint(101, 130)}동"
    if r.random() < 0.3:
        tail += f" ({dong}동)"
    whole = f"{province} {town} {street}{tail}"
    if r.random() < 0.35:  # wrapped in a cell
        parts = whole.split(" ")
        cut = r.randint(1, len(parts) - 1)
        whole = " ".join(parts[:cut] if r.random() < 0.5 else parts[cut:])
    return whole


def company(r: random.Random) -> str:
    pool = _words("company_heads") if r.random() < 0.8 else ["".join(r.choices(_given(), k=2))]
    body = r.choice(pool) + r.choice(_words("company_tails"))
    if r.random() < 0.1:
        body = r.choice(_words("company_heads")) + body
    kind = r.random()
    if kind < 0.65:
        mark: str = r.choice(["주식회사", "주식회사", "(주)", "(주)", "㈜", *vocabulary()["company_marks"]])
        gap = "" if mark in ("(주)", "㈜", "(유)") and r.random() < 0.7 else " "
        return mark + gap + body if r.random() < 0.7 else body + gap + mark
    return body


def bank_line(r: random.Random) -> str:
    bank = r.choice(vocabulary()["banks"])
    kind = r.random()
    if kind < 0.45:
        return str(bank)
    if kind < 0.8:
        return f"{bank} {account(r)}"
    return f"{bank} {account(r)} ({name(r)})" if kind < 0.9 else f"{bank} / {name(r)}"


def label(r: random.Random) -> str:
    return str(r.choice(vocabulary()["labels"] if r.random() < 0.8 else vocabulary()["titles"]))


def labelled(r: random.Random) -> str:
    """A label and its value in one line."""
    gap = r.choice([" : ", ": ", " ", "  ", ":", " - "])
    return label(r) + gap + KINDS[r.choice(VALUES)](r)


def phrase(r: random.Random) -> str:
    pool = vocabulary()["phrases"]
    return str(r.choice(pool)) if r.random() < 0.7 else " ".join(r.choices(_words("phrases"), k=2))[:28]


def syllables(r: random.Random) -> str:
    """Syllables with no meaning, so that every one of the alphabet is seen."""
    words = ["".join(r.choices(_syllables(), k=r.randint(1, 4))) for _ in range(r.randint(1, 3))]
    return " ".join(words)


def latin(r: random.Random) -> str:
    letters = r.choice(["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"])
    word = "".join(r.choices(letters, k=r.randint(2, 9)))
    kind = r.random()
    if kind < 0.3:
        host = r.choice(["naver.com", "daum.net", "gmail.com", "hanmail.net", "korea.kr"])
        return f"{word.lower()}{r.choice(['', digits(r, 2)])}@{host}"
    if kind < 0.5:
        head = r.choice(
            ["FAX", "TEL", "Tel.", "E-mail", "FROM", "TO", "DATE", "PAGE", "KOREA", "Co., Ltd.", "No."]
        )
        return head + r.choice(["", " " + phone(r)])
    return word.capitalize() if r.random() < 0.3 else word


def symbols(r: random.Random) -> str:
    marks = "「」()[]<>@&%+#*'\"~_=!?|·○□■√※㈜₩.,-:;/"
    mark = r.choice(marks)
    kind = r.random()
    if kind < 0.5:
        return mark + " " + label(r)
    if kind < 0.8:
        return f"{label(r)}{r.choice(['', ' '])}({label(r)})"
    if kind < 0.9:
        return f"「{label(r)}법」 제{r.randint(1, 120)}조"
    if kind < 0.95:
        return r.choice("①②③④⑤☑") + " " + label(r)
    return "".join(r.choices(marks + "0123456789", k=r.randint(2, 6)))


_dictionary: list[str] = []


def use_dictionary(path: Path) -> None:
    """Take the words of a spelling dictionary (`word/FLAGS` a line) that the alphabet can spell."""
    lines = path.read_text(encoding="utf-8").split("\n")
    found = {row.split("/")[0].strip() for row in lines}
    _dictionary[:] = sorted(w for w in found if re.fullmatch(r"[가-힣]{2,7}", w) and knows(w))


def words(r: random.Random) -> str:
    """Words of the dictionary in use, or a phrase."""
    return " ".join(r.choices(_dictionary, k=r.randint(1, 4))) if _dictionary else phrase(r)


KINDS: dict[str, Callable[[random.Random], str]] = {
    "name": name, "phone": phone, "rrn": rrn, "account": account, "business_no": business_no,
    "receipt_no": receipt_no, "date": date, "amount": amount, "digits": number, "address": address,
    "company": company, "bank": bank_line, "label": label, "labelled": labelled, "phrase": phrase,
    "syllables": syllables, "latin": latin, "symbols": symbols, "words": words,
}  # fmt: skip
VALUES = ("name", "phone", "rrn", "account", "business_no", "receipt_no", "date", "amount", "company", "bank")
WEIGHTS = {
    "name": 15, "phone": 7, "rrn": 7, "account": 6, "business_no": 4, "receipt_no": 5, "date": 6, "amount": 4,
    "digits": 6, "address": 9, "company": 9, "bank": 5, "label": 8, "labelled": 5, "phrase": 4, "syllables": 14,
    "latin": 3, "symbols": 2, "words": 12,
}  # fmt: skip


def random_text(r: random.Random, kind: str | None = None) -> str:
    """One line; only characters of the alphabet, blanks single, at most 40 characters."""
    while True:
        chosen = kind or r.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
        text = " ".join(KINDS[chosen](r).split())[:40].strip()
        if text and knows(text):
            return text
