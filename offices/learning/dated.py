"""Dated settings of learning: which level counts as cover, targets of hours, how long an assistant has.

None of them is verified: no public paper names them. Each may be decided for the nation, and what differs
by office for one office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from offices.dated import ASSISTANT_ENABLED
from offices.models.learning import Subject
from portal import dated
from portal.dated import Declared, Value, place_of

MAIN = (Subject.POLICY, Subject.FACTORIES, Subject.MINING, Subject.PROMOTION)
COVER = "learning.cover_level:"
STANDARDS = "learning.standards_counted"
ASSISTANT_LEVEL, ASSISTANT_MONTHS = "learning.assistant_level", "learning.assistant_months"
TRAINING_DAYS, HOURS_A_DAY = "learning.training_days", "learning.hours_a_day"
CORE_LEVEL, ASSESSMENT_DAYS = "learning.core_level", "learning.assessment_open_days"
ROTATION_YEARS = "learning.rotation_years"
EVIDENCE = "learning.evidence_for_level:"

_ASSUMED = "ข้อสมมติของระบบ ไม่พบระเบียบหรือหนังสือที่กำหนด"
_OWNER = _("กองบริหารทรัพยากรบุคคล สำนักงานปลัดกระทรวงอุตสาหกรรม")
_BOARD = _("ป้าย “ยังไม่ยืนยัน” บนกระดานความพร้อม")
_EVIDENCE: Mapping[int, tuple[Any, int]] = {
    1: (_("หลักสูตรในด้านนั้นที่เข้าอบรมแล้ว"), 1),
    2: (_("วันเรียนรู้งานในด้านนั้นที่ผู้รับดูแลรับรองแล้ว"), 3),
    3: (_("เรื่องในด้านนั้นที่จัดทำหรือสอบทานเอง"), 5),
    4: (_("เรื่องของผู้อื่นในด้านนั้นที่กลั่นกรอง"), 5),
    5: (_("ครั้งที่เป็นวิทยากรในด้านนั้น"), 1),
}


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    for subject in Subject:
        dated.declare(
            Declared(
                key=f"{COVER}{subject.value}",
                label=format_lazy(_("ระดับที่ถือว่าสำนักงานมีผู้ทำงานด้าน{subject}ได้"), subject=subject.label),
                default=3,
                minimum=0,
                maximum=5,
                source=_ASSUMED,
                blocks=_BOARD,
                owner=_OWNER,
                by_office=True,
            )
        )
    dated.declare(
        Declared(
            key=STANDARDS,
            label=_("นับด้านมาตรฐานเป็นด้านที่ห้าบนกระดานความพร้อม"),
            default=False,
            source="ข่าวกระทรวงอุตสาหกรรม 12 พฤษภาคม 2566 กล่าวถึงสี่ด้าน งานมาตรฐานอยู่ในงานส่งเสริมที่ขยายออก",
            owner=_OWNER,
        )
    )
    _integer(ASSISTANT_LEVEL, _("ระดับที่ผู้ช่วยอุตสาหกรรมจังหวัดต้องถึงในทั้งสี่ด้าน"), 3, 1, 5)
    _integer(ASSISTANT_MONTHS, _("ผู้ช่วยอุตสาหกรรมจังหวัดต้องถึงระดับภายในกี่เดือน"), 12, 1, 60)
    _integer(
        TRAINING_DAYS, _("เป้าหมายวันพัฒนาต่อคนต่อปีงบประมาณ"), 10, 0, 366,
        source="คู่มือแผนพัฒนารายบุคคลที่หน่วยงานรัฐเผยแพร่: อย่างน้อย 10 วันต่อคนต่อปี ยังไม่พบหนังสือต้นเรื่อง",
    )  # fmt: skip
    dated.declare(
        Declared(
            key=HOURS_A_DAY,
            label=_("หนึ่งวันพัฒนาเท่ากับกี่ชั่วโมง"),
            default="6",
            kind="decimal",
            minimum=Decimal(1),
            maximum=Decimal(24),
            source=_ASSUMED,
            blocks=_BOARD,
            owner=_OWNER,
        )
    )
    _integer(CORE_LEVEL, _("ระดับสมรรถนะหลักที่คาดหวัง"), 3, 1, 5)
    _integer(ASSESSMENT_DAYS, _("ประเมินสมรรถนะได้ถึงกี่วันหลังสิ้นรอบ"), 60, 0, 180)
    _integer(ROTATION_YEARS, _("อยู่กลุ่มเดียวกันกี่ปีจึงควรพิจารณาหมุนเวียน"), 4, 1, 40)
    for level, (label, default) in _EVIDENCE.items():
        _integer(
            f"{EVIDENCE}{level}",
            format_lazy(_("หลักฐานที่ระบบใช้เสนอระดับ {level}: จำนวน{what}"), level=level, what=label),
            default, 1, 1000,
        )  # fmt: skip


def _integer(key: str, label: Any, default: int, low: int, high: int, *, source: str = _ASSUMED) -> None:
    dated.declare(
        Declared(
            key=key,
            label=label,
            default=default,
            minimum=low,
            maximum=high,
            source=source,
            blocks=_BOARD,
            owner=_OWNER,
        )
    )


def every(day: date) -> Settings:
    """All settings of learning on a day, and whether offices have assistants, of the nation and of each
    office: one query."""
    keys = [one.key for one in dated.declared() if one.key.startswith("learning.")]
    return Settings(dated.everywhere([*keys, ASSISTANT_ENABLED.key], day))


@dataclass(frozen=True)
class Settings:
    """The settings of learning on one day."""

    values: Mapping[tuple[str, str], Value]

    def of(self, key: str, office_code: str = "") -> Value:
        """The value of a setting for an office, or else for the nation."""
        return self.values.get((key, place_of(office_code))) or self.values[key, ""]

    def has_own(self, key: str, office_code: str) -> bool:
        """Whether an office has a value of its own."""
        return (key, place_of(office_code)) in self.values

    def subjects(self) -> tuple[Subject, ...]:
        """The subjects that count: four, and standards where they are counted."""
        return (*MAIN, Subject.STANDARDS) if self.of(STANDARDS).value else MAIN

    def required(self, subject: Subject, office_code: str, groups: Iterable[str]) -> int:
        """The level that counts as cover of a subject in an office; 0 where the office has no such work.

        An office without a group for mining needs none, unless a value was decided for it.
        """
        key = f"{COVER}{subject.value}"
        if subject == Subject.MINING and "MINING" not in groups and not self.has_own(key, office_code):
            return 0
        return int(self.of(key, office_code).value)

    @property
    def target_hours(self) -> Decimal:
        """Hours of development that are aimed at in a fiscal year."""
        return Decimal(self.of(TRAINING_DAYS).value) * Decimal(str(self.of(HOURS_A_DAY).value))

    def evidence_needed(self, level: int) -> int:
        """How many pieces of evidence speak for a level."""
        return int(self.of(f"{EVIDENCE}{level}").value)

    def unverified(self) -> tuple[Value, ...]:
        """The nation's values that nobody has verified, for the badge."""
        return tuple(
            value
            for (key, place), value in self.values.items()
            if not place and not value.verified and key.startswith("learning.")
        )
