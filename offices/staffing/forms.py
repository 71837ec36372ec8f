"""Forms of staffing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from offices.forms import GroupChoice
from offices.models import Group, Office, PositionLine, Post
from portal.fields import ThaiDateField


class OnDayForm(forms.Form):
    """The day looked at, in B.E."""

    on = ThaiDateField(label=_("ณ วันที่"), required=False)


class OfficeForm(OnDayForm):
    """What of an office is shown."""

    show = forms.ChoiceField(
        label=_("แสดง"),
        required=False,
        choices=[("", _("ทุกตำแหน่ง")), ("filled", _("เฉพาะที่มีผู้ดำรงตำแหน่ง")), ("vacant", _("เฉพาะที่ว่าง"))],
    )


class RetirementForm(forms.Form):
    """The last fiscal year of somebody's service, and which paper says so."""

    fiscal_year = forms.IntegerField(
        label=_("เกษียณสิ้นปีงบประมาณ"),
        min_value=2500,
        max_value=2700,
        help_text=_("ปี พ.ศ. เช่น 2570 คือพ้น 30 กันยายน 2570"),
    )
    source = forms.CharField(
        label=_("ที่มา"), max_length=300, help_text=_("เช่น ประกาศรายชื่อผู้เกษียณอายุราชการ เลขที่และวันที่")
    )


class GroupForm(forms.Form):
    """A new group of an office."""

    office = forms.ModelChoiceField(label=_("สำนักงาน"), queryset=Office.objects.none())
    code = forms.ChoiceField(label=_("กลุ่ม"), choices=Group.Code.choices)
    name_th = forms.CharField(label=_("ชื่อกลุ่ม"), max_length=120, help_text=_("ตามคำสั่งแบ่งงานภายในของสำนักงาน"))
    starts_on = ThaiDateField(label=_("ตั้งแต่วันที่"))

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]


class GroupNameForm(forms.Form):
    """What a group is called from now on, and why."""

    name_th = forms.CharField(label=_("ชื่อกลุ่ม"), max_length=120)
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, help_text=_("เช่น คำสั่งรวมกลุ่ม เลขที่และวันที่"))


class _PostNameForm(forms.Form):
    """What a post is called: working title, else line and level."""

    line = forms.ModelChoiceField(
        label=_("สายงาน"), queryset=PositionLine.objects.order_by("type", "name_th", "code")
    )
    level = forms.ChoiceField(label=_("ระดับ"), help_text=_("ต้องเป็นระดับที่สายงานนั้นมี"))
    title_th = forms.CharField(
        label=_("ชื่อตำแหน่งในการบริหาร"),
        max_length=120,
        required=False,
        help_text=_("เว้นว่างเมื่อเรียกตามสายงานและระดับ"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = PositionLine.objects.order_by("type", "code").values_list("levels", flat=True)
        levels = dict.fromkeys(level for known in lines for level in known)
        self.fields["level"].choices = [(level, level) for level in levels]  # type: ignore[attr-defined]


class PostForm(_PostNameForm):
    """A new post of an office."""

    office = forms.ModelChoiceField(label=_("สำนักงาน"), queryset=Office.objects.none())
    number = forms.CharField(label=_("เลขที่ตำแหน่ง"), max_length=20)
    group = GroupChoice(label=_("กลุ่ม"), queryset=Group.objects.none(), required=False)
    leads = forms.ChoiceField(label=_("เป็นหัวหน้า"), choices=Post.Leads.choices, required=False)
    starts_on = ThaiDateField(label=_("ตั้งแต่วันที่"))

    field_order = ("office", "number", "group", "line", "level", "title_th", "leads", "starts_on")

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        groups = Group.objects.filter(office__in=offices).select_related("office")
        self.fields["group"].queryset = groups.order_by("office__code", "code")  # type: ignore[attr-defined]


class PostCorrectionForm(_PostNameForm):
    """What was written down wrongly of a post, and why it is changed."""

    reason = forms.CharField(label=_("เหตุผล"), max_length=300)
