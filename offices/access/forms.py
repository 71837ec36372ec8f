"""Forms of access."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind, Group, Office
from offices.models.people import OFFICE_KINDS
from portal.fields import ThaiDateField


class SupportForm(forms.Form):
    """Which office's view, as whom, for how long and why."""

    office = forms.ModelChoiceField(
        label=_("สำนักงาน"), queryset=Office.objects.filter(kind="provincial").order_by("code")
    )
    kind = forms.ChoiceField(
        label=_("ในฐานะ"), choices=[(kind, AssignmentKind(kind).label) for kind in OFFICE_KINDS]
    )
    group_code = forms.ChoiceField(
        label=_("กลุ่ม"),
        choices=[("", _("ไม่ระบุ")), *Group.Code.choices],
        required=False,
        help_text=_("สำหรับเจ้าหน้าที่ หัวหน้ากลุ่ม และผู้ช่วยอุตสาหกรรมจังหวัด"),
    )
    minutes = forms.IntegerField(label=_("กี่นาที"), min_value=1, max_value=60, initial=30)
    reason = forms.CharField(
        label=_("เหตุผล"), max_length=300, help_text=_("หัวหน้าสำนักงานเห็นเหตุผลนี้ เช่น เลขที่เรื่องที่ขอความช่วยเหลือ")
    )
    wants_to_write = forms.BooleanField(
        label=_("ขอบันทึกด้วย"), required=False, help_text=_("บันทึกได้เมื่อผู้ดูแลระบบส่วนกลางอีกคนเห็นชอบ")
    )


class AccessForm(forms.Form):
    """Whose access, on which day, to what."""

    who = forms.CharField(label=_("บุคลากร"), required=False, max_length=100, help_text=_("ชื่อหรือนามสกุล"))
    on = ThaiDateField(label=_("ในวันที่"), required=False)
    what = forms.CharField(
        label=_("ที่อยู่หน้า หรือเลขหรือชื่อ"),
        required=False,
        max_length=500,
        help_text=_("เช่น เลขทะเบียนโรงงาน เลขที่เอกสาร ชื่อเรื่อง ชื่อสำนักงาน หรือวางที่อยู่ของหน้า"),
    )

    def __init__(self, *args: Any, anybody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not anybody:
            del self.fields["who"]
