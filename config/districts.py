"""Provinces (시도), their districts (시군구) and the postcodes that belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import yaml

from config.settings import layered


class DistrictsError(ValueError):
    """``districts.yaml`` or ``postcodes.yaml`` says something that is not understood."""


@dataclass(frozen=True, slots=True)
class Place:
    """Province and district by their full names, and the words of the address after them.

    district  "" where the province has none (세종) or the address names none that is known
    """

    province: str
    district: str
    rest: tuple[str, ...]
    has_districts: bool = True


def place_of(address: str) -> Place | None:
    """Where an address lies; None when it does not begin with a province, however that is written."""
    words = address.split()
    if not words or (found := _provinces().get(words[0])) is None:
        return None
    name, districts = found
    best: tuple[str, int] = ("", 0)
    for district in districts:
        parts = district.split()
        if words[1 : 1 + len(parts)] == parts and len(parts) > best[1]:
            best = (district, len(parts))
    if not best[1] and len(words) > 1 and any(d.startswith(f"{words[1]} ") for d in districts):
        best = (words[1], 1)  # a city without its 구: its roads are its own all the same
    return Place(name, best[0], tuple(words[1 + best[1] :]), bool(districts))


def postcode_fits(postcode: str, place: Place) -> bool:
    """Whether a postcode of five digits may belong to a place, as far as its first digits tell."""
    provinces, also, districts = _postcodes()
    if spans := districts.get(place.province, {}).get(place.district):
        return spans[0] <= int(postcode[:3]) <= spans[1]
    two = int(postcode[:2])
    spans = also.get(f"{place.province} {place.district}")
    if spans and spans[0] <= two <= spans[1]:
        return True
    spans = provinces.get(place.province)
    return spans is None or spans[0] <= two <= spans[1]


def first_digits(province: str, district: str = "") -> tuple[str, str]:
    """The first and last postcode that a place may have. Raises `DistrictsError` for an unknown province."""
    provinces, _, districts = _postcodes()
    if spans := districts.get(province, {}).get(district):
        return f"{spans[0]:03d}00", f"{spans[1]:03d}99"
    if province not in provinces:
        raise DistrictsError(f"postcodes.yaml: there is no province {province}")
    first, last = provinces[province]
    return f"{first:02d}000", f"{last:02d}999"


@lru_cache
def _provinces() -> dict[str, tuple[str, tuple[str, ...]]]:
    file = layered("districts.yaml")[-1]
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
        return {
            word: (entry["name"], tuple(entry["districts"]))
            for entry in data["provinces"]
            for word in (entry["name"], *entry["also"])
        }
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise DistrictsError(f"{file}: {error}") from error


_Spans = dict[str, tuple[int, int]]


@lru_cache
def _postcodes() -> tuple[_Spans, _Spans, dict[str, _Spans]]:
    file = layered("postcodes.yaml")[-1]
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
        return (
            _spans(data["provinces"]),
            _spans(data.get("also") or {}),
            {province: _spans(told) for province, told in (data.get("districts") or {}).items()},
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DistrictsError(f"{file}: {error}") from error


def _spans(told: dict[str, list[int]]) -> _Spans:
    return {name: (int(first), int(last)) for name, (first, last) in told.items()}
