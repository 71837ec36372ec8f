"""The one clock of the portal, and the Thai calendar.

Everything that decides by date takes the date as a parameter; `now()` and `today()` are the only
places that ask the clock, and only the outermost caller (view, command, task) calls them.
Years on screens are B.E. (C.E. + 543); dates in columns are ISO.
"""

import re
from calendar import monthrange
from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.thai import InputError, clean_text, from_thai_digits, is_blank

BANGKOK = ZoneInfo("Asia/Bangkok")
BE_OFFSET = 543
# A year above this is B.E.; below it, C.E. No date of the field lies near the border.
BE_FROM = 2400
_EARLIEST, _LATEST = 1858, 2157  # B.E. 2401–2700

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
_MONTHS_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_ENGLISH = tuple(name.title() for name in _MONTHS_ENGLISH)
_ENGLISH_SHORT = tuple(name[:3] for name in _ENGLISH)

DateStyle = Literal["short", "long", "month", "month_short", "numeric"]


class DateError(InputError):
    """Codes: empty, two_digit_year, year_out_of_range, no_such_month, no_such_day, year_only,
    not_a_date."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Bangkok (in UTC it would be yesterday until seven in the morning)."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The Bangkok date of an aware moment."""
    return moment.astimezone(BANGKOK).date()


# --- Showing -------------------------------------------------------------------------------------


def be_year(day: date) -> int:
    """The B.E. calendar year of a date."""
    return day.year + BE_OFFSET


def format_date_th(day: date | datetime, style: DateStyle = "short") -> str:
    """short '22 พ.ย. 2569', long '22 พฤศจิกายน 2569', month 'พฤศจิกายน 2569',
    month_short 'พ.ย. 2569', numeric '22/11/2569'. An aware moment shows its Bangkok date."""
    return _written(day, style, MONTHS, MONTHS_SHORT)


def _written(
    day: date | datetime, style: DateStyle, months: tuple[str, ...], months_short: tuple[str, ...]
) -> str:
    if isinstance(day, datetime):
        day = local_date(day)
    year = be_year(day)
    if style == "short":
        return f"{day.day} {months_short[day.month - 1]} {year}"
    if style == "long":
        return f"{day.day} {months[day.month - 1]} {year}"
    if style == "month":
        return f"{months[day.month - 1]} {year}"
    if style == "month_short":
        return f"{months_short[day.month - 1]} {year}"
    if style == "numeric":
        return f"{day.day:02}/{day.month:02}/{year}"
    raise ValueError(f"unknown date style {style!r}")


def format_time_th(moment: datetime) -> str:
    """'22 พ.ย. 2569 14:05 น.' in Bangkok time; takes an aware moment."""
    local = moment.astimezone(BANGKOK)
    return f"{format_date_th(local)} {local:%H:%M} น."


def format_date(day: date | datetime, style: DateStyle = "short") -> str:
    """As ``format_date_th``, in the reader's language: '22 พ.ย. 2569' or '22 Nov 2569'; always B.E."""
    if _reads_english():
        return _written(day, style, _ENGLISH, _ENGLISH_SHORT)
    return format_date_th(day, style)


def format_time(moment: datetime) -> str:
    """As ``format_time_th`` in the reader's language: '22 Nov 2569 14:05'. Bangkok time."""
    if _reads_english():
        return f"{format_date(moment)} {moment.astimezone(BANGKOK):%H:%M}"
    return format_time_th(moment)


def short_month(day: date) -> str:
    """'พ.ย.' or 'Nov', in the reader's language."""
    return (_ENGLISH_SHORT if _reads_english() else MONTHS_SHORT)[day.month - 1]


def _reads_english() -> bool:
    return (get_language() or "th").startswith("en")


def format_clock_th(moment: datetime) -> str:
    """'14.05 น.' in Bangkok; for what happened today."""
    return f"{moment.astimezone(BANGKOK):%H.%M} น."


# --- Fiscal years and months ---------------------------------------------------------------------


def fiscal_year(day: date) -> int:
    """The fiscal year (October to September) a date lies in, named by the B.E. year in which it ends."""
    return be_year(day) + (1 if day.month >= 10 else 0)


def fiscal_year_range(year: int) -> tuple[date, date]:
    """First and last day of the fiscal year `year` (B.E.): 2570 → 1 Oct 2026, 30 Sep 2027."""
    ends = year - BE_OFFSET
    return date(ends - 1, 10, 1), date(ends, 9, 30)


def month_start(day: date) -> date:
    """The first of the month."""
    return date(day.year, day.month, 1)


def month_end(day: date) -> date:
    """The last of the month."""
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier); the last of the month where there is no such day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def month_range(first: date, last: date) -> list[date]:
    """The first days of every month from that of `first` to that of `last`, both included."""
    start = month_start(first)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(start, offset) for offset in range(count)]


