"""When reviews are due: the stretches of a term, as pure functions of dates."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from offices.assistants import dated as settings
from offices.assistants.terms import MOST, due_word, stretches
from portal import calendar, dated
from portal.calendar import add_months, format_date_th

_DAY = timedelta(days=1)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def every(months: int):
    return lambda day: months


@how(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=days, length=st.integers(1, 4000), months=st.integers(1, 24))
def test_stretches_tile_the_term(first: date, length: int, months: int) -> None:
    """Half-open: no day of the term twice, none left out before the last due day, none after its end."""
    until = first + timedelta(days=length)
    found = list(stretches(first, until, every(months)))
    assert [one.nth for one in found] == list(range(1, len(found) + 1))
    assert not found or found[0].first == first
    assert all(before.due + _DAY == after.first for before, after in pairwise(found))
    assert all(one.first <= one.due < until for one in found)
    # what is left is shorter than a stretch
    assert len(found) == MOST or add_months(first, months * (len(found) + 1)) > until


@how(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=days, months=st.integers(1, 24), nth=st.integers(1, 20))
def test_due_days_are_counted_from_the_first_day(first: date, months: int, nth: int) -> None:
    """No drift over short months: the n-th stretch ends as many months after the first day, whatever lies
    between."""
    found = list(stretches(first, None, every(months)))
    assert len(found) == MOST
    assert found[nth - 1].due == add_months(first, months * nth) - _DAY
    after = found[nth - 1].due + _DAY
    assert after.day == min(first.day, calendar.month_end(after).day)


@how(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=days, months=st.integers(1, 24), days_more=st.integers(0, 40))
def test_a_longer_term_moves_no_due_day(first: date, months: int, days_more: int) -> None:
    until = add_months(first, 3 * months)
    shorter = list(stretches(first, until, every(months)))
    longer = list(stretches(first, until + timedelta(days=days_more), every(months)))
    assert longer[: len(shorter)] == shorter


@pytest.mark.parametrize(
    ("first", "until", "due"),
    [
        (date(2026, 10, 1), date(2027, 10, 1), ["31 มี.ค. 2570", "30 ก.ย. 2570"]),  # a fiscal year
        (date(2026, 8, 31), date(2027, 8, 31), ["27 ก.พ. 2570", "30 ส.ค. 2570"]),  # no 31 February
        (date(2027, 8, 31), date(2028, 8, 31), ["28 ก.พ. 2571", "30 ส.ค. 2571"]),  # B.E. 2571 is a leap year
        (date(2026, 10, 1), date(2027, 9, 30), ["31 มี.ค. 2570"]),  # a day short of the second stretch
        (date(2026, 10, 1), date(2026, 12, 1), []),
    ],
)
def test_due_days_as_they_are_written(first: date, until: date, due: list[str]) -> None:
    assert [format_date_th(one.due) for one in stretches(first, until, every(6))] == due


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (date(2027, 2, 28), "later"),
        (date(2027, 3, 1), "soon"),
        (date(2027, 3, 31), "soon"),  # the due day itself is not late
        (date(2027, 4, 1), "overdue"),
    ],
)
def test_when_a_review_is_near_and_late(day: date, word: str) -> None:
    assert due_word(date(2027, 3, 31), day, 30) == word


@pytest.mark.django_db
def test_a_later_interval_moves_no_stretch_that_has_begun(everywhere: None) -> None:
    """Six months until 15 January 2570, then three: the stretch of 1 October stays as long as it was."""
    dated.decide(
        actor=None, key=settings.REVIEW_MONTHS, value=3, since=date(2027, 1, 15), source="หนังสือทดสอบ"
    )
    found = list(stretches(date(2026, 10, 1), date(2027, 10, 1), settings.Intervals()))
    assert [one.due for one in found] == [date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)]
