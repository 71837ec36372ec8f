"""When a form is due: the day of the following month or year, a dated setting for each form."""

from __future__ import annotations

from datetime import date, datetime

from portal import calendar, dated
from reporting.forms.base import FormDeclaration


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    dated.declare(
        dated.Declared(
            key="reporting.due_day:PROD-M",
            label="วันครบกำหนดส่งรายงานผลผลิตรายเดือน (วันที่ของเดือนถัดไป)",
            default=10,
            source="ข่าวประชาสัมพันธ์ของกระทรวงอุตสาหกรรมและสำนักงานเศรษฐกิจอุตสาหกรรม: ภายในวันที่ 10 ของเดือนถัดไป",
            verified=True,
        )
    )
    dated.declare(
        dated.Declared(
            key="reporting.due_day:CHEM",
            label="วันครบกำหนดส่งข้อมูลสารเคมีอันตรายประจำปี (เดือน-วัน ของปีถัดไป)",
            default="04-30",
            source="ข่าวประชาสัมพันธ์ของกระทรวงอุตสาหกรรม: ภายในวันที่ 30 เมษายนของปีถัดไป (ระบุสำหรับปี 2568)",
            verified=True,
        )
    )
    dated.declare(
        dated.Declared(
            key="reporting.due_day:WASTE-G",
            label="วันครบกำหนดส่งรายงานของเสียประจำปีของผู้ก่อกำเนิด (เดือน-วัน ของปีถัดไป)",
            default="04-01",
            source="ประกาศกระทรวงอุตสาหกรรม เรื่องการจัดการสิ่งปฏิกูลหรือวัสดุที่ไม่ใช้แล้ว พ.ศ. 2566: "
            "ภายในวันที่ 1 เมษายนของปีถัดไป",
            verified=True,
        )
    )


def due_at(form: FormDeclaration, period: date) -> datetime:
    """The last instant of the due day in Bangkok, by the setting that holds in the period."""
    value = dated.on(form.due, period).value
    if form.period == "year":
        return calendar.end_of_day(date.fromisoformat(f"{period.year + 1}-{value}"))
    return calendar.end_of_day(calendar.due_on(period, int(value)))
