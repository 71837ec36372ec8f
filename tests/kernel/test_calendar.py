from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal import calendar
from portal.calendar import DateError, parse_date, parse_period
from portal.thai import to_thai_digits

DATES = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("utc", "bangkok"),
    [
        ("2026-11-21T16:59:59+00:00", date(2026, 11, 21)),
        ("2026-11-21T17:00:00+00:00", date(2026, 11, 22)),
        ("2026-12-31T23:30:00+00:00", date(2027, 1, 1)),
    ],
)
def test_today_is_bangkoks_day(utc, bangkok):
    with time_machine.travel(datetime.fromisoformat(utc), tick=False):
        assert calendar.today() == bangkok
        assert calendar.now() == datetime.fromisoformat(utc)
        assert calendar.now().tzinfo is UTC


def test_shown_dates():
    day = date(2026, 11, 22)
    assert calendar.format_date_th(day) == "22 พ.ย. 2569"
    assert calendar.format_date_th(day, "long") == "22 พฤศจิกายน 2569"
    assert calendar.format_date_th(day, "month") == "พฤศจิกายน 2569"
    assert calendar.format_date_th(day, "month_short") == "พ.ย. 2569"
    assert calendar.format_date_th(date(2026, 1, 2), "numeric") == "02/01/2569"
    late = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)
    assert calendar.format_date_th(late) == "22 พ.ย. 2569"
    assert calendar.format_time_th(late) == "22 พ.ย. 2569 01:05 น."


def test_dates_in_the_readers_language():
    day, late = date(2026, 5, 22), datetime(2026, 11, 21, 18, 5, tzinfo=UTC)
    assert calendar.format_date(day) == "22 พ.ค. 2569" and calendar.short_month(day) == "พ.ค."
    assert calendar.format_time(late) == "22 พ.ย. 2569 01:05 น."
    with translation.override("en"):
        assert calendar.format_date(day) == "22 May 2569" and calendar.short_month(late) == "Nov"
        assert calendar.format_date(late, "long") == "22 November 2569"
        assert calendar.format_date(day, "numeric") == "22/05/2569"
        assert calendar.format_time(late) == "22 Nov 2569 01:05"
        assert calendar.format_date_th(day) == "22 พ.ค. 2569", "papers stay Thai"


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 9, 30), 2569),
        (date(2026, 10, 1), 2570),
        (date(2027, 1, 1), 2570),
        (date(2027, 9, 30), 2570),
    ],
)
def test_fiscal_year_is_named_by_its_end(day, year):
    assert calendar.fiscal_year(day) == year
    first, last = calendar.fiscal_year_range(year)
    assert first <= day <= last


@given(DATES)
def test_fiscal_years_neither_gap_nor_overlap(day):
    first, last = calendar.fiscal_year_range(calendar.fiscal_year(day))
    assert first <= day <= last
    assert calendar.fiscal_year_range(calendar.fiscal_year(day) + 1)[0] == last + timedelta(days=1)


def test_months():
    assert calendar.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert calendar.add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert calendar.add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)
    assert calendar.month_end(date(2024, 2, 3)) == date(2024, 2, 29)
    assert calendar.month_range(date(2025, 11, 20), date(2026, 2, 1)) == [
        date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1),
    ]  # fmt: skip
    assert calendar.month_range(date(2026, 2, 1), date(2026, 1, 1)) == []


@given(DATES, st.integers(-600, 600))
def test_month_starts_add_up(day, months):
    start = calendar.month_start(day)
    assert calendar.add_months(calendar.add_months(start, months), -months) == start


def test_due_times():
    assert calendar.due_on(date(2026, 1, 1), 10) == date(2026, 2, 10)
    assert calendar.due_on(date(2026, 12, 1), 10) == date(2027, 1, 10)
    assert calendar.due_on(date(2026, 1, 31), 31) == date(2026, 2, 28)
    end = calendar.end_of_day(date(2026, 2, 10))
    assert datetime(2026, 2, 10, 16, 59, 59, tzinfo=UTC) <= end < datetime(2026, 2, 10, 17, tzinfo=UTC)
    assert calendar.start_of_day(date(2026, 2, 10)) == datetime(2026, 2, 9, 17, tzinfo=UTC)


