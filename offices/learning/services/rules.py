"""What the database's constraints of learning mean, in words: name → (field of the form, sentence)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Person
from offices.services.rules import Fault
from offices.services.rules.sentences import SENTENCES
from portal import calendar
from portal.actors import Actor, Capacity
from portal.calendar import fiscal_year
from portal.problems import NotAllowed

SENTENCES.update(
    {
        "subjectlevel_range": ("level", gettext_lazy("ระดับต้องอยู่ระหว่าง 0 ถึง 5")),
        "subjectlevel_subject": ("subject", gettext_lazy("ไม่มีด้านนี้")),
        "subjectlevel_has_evidence": ("evidence", gettext_lazy("ต้องระบุหลักฐาน")),
        "subjectlevel_by_another": ("level", gettext_lazy("ไม่มีผู้ใดกำหนดระดับของตนเองได้")),
        "subjectlevel_dates_in_order": (
            "since",
            gettext_lazy("ระดับในด้านนี้มีที่กำหนดไว้ให้เริ่มหลังวันนี้แล้ว วันเริ่มต้องไม่ก่อนครั้งล่าสุด"),
        ),
        "assessment_round": ("half", gettext_lazy("รอบประเมินมีรอบที่ 1 และ 2 ของปีงบประมาณ พ.ศ.")),
        "assessment_by_whom": (
            "kind",
            gettext_lazy("การประเมินตนเองทำโดยเจ้าตัว การประเมินของผู้บังคับบัญชาทำโดยผู้อื่น"),
        ),
        "assessmentline_range": ("level", gettext_lazy("ระดับสมรรถนะต้องอยู่ระหว่าง 1 ถึง 5")),
        "developmentplan_once_a_year": ("fiscal_year", gettext_lazy("มีแผนพัฒนาของปีงบประมาณนี้อยู่แล้ว")),
        "developmentplan_year_is_be": ("fiscal_year", gettext_lazy("ปีงบประมาณต้องเป็น พ.ศ.")),
        "developmentplan_has_goal": ("goal", gettext_lazy("ต้องกรอก")),
        "developmentplan_steps": ("state", gettext_lazy("แผนเปลี่ยนสถานะข้ามขั้นไม่ได้")),
        "developmentitem_one_aim": (
            "subject",
            gettext_lazy("เลือกด้านหรือสมรรถนะหลักอย่างใดอย่างหนึ่ง"),
        ),
        "developmentitem_has_topic": ("topic", gettext_lazy("ต้องกรอก")),
        "developmentitem_level": ("target_level", gettext_lazy("ระดับเป้าหมายต้องอยู่ระหว่าง 1 ถึง 5")),
        "developmentitem_period": ("ends_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
        "developmentitem_hours": (
            "planned_hours",
            gettext_lazy("ชั่วโมงตามแผนต้องมากกว่า 0 และไม่เกิน 2,000 ชั่วโมงที่ทำแล้วต้องไม่ติดลบ"),
        ),
        "developmentitem_inside_year": (
            "starts_on",
            gettext_lazy("ช่วงเวลาของรายการต้องอยู่ในปีงบประมาณของแผน"),
        ),
        "developmentitem_planned_in_draft": (
            "topic",
            gettext_lazy("แผนเสนอหรืออนุมัติไปแล้ว แก้รายการได้เมื่อแผนเป็นร่าง ให้ปรับแผนก่อน"),
        ),
        "developmentitem_done_while_running": (
            "done_hours",
            gettext_lazy("บันทึกผลได้เมื่อแผนอยู่ระหว่างดำเนินการ"),
        ),
        "trainingcourse_once": ("name_th", gettext_lazy("หน่วยงานนี้มีหลักสูตรชื่อนี้อยู่แล้ว")),
        "trainingcourse_has_name": ("name_th", gettext_lazy("ต้องกรอก")),
        "trainingsession_once_a_day": ("starts_on", gettext_lazy("หลักสูตรนี้มีรุ่นที่เริ่มวันเดียวกันอยู่แล้ว")),
        "trainingsession_period": ("ends_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
        "trainingsession_hours": ("hours", gettext_lazy("ชั่วโมงต้องมากกว่า 0 และไม่เกิน 2,000")),
        "trainingsession_one_year": (
            "ends_on",
            gettext_lazy("รุ่นหนึ่งต้องอยู่ในปีงบประมาณเดียว ถ้าข้ามวันที่ 30 กันยายนให้แยกเป็นสองรุ่น"),
        ),
        "trainingsession_hours_attended": (
            "hours",
            gettext_lazy("มีผู้ที่บันทึกชั่วโมงไว้มากกว่านี้แล้ว ให้แก้ชั่วโมงของผู้นั้นก่อน"),
        ),
        "attendance_once": ("person", gettext_lazy("บุคคลนี้อยู่ในรุ่นนี้แล้ว")),
        "attendance_hours_of_those_there": (
            "hours",
            gettext_lazy("ผู้ที่เข้าอบรมต้องมีชั่วโมง ผู้ที่ไม่ได้เข้าไม่มีชั่วโมง"),
        ),
        "attendance_hours_of_session": ("hours", gettext_lazy("ชั่วโมงต้องไม่เกินชั่วโมงของรุ่น")),
        "stint_host_is_another": ("host", gettext_lazy("ผู้รับดูแลต้องเป็นคนละคนกับผู้เรียนรู้")),
        "stint_period": ("ends_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
        "stint_planned_days": ("planned_days", gettext_lazy("จำนวนวันต้องอยู่ระหว่าง 1 ถึง 366")),
        "stint_has_purpose": ("purpose", gettext_lazy("ต้องกรอก")),
        "stint_closed_has_result": ("note", gettext_lazy("ต้องสรุปผลการเรียนรู้")),
        "stint_one_rotation_at_a_time": (
            "starts_on",
            gettext_lazy("บุคคลนี้มีแผนหมุนเวียนที่อนุมัติแล้วในช่วงเวลาเดียวกัน"),
        ),
        "stint_keeps_its_days": (
            "starts_on",
            gettext_lazy("มีวันที่บันทึกไว้แล้วนอกช่วงเวลานี้"),
        ),
        "stintday_once": ("day", gettext_lazy("วันนี้บันทึกไว้แล้ว")),
        "stintday_hours": ("hours", gettext_lazy("ชั่วโมงต้องมากกว่า 0 และไม่เกิน 12")),
        "stintday_has_activities": ("activities", gettext_lazy("ต้องกรอก")),
        "stintday_by_another": ("state", gettext_lazy("ไม่มีผู้ใดรับรองวันเรียนรู้งานของตนเองได้")),
        "stintday_inside_stint": ("day", gettext_lazy("วันที่ต้องอยู่ในช่วงเวลาของแผน และแผนต้องอนุมัติแล้ว")),
        "stintday_signed_once": ("state", gettext_lazy("วันนี้รับรองหรือไม่รับรองไปแล้ว")),
        "recordrequest_period": ("until", gettext_lazy("วันสุดท้ายต้องไม่ก่อนวันแรก")),
        "recordrequest_has_purpose": ("purpose", gettext_lazy("ต้องกรอก")),
        "recordrequest_by_another": ("state", gettext_lazy("ไม่มีผู้ใดรับรองแฟ้มผลงานของตนเองได้")),
        "recordrequest_one_open": ("purpose", gettext_lazy("มีคำขอของบุคคลนี้ที่รอออกแฟ้มอยู่แล้ว")),
    }
)


def broken(constraint: str) -> Fault:
    """The fault that a constraint means."""
    field, sentence = SENTENCES[constraint]
    return field, str(sentence)


def clean(text: str, most: int = 0) -> str:
    """A text without blanks at its ends; ``most`` letters of one line where that is said."""
    return " ".join(text.split())[:most] if most else text.strip()


def too_long(**texts: tuple[str, int]) -> list[Fault]:
    """Texts longer than their column: name=(text, most)."""
    return [
        (
            name,
            _("ยาว %(found)s ตัวอักษร ต้องไม่เกิน %(most)s ตัวอักษร") % {"found": len(text), "most": most},
        )
        for name, (text, most) in texts.items()
        if len(text) > most
    ]


def empty(**texts: str) -> list[Fault]:
    """Texts that must be there and are not."""
    return [(name, _("ต้องกรอก")) for name, text in texts.items() if not text]


def outside_year(first: Any, last: Any, year: int) -> bool:
    """Whether a period does not lie within a fiscal year (B.E.)."""
    return fiscal_year(first) != year or fiscal_year(last) != year


def person_of(actor: Actor) -> int:
    """The person who acts. Raises NotAllowed for an account that is nobody's."""
    if actor.person_id is None:
        raise NotAllowed(_("บัญชีนี้ยังไม่ผูกกับบุคลากร"))
    return actor.person_id


def signature(actor: Actor, capacity: Capacity, what: str) -> dict[str, Any]:
    """Who did it, frozen in words: ``{what}_by``, ``{what}_name``, ``{what}_as``, ``{what}_at``."""
    return {
        f"{what}_by_id": person_of(actor),
        f"{what}_name": actor.name,
        f"{what}_as": capacity.label,
        f"{what}_at": calendar.now(),
    }


def locked_person(person: Person) -> Person:
    """The person's row under lock: the first lock of everything about him."""
    return Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
