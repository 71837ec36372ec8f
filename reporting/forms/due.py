"""When a form is due: the day of the following month or year, a dated setting for each form."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from portal import calendar, dated
from reporting.forms.base import FormDeclaration

_BADGE = _("วันครบกำหนดบนหน้างวดแสดงป้าย “ยังไม่ยืนยัน”")


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    dated.declare(
        dated.Declared(
            key="reporting.due_day:PROD-M",
            label=_("วันครบกำหนดส่งรายงานผลผลิตรายเดือน (วันที่ของเดือนถัดไป)"),
            default=10,
            minimum=1,
            maximum=31,
            blocks=_BADGE,
            owner=_("สำนักงานเศรษฐกิจอุตสาหกรรม"),
            source="ข่าวประชาสัมพันธ์ของกระทรวงอุตสาหกรรมและสำนักงานเศรษฐกิจอุตสาหกรรม: ภายในวันที่ 10 ของเดือนถัดไป",
            verified=True,
        )
    )
    dated.declare(
        dated.Declared(
            key="reporting.due_day:CHEM",
            label=_("วันครบกำหนดส่งข้อมูลสารเคมีอันตรายประจำปี (ของปีถัดไป)"),
            default="04-30",
            kind="month_day",
            blocks=_BADGE,
            owner=_("กรมโรงงานอุตสาหกรรม"),
            source="ข่าวประชาสัมพันธ์ของกระทรวงอุตสาหกรรม: ภายในวันที่ 30 เมษายนของปีถัดไป (ระบุสำหรับปี 2568)",
            verified=True,
        )
    )
    dated.declare(
        dated.Declared(
            key="reporting.due_day:WASTE-G",
            label=_("วันครบกำหนดส่งรายงานของเสียประจำปีของผู้ก่อกำเนิด (ของปีถัดไป)"),
            default="04-01",
            kind="month_day",
            blocks=_BADGE,
            owner=_("กรมโรงงานอุตสาหกรรม"),
            source="ประกาศกระทรวงอุตสาหกรรม เรื่องการจัดการสิ่งปฏิกูลหรือวัสดุที่ไม่ใช้แล้ว พ.ศ. 2566: "
            "ภายในวันที่ 1 เมษายนของปีถัดไป",
            verified=True,
        )
    )


def due_at(form: FormDeclaration, period: date) -> datetime:
    """The last instant of the due day in Bangkok, by the setting that holds in the period."""
    return due_with_source(form, period)[0]


def due_with_source(form: FormDeclaration, period: date) -> tuple[datetime, dated.Value]:
    """The same, with the setting it follows from."""
    setting = dated.on(form.due, period)
    if form.period == "year":
        day = date.fromisoformat(f"{period.year + 1}-{setting.value}")
    else:
        day = calendar.due_on(period, int(setting.value))
    return calendar.end_of_day(day), setting