def months_over(today: date, count: int) -> list[date]:
    """The first days of the last `count` months that are over on a day, newest first."""
    return [add_months(month_start(today), -back) for back in range(1, count + 1)]


# --- Due times -----------------------------------------------------------------------------------


def end_of_day(day: date) -> datetime:
    """The last instant of the Bangkok day: on time means `moment <= end_of_day(due)`."""
    return datetime.combine(day, time.max, BANGKOK)


def start_of_day(day: date) -> datetime:
    """The first instant of the Bangkok day."""
    return datetime.combine(day, time.min, BANGKOK)


def due_on(period_start: date, day: int) -> date:
    """The `day`th of the month after a monthly period; its last day where the month is shorter."""
    following = add_months(month_start(period_start), 1)
    return following.replace(day=min(day, month_end(following).day))


# --- Working days --------------------------------------------------------------------------------


def is_working_day(day: date, holidays: Set[date]) -> bool:
    """Monday to Friday and not one of `holidays`."""
    return day.weekday() < 5 and day not in holidays


def next_working_day(day: date, holidays: Set[date]) -> date:
    """`day` itself if it is a working day, else the next one: a due date on a holiday moves on."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, holidays: Set[date]) -> date:
    """The `count`th working day after `day` (before it, if negative); `day` itself is not counted."""
    step = timedelta(days=1 if count > 0 else -1)
    for _counted in range(abs(count)):
        day += step
        while not is_working_day(day, holidays):
            day += step
    return day


def working_days_between(start: date, end: date, holidays: Set[date]) -> int:
    """How many working days lie after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, holidays)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


# --- Reading -------------------------------------------------------------------------------------


def _plain_month(name: str) -> str:
    return re.sub(r"[.\s]", "", name).lower()


_MONTH_NUMBERS = {
    _plain_month(name): number
    for names in (MONTHS, MONTHS_SHORT, _MONTHS_ENGLISH, tuple(month[:3] for month in _MONTHS_ENGLISH))
    for number, name in enumerate(names, start=1)
}

_ERA = r"(?:(?P<era>พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)\s*)?"
_NAME = r"(?P<name>[\u0E01-\u0E44a-z][\u0E01-\u0E4Ea-z.]*(?:\s[ก-ฮ]\.)?)"
_CLOCK = r"(?P<clock>[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?(?:\s?น\.)?)?"
_FLAGS = re.IGNORECASE | re.ASCII
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_CLOCK}", _FLAGS)
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})\s*([-/.])\s*(?P<month>\d{{1,2}})\s*\2\s*(?P<year>\d+){_CLOCK}", _FLAGS
)
_NAMED = re.compile(
    rf"(?:วันที่\s*)?(?P<day>\d{{1,2}})\s*[-/]?\s*(?:เดือน\s*)?{_NAME}\s*[-/]?\s*{_ERA}(?P<year>\d+){_CLOCK}",
    _FLAGS,
)
# Six bare digits in a text may be 221169: only five, or a number cell's decimals, mean a serial.
_SERIAL = re.compile(r"\d{5}|\d{5,6}\.\d+", re.ASCII)
_PERIOD_YEAR_FIRST = re.compile(r"(?P<year>\d{4})\s*[-/.]\s*(?P<month>\d{1,2})", re.ASCII)
_PERIOD_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>\d+)", re.ASCII)
_PERIOD_NAMED = re.compile(rf"(?:เดือน\s*)?{_NAME}\s*[-/]?\s*{_ERA}(?P<year>\d+)", _FLAGS)


def parse_date(value: object) -> date:
    """Read a date as people, Excel and the ministry's feeds write it; C.E. out.

    Takes a date, an aware or naive datetime, an Excel serial (number or its text), ISO, day/month/year,
    or a day with a Thai or English month name; Thai digits anywhere. A year above 2400 is B.E., also
    inside an Excel date cell. Raises DateError; a two-digit year is never guessed.
    """
    if isinstance(value, datetime):
        return _checked(local_date(value) if value.tzinfo else value.date())
    if isinstance(value, date):
        return _checked(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_serial(value, str(value))
    if is_blank(value):
        raise DateError("empty", _("ไม่มีวันที่"))
    text = from_thai_digits(clean_text(value))
    if _SERIAL.fullmatch(text):
        return _from_serial(Decimal(text), text)
    if re.fullmatch(r"\d{4}(?:\.0)?", text, re.ASCII):
        raise _year_only(text)
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _NAMED):
        match = pattern.fullmatch(text)
        if match:
            parts = match.groupdict()
            day = _build(
                _year(parts["year"], parts.get("era"), text), _month(parts, text), int(parts["day"]), text
            )
            return _in_bangkok(day, parts["clock"])
    raise DateError(
        "not_a_date",
        _("“%(value)s” ไม่ใช่วันที่ที่อ่านได้ โปรดใช้รูปแบบ วัน/เดือน/ปี เช่น 22/11/2569") % {"value": text[:40]},
    )


