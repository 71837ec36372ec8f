"""Dated settings of staffing. None is a constant: neither could be verified on a public paper in force."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal import dated

RETIREMENT_AGE, LONG_ACTING = "staffing.retirement_age", "staffing.long_acting_months"


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    owner = _("กองบริหารทรัพยากรบุคคล สำนักงานปลัดกระทรวงอุตสาหกรรม")
    dated.declare(
        dated.Declared(
            key=RETIREMENT_AGE,
            label=_("อายุที่พ้นราชการเมื่อสิ้นปีงบประมาณ"),
            default=60,
            minimum=50,
            maximum=75,
            source="พระราชบัญญัติบำเหน็จบำนาญข้าราชการ พ.ศ. 2494 มาตรา 19 ยังไม่ตรวจฉบับแก้ไขล่าสุดและข้อยกเว้นรายสายงาน",
            blocks=_("ปีเกษียณที่ระบบเสนอเมื่อบันทึกวันเกิด"),
            owner=owner,
        )
    )
    dated.declare(
        dated.Declared(
            key=LONG_ACTING,
            label=_("รักษาการนานกว่ากี่เดือนจึงแจ้งเตือน"),
            default=6,
            minimum=1,
            maximum=60,
            source="ข้อสมมติของระบบ ไม่พบระเบียบหรือหนังสือที่กำหนด",
            blocks=_("คอลัมน์รักษาการนานของหน้าอัตรากำลัง"),
            owner=owner,
        )
    )


def last_fiscal_year(born: date, age: int) -> int:
    """The fiscal year (B.E.) at whose end somebody born on a day leaves at an age.

    A year of life is complete on the eve of the birthday: who is born on 1 October leaves on the day before
    and not a year later.
    """
    year_of_birthday = born.year + age
    before = (born.month, born.day) <= (10, 1)
    return year_of_birthday + 543 + (0 if before else 1)
