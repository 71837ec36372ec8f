"""The rules of orders, assignments and documents as sentences.

The database enforces them by constraints; here they are asked first, so that everything wrong is
said at once, and what only the database saw (two people at the same moment) gets the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.dated import assistant_enabled
from offices.models import (
    Assignment,
    AssignmentKind,
    Group,
    InspectionGroup,
    Office,
    Person,
)
from offices.models.people import GROUP_KINDS, OFFICE_KINDS
from portal.calendar import format_date
from portal.problems import Invalid

CIVIL_SERVANT_KINDS = (
    AssignmentKind.ASSISTANT,
    AssignmentKind.CHIEF,
    AssignmentKind.ACTING_CHIEF,
    AssignmentKind.INSPECTOR,
)


@dataclass(frozen=True)
class NewAssignment:
    """An assignment as an order words it: first and last day both belong to it; no last day is open-ended."""

    person: Person
    kind: str
    office: Office
    starts_on: date
    last_day: date | None = None
    group: Group | None = None
    inspection_group: InspectionGroup | None = None

    @property
    def valid(self) -> DateRange:
        return period(self.starts_on, self.last_day)


def period(first: date, last: date | None) -> DateRange:
    """The half-open range of a period whose last day belongs to it."""
    return DateRange(first, None if last is None else last + timedelta(days=1))


def last_day(valid: DateRange) -> date | None:
    """The last day that belongs to a half-open range; None when it is open."""
    return None if valid.upper is None else valid.upper - timedelta(days=1)


# What the database's constraints mean: name → (field of the form, sentence).
SENTENCES = {
    "order_number_once": ("number", gettext_lazy("คำสั่งเลขที่นี้ของหน่วยงานและปีนี้มีในระบบแล้ว")),
    "order_year_is_be": ("year_be", gettext_lazy("ปีของคำสั่งต้องเป็น พ.ศ.")),
    "person_has_name": ("first_th", gettext_lazy("ต้องมีทั้งชื่อและนามสกุล")),
    "user_email_once": ("email", gettext_lazy("อีเมลนี้มีผู้ใช้งานแล้ว")),
    "portal_user_email_key": ("email", gettext_lazy("อีเมลนี้มีผู้ใช้งานแล้ว")),
    "offices_person_user_id_key": ("email", gettext_lazy("บัญชีนี้ผูกกับบุคคลอื่นแล้ว")),
    "assignment_group_by_kind": (
        "group",
        gettext_lazy("เจ้าหน้าที่ หัวหน้ากลุ่ม และผู้ช่วยฯ ต้องระบุกลุ่ม ตำแหน่งอื่นไม่ระบุกลุ่ม"),
    ),
    "assignment_inspection_group_by_kind": (
        "inspection_group",
        gettext_lazy("ผู้ตรวจราชการต้องระบุกลุ่มตรวจราชการ ตำแหน่งอื่นไม่ระบุ"),
    ),
    "assignment_has_beginning": ("starts_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "assignment_one_chief": (
        "starts_on",
        gettext_lazy("สำนักงานนี้มีผู้ดำรงตำแหน่งนี้อยู่แล้วในช่วงเวลาเดียวกัน ให้สิ้นสุดคนเดิมก่อน"),
    ),
    "assignment_one_head_and_assistant": (
        "starts_on",
        gettext_lazy("กลุ่มนี้มีผู้ดำรงตำแหน่งนี้อยู่แล้วในช่วงเวลาเดียวกัน ให้สิ้นสุดคนเดิมก่อน"),
    ),
    "assignment_once_at_a_time": (
        "person",
        gettext_lazy("บุคคลนี้ได้รับแต่งตั้งตำแหน่งเดียวกันนี้อยู่แล้วในช่วงเวลาเดียวกัน"),
    ),
    "assignment_inside_order": ("starts_on", gettext_lazy("ช่วงเวลาต้องอยู่ภายในช่วงที่คำสั่งมีผล")),
    "assignment_civil_servant": (
        "person",
        gettext_lazy("ผู้ช่วยฯ อุตสาหกรรมจังหวัด ผู้รักษาราชการแทน และผู้ตรวจราชการต้องเป็นข้าราชการ"),
    ),
    "assignment_office_by_kind": (
        "office",
        gettext_lazy("ผู้ตรวจราชการและผู้ดูแลระบบอยู่ส่วนกลาง ตำแหน่งอื่นอยู่สำนักงานอุตสาหกรรมจังหวัด"),
    ),
    "assignment_group_of_office": ("group", gettext_lazy("กลุ่มนี้เป็นของสำนักงานอื่น")),
    "assignment_inside_group": ("group", gettext_lazy("กลุ่มนี้ไม่ได้มีอยู่ตลอดช่วงเวลาของการแต่งตั้ง")),
    "assignment_inside_inspection_group": (
        "inspection_group",
        gettext_lazy("กลุ่มตรวจราชการนี้ไม่ได้มีอยู่ตลอดช่วงเวลาของการแต่งตั้ง"),
    ),
    "register_year_is_be": ("year_be", gettext_lazy("ปีของทะเบียนต้องเป็น พ.ศ.")),
    "register_opening_range": ("opening", gettext_lazy("เลขเริ่มต้นต้องอยู่ระหว่าง 1 ถึง 99,999")),
    "register_opening_unused": ("opening", gettext_lazy("ทะเบียนนี้ออกเลขไปแล้ว เปลี่ยนเลขเริ่มต้นไม่ได้อีก")),
    "register_keeps_its_name": (
        "kind",
        gettext_lazy("ทะเบียนเปลี่ยนสำนักงาน ประเภท หรือปีไม่ได้ ให้เปิดทะเบียนใหม่"),
    ),
    "document_number_next": ("number", gettext_lazy("เลขในทะเบียนต้องต่อจากเลขล่าสุดเสมอ ข้ามหรือซ้ำไม่ได้")),
    "document_year_of_register": ("signed_on", gettext_lazy("วันที่ลงนามต้องอยู่ในปี พ.ศ. ของทะเบียน")),
    "document_dates_in_order": (
        "signed_on",
        gettext_lazy("วันที่ลงนามต้องไม่ก่อนวันที่ของเลขที่ออกไปแล้วในทะเบียนเดียวกัน"),
    ),
    "document_outside_once": ("reference", gettext_lazy("เอกสารเลขที่และวันที่นี้ของหน่วยงานนี้มีในระบบแล้ว")),
    "document_file_of_office": ("scan", gettext_lazy("ไฟล์ของเอกสารต้องเป็นของสำนักงานเดียวกัน และตรงกับค่าแฮช")),
    "documentend_not_itself": ("by", gettext_lazy("เอกสารยกเลิกหรือแทนที่ตัวเองไม่ได้")),
    "documentend_by_of_office": ("by", gettext_lazy("เอกสารที่ยกเลิกหรือแทนที่ต้องอยู่ในสำนักงานเดียวกัน")),
    "documentend_after_signing": (
        "since",
        gettext_lazy("เอกสารที่ยกเลิกหรือแทนที่ต้องลงนามไม่ก่อนฉบับเดิม และมีผลไม่ก่อนวันที่ลงนามของตน"),
    ),
    "documentend_by_stands": ("by", gettext_lazy("เอกสารที่สิ้นผลแล้วยกเลิกหรือแทนที่เอกสารอื่นไม่ได้")),
    "documentend_has_reason": ("reason", gettext_lazy("ต้องระบุเหตุผล")),
    "offices_documentend_document_id_key": ("document", gettext_lazy("เอกสารนี้สิ้นผลไปแล้ว")),
    "letterhead_one_a_day": ("since", gettext_lazy("มีตราที่เริ่มใช้ในวันนั้นแล้ว โปรดเลือกวันอื่น")),
}

Fault = tuple[str, str]  # (field, Thai sentence)


def refuse(faults: list[Fault]) -> None:
    """Raise Invalid with every fault at its field; nothing when there is none."""
    if not faults:
        return
    fields: dict[str, Sequence[str]] = {}
    for field, sentence in dict.fromkeys(faults):
        fields[field] = [*fields.get(field, ()), sentence]
    raise Invalid(
        " ".join(sentence for sentences in fields.values() for sentence in sentences), fields=fields
    )


def explained(error: IntegrityError) -> Invalid:
    """The refusal in words for a constraint the database found broken; other errors are raised again."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name not in SENTENCES:
        raise error
    field, sentence = SENTENCES[name]
    return Invalid(str(sentence), fields={field: [str(sentence)]}, code=name)


