"""When a form is due: the day of the following month, a dated setting for each form."""

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


def due_at(form: FormDeclaration, period: date) -> datetime:
    """The last instant of the due day in Bangkok, by the setting that holds in the period."""
    return calendar.end_of_day(calendar.due_on(period, int(dated.on(form.due, period).value)))
