"""The sheet in which training comes: one row for each person in a session.

Headings stay Thai in every language, so that a file fits wherever it is opened.
"""

from __future__ import annotations

from typing import Any

from offices.models.learning import Attendance, Subject, TrainingCourse
from portal.sheets.spec import Column, Section, SheetSpec

_HOURS: dict[str, Any] = {"kind": "decimal", "digits": 5, "places": 1, "min": 0, "unit": "ชั่วโมง"}


def _choices(of: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((str(value), label) for value, label in of.choices)


TRAINING = SheetSpec(
    code="offices.training",
    title="การอบรมและผู้เข้าอบรม",
    sheet_name="การอบรม",
    help="หนึ่งแถวต่อหนึ่งคนในหนึ่งรุ่น หลักสูตรและรุ่นที่ยังไม่มีในระบบจะเพิ่มให้เมื่อนำเข้า",
    sections=(
        Section("session", "หลักสูตรและรุ่น"),
        Section("person", "ผู้เข้าอบรม"),
        Section("done", "การเข้าอบรม"),
    ),
    columns=(
        Column("course", "หลักสูตร", ("ชื่อหลักสูตร", "โครงการ"), max_length=200, required=True, section="session",
               example="การตรวจโรงงานเบื้องต้น"),
        Column("subject", "ด้าน", kind="choice", choices=_choices(Subject), section="session"),
        Column("kind", "ประเภท", kind="choice", choices=_choices(TrainingCourse.Kind), section="session",
               help="เว้นว่างคือฝึกอบรม"),
        Column("starts_on", "วันเริ่ม", ("ตั้งแต่วันที่",), kind="date", required=True, section="session",
               example="02/11/2569"),
        Column("ends_on", "วันสิ้นสุด", ("ถึงวันที่",), kind="date", required=True, section="session",
               example="03/11/2569"),
        Column("session_hours", "ชั่วโมงของรุ่น", ("จำนวนชั่วโมง",), required=True, section="session", **_HOURS),
        Column("place", "สถานที่", max_length=200, section="session"),
        Column("trainer", "วิทยากร", max_length=200, section="session"),
        Column("first_th", "ชื่อ", max_length=80, required=True, section="person", help="ไม่รวมคำนำหน้า"),
        Column("last_th", "นามสกุล", max_length=80, required=True, section="person"),
        Column("email", "อีเมลบัญชีผู้ใช้", ("อีเมล",), kind="identifier", max_length=254, section="person",
               help="ใส่เมื่อมีหลายคนชื่อเดียวกัน"),
        Column("role", "ฐานะ", kind="choice", choices=_choices(Attendance.Role), section="done",
               help="เว้นว่างคือผู้เข้าอบรม"),
        Column("hours", "ชั่วโมงที่เข้า", section="done",
               help="เว้นว่างคือลงทะเบียนไว้ 0 คือไม่ได้เข้า", **_HOURS),
        Column("result", "ผลหรือวุฒิบัตร", max_length=200, section="done"),
    ),
)  # fmt: skip