def test_working_days():
    new_year = {date(2027, 1, 1)}
    friday = date(2026, 12, 25)
    assert calendar.add_working_days(friday, 1, set()) == date(2026, 12, 28)
    assert calendar.add_working_days(date(2026, 12, 31), 1, new_year) == date(2027, 1, 4)
    assert calendar.add_working_days(date(2027, 1, 4), -1, new_year) == date(2026, 12, 31)
    assert calendar.add_working_days(friday, 0, set()) == friday
    assert calendar.next_working_day(date(2027, 1, 1), new_year) == date(2027, 1, 4)
    assert calendar.next_working_day(friday, set()) == friday
    assert calendar.working_days_between(friday, date(2027, 1, 4), new_year) == 5
    assert calendar.working_days_between(date(2027, 1, 4), friday, new_year) == -5


@given(DATES, st.integers(1, 40), st.sets(DATES, max_size=30))
def test_adding_and_counting_working_days_agree(day, count, holidays):
    end = calendar.add_working_days(day, count, holidays)
    assert calendar.is_working_day(end, holidays)
    assert calendar.working_days_between(day, end, holidays) == count


NOVEMBER_22 = [
    "22/11/2569", "22-11-2569", "22.11.2569", "22 / 11 / 2569", "2569-11-22", "2569/11/22", "2026-11-22",
    "22/11/2026", "๒๒/๑๑/๒๕๖๙", "22 พ.ย. 2569", "22 พ.ย.2569", "22พ.ย.2569", "22 พย 2569", "22 พ. ย. 2569",
    "22 พฤศจิกายน 2569", "๒๒ พฤศจิกายน ๒๕๖๙", "วันที่ 22 พฤศจิกายน 2569", "22 พฤศจิกายน พ.ศ. 2569",
    "22 เดือน พฤศจิกายน พ.ศ.2569", "22 พฤศจิกายน ค.ศ. 2026", "22-พ.ย.-2569", "22 Nov 2026", "22-NOV-2026",
    "22 November 2569", "2026-11-22 02:31:07.000", "2026-11-22T02:31", "2026-11-21T18:00:00Z",
    "2026-11-21 18:00:00+00:00", "2026-11-22T01:00:00+07:00", "22/11/2569 09:15 น.", '="22/11/2569"',
    "  22/11/2569\u00a0", "\ufeff22/11/2569", "46348", "46348.0", 46348, 46348.0, 46348.99, Decimal(46348),
    date(2026, 11, 22), date(2569, 11, 22), datetime(2026, 11, 22, 23, 0), datetime(2569, 11, 22),
    datetime(2026, 11, 21, 18, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize("written", NOVEMBER_22, ids=repr)
def test_every_way_to_write_one_day(written):
    assert parse_date(written) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "empty"), ("", "empty"), ("  ", "empty"), ("-", "empty"),
        ("22/11/69", "two_digit_year"), ("22 พ.ย. 69", "two_digit_year"), ("1/2/26", "two_digit_year"),
        ("22-Nov-26", "two_digit_year"), ("22 พ.ย. พ.ศ. 69", "two_digit_year"),
        ("22/11/256", "year_out_of_range"), ("22/11/25699", "year_out_of_range"),
        ("22/11/2269", "year_out_of_range"),
        ("22/11/2701", "year_out_of_range"), ("22 พ.ย. พ.ศ. 2026", "year_out_of_range"),
        ("22 พ.ย. ค.ศ. 2569", "year_out_of_range"), (date(1800, 1, 1), "year_out_of_range"),
        ("11/22/2569", "no_such_month"), ("22/0/2569", "no_such_month"), ("22 มกราพันธ์ 2569", "no_such_month"),
        ("29/02/2569", "no_such_day"), ("29/02/2568", "no_such_day"), (date(2568, 2, 29), "no_such_day"),
        ("31/04/2569", "no_such_day"), ("0/4/2569", "no_such_day"),
        ("2569", "year_only"), (2569, "year_only"), (2026.0, "year_only"), ("2026.0", "year_only"),
        (0, "not_a_date"), (60, "not_a_date"), (-5, "not_a_date"), (3_000_000, "not_a_date"),
        (float("nan"), "not_a_date"), (float("inf"), "not_a_date"), (True, "not_a_date"),
        (Decimal("NaN"), "not_a_date"),
        ("เมื่อวาน", "not_a_date"), ("22/11-2569", "not_a_date"), ("25691122", "not_a_date"),
        ("221169", "not_a_date"), ("٢٢/١١/٢٥٦٩", "not_a_date"),
        ("2026-11-22T25:00Z", "not_a_date"), ("1" * 5000, "not_a_date"), (b"22/11/2569", "not_a_date"),
    ],
    ids=repr,
)  # fmt: skip
def test_named_errors(written, code):
    with pytest.raises(DateError) as caught:
        parse_date(written)
    assert caught.value.code == code
    assert caught.value.message and str(caught.value) == caught.value.message


