"""The thresholds of the rules as dated settings. None of them stands in a published text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import dated

PREFIX = "reporting.rule:"
_SOURCE = "ค่าตั้งต้นของระบบ ยังไม่พบประกาศที่กำหนดค่านี้"

DEFAULTS: dict[str, tuple[str, Any]] = {
    "stock_share": ("0.005", _("V03 ส่วนต่างของคงคลังที่ยอมได้ (สัดส่วน)")),
    "stock_units": ("1", _("V03 ส่วนต่างของคงคลังที่ยอมได้อย่างน้อย (หน่วย)")),
    "opening_share": ("0.005", _("V04 ส่วนต่างของยอดยกมาที่ยอมได้ (สัดส่วน)")),
    "capacity_low": ("0.10", _("V06 อัตราใช้กำลังการผลิตที่ต่ำจนควรตรวจ (สัดส่วน)")),
    "capacity_full": ("1.00", _("V06 อัตราใช้กำลังการผลิตที่เกินควรตรวจ (สัดส่วน)")),
    "capacity_over": ("1.20", _("V06 อัตราใช้กำลังการผลิตที่ต้องมีเหตุผล (สัดส่วน)")),
    "change_share": ("0.30", _("V10 การเปลี่ยนแปลงที่ควรตรวจ (สัดส่วน)")),
}


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    for name, (default, label) in DEFAULTS.items():
        dated.declare(
            dated.Declared(
                key=PREFIX + name,
                label=label,
                default=default,
                source=_SOURCE,
                kind="decimal",
                minimum=Decimal(0),
                maximum=Decimal(1_000_000),
                owner=_("สำนักงานเศรษฐกิจอุตสาหกรรม"),
            )
        )


def on(day: date) -> dict[str, Decimal]:
    """Every threshold as it holds on a day."""
    return {name: Decimal(str(dated.on(PREFIX + name, day).value)) for name in DEFAULTS}
