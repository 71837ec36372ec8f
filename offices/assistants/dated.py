"""Dated settings of the scheme. No public paper names the criteria or the intervals: none is verified."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from offices.models import PositionLine
from portal import dated
from portal.dated import Declared, Value
from portal.models import DatedSetting

TYPES, LEVELS, LINES = "assistants.position_types", "assistants.levels", "assistants.position_lines"
SUBJECT_LEVEL, PLAN_STARTED = "assistants.subject_level", "assistants.plan_started"
REVIEW_MONTHS = "assistants.review_months"
REVIEW_NOTICE, END_NOTICE = "assistants.review_notice_days", "assistants.end_notice_days"

_ASSUMED = "ข้อสมมติของระบบ ไม่พบระเบียบหรือหนังสือที่กำหนดคุณสมบัติของผู้ช่วยอุตสาหกรรมจังหวัด"
_OWNER = _("กองบริหารทรัพยากรบุคคล สำนักงานปลัดกระทรวงอุตสาหกรรม")
_BADGE = _("ป้าย “ยังไม่ยืนยัน” ที่เกณฑ์ของการเสนอชื่อผู้ช่วยฯ")
_LEVELS = (
    *("ปฏิบัติการ", "ชำนาญการ", "ชำนาญการพิเศษ", "เชี่ยวชาญ", "ทรงคุณวุฒิ"),
    *("ปฏิบัติงาน", "ชำนาญงาน", "อาวุโส", "ทักษะพิเศษ", "ต้น", "สูง"),
)


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    _one(
        TYPES,
        _("ประเภทตำแหน่งของผู้ช่วยอุตสาหกรรมจังหวัด"),
        ["ACAD"],
        choices=tuple(PositionLine.Type.choices),
    )
    _one(
        LEVELS,
        _("ระดับตำแหน่งของผู้ช่วยอุตสาหกรรมจังหวัด"),
        ["ชำนาญการ", "ชำนาญการพิเศษ"],
        choices=tuple((level, level) for level in _LEVELS),
    )
    _one(
        LINES,
        _("รหัสสายงานของผู้ช่วยอุตสาหกรรมจังหวัด"),
        ["3-1-012", "3-2-018", "3-2-023", "3-7-015", "3-7-017", "3-7-026"],
    )
    _one(
        SUBJECT_LEVEL,
        _("ระดับความสามารถในด้านของกลุ่มที่ผู้ได้รับการเสนอชื่อต้องมี"),
        3,
        minimum=0,
        maximum=5,
    )
    _one(PLAN_STARTED, _("ผู้ได้รับการเสนอชื่อต้องเริ่มแผนพัฒนารายบุคคลของปีแล้ว"), True)
    _one(REVIEW_MONTHS, _("ประเมินผู้ช่วยอุตสาหกรรมจังหวัดทุกกี่เดือน"), 6, minimum=1, maximum=24)
    _one(REVIEW_NOTICE, _("เตือนก่อนครบกำหนดประเมินผู้ช่วยฯ กี่วัน"), 30, minimum=0, maximum=180)
    _one(END_NOTICE, _("เตือนก่อนครบวาระผู้ช่วยฯ กี่วัน"), 60, minimum=0, maximum=365)


def _one(key: str, label: Any, default: Any, **values: Any) -> None:
    dated.declare(
        Declared(
            key=key, label=label, default=default, source=_ASSUMED, blocks=_BADGE, owner=_OWNER, **values
        )
    )


def of(day: date, keys: Iterable[str]) -> dict[str, Value]:
    """The values of some settings of the scheme on a day; one query."""
    keys = list(keys)
    return dict(zip(keys, dated.each(*((key, day) for key in keys)), strict=True))


class Intervals:
    """How many months lie between reviews, on any day: read once, asked often."""

    def __init__(self) -> None:
        self._default = int(dated.declaration(REVIEW_MONTHS).default)
        self._rows = list(DatedSetting.objects.filter(key=REVIEW_MONTHS, place=""))

    def __call__(self, day: date) -> int:
        return next((int(row.value) for row in self._rows if day in row.valid), self._default)