def _broken(constraint: str) -> Fault:
    field, sentence = SENTENCES[constraint]
    return field, str(sentence)


def assignment_faults(new: NewAssignment, order_valid: DateRange) -> Iterator[Fault]:
    """Everything wrong with an assignment under an order, each as (field, sentence)."""
    if (new.kind in GROUP_KINDS) != (new.group is not None):
        yield _broken("assignment_group_by_kind")
    if (new.kind == AssignmentKind.INSPECTOR) != (new.inspection_group is not None):
        yield _broken("assignment_inspection_group_by_kind")
    if (new.kind in OFFICE_KINDS) != (new.office.kind == Office.Kind.PROVINCIAL):
        yield _broken("assignment_office_by_kind")
    if new.group is not None and new.group.office_id != new.office.pk:
        yield _broken("assignment_group_of_office")
    if new.kind in CIVIL_SERVANT_KINDS and new.person.employment != Person.Employment.CIVIL_SERVANT:
        yield _broken("assignment_civil_servant")
    if new.last_day is not None and new.last_day < new.starts_on:
        yield _broken("assignment_has_beginning")
        return  # an empty period cannot be compared with others
    if not _inside(new.valid, order_valid):
        yield "starts_on", _("ช่วงเวลาต้องอยู่ภายในช่วงที่คำสั่งมีผล คือ %(period)s") % {"period": in_words(order_valid)}
    if new.group is not None and not _inside(new.valid, new.group.valid):
        yield _broken("assignment_inside_group")
    if new.inspection_group is not None and not _inside(new.valid, new.inspection_group.valid):
        yield _broken("assignment_inside_inspection_group")
    if new.kind == AssignmentKind.ASSISTANT and not assistant_enabled(new.office.code, new.starts_on):
        yield (
            "kind",
            _("%(office)sยังไม่ได้เปิดใช้ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัดในวันที่ %(day)s")
            % {
                "office": new.office.name_th,
                "day": format_date(new.starts_on),
            },
        )
    yield from _taken(new)


