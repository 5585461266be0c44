"""An address is looked at before a letter is paid for: what is missing is named, what is right passes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.sandbox.consents import postcode_of
from bots.sandbox.places import make_home, make_office
from config.districts import place_of
from queues.addresses import REASONS, check, split

GOOD = [
    ("03127", "서울특별시 종로구 율곡로 12, 101동 1203호"),
    ("03127", "서울시 종로구 율곡로 12 101동 1203호"),
    ("03127", "서울 종로구 종로 1길 50"),
    ("03127", "서울특별시 종로구 세종대로 지하 175"),
    ("03127", "서울특별시 종로구 연지동 123-4번지 한빛아파트 101동 302호"),
    ("03127", "서울특별시 종로구 광화문우체국 사서함 123호"),
    ("44999", "울산광역시 울주군 언양읍 동부리 산 12-3"),
    ("30100", "세종특별자치시 한누리대로 12"),
    ("16400", "경기도 수원시 정조로 12"),
    ("39000", "대구광역시 군위군 군위읍 군청로 158"),
    ("63122", "제주특별자치도 제주시 연북로 5, 가동 302호 (연동)"),
]
DOUBTFUL = [
    ("", "서울특별시 종로구 율곡로 12", "no_postcode"),
    ("0312", "서울특별시 종로구 율곡로 12", "bad_postcode"),
    ("０３１２７", "서울특별시 종로구 율곡로 12", "bad_postcode"),
    ("06000", "서울특별시 종로구 율곡로 12", "postcode_elsewhere"),
    ("44543", "부산광역시 중구 중앙대로 12", "postcode_elsewhere"),
    ("03127", "종로구 율곡로 12", "unknown_province"),
    ("03127", "서울특별시 율곡로 12", "unknown_district"),
    ("03127", "서울특별시 종로구", "no_road"),
    ("03127", "서울특별시 종로구 율곡로", "no_building_number"),
    ("03127", "서울특별시 종로구 율곡로, 101동 302호", "no_building_number"),
    ("03127", "서울특별시 종로구 율곡로 12, 101동", "no_unit"),
    ("03127", "서울특별시 종로구 율곡로 12 한빛아파트", "no_unit"),
    ("03127", "서울특별시 종로구 율곡로 12, 😀", "bad_character"),
    ("03127", "서울특별시 종로구 율곡로 12\ud800", "bad_character"),
    ("03127", "서울특별시 종로구 율곡로 1?, 302호", "bad_character"),
    ("03127", "거주불명(말소)", "unknown_address"),
    ("", "", "no_address"),
]


@pytest.mark.parametrize(("postcode", "address"), GOOD)
def test_a_whole_address_passes(postcode: str, address: str) -> None:
    assert check(postcode, address).reasons == ()
    road, detail = split(address)
    assert check(postcode, road, detail).ok


@pytest.mark.parametrize(("postcode", "address", "reason"), DOUBTFUL)
def test_what_is_wrong_is_named(postcode: str, address: str, reason: str) -> None:
    assert check(postcode, address).reasons[0] == reason
    assert REASONS[reason]


def test_a_firm_is_found_without_a_flat() -> None:
    assert not check("03127", "서울특별시 종로구 율곡로 12, B동").ok
    assert check("03127", "서울특별시 종로구 율곡로 12, B동", firm=True).ok


@given(st.integers(), st.booleans())
def test_the_addresses_of_the_sandbox_pass_however_they_are_written(seed: int, firm: bool) -> None:
    address = (make_office if firm else make_home)(random.Random(seed))
    for text in (address.text, address.short, address.with_quarter):
        assert check(postcode_of(text), text, firm=firm).reasons == ()
    place = place_of(address.short)
    assert place is not None and place.province == address.province


@given(st.text(max_size=80), st.text(max_size=300), st.text(max_size=80))
def test_nothing_that_people_write_breaks_it(postcode: str, address: str, detail: str) -> None:
    assert set(check(postcode, address, detail).reasons) <= set(REASONS)
