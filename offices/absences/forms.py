"""Forms of absences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from offices.models import Absence, Person
from portal.fields import ThaiDateField


class AbsenceForm(forms.Form):
    """An absence. The person is asked only of those who enter others' absences, too."""

    person = forms.ModelChoiceField(label=_("ผู้ที่ไม่อยู่"), queryset=Person.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("ประเภท"), choices=Absence.Kind.choices)
    starts_on = ThaiDateField(label=_("ตั้งแต่วันที่"))
    last_day = ThaiDateField(label=_("ถึงวันที่"), required=False, help_text=_("เว้นว่างเมื่อวันเดียว"))
    from_noon = forms.BooleanField(
        label=_("วันแรกเฉพาะช่วงบ่าย"), required=False, help_text=_("ช่วงเช้ายังมาปฏิบัติงาน")
    )
    until_noon = forms.BooleanField(
        label=_("วันสุดท้ายเฉพาะช่วงเช้า"), required=False, help_text=_("ช่วงบ่ายกลับมาปฏิบัติงาน")
    )
    reason = forms.CharField(
        label=_("เหตุผลที่บันทึกย้อนหลัง"),
        max_length=300,
        required=False,
        help_text=_("ต้องระบุเมื่อวันแรกอยู่ก่อนวันนี้"),
    )

    def __init__(self, *args: Any, people: QuerySet[Person] | None, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = people  # type: ignore[attr-defined]
        if not late:
            del self.fields["reason"]


class ReplaceForm(AbsenceForm):
    """Another absence in the place of one that is cancelled."""

    why = forms.CharField(label=_("เหตุผลที่แก้"), max_length=300)


class CancelForm(forms.Form):
    """Why an absence is cancelled."""

    reason = forms.CharField(label=_("เหตุผลที่ยกเลิก"), max_length=300)
