"""Official holidays: a dated setting for each year, until somebody checks them not verified."""

from __future__ import annotations

from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.dated import Declared, declare
from portal.models import DatedSetting

YEARS = range(2023, 2031)


def key_of(year: int) -> str:
    """The setting that holds the holidays of a year (C.E.) as a list of ISO dates."""
    return f"calendar.holidays:{year}"


for _year in YEARS:
    declare(
        Declared(
            key=key_of(_year),
            label=format_lazy(_("วันหยุดราชการ พ.ศ. {year}"), year=_year + 543),
            default=[],
            source="ยังไม่มีรายการวันหยุดของปีนี้ในระบบ",
            kind="dates",
            owner=_("ผู้ดูแลระบบส่วนกลาง ตรวจกับประกาศสำนักเลขาธิการคณะรัฐมนตรี"),
        )
    )


def holidays(first: date, last: date, *, as_of: date) -> frozenset[date]:
    """The holidays of the years that a period touches, as the settings say on ``as_of``. One query."""
    lists = DatedSetting.objects.filter(
        key__in=[key_of(year) for year in range(first.year, last.year + 1)], place="", valid__contains=as_of
    ).values_list("value", flat=True)
    return frozenset(date.fromisoformat(text) for days in lists for text in days)
