"""When it is said that an order, an appointment or a card is about to end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import dated
from portal.dated import Declared, Value

ENDING_DAYS = dated.declare(
    Declared(
        key="offices.ending_days",
        label=_("เตือนก่อนคำสั่ง การแต่งตั้ง หรือบัตรสิ้นสุด (วัน)"),
        default=[7, 30, 60],
        kind="list",
        source="ข้อสมมติของระบบ ไม่พบระเบียบหรือหนังสือที่กำหนด",
        blocks=_("ป้าย “ยังไม่ยืนยัน” บนหน้ารายการที่ใกล้สิ้นสุด"),
        owner=_("กองบริหารทรัพยากรบุคคล สำนักงานปลัดกระทรวงอุตสาหกรรม"),
    )
)
STAGES = ("last", "near", "early")  # from the shortest of the three to the longest


def ending_days(day: date) -> Value:
    """The three counts of days that hold on a day, ascending."""
    return dated.on(ENDING_DAYS.key, day)


def stage(left: int, counts: list[Any]) -> str:
    """How near an end is that comes in so many days (0: today is the last); '' when it is not near."""
    return next((name for name, count in zip(STAGES, counts, strict=True) if left <= count), "")