def parse_period(value: object) -> date:
    """Read a month: '2569-01', '01/2569', 'ม.ค. 2569', 'มกราคม 2569', or any date in it.

    Gives the first of the month (C.E.). Raises DateError.
    """
    if isinstance(value, str) and not is_blank(value):
        text = from_thai_digits(clean_text(value))
        for pattern in (_PERIOD_YEAR_FIRST, _PERIOD_MONTH_FIRST, _PERIOD_NAMED):
            match = pattern.fullmatch(text)
            if match:
                parts = match.groupdict()
                return _build(_year(parts["year"], parts.get("era"), text), _month(parts, text), 1, text)
    return month_start(parse_date(value))


def _year(digits: str, era: str | None, text: str) -> int:
    """C.E. year of a written year."""
    if len(digits) <= 2:
        raise DateError(
            "two_digit_year",
            _("“%(value)s” มีปีเพียงสองหลัก ระบบไม่เดาปีให้ โปรดพิมพ์ปีสี่หลัก เช่น 2569") % {"value": text[:40]},
        )
    year = int(digits[:9])
    buddhist = era.startswith("พ") if era else year > BE_FROM
    return _plausible(year - BE_OFFSET if buddhist else year, digits)


def _plausible(year: int, shown: str) -> int:
    if not _EARLIEST <= year <= _LATEST:
        raise DateError(
            "year_out_of_range",
            _("ปี %(year)s อยู่นอกช่วงที่ใช้ได้ (พ.ศ. %(first)s–%(last)s)")
            % {"year": shown[:9], "first": _EARLIEST + BE_OFFSET, "last": _LATEST + BE_OFFSET},
        )
    return year


def _month(parts: dict[str, str | None], text: str) -> int:
    if parts.get("name"):
        number = _MONTH_NUMBERS.get(_plain_month(parts["name"] or ""), 0)
    else:
        number = int(parts["month"] or 0)
    if not 1 <= number <= 12:
        raise DateError(
            "no_such_month",
            _("“%(value)s” ไม่มีเดือนนี้ โปรดเรียง วัน/เดือน/ปี เช่น 22/11/2569") % {"value": text[:40]},
        )
    return number


def _build(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError(
            "no_such_day",
            _("“%(value)s” ไม่มีวันนี้ในปฏิทิน: %(month)s มี %(days)s วัน")
            % {
                "value": text[:40],
                "month": f"{MONTHS[month - 1]} {year + BE_OFFSET}",
                "days": monthrange(year, month)[1],
            },
        ) from None


def _checked(day: date) -> date:
    """A ready date, whose year may be B.E. because someone typed 2569 into a date cell."""
    year = day.year - BE_OFFSET if day.year > BE_FROM else day.year
    return _build(_plausible(year, str(day.year)), day.month, day.day, day.isoformat())


def _from_serial(number: int | float | Decimal, text: str) -> date:
    """Excel's day count (1900 system, with its 29 February 1900 that never was)."""
    exact = Decimal(number)
    if not exact.is_finite() or exact.adjusted() > 9:
        raise DateError("not_a_date", _("“%(value)s” ไม่ใช่วันที่") % {"value": text[:40]})
    serial = int(exact)
    if BE_FROM - 1000 < serial < 3000:  # 2026 or 2569 typed alone; as a serial it would lie about 1905
        raise _year_only(text)
    year, month = divmod(serial, 100)
    year_and_month = 1 <= month <= 12 and (1950 <= year <= 2100 or 2500 <= year <= 2600)
    # 256901 is a month someone typed, and as a serial would lie in 2060.
    if not 61 <= serial <= 2_958_465 or year_and_month:
        raise DateError(
            "not_a_date", _("ตัวเลข %(value)s ไม่ใช่วันที่ของ Excel โปรดพิมพ์ วัน/เดือน/ปี") % {"value": text[:40]}
        )
    return _checked(date(1899, 12, 30) + timedelta(days=serial))


def _year_only(text: str) -> DateError:
    return DateError("year_only", _("“%(value)s” มีแต่ปี โปรดระบุวันและเดือนด้วย") % {"value": text[:40]})


def _in_bangkok(day: date, clock: str | None) -> date:
    """A written time changes the day only when it names another zone."""
    zone = re.search(r"(Z|[+-]\d{2}:?\d{2})", clock or "")
    if not zone:
        return day
    hour, minute = (int(part) for part in re.findall(r"\d+", clock or "")[:2])
    offset = "+00:00" if zone.group(1) == "Z" else zone.group(1)
    try:
        moment = datetime.fromisoformat(f"{day.isoformat()}T{hour:02}:{minute:02}{offset}")
    except ValueError:
        raise DateError("not_a_date", _("เวลา “%(value)s” ไม่ถูกต้อง") % {"value": clock}) from None
    return local_date(moment)
