"""Whatever is issued, given back, opened or back-dated, in any order: numbers as a book keeps them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from offices.documents import numbers, services
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Document
from portal import dated
from portal.calendar import be_year
from portal.problems import Invalid
from portal.scope import nation
from tests.offices import make, papers
from tests.offices.papers import issue, somebody

LAST = date(2027, 1, 10)
DAYS = st.integers(0, 20).map(lambda n: LAST - timedelta(days=n))  # both sides of the year's end
ACTS = st.lists(
    st.tuples(st.sampled_from(["issue", "give back", "open", "behind"]), DAYS, st.integers(1, 60)),
    max_size=12,
)


class GivenBack(Exception):
    pass


class Book:
    """What a clerk with a paper book would do: the model the register is compared with."""

    def __init__(self) -> None:
        self.opening, self.lines = 1, list[tuple[int, date]]()

    def next(self) -> int:
        return self.lines[-1][0] + 1 if self.lines else self.opening

    def runs_behind(self, day: date) -> bool:
        return any(day < earlier for _number, earlier in self.lines)


class Books(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(ACTS, st.booleans())
    def test_a_register_is_a_paper_book(self, acts, may_back_date):
        with nation("test"), papers.undrawn():
            place = make.office()
            chief = somebody("CHIEF", place, as_of=LAST)
            if may_back_date:
                dated.decide(
                    actor=None,
                    key="offices.back_dated_signing",
                    value=True,
                    since=date(2026, 1, 1),
                    source="x",
                )
            books = {2569: Book(), 2570: Book()}
            for act, day, number in acts:
                book = books[numbers.register_year(day)]
                if act == "open":
                    if book.lines:
                        with self.assertRaises(Invalid):
                            self._open(chief, place, day, number)
                    else:
                        self._open(chief, place, day, number)
                        book.opening = number
                    continue
                reason = "เหตุ" if act == "behind" else ""
                if book.runs_behind(day) and not (may_back_date and reason):
                    with self.assertRaises(Invalid):
                        issue(chief, place, signed_on=day, back_dated=reason)
                elif act == "give back":
                    with self.assertRaises(GivenBack), transaction.atomic():
                        assert issue(chief, place, signed_on=day).number == book.next()
                        raise GivenBack
                else:
                    made = issue(chief, place, signed_on=day, back_dated=reason)
                    book.lines.append((made.number or 0, day))
                    assert made.number == book.lines[-1][0] and made.reference.endswith(f"/{be_year(day)}")
            for year, book in books.items():
                rows = Document.objects.filter(register__year_be=year).order_by("number")
                assert list(rows.values_list("number", "signed_on")) == book.lines
                first = [number for number, _day in book.lines]
                assert first == list(range(book.opening, book.opening + len(first)))

    @staticmethod
    def _open(chief, place, day, number):
        services.set_opening(
            actor=chief, office=place, kind=APPOINTMENT_ORDER, year_be=be_year(day), opening=number
        )