def test_leap_day_in_buddhist_years():
    assert parse_date("29/02/2567") == date(2024, 2, 29)
    assert parse_date("29 ก.พ. ๒๕๖๗") == date(2024, 2, 29)


def test_a_buddhist_year_inside_an_excel_date_cell():
    serial = (date(2569, 1, 1) - date(1899, 12, 30)).days
    assert parse_date(serial) == date(2026, 1, 1)
    assert parse_date(f"{serial}.0") == date(2026, 1, 1)


@given(DATES, st.sampled_from(["short", "long", "numeric"]), st.booleans())
def test_what_is_shown_can_be_read_back(day, style, thai):
    shown = calendar.format_date_th(day, style)
    assert parse_date(to_thai_digits(shown) if thai else shown) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date((day - date(1899, 12, 30)).days) == day


@given(
    st.one_of(
        st.text(max_size=30),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,4}[-/. ][0-9]{1,5}"),
    )
)
def test_anything_gives_a_date_or_a_named_error(value):
    for read in (parse_date, parse_period):
        try:
            assert isinstance(read(value), date)
        except DateError as error:
            assert error.code in DateError.__doc__


@pytest.mark.parametrize(
    "written",
    [
        "2569-01", "2569/1", "01/2569", "1-2569", "ม.ค. 2569", "ม.ค.2569", "มค 2569", "มกราคม 2569",
        "มกราคม พ.ศ. 2569",
        "เดือนมกราคม 2569", "เดือน ม.ค. ๒๕๖๙", "๐๑/๒๕๖๙", "2026-01", "Jan 2026", "Jan-2026", "15/01/2569",
        "2026-01-31", date(2026, 1, 15), datetime(2569, 1, 15), '="01/2569"', 46023,
    ],
    ids=repr,
)  # fmt: skip
def test_every_way_to_write_one_month(written):
    assert parse_period(written) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("01/69", "two_digit_year"), ("ม.ค. 69", "two_digit_year"), ("13/2569", "no_such_month"),
        ("2569-00", "no_such_month"),
        ("2569", "year_only"), ("", "empty"), (None, "empty"), ("มกราคม", "not_a_date"),
        ("มกรา 2569", "no_such_month"),
        ("256901", "not_a_date"), (256901, "not_a_date"), ("202601", "not_a_date"),
        (202601.0, "not_a_date"), ("202601.0", "not_a_date"),
    ],
    ids=repr,
)  # fmt: skip
def test_period_errors(written, code):
    with pytest.raises(DateError) as caught:
        parse_period(written)
    assert caught.value.code == code


def test_months_over_are_whole_months_newest_first():
    assert calendar.months_over(date(2026, 1, 31), 2) == [date(2025, 12, 1), date(2025, 11, 1)]
    assert calendar.months_over(date(2026, 3, 1), 1) == [date(2026, 2, 1)]
