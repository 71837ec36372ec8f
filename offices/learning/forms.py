"""Forms of learning."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.forms import GroupChoice
from offices.models import AppointmentOrder, Group, Office, Person
from offices.models.learning import (
    Attendance,
    Competency,
    DevelopmentItem,
    Stint,
    Subject,
    SubjectLevel,
    TrainingCourse,
)
from portal.fields import ThaiDateField

SUBJECT_LEVELS = [(level, str(level)) for level in range(6)]
CORE_LEVELS = [("", "–"), *((level, str(level)) for level in range(1, 6))]
_TEXT: dict[str, Any] = {"widget": forms.Textarea(attrs={"rows": 3})}
_HOURS: dict[str, Any] = {"max_digits": 6, "decimal_places": 1}


class DayForm(forms.Form):
    """The day looked at."""

    on = ThaiDateField(label=gettext_lazy("ณ วันที่"), required=False)


class BoardForm(DayForm):
    """What the board shows."""

    show = forms.ChoiceField(
        label=gettext_lazy("แสดง"),
        required=False,
        choices=[
            ("", gettext_lazy("ทุกสำนักงาน")),
            ("gaps", gettext_lazy("เฉพาะที่มีด้านขาด")),
            ("single", gettext_lazy("เฉพาะที่มีคนเดียวหรือขาด")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("เรียง"),
        required=False,
        choices=[("", gettext_lazy("ตามเขตและรหัส")), ("worst", gettext_lazy("ขาดมากก่อน"))],
    )


class TryForm(DayForm):
    """A move to try: who, to which group, from which day. Without a group he leaves."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("บุคลากร"), queryset=Person.objects.none(), to_field_name="uuid", required=False
    )
    group = GroupChoice(
        label=gettext_lazy("ไปที่กลุ่ม"),
        queryset=Group.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=gettext_lazy("พ้นจากสำนักงาน ไม่ไปที่ใด"),
    )
    on = ThaiDateField(label=gettext_lazy("ตั้งแต่วันที่"), required=False)

    field_order = ("person", "group", "on")

    def __init__(self, *args: Any, people: QuerySet[Person], groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class LevelForm(forms.Form):
    """Somebody's level in a subject."""

    subject = forms.ChoiceField(label=gettext_lazy("ด้าน"), choices=Subject.choices)
    level = forms.TypedChoiceField(label=gettext_lazy("ระดับ"), choices=SUBJECT_LEVELS, coerce=int)
    since = ThaiDateField(label=gettext_lazy("ตั้งแต่"))
    basis = forms.ChoiceField(label=gettext_lazy("หลักฐานจาก"), choices=SubjectLevel.Basis.choices)
    evidence = forms.CharField(
        label=gettext_lazy("หลักฐาน"),
        help_text=gettext_lazy("เช่น เรื่องที่ทำ วันเรียนรู้งาน หรือผลประเมิน และผู้รับรอง"),
        **_TEXT,
    )


class AssessmentForm(forms.Form):
    """A sheet of ratings: one choice for each competency."""

    def __init__(self, *args: Any, rounds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"] = forms.ChoiceField(label=_("รอบประเมิน"), choices=rounds)
        for one in Competency.objects.order_by("position"):
            self.fields[f"level_{one.code}"] = forms.TypedChoiceField(
                label=one.name_th,
                choices=CORE_LEVELS,
                coerce=int,
                empty_value=None,
                help_text=one.definition_th,
            )
            self.fields[f"evidence_{one.code}"] = forms.CharField(
                label=_("หลักฐานของ%s") % one.name_th,
                required=False,
                max_length=500,
            )
        self.fields["note"] = forms.CharField(label=_("ความเห็น"), required=False, **_TEXT)


class PlanForm(forms.Form):
    """The year of a plan and what it aims at."""

    fiscal_year = forms.IntegerField(label=gettext_lazy("ปีงบประมาณ"), help_text=gettext_lazy("พ.ศ."))
    goal = forms.CharField(label=gettext_lazy("เป้าหมายของปี"), **_TEXT)


class ItemForm(forms.Form):
    """One thing to learn."""

    aim = forms.ChoiceField(label=gettext_lazy("ด้านหรือสมรรถนะหลัก"))
    topic = forms.CharField(label=gettext_lazy("เรื่องที่จะพัฒนา"), max_length=200)
    method = forms.ChoiceField(label=gettext_lazy("วิธีพัฒนา"), choices=DevelopmentItem.Method.choices)
    target_level = forms.TypedChoiceField(
        label=gettext_lazy("ระดับเป้าหมาย"), choices=[(n, str(n)) for n in range(1, 6)], coerce=int
    )
    starts_on = ThaiDateField(label=gettext_lazy("ตั้งแต่วันที่"))
    ends_on = ThaiDateField(label=gettext_lazy("ถึงวันที่"))
    planned_hours = forms.DecimalField(label=gettext_lazy("ชั่วโมงตามแผน"), min_value=0, **_HOURS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["aim"]
        field.choices = [
            (_("ด้าน"), [(f"subject:{one.value}", one.label) for one in Subject]),
            (
                _("สมรรถนะหลัก"),
                [(f"core:{one.code}", one.name_th) for one in Competency.objects.order_by("position")],
            ),
        ]


def item_values(data: dict[str, Any]) -> dict[str, Any]:
    """Values of an item from those of its form."""
    kind, _colon, code = data["aim"].partition(":")
    values = {name: value for name, value in data.items() if name != "aim"}
    values["subject"] = code if kind == "subject" else ""
    values["competency"] = Competency.objects.get(pk=code) if kind == "core" else None
    return values


class ProgressForm(forms.Form):
    """How much of an item is done."""

    done_hours = forms.DecimalField(label=gettext_lazy("ชั่วโมงที่ทำแล้ว"), min_value=0, **_HOURS)
    evidence = forms.CharField(label=gettext_lazy("หลักฐานหรือผล"), required=False, **_TEXT)


class StepForm(forms.Form):
    """An act on a plan or a stint: the version that the page showed, and a note where the act needs one."""

    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, note: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if note:
            self.fields["note"] = forms.CharField(label=note, required=False, **_TEXT)


class _OfficeChoice(forms.Form):
    office = forms.ModelChoiceField(
        label=gettext_lazy("หน่วยงานผู้จัด"), queryset=Office.objects.order_by("code"), empty_label=None
    )

    def __init__(self, *args: Any, offices: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["office"]
        field.queryset = field.queryset.filter(pk__in=offices)


class CourseForm(_OfficeChoice):
    """A course."""

    name_th = forms.CharField(label=gettext_lazy("ชื่อหลักสูตร"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("ประเภท"), choices=TrainingCourse.Kind.choices)
    subject = forms.ChoiceField(
        label=gettext_lazy("ด้าน"),
        required=False,
        choices=[("", gettext_lazy("ไม่เจาะจง")), *Subject.choices],
    )


class SessionChangeForm(forms.Form):
    """When, where and for how long a session is held."""

    starts_on = ThaiDateField(label=gettext_lazy("ตั้งแต่วันที่"))
    ends_on = ThaiDateField(label=gettext_lazy("ถึงวันที่"))
    hours = forms.DecimalField(label=gettext_lazy("ชั่วโมงของรุ่น"), max_digits=5, decimal_places=1)
    place = forms.CharField(label=gettext_lazy("สถานที่"), max_length=200, required=False)
    trainer = forms.CharField(label=gettext_lazy("วิทยากร"), max_length=200, required=False)


class SessionForm(SessionChangeForm, _OfficeChoice):
    """A session of a course."""

    course = forms.ModelChoiceField(label=gettext_lazy("หลักสูตร"), queryset=TrainingCourse.objects.none())
    field_order = ["course", "office", "starts_on", "ends_on", "hours", "place", "trainer"]

    def __init__(self, *args: Any, courses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = courses


class PersonChoice(forms.ModelChoiceField):
    """A person by name and post."""

    def label_from_instance(self, obj: Any) -> str:
        return " – ".join(filter(None, (obj.name, obj.post_title)))


class EnrolForm(forms.Form):
    """Who takes part, and as what."""

    person = PersonChoice(label=gettext_lazy("บุคลากร"), queryset=Person.objects.none(), empty_label=None)
    role = forms.ChoiceField(label=gettext_lazy("ฐานะ"), choices=Attendance.Role.choices)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people


class AttendanceForm(forms.Form):
    """Whether somebody was there."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    state = forms.ChoiceField(label=gettext_lazy("สถานะ"), choices=Attendance.State.choices)
    hours = forms.DecimalField(
        label=gettext_lazy("ชั่วโมง"), min_value=0, max_digits=5, decimal_places=1, initial=0
    )
    role = forms.ChoiceField(label=gettext_lazy("ฐานะ"), choices=Attendance.Role.choices)
    result = forms.CharField(label=gettext_lazy("ผลหรือวุฒิบัตร"), max_length=200, required=False)


class StintForm(forms.Form):
    """A rotation or days of shadowing."""

    kind = forms.ChoiceField(label=gettext_lazy("วิธี"), choices=Stint.Kind.choices)
    subject = forms.ChoiceField(label=gettext_lazy("ด้าน"), choices=Subject.choices)
    host_office = forms.ModelChoiceField(
        label=gettext_lazy("สำนักงานที่รับ"), queryset=Office.objects.filter(kind="provincial").order_by("code")
    )
    host = forms.CharField(
        label=gettext_lazy("ผู้รับดูแล"),
        max_length=160,
        help_text=gettext_lazy("ชื่อและนามสกุลของผู้ที่ปฏิบัติหน้าที่ในสำนักงานนั้น ไม่ใส่คำนำหน้า"),
    )
    starts_on = ThaiDateField(label=gettext_lazy("ตั้งแต่วันที่"))
    ends_on = ThaiDateField(label=gettext_lazy("ถึงวันที่"))
    planned_days = forms.IntegerField(label=gettext_lazy("จำนวนวันตามแผน"), min_value=1, max_value=366)
    purpose = forms.CharField(label=gettext_lazy("สิ่งที่จะเรียนรู้"), **_TEXT)


class StintOrderForm(forms.Form):
    """The order by which a rotation was made."""

    order = forms.ModelChoiceField(
        label=gettext_lazy("คำสั่ง"),
        queryset=AppointmentOrder.objects.none(),
        required=False,
        empty_label=gettext_lazy("ไม่มี"),
    )

    def __init__(self, *args: Any, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["order"]
        field.queryset = orders


class StintDayForm(forms.Form):
    """One day of a stint."""

    day = ThaiDateField(label=gettext_lazy("วันที่"))
    hours = forms.DecimalField(label=gettext_lazy("ชั่วโมง"), max_digits=3, decimal_places=1, min_value=0)
    activities = forms.CharField(label=gettext_lazy("สิ่งที่ทำ"), **_TEXT)
    reflection = forms.CharField(label=gettext_lazy("สิ่งที่ได้เรียนรู้"), required=False, **_TEXT)


class SignForm(forms.Form):
    """The host's word about a day."""

    certified = forms.ChoiceField(
        label=gettext_lazy("ผล"),
        choices=[("yes", gettext_lazy("รับรอง")), ("no", gettext_lazy("ไม่รับรอง"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    reason = forms.CharField(
        label=gettext_lazy("เหตุผล"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("ต้องระบุเมื่อไม่รับรอง"),
    )


class RecordForm(forms.Form):
    """A work record of which period, and what for."""

    since = ThaiDateField(label=gettext_lazy("ตั้งแต่วันที่"))
    until = ThaiDateField(label=gettext_lazy("ถึงวันที่"))
    purpose = forms.CharField(
        label=gettext_lazy("ใช้เพื่อ"), max_length=300, help_text=gettext_lazy("เช่น ประกอบการเลื่อนระดับ")
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("เหตุผล"), max_length=300)


class NothingForm(forms.Form):
    """An act that asks for nothing."""
