"""Forms of this room."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from offices.accounts.invitations import DAYS
from offices.models import Invitation, Person
from portal import calendar
from portal.fields import ThaiDateField

NEW = "new"


def usual_end() -> date:
    """The last day on which a code works unless told otherwise."""
    return calendar.today() + timedelta(days=DAYS)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("เหตุผล"), max_length=300)


class ConfirmForm(forms.Form):
    """Who it is: one of the people offered, or somebody new with the words of the answer."""

    person = forms.ChoiceField(label=_("บุคคลนี้คือ"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("อีเมลของบัญชี"), help_text=_("ระบบแจ้งเรื่องของบัญชีไปที่นี่ อีเมลจากผู้ให้บริการไม่ได้ผูกกับบัญชีใดโดยอัตโนมัติ")
    )
    title_th = forms.CharField(label=_("คำนำหน้า"), max_length=30, required=False)
    first_th = forms.CharField(label=_("ชื่อ"), max_length=80, required=False)
    last_th = forms.CharField(label=_("นามสกุล"), max_length=80, required=False)
    employment = forms.ChoiceField(
        label=_("ประเภทบุคลากร"), choices=[("", "–"), *Person.Employment.choices], required=False
    )
    position_th = forms.CharField(label=_("ตำแหน่ง"), max_length=120, required=False)

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = [*people, (NEW, _("ไม่มีในรายชื่อ เพิ่มเป็นบุคลากรใหม่ตามช่องข้างล่าง"))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("person") == NEW:
            for name in ("title_th", "first_th", "last_th", "employment"):
                if not data.get(name):
                    self.add_error(name, _("ต้องกรอกเมื่อเพิ่มเป็นบุคลากรใหม่"))
        return data


class ResetForm(forms.Form):
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, help_text=_("เช่น โทรศัพท์หาย ไม่มีรหัสสำรอง"))
    checked_how = forms.CharField(
        label=_("ตรวจตัวตนของเจ้าของบัญชีอย่างไร"),
        max_length=300,
        help_text=_("เช่น มาด้วยตนเองพร้อมบัตรข้าราชการ ไม่ใช้โทรศัพท์หรือแชตอย่างเดียว"),
    )


class SendForm(forms.Form):
    way = forms.ChoiceField(
        label=_("ส่งรหัสทาง"),
        choices=Invitation.Way.choices,
        widget=forms.RadioSelect,
        initial=Invitation.Way.MAIL,
        help_text=_("รหัสทางอีเมลถึงเจ้าตัวเท่านั้น ใบแจ้งพิมพ์แล้วใส่ซองส่งมือ"),
    )
    until = ThaiDateField(label=_("รหัสใช้ได้ถึงวันที่"), initial=usual_end)


class BulkForm(SendForm):
    people = forms.CharField(
        label=_("รายชื่อและอีเมล"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=60_000,
        help_text=_("บรรทัดละหนึ่งคน ชื่อ นามสกุล และอีเมล คัดลอกจากตารางมาวางได้"),
    )
    field_order = ("people", "way", "until")


class OneForm(SendForm):
    email = forms.EmailField(label=_("อีเมล"), help_text=_("ใช้ลงชื่อเข้าใช้"))
    field_order = ("email", "way", "until")


class RenewForm(SendForm):
    pass


class AcceptForm(forms.Form):
    """A one-time code, and the password its owner wants."""

    code = forms.CharField(
        label=_("รหัสครั้งเดียว"),
        max_length=60,
        help_text=_("16 ตัว มีขีดหรือไม่มีก็ได้ ตัวพิมพ์เล็กก็ได้"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("รหัสผ่านใหม่"),
        strip=False,
        max_length=200,
        help_text=_("อย่างน้อย 12 ตัว ใช้หลายคำที่ไม่เกี่ยวกันจะจำง่ายและปลอดภัยกว่า"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("รหัสผ่านใหม่อีกครั้ง"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("รหัสผ่านสองช่องไม่ตรงกัน"))
        return again
