"""Forms of inspection: a day to look at, a change with only the fields its kind needs, a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.inspection.rules import Kind, Wish
from offices.models import InspectionGroup, InspectionZone, Province
from portal.fields import ThaiDateField

# What a change of each kind asks for besides the reason.
_FIELDS: dict[str, tuple[str, ...]] = {
    Kind.GROUP: ("name", "since"),
    Kind.ZONE: ("zone", "group", "since"),
    Kind.END: ("zone", "group", "last_day"),
    Kind.PROVINCE: ("province", "zone", "since"),
}


class ChangeForm(forms.Form):
    """One change; only the fields its kind needs."""

    name = forms.CharField(label=_("ชื่อกลุ่มตรวจราชการ"), max_length=80)
    province = forms.ModelChoiceField(label=_("จังหวัด"), queryset=Province.objects.order_by("name_th"))
    zone = forms.ModelChoiceField(
        label=_("เขตตรวจราชการ"), queryset=InspectionZone.objects.order_by("number"), to_field_name="number"
    )
    group = forms.ModelChoiceField(
        label=_("กลุ่มตรวจราชการ"), queryset=InspectionGroup.objects.order_by("name_th"), to_field_name="uuid"
    )
    since = ThaiDateField(label=_("ตั้งแต่วันที่"))
    last_day = ThaiDateField(label=_("อยู่ในกลุ่มวันสุดท้าย"), help_text=_("ยังอยู่ในกลุ่มในวันนี้ พ้นตั้งแต่วันถัดไป"))
    reason = forms.CharField(
        label=_("คำสั่งหรือเหตุผล"), max_length=300, help_text=_("เช่น คำสั่งกระทรวงอุตสาหกรรม เลขที่และวันที่")
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in (*_FIELDS[kind], "reason")]:
            del self.fields[name]


def wish(kind: str, data: dict[str, Any]) -> Wish:
    """What the form asks for; an end begins on the day after the zone's last."""
    last = data.get("last_day")
    return Wish(
        kind=kind,
        since=last + timedelta(days=1) if last else data["since"],
        reason=data["reason"],
        name=data.get("name", ""),
        group=data.get("group"),
        zone=data.get("zone"),
        province=data.get("province"),
    )


class ActForm(forms.Form):
    """What deciding asks for: a reason where somebody says no."""

    reason = forms.CharField(label=_("เหตุผลที่ไม่ยืนยัน"), max_length=300)

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if act != "decline":
            del self.fields["reason"]
