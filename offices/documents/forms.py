"""Forms of registers and of the letterhead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.documents import kinds
from offices.models import Office
from portal.fields import ThaiDateField


class RegisterForm(forms.Form):
    """Which register, and the first number the portal gives in it."""

    office = forms.ModelChoiceField(
        label=_("สำนักงาน"), queryset=Office.objects.order_by("code"), empty_label=None
    )
    kind = forms.ChoiceField(label=_("ประเภทเอกสาร"), choices=kinds.choices)
    year_be = forms.IntegerField(label=_("ปี พ.ศ."), help_text=_("ปีปฏิทินของวันที่ลงนาม"))
    opening = forms.IntegerField(
        label=_("เลขเริ่มต้น"),
        min_value=1,
        max_value=99_999,
        initial=1,
        help_text=_("เลขถัดจากเลขสุดท้ายในทะเบียนกระดาษ"),
    )

    def __init__(self, *args: Any, offices: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["office"]
        field.queryset = field.queryset.filter(pk__in=offices)


class OpeningForm(forms.Form):
    """The first number of a register that has given none."""

    opening = forms.IntegerField(
        label=_("เลขเริ่มต้น"), min_value=1, max_value=99_999, help_text=_("เลขถัดจากเลขสุดท้ายในทะเบียนกระดาษ")
    )


class LetterheadForm(forms.Form):
    since = ThaiDateField(label=_("ใช้กับเอกสารที่ลงนามตั้งแต่"))
    image = forms.FileField(label=_("ไฟล์ตรา"), help_text=_("PNG หรือ JPEG ไม่เกิน 1 MB พิมพ์สูง 3 ซม."))
