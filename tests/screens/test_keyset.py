"""Pages by key: one after the other they are the ordered whole, for any data, order and direction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.models import Factory
from portal.scope import nation
from portal.screens import keyset, thai_order
from portal.screens.keyset import FIRST, LAST, Cursor, Key, Page
from tests.offices import make

ORDERS: tuple[Sequence[Any], ...] = (
    (),
    ("name",),
    ("-name", "horsepower"),
    ("horsepower",),
    ("-horsepower",),
    ("-licensed_on", "workers"),
    (F("horsepower").asc(nulls_last=True),),
    (F("horsepower").desc(nulls_last=True), "-in_estate"),
    (F("licensed_on").asc(nulls_first=True), F("workers").desc(nulls_last=True)),
    (thai_order("operator_name"), "-created_at"),
    (F("main_type__name_th").desc(nulls_last=True),),
    ("province__name_th", "-district__name_th"),
)
factories = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "ก", "กก", "เก", "ข้าว", "ขาว", "x'y", "%", "\\", "น้ำ"]),
        "operator_name": st.sampled_from(["", "แก้ว", "เกลือ", "ก้อน"]),
        "horsepower": st.none() | st.sampled_from([Decimal("0"), Decimal("7.5"), Decimal("7.500001")]),
        "workers": st.none() | st.integers(0, 2),
        "licensed_on": st.none() | st.sampled_from([date(1999, 12, 31), date(2020, 2, 29)]),
        "in_estate": st.booleans(),
    }
)


def page_at(rows: QuerySet[Any], keys: Sequence[Key], cursor: Cursor, size: int) -> Page:
    beyond = keyset.count_beyond(keys, cursor)
    asked = {"total": Count("pk")} | ({"beyond": beyond} if beyond is not None else {})
    counted = rows.order_by().aggregate(**asked)
    return Page(rows, keys, cursor, size, counted["total"], counted.get("beyond", 0))


def through_the_address(keys: Sequence[Key], values: keyset.Values, *, backwards: bool = False) -> Cursor:
    return Cursor(keyset.unsign(keys, keyset.sign(keys, values)), backwards)


class Property(TestCase):
    def setUp(self) -> None:
        self.province = make.office().province_id
        self.number = 0

    def add(self, values: dict[str, Any]) -> Factory:
        self.number += 1
        return Factory.objects.create(province_id=self.province, number14=f"{self.number:014}", **values)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(factories, max_size=14), st.sampled_from(ORDERS), st.integers(1, 5))
    def test_pages_are_the_ordered_whole(
        self, given_rows: list[dict[str, Any]], order: Sequence[Any], size: int
    ) -> None:
        with nation("test"):
            for values in given_rows:
                self.add(values)
            rows = Factory.objects.all()
            keys = keyset.keys_of(Factory, order)
            whole = list(rows.order_by(*order, "pk"))
            assert whole == list(rows.order_by(*(key.ordered() for key in keys)))
            ahead, page = [], page_at(rows, keys, FIRST, size)
            while True:
                assert page.start_index == (len(ahead) + 1 if whole else 0)
                ahead += page.object_list
                assert page.end_index == len(ahead)
                assert page.has_previous == (len(ahead) > len(page.object_list))
                if not page.has_next:
                    break
                page = page_at(rows, keys, through_the_address(keys, page.next_values), size)
            assert ahead == whole
            back: list[Factory] = []
            page = page_at(rows, keys, LAST, size)
            while True:
                assert page.end_index == len(whole) - len(back)
                back = page.object_list + back
                if not page.has_previous:
                    break
                cursor = through_the_address(keys, page.previous_values, backwards=True)
                page = page_at(rows, keys, cursor, size)
            assert back == whole

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(factories, min_size=1, max_size=8),
        st.lists(factories, max_size=6),
        st.sampled_from(ORDERS),
        st.booleans(),
    )
    def test_rows_that_come_and_go_meanwhile_neither_hide_nor_double_the_others(
        self, first: list[dict[str, Any]], later: list[dict[str, Any]], order: Sequence[Any], goes: bool
    ) -> None:
        with nation("test"):
            kept = [self.add(values) for values in first]
            rows, keys = Factory.objects.all(), keyset.keys_of(Factory, order)
            seen: list[Factory] = []
            page = page_at(rows, keys, FIRST, 2)
            while True:
                seen += page.object_list
                if not page.has_next:
                    break
                values = page.next_values
                if goes:  # the very row the next page begins after
                    Factory.objects.filter(pk=page.object_list[-1].pk).delete()
                if later:
                    self.add(later.pop())
                page = page_at(rows, keys, through_the_address(keys, values), 2)
                if goes and not later and page.start_index == 1:
                    seen += page.object_list  # so few are left that they stand on one page
                    break
            assert len({row.pk for row in seen}) == len(seen) or goes
            assert {row.pk for row in kept} <= {row.pk for row in seen}


def test_an_address_of_another_order_or_none_of_ours_is_the_first_page() -> None:
    keys, others = keyset.keys_of(Factory, ("name",)), keyset.keys_of(Factory, ("-name",))
    signed = keyset.sign(keys, ("ก", "1"))
    assert keyset.unsign(keys, signed) == ("ก", "1")
    assert keyset.unsign(others, signed) is None
    assert keyset.unsign(keys, signed[:-1]) is None and keyset.unsign(keys, "") is None


def test_what_followed_is_gone_and_what_came_before_is_little(db: None) -> None:
    """After the last row the last page is shown; before a row with little before it the first, whole."""
    with nation("test"):
        province = make.office().province_id
        made = [
            Factory.objects.create(province_id=province, number14=f"{n:014}", licensed_on=date(2020, 1, 1) + timedelta(n))
            for n in range(5)
        ]  # fmt: skip
        keys = keyset.keys_of(Factory, ("licensed_on",))
        rows = Factory.objects.all()
        values = [(str(row.licensed_on), str(row.pk)) for row in made]
        end = page_at(rows, keys, Cursor(values[4]), 2)
        assert end.object_list == made[4:] and (end.start_index, end.end_index) == (5, 5)
        start = page_at(rows, keys, Cursor(values[1], backwards=True), 2)
        assert start.object_list == made[:2] and not start.has_previous