def _taken(new: NewAssignment) -> Iterator[Fault]:
    same = Assignment.objects.filter(kind=new.kind, valid__overlap=new.valid).select_related("person")
    if new.kind in (AssignmentKind.CHIEF, AssignmentKind.ACTING_CHIEF):
        holder = same.filter(office=new.office).first()
    elif new.kind in (AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT):
        holder = same.filter(group=new.group).first()
    else:
        holder = None
        if same.filter(
            person=new.person, office=new.office, group=new.group, inspection_group=new.inspection_group
        ).exists():
            yield _broken("assignment_once_at_a_time")
    if holder is not None:
        yield (
            "starts_on",
            _("%(who)sดำรงตำแหน่งนี้อยู่แล้ว (%(period)s) ให้สิ้นสุดการแต่งตั้งเดิมก่อน")
            % {
                "who": f"{holder.person.name} ",
                "period": in_words(holder.valid),
            },
        )


def _inside(inner: DateRange, outer: DateRange) -> bool:
    begins = outer.lower is None or (inner.lower is not None and inner.lower >= outer.lower)
    ends = outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper)
    return begins and ends


def in_words(valid: DateRange) -> str:
    """'1 ต.ค. 2568 – 30 ก.ย. 2569', 'ตั้งแต่ 1 ต.ค. 2568', 'ถึง 30 ก.ย. 2569' or 'ไม่กำหนด'."""
    first, last = valid.lower, last_day(valid)
    if first is not None and last is not None:
        return f"{format_date(first)} – {format_date(last)}"
    if first is not None:
        return _("ตั้งแต่ %(day)s") % {"day": format_date(first)}
    return _("ถึง %(day)s") % {"day": format_date(last)} if last is not None else _("ไม่กำหนด")
